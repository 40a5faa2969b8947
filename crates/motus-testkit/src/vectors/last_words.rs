//! Outputs and lenses that are told in another form, or otherwise than the receipt tells them.

use motus_kernel::verify::Code;

use super::bases::small;
use super::edit::Edit::{Insert, Set};
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::FsmInvalid);
    [edited(code, small, OUTPUTS), edited(code, small, LENS)].into_iter().flatten().collect()
}

const OUTPUTS: &[Row] = &[
    (
        "outputs_by_their_paths",
        "27",
        "The artifacts_out of a skill is an object of paths.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"artifacts_out":{"src/other.rs":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc50"},"skill":"x"}"#,
        )],
    ),
    (
        "outputs_one_object",
        "27",
        "The artifacts_out of a skill is an object.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"artifacts_out":{"path":"src/other.rs",
                "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc50"},
                "skill":"x"}"#,
        )],
    ),
    (
        "outputs_a_text",
        "27",
        "The artifacts_out of a skill is text.",
        &[Insert(5, "Act", "SkillExecuted", r#"{"artifacts_out":"src/other.rs","skill":"x"}"#)],
    ),
    (
        "outputs_without_a_digest",
        "27",
        "The artifacts_out of a skill is a list with an entry that has no digest.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"artifacts_out":[{"path":"src/other.rs"}],"skill":"x"}"#,
        )],
    ),
    (
        "outputs_with_a_null_digest",
        "27",
        "The artifacts_out of a skill is a list with an entry whose digest is null.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"artifacts_out":[{"path":"src/other.rs","sha256":null}],"skill":"x"}"#,
        )],
    ),
    (
        "outputs_with_a_list_of_digests",
        "27",
        "The artifacts_out of a skill is a list with an entry that has a list of digests.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"artifacts_out":[{"path":"src/other.rs",
                "sha256":["0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc50"]}],
                "skill":"x"}"#,
        )],
    ),
    (
        "outputs_with_a_digest_in_capitals",
        "27",
        "The artifacts_out of a skill is a list with an entry whose digest is in capitals.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"artifacts_out":[{"path":"src/lib.rs",
                "sha256":"1131907749774019B06324F9ED10145E6CFB4A63638D69F9DFA77F6DEC3FA7E9"}],
                "skill":"x"}"#,
        )],
    ),
    (
        "outputs_without_a_path",
        "27",
        "The artifacts_out of a skill is a list with an entry that has no path.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"artifacts_out":[{"sha256":"1131907749774019b06324f9ed10145e6cfb4a63638d69f9dfa77f6dec3fa7e9"}],"skill":"x"}"#,
        )],
    ),
    (
        "outputs_of_texts",
        "27",
        "The artifacts_out of a skill is a list of texts.",
        &[Insert(5, "Act", "SkillExecuted", r#"{"artifacts_out":["src/other.rs"],"skill":"x"}"#)],
    ),
    (
        "outputs_in_a_list_inside",
        "27",
        "The artifacts_out of a skill is a list in a list.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"artifacts_out":[[{"path":"src/other.rs",
                "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc50"}]],
                "skill":"x"}"#,
        )],
    ),
    (
        "outputs_with_null",
        "27",
        "The artifacts_out of a skill is a list with null in it.",
        &[Insert(5, "Act", "SkillExecuted", r#"{"artifacts_out":[null],"skill":"x"}"#)],
    ),
    (
        "output_with_two_digests",
        "27",
        "An artifacts_out has one path with two digests, the right one last.",
        &[Set(
            "event/4/payload/artifacts_out",
            r#"[{"path":"src/lib.rs",
                "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc50"},
                {"path":"src/lib.rs",
                "sha256":"1131907749774019b06324f9ed10145e6cfb4a63638d69f9dfa77f6dec3fa7e9"}]"#,
        )],
    ),
    (
        "output_of_another_size",
        "27",
        "The size of an output is another in the event.",
        &[
            Set("event/4/payload/artifacts_out/0/size_bytes", "1"),
            Set("receipt/artifacts/outputs/0/size_bytes", "999"),
        ],
    ),
    (
        "output_of_another_size_and_then_of_none",
        "27",
        "The size of an output is another in an event, and a later event tells none.",
        &[
            Set("event/4/payload/artifacts_out/0/size_bytes", "1"),
            Set("receipt/artifacts/outputs/0/size_bytes", "999"),
            Insert(
                5,
                "Act",
                "SkillExecuted",
                r#"{"artifacts_out":[{"path":"src/lib.rs",
                    "sha256":"1131907749774019b06324f9ed10145e6cfb4a63638d69f9dfa77f6dec3fa7e9"}],
                    "skill":"x"}"#,
            ),
        ],
    ),
    (
        "plan_with_another_bound",
        "27",
        "The last plan tells another bound of effects than the receipt.",
        &[Insert(3, "Decide", "PlanChosen", r#"{"enf_k":1,"plan":"x"}"#)],
    ),
    (
        "output_of_another_kind",
        "27",
        "The kind of an output is another in the event.",
        &[
            Set("event/4/payload/artifacts_out/0/kind", "\"Directory\""),
            Set("receipt/artifacts/outputs/0/kind", "\"File\""),
        ],
    ),
];

const LENS: &[Row] = &[
    (
        "lens_items_told_otherwise",
        "27",
        "LensAssembled has other items than the lens.",
        &[Set(
            "event/2/payload/items",
            r#"[{"kind":"file","provenance":"fs",
                "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc50",
                "ts_utc":"2025-12-20T00:00:00Z","uri":"src/other.rs"}]"#,
        )],
    ),
    (
        "lens_items_told_as_nothing",
        "27",
        "LensAssembled has no items in its list.",
        &[Set("event/2/payload/items", "[]")],
    ),
    (
        "lens_made_at_another_time",
        "27",
        "LensAssembled has another created_utc.",
        &[Set("event/2/payload/created_utc", "\"2024-12-24T00:00:00Z\"")],
    ),
    (
        "lens_with_an_identifier_in_a_list",
        "27",
        "The lens_id of LensAssembled is a list.",
        &[Set("event/2/payload/lens_id", r#"["lens-basic-001"]"#)],
    ),
    (
        "lens_items_counted_in_words",
        "27",
        "The items_count of LensAssembled is text.",
        &[Set("event/2/payload/items_count", "\"1\"")],
    ),
    (
        "lens_with_an_empty_quality",
        "27",
        "The quality of LensAssembled is an empty object.",
        &[Set("event/2/payload/quality", "{}")],
    ),
];
