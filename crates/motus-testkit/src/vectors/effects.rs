//! Effects that were not declared, not executed, not canonical, or too many.

use motus_json::{Object, Value};
use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::Code;

use super::bases::{silent, small};
use super::edit::Edit::{Insert, Push, Set};
use super::{Row, Vector, edited};
use crate::bundle::Parts;

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::EffectBoundsViolation);
    let undeclared = UNCOVERED.iter().map(uncovered);
    let odd = ODD.iter().map(without_form);
    let spelled = SPELLED.iter().map(not_canonical);
    let several = [edited(code, silent, COUNTED), edited(code, small, OBSERVED)];
    undeclared.chain(odd).chain(spelled).chain(several.into_iter().flatten()).collect()
}

/// Gives the receipt its effects and seals; no event of the base speaks of effects.
pub(super) fn with_effects(
    mut parts: Parts,
    declared: &[(&str, &str)],
    executed: &[(&str, &str)],
) -> MemoryBundle {
    for (name, effects) in [("declared", declared), ("executed_raw", executed)] {
        let effect = |(op, selector): &(&str, &str)| -> Value {
            Object::from([("op", *op), ("selector", *selector)]).into()
        };
        *parts.in_receipt(&["effects", name]) = effects.iter().map(effect).collect();
    }
    parts.seal().bundle()
}

fn refused(
    (name, rules): (&str, &'static str),
    description: String,
    make: impl Fn(Parts) -> MemoryBundle + 'static,
) -> Vector {
    let code = Some(Code::EffectBoundsViolation);
    Vector::new((format!("effect_{name}"), rules, code), description, silent, make)
}

/// Name, rules, operation and selector that is declared, and that was executed.
type Uncovered =
    (&'static str, &'static str, (&'static str, &'static str), (&'static str, &'static str));

const UNCOVERED: &[Uncovered] = &[
    ("undeclared", "36", ("WriteFS", "fs:src/lib.rs"), ("WriteFS", "fs:src/main.rs")),
    ("of_a_file_whose_name_goes_on", "35", ("WriteFS", "fs:src"), ("WriteFS", "fs:srcx")),
    ("below_what_is_declared_as_a_file", "35", ("WriteFS", "fs:src"), ("WriteFS", "fs:src/lib.rs")),
    ("of_a_folder_whose_name_goes_on", "35", ("WriteFS", "fs:src/"), ("WriteFS", "fs:srcx/lib.rs")),
    ("of_the_file_named_like_the_folder", "35", ("WriteFS", "fs:src/"), ("WriteFS", "fs:src")),
    ("of_the_folder_above", "35", ("WriteFS", "fs:src/auth/"), ("WriteFS", "fs:src/")),
    ("in_other_letters", "35 37", ("WriteFS", "fs:src/"), ("WriteFS", "fs:SRC/lib.rs")),
    ("of_another_operation", "35", ("ReadFS", "fs:src/"), ("WriteFS", "fs:src/lib.rs")),
    ("reading_what_may_be_written", "35", ("WriteFS", "fs:src/"), ("ReadFS", "fs:src/lib.rs")),
    ("absolute_below_relative", "33 34", ("ReadFS", "fs:./"), ("ReadFS", "fs:/etc/passwd")),
    ("relative_below_absolute", "33 34", ("ReadFS", "fs:/"), ("ReadFS", "fs:src/lib.rs")),
    ("absolute_of_the_same_name", "33", ("WriteFS", "fs:src/"), ("WriteFS", "fs:/src/lib.rs")),
    (
        "with_a_star_that_is_only_a_letter",
        "33 35",
        ("WriteFS", "fs:src/*"),
        ("WriteFS", "fs:src/lib.rs"),
    ),
    (
        "on_another_host",
        "33",
        ("Network", "net:https://example.org/"),
        ("Network", "net:https://example.com/"),
    ),
    (
        "on_a_host_whose_name_goes_on",
        "33 35",
        ("Network", "net:https://example.org/"),
        ("Network", "net:https://example.org.evil.com/"),
    ),
    (
        "on_a_host_below",
        "33",
        ("Network", "net:https://example.org/"),
        ("Network", "net:https://api.example.org/"),
    ),
    (
        "of_another_scheme",
        "33",
        ("Network", "net:https://example.org/"),
        ("Network", "net:http://example.org/"),
    ),
    (
        "on_another_port",
        "33 37",
        ("Network", "net:https://example.org/"),
        ("Network", "net:https://example.org:8443/"),
    ),
    (
        "of_an_address_that_goes_on",
        "35",
        ("Network", "net:https://example.org/v1"),
        ("Network", "net:https://example.org/v10"),
    ),
    (
        "below_an_address_without_slash",
        "35",
        ("Network", "net:https://example.org/v1"),
        ("Network", "net:https://example.org/v1/data"),
    ),
    (
        "of_a_program_whose_name_goes_on",
        "33 35",
        ("Exec", "exec:cargo"),
        ("Exec", "exec:cargo-evil"),
    ),
    (
        "of_a_program_below_a_folder",
        "33 35",
        ("Exec", "exec:/usr/bin/"),
        ("Exec", "exec:/usr/bin/cargo"),
    ),
    ("of_a_target_below", "33 35", ("Publish", "pub:registry/"), ("Publish", "pub:registry/motus")),
];

fn uncovered((name, rules, declared, executed): &'static Uncovered) -> Vector {
    let ((op, may), (other, did)) = (declared, executed);
    let description = format!("Declared is {op} {may}, executed {other} {did}.");
    refused((name, rules), description, |parts| with_effects(parts, &[*declared], &[*executed]))
}

/// Name, operation, and an executed selector that has no canonical form; something wide is declared.
const ODD: &[(&str, &str, &str)] = &[
    ("of_nothing", "WriteFS", "fs:"),
    ("without_prefix", "WriteFS", "src/lib.rs"),
    ("with_the_prefix_of_another", "WriteFS", "net:https://example.org/"),
    ("through_two_dots", "WriteFS", "fs:src/../lib.rs"),
    ("through_two_dots_above", "WriteFS", "fs:../lib.rs"),
    ("with_backslash", "WriteFS", "fs:src\\lib.rs"),
    ("on_a_drive", "WriteFS", "fs:C:/lib.rs"),
    ("with_a_control_character", "WriteFS", "fs:src/a\nb"),
    ("with_a_user", "Network", "net:https://me@example.org/"),
    ("with_a_query", "Network", "net:https://example.org/?q=1"),
    ("with_a_fragment", "Network", "net:https://example.org/#top"),
    ("without_a_scheme", "Network", "net:example.org/"),
    ("without_a_host", "Network", "net:https:///v1"),
    ("on_a_host_beyond_ascii", "Network", "net:https://exämple.org/"),
    ("on_a_port_that_is_none", "Network", "net:https://example.org:65536/"),
    ("with_a_broken_percent", "Network", "net:https://example.org/%4"),
    ("with_an_encoded_control", "Network", "net:https://example.org/pub/..%00/x"),
    ("with_an_overlong_dot", "Network", "net:https://example.org/pub/%C0%AE%C0%AE/x"),
    ("through_encoded_dots", "Network", "net:https://example.org/v1/%2e%2e/v2"),
    ("through_dots_behind_an_encoded_slash", "Network", "net:https://example.org/v1/x%2f..%2fy"),
    ("through_dots_before_an_encoded_backslash", "Network", "net:https://example.org/v1/..%5cy"),
    ("through_dots_before_a_semicolon", "Network", "net:https://example.org/v1/..;/v2"),
    ("through_dots_with_a_parameter", "Network", "net:https://example.org/v1/..;x=1/v2"),
    ("through_encoded_dots_before_a_semicolon", "Network", "net:https://example.org/v1/%2e%2e;/v2"),
    ("through_dots_before_an_encoded_semicolon", "Network", "net:https://example.org/v1/..%3b/v2"),
    ("of_an_address_with_a_zone", "Network", "net:https://[fe80::1%25e]/"),
    ("on_a_port_with_a_sign", "Network", "net:https://example.org:+443/"),
    ("of_no_program", "Exec", "exec:  "),
    ("of_no_target", "Publish", "pub:"),
];

fn without_form((name, op, selector): &'static (&str, &str, &str)) -> Vector {
    let description =
        format!("Executed is {op} {}, which has no canonical form.", selector.escape_debug());
    refused((name, "36 37"), description, |parts| {
        let is_network = *op == "Network";
        let address = ("Network", "net:https://example.org/");
        let declared = if is_network { address } else { ("WriteFS", "fs:src/") };
        with_effects(parts, &[declared], &[(*op, *selector)])
    })
}

/// Name, operation, and a declared selector in another form than the canonical one.
const SPELLED: &[(&str, &str, &str)] = &[
    ("with_a_leading_dot", "WriteFS", "fs:./src/lib.rs"),
    ("with_two_slashes", "WriteFS", "fs:src//lib.rs"),
    ("with_a_dot_inside", "WriteFS", "fs:src/./lib.rs"),
    ("with_a_dot_at_the_end", "WriteFS", "fs:src/."),
    ("without_the_slash_of_the_root", "WriteFS", "fs:."),
    ("through_two_dots", "WriteFS", "fs:src/../"),
    ("with_capitals_in_the_host", "Network", "net:https://Example.org/"),
    ("with_capitals_in_the_scheme", "Network", "net:HTTPS://example.org/"),
    ("with_the_usual_port", "Network", "net:https://example.org:443/"),
    ("with_the_dot_of_the_root", "Network", "net:https://example.org./"),
    ("without_a_path", "Network", "net:https://example.org"),
    ("with_encoded_letters", "Network", "net:https://example.org/%761"),
    ("with_small_percent_digits", "Network", "net:https://example.org/%2f"),
    ("with_a_raw_blank", "Network", "net:https://example.org/a b"),
    ("with_a_raw_letter_beyond_ascii", "Network", "net:https://example.org/é"),
    ("with_raw_brackets", "Network", "net:https://example.org/[a]"),
    ("with_a_mapped_address_in_hexadecimal", "Network", "net:https://[::ffff:7f00:1]/"),
    ("with_spaces", "Exec", "exec: cargo "),
];

fn not_canonical((name, op, selector): &'static (&str, &str, &str)) -> Vector {
    let name = format!("declared_{name}");
    let description = format!(
        "Declared is {op} {selector}, which is not the canonical form; nothing is executed."
    );
    refused((&name, "36 37"), description, |parts| with_effects(parts, &[(*op, *selector)], &[]))
}

const COUNTED: &[Row] = &[
    (
        "effects_above_k",
        "33 36 48",
        "Two effects are declared, k is 1.",
        &[
            Set("receipt/effects/k", "1"),
            Push("receipt/effects/declared", r#"{"op":"WriteFS","selector":"fs:src/main.rs"}"#),
        ],
    ),
    (
        "effects_above_k_of_zero",
        "33 36 48",
        "An effect is declared, k is 0.",
        &[Set("receipt/effects/k", "0")],
    ),
    (
        "effects_above_k_that_cannot_merge",
        "33 36",
        "Two programs are declared, k is 1; programs never merge.",
        &[
            Set("receipt/effects/k", "1"),
            Set(
                "receipt/effects/declared",
                r#"[{"op":"Exec","selector":"exec:cargo"},{"op":"Exec","selector":"exec:git"}]"#,
            ),
            Set(
                "receipt/effects/executed_raw",
                r#"[{"op":"Exec","selector":"exec:cargo"},{"op":"Exec","selector":"exec:git"}]"#,
            ),
        ],
    ),
    (
        "second_effect_undeclared",
        "36",
        "The second of two executed effects is not declared.",
        &[Push("receipt/effects/executed_raw", r#"{"op":"Exec","selector":"exec:cargo"}"#)],
    ),
    (
        "nothing_declared",
        "36",
        "Nothing is declared and something executed.",
        &[Set("receipt/effects/declared", "[]")],
    ),
];

const OBSERVED: &[Row] = &[
    (
        "observed_not_executed",
        "36",
        "An event observed what is declared and not in executed_raw.",
        &[Set("receipt/effects/executed_raw", "[]")],
    ),
    (
        "observed_and_not_declared",
        "36",
        "An event observed what is neither declared nor in executed_raw.",
        &[Push("event/4/payload/effects_observed", r#"{"op":"Exec","selector":"exec:cargo"}"#)],
    ),
    (
        "observed_below_what_was_executed",
        "36",
        "An event observed a file below the folder in executed_raw; executed_raw is no scope.",
        &[
            Set("receipt/effects/declared/0/selector", "\"fs:src/\""),
            Set("event/3/payload/effects_declared/0/selector", "\"fs:src/\""),
            Set("receipt/effects/executed_raw/0/selector", "\"fs:src/\""),
        ],
    ),
    (
        "observed_without_form",
        "36 37",
        "An event observed a selector that has no canonical form.",
        &[Push("event/4/payload/effects_observed", r#"{"op":"WriteFS","selector":"fs:src/../x"}"#)],
    ),
    (
        "observed_in_a_second_skill",
        "36",
        "A second skill observed what is not in executed_raw.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"effects_observed":[{"op":"Publish","selector":"pub:registry"}],
                "skill":"publish"}"#,
        )],
    ),
    (
        "observed_in_a_tagged_payload",
        "5 36",
        "A skill in the form {type,data} observed what is not in executed_raw.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"data":{"effects_observed":[{"op":"Publish","selector":"pub:registry"}],
                "skill":"publish"},"type":"SkillExecuted"}"#,
        )],
    ),
];
