//! Effects that are declared and executed as they may be.

use super::super::bases::{silent, small};
use super::super::edit::Edit::{Push, Set};
use super::super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    [edited(None, small, EFFECTS), edited(None, silent, SCOPES)].into_iter().flatten().collect()
}

const EFFECTS: &[Row] = &[
    (
        "compressed",
        "48",
        "Effects were compressed, and the receipt says how.",
        &[
            Set(
                "receipt/effects/compression",
                r#"{"algorithm":"TrieMerge-v0.1","input_count":200,"output_count":1}"#,
            ),
            Set("receipt/effects/declared/0/selector", "\"fs:src/\""),
            Set("event/3/payload", r#"{"enf_k":50,"plan":"edit_file"}"#),
        ],
    ),
    (
        "compression_of_another_kind",
        "48",
        "What compression says of itself is opaque.",
        &[Set("receipt/effects/compression", "\"none\"")],
    ),
    (
        "executed_in_another_spelling",
        "36 37",
        "executed_raw spells a selector in another way, and twice.",
        &[Set(
            "receipt/effects/executed_raw",
            r#"[{"op":"WriteFS","selector":"fs:./src//lib.rs"},{"op":"WriteFS",
                "selector":"fs:src/lib.rs"}]"#,
        )],
    ),
    (
        "observed_in_another_spelling",
        "36 37",
        "An event spells a selector in another way.",
        &[Set("event/4/payload/effects_observed/0/selector", "\"fs:./src/lib.rs\"")],
    ),
];

const SCOPES: &[Row] = &[
    (
        "whole_group_declared",
        "34 37a",
        "Everything relative may be read, and all of a host; that is not refused here.",
        &[
            Set(
                "receipt/effects/declared",
                r#"[{"op":"Network","selector":"net:https://example.org/"},{"op":"ReadFS",
                    "selector":"fs:./"},{"op":"WriteFS","selector":"fs:src/"}]"#,
            ),
            Set(
                "receipt/effects/executed_raw",
                r#"[{"op":"WriteFS","selector":"fs:src/a/b"},{"op":"ReadFS","selector":"fs:a/b/c"},
                    {"op":"ReadFS","selector":"fs:."},{"op":"Network",
                    "selector":"net:HTTPS://Example.org.:443/v1"}]"#,
            ),
        ],
    ),
    (
        "disk_declared",
        "33 34",
        "The whole disk may be read; nothing relative is.",
        &[
            Push("receipt/effects/executed_raw", r#"{"op":"ReadFS","selector":"fs:/etc/motus"}"#),
            Set(
                "receipt/effects/declared",
                r#"[{"op":"ReadFS","selector":"fs:/"},{"op":"WriteFS",
                    "selector":"fs:src/lib.rs"}]"#,
            ),
        ],
    ),
    (
        "address_executed_in_another_spelling",
        "37",
        "An address is declared with what it cannot have raw encoded, and executed with some of it raw.",
        &[
            Set(
                "receipt/effects/declared/0",
                r#"{"op":"Network","selector":"net:https://example.org/%C3%A9%20/"}"#,
            ),
            Set(
                "receipt/effects/executed_raw/0",
                r#"{"op":"Network","selector":"net:https://example.org/é%20/%c3%a9 b"}"#,
            ),
        ],
    ),
    (
        "address_with_dots_encoded_twice",
        "37",
        "An address has dots that are encoded twice, and parameters behind a name.",
        &[
            Set(
                "receipt/effects/declared/0",
                r#"{"op":"Network","selector":"net:https://example.org/%252e%252e/a..;v=1/"}"#,
            ),
            Set(
                "receipt/effects/executed_raw/0",
                r#"{"op":"Network","selector":"net:https://example.org/%252e%252e/%61..;v=1/b"}"#,
            ),
        ],
    ),
    (
        "as_many_effects_as_k",
        "33 48",
        "Two effects are declared, k is 2.",
        &[
            Set("receipt/effects/k", "2"),
            Push("receipt/effects/declared", r#"{"op":"WriteFS","selector":"fs:src/main.rs"}"#),
        ],
    ),
    (
        "nothing_executed",
        "36",
        "Effects are declared, none was executed.",
        &[Set("receipt/effects/executed_raw", "[]")],
    ),
    (
        "no_effects",
        "36 48",
        "Nothing is declared, nothing executed, k is 0.",
        &[
            Set("receipt/effects/executed_raw", "[]"),
            Set("receipt/effects/declared", "[]"),
            Set("receipt/effects/k", "0"),
        ],
    ),
    (
        "file_and_folder_of_one_name",
        "35",
        "A file and the folder of its name are declared, and both used.",
        &[
            Set(
                "receipt/effects/declared",
                r#"[{"op":"WriteFS","selector":"fs:src"},{"op":"WriteFS","selector":"fs:src/"}]"#,
            ),
            Set(
                "receipt/effects/executed_raw",
                r#"[{"op":"WriteFS","selector":"fs:src"},{"op":"WriteFS",
                    "selector":"fs:src/lib.rs"}]"#,
            ),
        ],
    ),
    (
        "written_elsewhere_than_the_outputs",
        "36",
        "The effects name another file than the outputs; the two are not compared.",
        &[
            Set("receipt/effects/declared/0/selector", "\"fs:out/\""),
            Set("receipt/effects/executed_raw/0/selector", "\"fs:out/x\""),
        ],
    ),
];
