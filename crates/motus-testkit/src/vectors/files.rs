//! Files that are not what the manifest says, and references to what is no listed evidence.

use motus_kernel::verify::Code;

use super::bases::{full, small};
use super::edit::Edit::{Insert, Map, Remove, Set};
use super::edit::flip;
use super::{Made, Row, Vector, edited, made};

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::FileHashMismatch);
    [edited(code, small, FILES), made(code, small, UNLISTED), edited(code, full, REFERENCES)]
        .into_iter()
        .flatten()
        .collect()
}

const FILES: &[Row] = &[
    ("file_unlisted", "22", "A file is not listed.", &[Set("disk/notes.txt", "more\n")]),
    (
        "file_unlisted_hidden",
        "22",
        "A file whose name begins with a dot is not listed.",
        &[Set("disk/.hidden", "")],
    ),
    (
        "evidence_unlisted",
        "22",
        "A file of evidence is not listed.",
        &[Set("disk/evidence/more.txt", "more\n")],
    ),
    (
        "second_manifest_unlisted",
        "22",
        "A manifest in a folder is a file like others, and not listed.",
        &[Set("disk/evidence/manifest.json", "{}")],
    ),
    (
        "evidence_missing",
        "22",
        "A listed file of evidence does not exist.",
        &[Remove("disk/evidence/verify/cargo_test.txt")],
    ),
    ("receipt_missing", "22", "The receipt does not exist.", &[Remove("disk/receipt.json")]),
    ("log_missing", "22", "The log does not exist.", &[Remove("disk/events.jsonl")]),
    ("manifest_missing", "22", "The manifest does not exist.", &[Remove("disk/manifest.json")]),
    (
        "evidence_changed",
        "22",
        "A file of evidence has another content of the same size.",
        &[Set("disk/evidence/verify/cargo_test.txt", "FAIL cargo test\n")],
    ),
    (
        "evidence_emptied",
        "22",
        "A file of evidence is empty.",
        &[Set("disk/evidence/verify/cargo_test.txt", "")],
    ),
    (
        "evidence_with_other_line_ends",
        "22",
        "A file of evidence ends its line in CR LF.",
        &[Set("disk/evidence/verify/cargo_test.txt", "PASS cargo test\r\n")],
    ),
    (
        "evidence_listed_with_another_digest",
        "22",
        "The manifest has another digest of a file of evidence.",
        &[Map("listed/files/1/sha256", flip)],
    ),
    (
        "evidence_listed_longer_than_it_is",
        "20 22",
        "size_bytes is one too many; no hash covers it.",
        &[Set("listed/files/1/size_bytes", "17")],
    ),
    (
        "receipt_listed_with_another_size",
        "20 22",
        "size_bytes of the receipt is 0; no hash covers it.",
        &[Set("listed/files/2/size_bytes", "0")],
    ),
    (
        "log_listed_with_another_digest",
        "22",
        "The manifest has another digest of the log.",
        &[Map("listed/files/0/sha256", flip)],
    ),
];

const UNLISTED: &[Made] = &[
    ("receipt_unlisted", "22", "The manifest does not list the receipt.", |parts| {
        unlisted(&parts, 2)
    }),
    ("log_unlisted", "22", "The manifest does not list the log.", |parts| unlisted(&parts, 0)),
];

fn unlisted(parts: &crate::bundle::Parts, place: usize) -> motus_kernel::source::MemoryBundle {
    let mut bundle = parts.bundle();
    super::edit::list(&mut bundle, |manifest| {
        let files = manifest.get("files").and_then(|files| files.as_array()).unwrap_or_default();
        let mut files = files.to_vec();
        files.remove(place);
        manifest.insert("files", files);
    });
    bundle
}

const REFERENCES: &[Row] = &[
    (
        "evidence_beside_the_payload_unlisted",
        "23",
        "An event has a reference beside its payload, to what is not listed.",
        &[Set("event/7/evidence", "\"evidence/none.txt\"")],
    ),
    (
        "evidence_in_what_stands_beside_the_payload",
        "23",
        "An event has a reference inside of a member beside its payload, to what is not listed.",
        &[Set("event/7/data", r#"{"list":[{"evidence":"evidence/none.txt"}]}"#)],
    ),
    (
        "gate_refers_to_no_evidence",
        "23",
        "A gate refers to a file that does not exist.",
        &[Set("receipt/gates/0/evidence", "\"evidence/none.txt\"")],
    ),
    (
        "check_refers_to_no_evidence",
        "23",
        "A check refers to a file that does not exist, also in the event.",
        &[
            Set("receipt/verification/results/0/evidence", "\"evidence/none.txt\""),
            Set("event/8/payload/results/0/evidence", "\"evidence/none.txt\""),
        ],
    ),
    (
        "error_refers_to_no_evidence",
        "23",
        "An error refers to a file that does not exist, also in the event.",
        &[
            Set("receipt/errors/0/evidence", "\"evidence/none.txt\""),
            Set("event/4/payload/evidence", "\"evidence/none.txt\""),
        ],
    ),
    (
        "event_refers_to_no_evidence",
        "23",
        "An event refers to a file that does not exist.",
        &[Set("event/7/payload/evidence", "\"evidence/none.txt\"")],
    ),
    (
        "unknown_kind_refers_to_no_evidence",
        "6 23",
        "An event of an unknown kind refers to a file that does not exist.",
        &[Insert(7, "Act", "OrientAgain", r#"{"evidence":"evidence/none.txt"}"#)],
    ),
    (
        "reference_deep_in_an_event",
        "23",
        "A reference stands deep inside of a payload.",
        &[Set("event/7/payload/more", r#"[{"deep":[{"evidence":"evidence/none.txt"}]}]"#)],
    ),
    (
        "reference_deep_in_the_receipt",
        "23",
        "A reference stands in a member of the receipt that nobody knows.",
        &[Set("receipt/more", r#"[{"deep":[{"evidence":"evidence/none.txt"}]}]"#)],
    ),
    (
        "reference_in_a_list",
        "23",
        "The second of a list of references is to a file that does not exist.",
        &[Set(
            "receipt/more",
            r#"{"evidence":["evidence/verify/cargo_test.txt","evidence/none.txt"]}"#,
        )],
    ),
    (
        "reference_in_an_object",
        "23",
        "A string deep under a key evidence is a reference.",
        &[Set("receipt/more", r#"{"evidence":{"file":{"path":"evidence/none.txt"}}}"#)],
    ),
    (
        "reference_that_is_a_key",
        "23",
        "A key under the key evidence, with null behind it, is a file that does not exist.",
        &[Set("receipt/more", r#"{"evidence":{"evidence/none.txt":null}}"#)],
    ),
    (
        "reference_that_is_a_key_of_an_object",
        "23",
        "A key under the key evidence, with an empty object behind it, is a file that does not exist.",
        &[Set("receipt/more", r#"{"evidence":{"evidence/none.txt":{}}}"#)],
    ),
    (
        "reference_that_is_a_key_of_a_list",
        "23",
        "A key under the key evidence, with an empty list behind it, is a file that does not exist.",
        &[Set("receipt/more", r#"{"evidence":{"evidence/none.txt":[]}}"#)],
    ),
    (
        "reference_that_is_a_key_deep_inside",
        "23",
        "A key deep under the key evidence is a file that does not exist.",
        &[Set(
            "receipt/more",
            r#"{"evidence":{"evidence/verify/cargo_test.txt":[{"evidence/none.txt":null}]}}"#,
        )],
    ),
    (
        "reference_that_is_a_key_in_an_event",
        "23",
        "A key under the key evidence of an event is a file that does not exist.",
        &[Set("event/7/payload/evidence", r#"{"evidence/none.txt":null}"#)],
    ),
    (
        "reference_at_the_top_of_the_receipt",
        "23",
        "The receipt itself has a reference.",
        &[Set("receipt/evidence", "\"evidence/none.txt\"")],
    ),
    (
        "reference_to_a_listed_file_elsewhere",
        "23",
        "A reference is to a listed file that is no evidence.",
        &[Set("event/7/payload/evidence", "\"receipt.json\"")],
    ),
    (
        "reference_to_the_manifest",
        "23",
        "A reference is to the manifest.",
        &[Set("event/7/payload/evidence", "\"manifest.json\"")],
    ),
    (
        "reference_absolute",
        "23",
        "A reference is absolute.",
        &[Set("event/7/payload/evidence", "\"/evidence/verify/cargo_test.txt\"")],
    ),
    (
        "reference_through_two_dots",
        "23",
        "A reference goes up and down again.",
        &[Set("event/7/payload/evidence", "\"evidence/verify/../verify/cargo_test.txt\"")],
    ),
    (
        "reference_through_a_dot",
        "23",
        "A reference has a segment `.`.",
        &[Set("event/7/payload/evidence", "\"evidence/./verify/cargo_test.txt\"")],
    ),
    (
        "reference_without_its_folder",
        "23",
        "A reference does not begin with `evidence/`.",
        &[Set("event/7/payload/evidence", "\"verify/cargo_test.txt\"")],
    ),
    (
        "reference_to_a_folder",
        "23",
        "A reference is to a folder.",
        &[Set("event/7/payload/evidence", "\"evidence/verify\"")],
    ),
    (
        "reference_in_other_letters",
        "23",
        "A reference is in capitals.",
        &[Set("event/7/payload/evidence", "\"evidence/verify/CARGO_TEST.txt\"")],
    ),
    ("reference_empty", "23", "A reference is empty.", &[Set("event/7/payload/evidence", "\"\"")]),
];
