//! Documents of one run beside each other: they agree, or the first difference of each pair is named.

use motus_ledger::portable::verify::{Mode, Options, compare, verify_among};
use motus_testkit::levels::{Papers, Value, json, rename_event, reseal};
use motus_testkit::receipts::samples;

use super::support::{made, papers};

const COMMAND: usize = 0;
const HANDED_OVER: usize = 3;

/// Looks at documents by their names, and returns what is found by comparing them.
fn compared(documents: &[(&str, &Value)]) -> Vec<String> {
    let said: Vec<_> = documents
        .iter()
        .map(|(name, document)| {
            let options = Options { mode: Mode::Normal, golden: None };
            let (verdict, said) = verify_among(document.to_string().as_bytes(), &options);
            assert!(verdict.is_valid(), "{name}: {verdict:?}");
            (*name, said.expect("it can be compared"))
        })
        .collect();
    let said: Vec<_> = said.iter().map(|(name, said)| (*name, said)).collect();
    let found = compare(&said).into_iter().map(|(place, finding)| {
        assert_eq!(finding.kind.as_str(), "document-disagreement");
        format!("{}: {finding}", said[place].0)
    });
    found.collect()
}

fn of_sample(sample: usize) -> Papers {
    papers(&made(&samples()[sample].work))
}

fn all(papers: &Papers) -> Vec<String> {
    let Papers { envelope, export, manifest } = papers;
    compared(&[("manifest", manifest), ("envelope", envelope), ("export", export)])
}

#[test]
fn the_documents_of_one_work_agree() {
    for sample in samples() {
        assert_eq!(all(&papers(&made(&sample.work))), [""; 0], "{}", sample.name);
    }
}

#[test]
fn a_receipt_that_says_something_else_than_its_export_is_found() {
    for (sample, pointer, value, place) in [
        (COMMAND, "/work_id", json!("T-9"), "work_id"),
        (COMMAND, "/actor/id", json!("x"), "actor.id"),
        (COMMAND, "/actor/display", json!("x"), "actor.display"),
        (COMMAND, "/trigger/kind", json!("ci"), "trigger.kind"),
        (COMMAND, "/instruction_ref/summary", json!("x"), "instruction_ref.summary"),
        (
            COMMAND,
            "/instruction_ref/digest/value",
            json!("0".repeat(64)),
            "instruction_ref.digest.value",
        ),
        (COMMAND, "/evidence_refs/0/digest/value", json!("0".repeat(64)), "evidence_refs.0"),
        (COMMAND, "/evidence_refs", json!([]), "evidence_refs.0"),
        (COMMAND, "/tool_refs/0/name", json!("x"), "tool_refs.0"),
        (COMMAND, "/outcome/summary", json!("x".repeat(99)), "outcome.summary"),
        (COMMAND, "/outcome/status", json!("partial"), "outcome.status"),
        (HANDED_OVER, "/acceptance/method", json!("x"), "acceptance.method"),
        (HANDED_OVER, "/handoff/expected_action", json!("x"), "handoff.expected_action"),
        (COMMAND, "/redaction/summary", json!("x"), "redaction.summary"),
        (COMMAND, "/events_ref/digest/value", json!("0".repeat(64)), "events_ref.digest.value"),
        (
            COMMAND,
            "/hashes/source_export/value",
            json!("0".repeat(64)),
            "hashes.source_export.value",
        ),
    ] {
        let mut papers = of_sample(sample);
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let parent = papers.envelope.pointer_mut(parent).expect("the parent is there");
        parent[name] = value;
        reseal(&mut papers.envelope);
        let found = compared(&[("export", &papers.export), ("envelope", &papers.envelope)]);
        assert_eq!(found, [format!("envelope: {place}: is not what export says")], "{pointer}");
    }
}

/// What is kept in brief is told from what looks like that.
#[test]
fn no_text_is_taken_for_another_long_one() {
    let long = "x".repeat(99);
    let digest = motus_ledger::Digest::of(format!("\"{long}\""));
    let mut papers = of_sample(COMMAND);
    let told = &mut papers.export["events"].as_array_mut().expect("events").last_mut();
    let closed = told.as_mut().expect("a close");
    closed["payload"]["outcome"]["summary"] = json!(long);
    rename_event(closed);
    papers.envelope["outcome"]["summary"] = json!(digest.as_str());
    reseal(&mut papers.envelope);
    let found = compared(&[("export", &papers.export), ("envelope", &papers.envelope)]);
    assert_eq!(found, ["envelope: outcome.summary: is not what export says"]);
    papers.envelope["outcome"]["summary"] = json!(long);
    reseal(&mut papers.envelope);
    let found = compared(&[("export", &papers.export), ("envelope", &papers.envelope)]);
    assert_eq!(found, ["envelope: events_ref.digest.value: is not what export says"]);
}

#[test]
fn an_export_that_was_changed_and_named_again_is_not_that_of_its_receipt() {
    let mut papers = of_sample(COMMAND);
    papers.export["events"][2]["idempotency_key"] = json!("another");
    rename_event(&mut papers.export["events"][2]);
    // Nothing says that the manifest, which the receipt agrees with, is of this export.
    assert_eq!(all(&papers), ["envelope: events_ref.digest.value: is not what export says"]);
}

#[test]
fn a_manifest_names_both_by_their_digests() {
    let zeros = json!(format!("sha256:{}", "0".repeat(64)));
    let mut papers = of_sample(COMMAND);
    papers.manifest["projection_id"] = json!("other");
    papers.manifest["source_export_hash"] = zeros.clone();
    assert_eq!(all(&papers), ["manifest: source_export_hash: is not what envelope says"]);
    // Of another receipt and another export nothing is known.
    papers.manifest["projections"]["work_receipt"]["digest"] = zeros.clone();
    assert_eq!(all(&papers), [""; 0]);
    let run = papers.envelope["run_id"].as_str().expect("a run").to_owned();
    papers.manifest["projection_id"] = json!(format!("projection:{run}"));
    assert_eq!(
        all(&papers),
        [
            "manifest: projections.work_receipt.digest: is not what envelope says",
            "manifest: source_export_hash: is not what export says"
        ]
    );
}

#[test]
fn documents_of_other_runs_are_passed() {
    let (mine, mut other) = (of_sample(COMMAND), of_sample(HANDED_OVER));
    other.envelope["run_id"] = json!("run_9");
    reseal(&mut other.envelope);
    let found = compared(&[("envelope", &other.envelope), ("export", &mine.export)]);
    assert_eq!(found, [""; 0]);
}
