//! Paths of artifacts in forms that name a place twice, lead elsewhere, or name nothing.

use motus_json::{Object, Value};
use motus_kernel::verify::Code;

use super::bases::small;
use super::edit::Edit::{Insert, Set};
use super::{Row, Vector, edited};
use crate::bundle::Parts;

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::ParseError);
    let odd = ODD.iter().map(odd);
    odd.chain(edited(code, small, TOLD)).collect()
}

const DIGEST: &str = "0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53";

/// Name, description, kind and path.
type Odd = (&'static str, &'static str, Option<&'static str>, &'static str);

const ODD: &[Odd] = &[
    ("with_leading_dot", "begins with `./`", None, "./src/lib.rs"),
    ("with_dot", "has a segment `.`", Some("File"), "src/./lib.rs"),
    ("with_empty_segment", "has two slashes in a row", None, "src//lib.rs"),
    ("with_final_slash", "of a file ends in a slash", Some("File"), "src/"),
    ("above", "leads above its root", None, "../../etc/passwd"),
    ("with_two_dots", "goes up and down again", None, "src/../src/lib.rs"),
    ("empty", "is empty", None, ""),
    ("with_nul", "has a NUL", None, "a\0b"),
    ("with_line_feed", "has a line feed", Some("File"), "a\nb"),
    ("with_next_line", "has U+0085", None, "a\u{85}b"),
    ("with_backslashes", "has backslashes", None, "a\\..\\b"),
    ("of_a_drive", "begins with the letter of a drive", None, "C:/src/lib.rs"),
    ("of_a_directory_with_two_slashes", "of a directory ends in two", Some("Directory"), "src//"),
    ("of_no_address", "of an address is empty", Some("Uri"), ""),
    ("of_an_address_without_a_scheme", "of an address is one of a file", Some("Uri"), "./src/x.rs"),
    ("of_an_address_with_nul", "of an address has a NUL", Some("Uri"), "https://example.org/\0"),
];

/// No event tells of the artifact.
fn odd((name, description, kind, path): &'static Odd) -> Vector {
    let description = format!("The path of an output {description}.");
    let make = move |mut parts: Parts| {
        let mut output = Object::from([("path", *path), ("sha256", DIGEST)]);
        if let Some(kind) = kind {
            output.insert("kind", *kind);
        }
        *parts.in_receipt(&["artifacts", "outputs"]) = [Value::from(output)].into_iter().collect();
        parts.event(4).insert("payload", Object::new());
        parts.seal().bundle()
    };
    let name = format!("artifact_path_{name}");
    Vector::new((name, "11", Some(Code::ParseError)), description, small, make)
}

const TOLD: &[Row] = &[
    (
        "artifact_path_of_an_input",
        "11",
        "The path of an input has two slashes in a row.",
        &[Set("receipt/artifacts/inputs/0/path", "\"src//lib.rs\"")],
    ),
    (
        "output_told_twice_by_two_paths",
        "11 19 27",
        "Two contents of one file are outputs and told by events, the first as `./src/lib.rs`.",
        &[
            Set(
                "receipt/artifacts/outputs",
                r#"[{"path":"./src/lib.rs",
                    "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"},
                    {"path":"src/lib.rs",
                    "sha256":"1131907749774019b06324f9ed10145e6cfb4a63638d69f9dfa77f6dec3fa7e9"}]"#,
            ),
            Insert(
                5,
                "Act",
                "SkillExecuted",
                r#"{"artifacts_out":[{"path":"./src/lib.rs",
                    "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"}],
                    "skill":"x"}"#,
            ),
        ],
    ),
    (
        "directory_with_and_without_its_slash",
        "19",
        "A directory is among the outputs twice, once with a last slash.",
        &[
            Set(
                "receipt/artifacts/outputs",
                r#"[{"kind":"Directory","path":"src",
                    "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"},
                    {"kind":"Directory","path":"src/",
                    "sha256":"1131907749774019b06324f9ed10145e6cfb4a63638d69f9dfa77f6dec3fa7e9"}]"#,
            ),
            Set("event/4/payload/artifacts_out", "[]"),
        ],
    ),
];
