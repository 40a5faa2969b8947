//! Every rule of a level is noticed when it is broken, and by itself.

use motus_ledger::portable::documents::Documents;

use super::*;
use crate::receipts::samples;

fn papers() -> Papers {
    let sample = samples().into_iter().find(|sample| sample.is_handed_over).expect("a sample");
    let documents = Documents::of(sample.work).expect("texts without lone surrogates");
    let of = |object| {
        let text = motus_json::canonical::store::write(&motus_json::Value::Object(object));
        document(text.as_bytes())
    };
    Papers {
        envelope: of(documents.envelope),
        export: document(documents.export.as_str().as_bytes()),
        manifest: of(documents.manifest),
    }
}

/// Changes an event and names it again.
fn in_event(papers: &mut Papers, event: usize, change: impl FnOnce(&mut Value)) {
    let event = &mut papers.export["events"][event];
    change(event);
    rename_event(event);
}

/// Ties the papers again after something in the export was changed.
fn tie(papers: &mut Papers) {
    let digest = digest_object(&papers.export);
    papers.envelope["events_ref"]["digest"] = digest.clone();
    papers.envelope["hashes"]["source_export"] = digest;
    papers.manifest["source_export_hash"] = json!(named_digest(&papers.export));
    reseal(&mut papers.envelope);
    papers.manifest["projections"]["work_receipt"]["digest"] =
        papers.envelope["receipt_id"].clone();
}

#[track_caller]
fn check(change: impl FnOnce(&mut Papers), expected: &str) {
    let mut papers = papers();
    change(&mut papers);
    tie(&mut papers);
    let complaints = level_1(&papers);
    assert!(complaints.iter().any(|it| it.contains(expected)), "{expected}: {complaints:?}");
}

#[test]
fn whole_papers_are_of_every_level() {
    let mut papers = papers();
    assert_eq!(level_0(&papers.envelope, &Schemas::printed(), None), [""; 0]);
    assert_eq!(level_1(&papers), [""; 0]);
    assert_eq!(level_2(&papers.envelope), [""; 0]);
    let before = papers.envelope.clone();
    tie(&mut papers);
    assert_eq!(papers.envelope, before);
}

#[test]
fn every_broken_rule_of_events_is_noticed() {
    check(|it| in_event(it, 1, |event| event["seq"] = json!(9)), "another seq");
    check(|it| in_event(it, 1, |event| event["run_id"] = json!("x")), "of another run");
    check(|it| in_event(it, 1, |event| event["event_kind"] = json!("x")), "no known kind");
    let again = |it: &mut Papers| {
        let last = it.export["events"].as_array().and_then(|all| all.last().cloned());
        it.export["events"].as_array_mut().expect("events").push(last.expect("an event"));
    };
    check(again, "work.closed stands there 2 times");
    let swap = |it: &mut Papers| it.export["events"].as_array_mut().expect("events").swap(2, 4);
    check(swap, "work.closed is not the last event");
    check(|it| in_event(it, 1, |event| event["schema_hash"] = json!("x")), "schema_hash");
    check(|it| it.export["events"][1]["payload_hash"] = json!("x"), "payload_hash");
    check(|it| it.export["events"][1]["event_id"] = json!("x"), "event_id");
    check(|it| in_event(it, 1, |event| event["payload"] = json!({})), "has no tool_refs");
}

#[test]
fn every_disagreement_is_noticed() {
    for (name, value) in [("run_id", json!("x")), ("work_id", json!("x")), ("actor", json!({}))] {
        check(|it| it.envelope[name] = value, name);
    }
    for name in ["trigger", "outcome", "acceptance", "route_summary", "handoff", "redaction"] {
        check(|it| it.envelope[name] = json!({}), name);
    }
    check(|it| it.export["runs"][0]["status"] = json!("open"), "the run is not closed");
    check(|it| it.export["runs"][0]["outcome_status"] = json!("x"), "outcome_status");
    check(|it| it.export["runs"][0]["closed_at"] = json!("x"), "closed_at");
}

#[test]
fn papers_of_other_papers_are_noticed() {
    let complaints = |change: fn(&mut Papers)| {
        let mut papers = papers();
        change(&mut papers);
        level_1(&papers)
    };
    let found = [
        complaints(|it| it.envelope["events_ref"]["digest"]["value"] = json!("x")),
        complaints(|it| it.envelope["hashes"]["source_export"]["value"] = json!("x")),
        complaints(|it| it.manifest["source_export_hash"] = json!("x")),
        complaints(|it| it.manifest["projections"]["work_receipt"]["digest"] = json!("x")),
    ];
    let expected = [
        "events_ref is of another export",
        "hashes.source_export is of another export",
        "the manifest is of another export",
        "the manifest is of another receipt",
    ];
    assert_eq!(found, expected.map(|complaint| vec![complaint.to_owned()]));
}
