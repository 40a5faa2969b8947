//! Bundles that verify: the scenarios, and what may be otherwise.

mod course;
mod documents;
mod effects;
mod humans;

use motus_kernel::source::MemoryBundle;

use super::bases::{noted, small};
use super::edit::Edit::{Insert, Push, Remove, Set};
use super::json::{nested, note};
use super::spelling::{Document, Spelling, spell};
use super::{Made, Row, Vector, edited, made};
use crate::bundle::{Parts, basic_edit, human_approval, parent};

pub(super) fn vectors() -> Vec<Vector> {
    [
        edited(None, basic_edit, BASIC),
        edited(None, human_approval, APPROVAL),
        edited(None, parent, PARENT),
        edited(None, small, SMALL),
        documents::vectors(),
        effects::vectors(),
        course::vectors(),
        humans::vectors(),
        made(None, noted, MADE),
        memory_only(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const APPROVAL: &[Row] = &[(
    "human_approval",
    "39 46",
    "A human approved a write under prod/; p_override_permille is not what the formula gives.",
    &[],
)];

const PARENT: &[Row] = &[("parent", "15 43", "A loop with three children.", &[])];

const BASIC: &[Row] = &[(
    "basic_edit",
    "1 15 38",
    "The first published bundle; its freshness is not what the formula gives.",
    &[],
)];

const SMALL: &[Row] = &[
    (
        "no_orient_in_the_log",
        "6 25",
        "The log goes from Observe to Decide; phase_sequence does not.",
        &[Remove("event/2")],
    ),
    (
        "no_evidence",
        "15 22",
        "There is no evidence at all.",
        &[
            Remove("file/evidence/verify/cargo_test.txt"),
            Remove("receipt/verification/results/0/evidence"),
            Remove("event/5/payload/results/0/evidence"),
        ],
    ),
    (
        "evidence_that_nothing_refers_to",
        "23",
        "A listed file of evidence is referred to by nothing.",
        &[Set("file/evidence/more.txt", "more\n")],
    ),
    (
        "file_that_is_no_evidence",
        "22",
        "A listed file stands beside the folder of evidence.",
        &[Set("file/notes.txt", "notes\n")],
    ),
    ("file_without_bytes", "22", "A listed file is empty.", &[Set("file/evidence/empty.txt", "")]),
    (
        "file_called_manifest_in_a_folder",
        "21",
        "A listed file is called manifest.json, and stands in a folder.",
        &[Set("file/evidence/manifest.json", "{}")],
    ),
    (
        "no_checks_required",
        "45",
        "No check is required and none was run.",
        &[
            Set("receipt/verification/spec/checks_required", "[]"),
            Set("receipt/verification/results", "[]"),
            Set("event/5/payload/results", "[]"),
        ],
    ),
    (
        "check_failed_that_is_not_required",
        "45",
        "A check failed that is not required.",
        &[
            Set("receipt/verification/spec/checks_required", "[]"),
            Set("receipt/verification/results/0/passed", "false"),
            Set("event/5/payload/results/0/passed", "false"),
            Set("event/5/payload/passed", "false"),
        ],
    ),
    (
        "attempt_zero_is_the_name_alone",
        "45",
        "`cargo_test` failed, `cargo_test@1` passed.",
        &[
            Set("event/5/payload/passed", "false"),
            Set("receipt/verification/results/0/passed", "false"),
            Set("event/5/payload/results/0/passed", "false"),
            Push(
                "receipt/verification/results",
                r#"{"check_id":"cargo_test@1","level":"Regression","passed":true}"#,
            ),
            Push(
                "event/5/payload/results",
                r#"{"check_id":"cargo_test@1","level":"Regression","passed":true}"#,
            ),
        ],
    ),
    (
        "lens_of_no_quality",
        "47",
        "Every score of the lens is 0, at Committed.",
        &[
            Set(
                "receipt/lens/quality",
                r#"{"aggregate":0,"conflict":0,"coverage":0,"freshness":0,"provenance":0}"#,
            ),
            Set(
                "event/2/payload/quality",
                r#"{"aggregate":0,"conflict":0,"coverage":0,"freshness":0,"provenance":0}"#,
            ),
        ],
    ),
    (
        "error_and_retry",
        "6 25",
        "An error, a retry that nobody knows the kind of, and success, all in Act; phase_sequence \
         acts twice.",
        &[
            Insert(
                4,
                "Act",
                "ActError",
                r#"{"class":"Recoverable","code":"NET_TIMEOUT","message":"no answer","phase":"Act",
                    "retryable":true}"#,
            ),
            Insert(5, "Act", "RetryScheduled", r#"{"after_ms":1000,"attempt":2}"#),
            Push(
                "receipt/errors",
                r#"{"class":"Recoverable","code":"NET_TIMEOUT","evidence":null,
                    "message":"no answer","phase":"Act","retryable":true}"#,
            ),
            Set(
                "receipt/phase_sequence",
                r#"["Observe","Orient","Decide","Act","Act","Verify","Lock"]"#,
            ),
        ],
    ),
    (
        "draft",
        "41",
        "A write under prod/ is only a draft; nobody has to be asked.",
        &[
            Set("receipt/lock_level", "\"Draft\""),
            Set("event/6/payload/lock_level", "\"Draft\""),
            Set("receipt/effects/declared/0/selector", "\"fs:prod/config.yml\""),
            Set("receipt/effects/executed_raw/0/selector", "\"fs:prod/config.yml\""),
            Set("event/3/payload/effects_declared/0/selector", "\"fs:prod/config.yml\""),
            Set("event/4/payload/effects_observed/0/selector", "\"fs:prod/config.yml\""),
        ],
    ),
    (
        "failed",
        "4",
        "The loop failed and is locked as such.",
        &[
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/6/payload/outcome/status", "\"failed\""),
        ],
    ),
    (
        "failed_with_a_failed_gate",
        "46",
        "A gate did not pass, and the loop failed.",
        &[
            Push("receipt/gates", r#"{"gate_id":"format","passed":false,"phase":"Verify"}"#),
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/6/payload/outcome/status", "\"failed\""),
        ],
    ),
    (
        "failed_with_a_failed_check",
        "45",
        "The required check failed, and the loop too.",
        &[
            Set("receipt/verification/results/0/passed", "false"),
            Set("event/5/payload/results/0/passed", "false"),
            Set("event/5/payload/passed", "false"),
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/6/payload/outcome/status", "\"failed\""),
        ],
    ),
    (
        "failed_without_a_required_check",
        "45",
        "A required check was never run, and the loop failed.",
        &[
            Push("receipt/verification/spec/checks_required", "\"lint\""),
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/6/payload/outcome/status", "\"failed\""),
        ],
    ),
    (
        "caused_by_a_parent_loop",
        "4 24",
        "The intent comes from a parent loop.",
        &[
            Set("receipt/intent/source", "\"parent_loop\""),
            Set("event/0/payload/intent/source", "\"parent_loop\""),
            Set("receipt/parent_loop_id", "\"22222222-2222-2222-2222-222222222222\""),
        ],
    ),
    (
        "caused_by_a_trigger",
        "4",
        "The intent comes from a trigger.",
        &[
            Set("receipt/intent/source", "\"trigger\""),
            Set("event/0/payload/intent/source", "\"trigger\""),
        ],
    ),
    (
        "caused_by_a_policy",
        "4",
        "The intent comes from a policy.",
        &[
            Set("receipt/intent/source", "\"policy\""),
            Set("event/0/payload/intent/source", "\"policy\""),
        ],
    ),
];

const MADE: &[Made] = &[
    ("log_without_a_last_newline", "10", "The last line of the log has no newline.", |parts| {
        let mut bundle = parts.bundle();
        let log = bundle.files.get_mut("events.jsonl").and_then(Vec::pop);
        assert_eq!(log, Some(b'\n'), "the log ended in one");
        parts.list(&mut bundle);
        bundle
    }),
    ("receipt_of_127_levels", "7", "The receipt has 127 levels.", |parts| {
        deep(parts, Document::Receipt, 126)
    }),
    ("event_of_127_levels", "7", "An event has 127 levels.", |parts| {
        deep(parts, Document::Event(1), 125)
    }),
];

fn deep(parts: Parts, document: Document, lists: usize) -> MemoryBundle {
    let text = nested(lists);
    spell(parts, document, &Spelling { instead_of: note(), hashed: text.clone(), written: text })
}

/// Paths that differ where some file systems see no difference.
const TWINS: &[Row] = &[
    (
        "paths_that_differ_in_case",
        "21",
        "Two paths differ in the case of a letter.",
        &[Set("file/evidence/a.txt", "a\n"), Set("file/evidence/A.txt", "A\n")],
    ),
    (
        "paths_that_differ_in_unicode_form",
        "21",
        "Two paths differ in how an accent is encoded.",
        &[Set("file/evidence/\u{e9}.txt", "1\n"), Set("file/evidence/e\u{301}.txt", "2\n")],
    ),
    (
        "path_with_spaces_and_colons",
        "21",
        "A path has a space, a colon and a star.",
        &[Set("file/evidence/a: b*.txt", "1\n")],
    ),
];

fn memory_only() -> Vec<Vector> {
    let long = |mut parts: Parts| {
        parts.files.insert(format!("evidence/{}.txt", "long/".repeat(1000)), b"deep\n".to_vec());
        parts.seal().bundle()
    };
    let description = "A path has a thousand segments.";
    let long = Vector::new(("path_of_a_thousand_segments", "21", None), description, small, long);
    edited(None, small, TWINS).into_iter().chain([long]).map(Vector::in_memory_only).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goldens::BASIC_EDIT;

    #[test]
    fn the_first_has_the_published_digest() {
        let vector = vectors().into_iter().next().expect("there are vectors");
        assert_eq!(vector.sealed_digest().as_deref(), Some(BASIC_EDIT));
    }
}
