//! Documents of a real Store, and the verdicts on them.

use std::path::Path;

use motus_ledger::Digest;
use motus_ledger::portable::verify::Phase;
use motus_testkit::TestLedger;
use motus_testkit::harness::{Scratch, capture};
use motus_testkit::sample::{ANY_OBJECT, closing, new_event, new_run};

use super::*;
use crate::care;

/// Records a run with evidence and closes it.
fn record(path: &Path) -> RunId {
    let mut ledger = TestLedger::at(path);
    let run = ledger.start(&new_run("k")).expect("the run starts").id;
    ledger.register("evidence.test", ANY_OBJECT).expect("the kind is registered");
    let payload = r#"{"evidence_type":"test_result","summary":"3 passed in /home/bob"}"#;
    ledger.append(&new_event(&run, "evidence.test", "e", payload)).expect("appended");
    ledger.close(&closing(&run)).expect("the run closes");
    run
}

fn texts(place: &StorePlace) -> Vec<String> {
    let texts = Format::ALL.map(|format| {
        let emitted = emit(place, runs::LATEST, format, None).expect("a document");
        assert_eq!(emitted.format, format);
        emitted.text().expect("bytes").to_owned()
    });
    texts.to_vec()
}

fn actor(kind: &str, id: &str) -> Actor {
    Actor { kind: kind.to_owned(), id: id.to_owned() }
}

#[test]
fn every_format_of_a_run_is_valid_and_refers_to_the_others() {
    let scratch = Scratch::new();
    let path = scratch.project().join("store.db");
    let run = record(&path);
    let texts = texts(&StorePlace::new(&path));
    let [projection, envelope, export, manifest] = texts.as_slice() else { panic!("four") };
    assert!(projection.contains("motus.receipt.projection.v1"));
    let portable = [envelope, export, manifest].map(|text| Document {
        name: "x",
        bytes: text.as_bytes(),
        golden: None,
    });
    let verified = verify(&portable, Mode::Strict);
    assert!(verified.iter().all(|it| it.verdict.is_valid()), "{verified:?}");
    let digest = Digest::of(export);
    assert!(envelope.contains(digest.hex()) && manifest.contains(digest.as_str()));
    let receipt_id = verified[0].verdict.receipt_id.clone().expect("a seal");
    assert!(manifest.contains(&receipt_id) && envelope.contains(run.as_str()));
}

/// The Store is copied, vacuumed and read by another user's hand under another home.
#[test]
fn the_bytes_are_the_same_wherever_the_store_lies() {
    let scratch = Scratch::new();
    let path = scratch.project().join("store.db");
    record(&path);
    let place = StorePlace::new(&path);
    let first = texts(&place);
    assert_eq!(texts(&place), first);
    let elsewhere = scratch.write("another home/x", "").with_file_name("renamed.db");
    let copied = StorePlace::new(&elsewhere);
    care::back_up(&place, &copied).expect("a copy");
    care::vacuum(&copied).expect("vacuumed");
    assert_eq!(texts(&copied), first);
    // Whoever may only read it gets the same.
    let mut command = scratch.command("chmod");
    let _ = capture(command.arg("400").arg(&elsewhere)).expect_success();
    assert_eq!(texts(&copied), first);
    for text in &first[1..] {
        let names = [scratch.path(), Path::new("/home/bob")];
        assert!(names.iter().all(|name| !text.contains(&*name.to_string_lossy())), "{text}");
    }
}

#[test]
fn who_did_it_can_be_said_where_it_is_told() {
    let scratch = Scratch::new();
    let path = scratch.project().join("store.db");
    record(&path);
    let place = StorePlace::new(&path);
    let human = actor("human", "bob");
    let emitted = emit(&place, "latest", Format::Envelope, Some(&human)).expect("a receipt");
    let told = motus_testkit::levels::document(emitted.text().expect("bytes").as_bytes());
    assert_eq!(told["actor"], motus_testkit::levels::json!({"type": "human", "id": "bob"}));
    for (actor, format) in [
        (actor("robot", "bob"), Format::Envelope),
        (actor("human", " "), Format::Manifest),
        (actor("human", "/home/bob"), Format::StoreExport),
        (actor("human", "bob"), Format::Projection),
    ] {
        let refused = emit(&place, "latest", format, Some(&actor)).expect_err("no such actor");
        assert_eq!(refused.code(), "receipt.actor_invalid");
    }
    // An actor that cannot be is refused before any Store is looked for.
    let nowhere = StorePlace::new(scratch.project().join("nothing.db"));
    let refused = emit(&nowhere, "latest", Format::Envelope, Some(&actor("robot", "x")));
    assert_eq!(refused.expect_err("no such actor").code(), "receipt.actor_invalid");
}

#[test]
fn a_run_that_has_no_receipt_is_refused() {
    let scratch = Scratch::new();
    let path = scratch.project().join("store.db");
    let mut ledger = TestLedger::at(&path);
    let open = ledger.start(&new_run("k")).expect("the run starts").id;
    drop(ledger);
    let place = StorePlace::new(&path);
    for format in Format::ALL {
        let code =
            |selector: &str| emit(&place, selector, format, None).expect_err("no receipt").code();
        assert_eq!(code(open.as_str()), "projection.run_open");
        assert_eq!(code("run_9"), "run.not_found");
        assert_eq!(code(""), "run.not_found");
        let nowhere = StorePlace::new(scratch.project().join("nothing.db"));
        let refused = emit(&nowhere, "latest", format, None).expect_err("no Store");
        assert_eq!(refused.code(), "store.missing");
    }
}

/// What is made can be verified: more evidence than that is told by the export.
#[test]
fn a_receipt_that_would_be_refused_is_not_made() {
    let scratch = Scratch::new();
    let path = scratch.project().join("store.db");
    let mut ledger = TestLedger::at(&path);
    let run = ledger.start(&new_run("k")).expect("the run starts").id;
    ledger.register("evidence.test", ANY_OBJECT).expect("the kind is registered");
    let payload = format!(r#"{{"summary":"{}"}}"#, "long ".repeat(12_000));
    for number in 0..150 {
        let event = new_event(&run, "evidence.test", &format!("e{number}"), &payload);
        ledger.append(&event).expect("appended");
    }
    ledger.close(&closing(&run)).expect("the run closes");
    let place = StorePlace::new(&path);
    let emitted = emit(&place, "latest", Format::Envelope, None).expect("a receipt");
    let refused = emitted.text().expect_err("too long");
    assert_eq!(refused.code(), "receipt.too_large");
    assert!(refused.to_string().contains("8388608 bytes"), "{refused}");
    for format in [Format::Projection, Format::StoreExport, Format::Manifest] {
        assert!(emit(&place, "latest", format, None).expect("a document").text().is_ok());
    }
}

#[test]
fn formats_have_names() {
    for format in Format::ALL {
        assert_eq!(Format::parse(format.as_str()), Some(format));
    }
    assert_eq!(Format::parse("Envelope"), None);
}

#[test]
fn the_published_validator_looks_at_nothing_behind_a_fault() {
    let scratch = Scratch::new();
    let path = scratch.project().join("store.db");
    record(&path);
    let emitted =
        emit(&StorePlace::new(&path), "latest", Format::Envelope, None).expect("a receipt");
    let text = emitted.text().expect("bytes");
    let good = Document { name: "good", bytes: text.as_bytes(), golden: None };
    let forged = Document { name: "forged", bytes: b"{}", golden: None };
    let other = Document { name: "golden", golden: Some("0"), ..good };
    let verified = verify(&[good, forged, other], Mode::Normal);
    let told: Vec<_> = verified.iter().map(|it| (it.name.as_str(), it.verdict.failed)).collect();
    let (shape, golden) = (Some(Phase::Shape), Some(Phase::Golden));
    assert_eq!(told, [("good", None), ("forged", shape), ("golden", golden)]);
    assert_eq!(verify(&[good, forged, other], Mode::Reference).len(), 2);
}
