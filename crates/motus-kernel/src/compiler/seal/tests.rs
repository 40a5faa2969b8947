//! What is sealed verifies, is what another implementation seals, and is what was published.

mod lawful;

use std::collections::BTreeMap;

use motus_json::canonical::cj;
use motus_json::{Object, ReadOptions, Value};
use motus_testkit::bundle::{Parts, basic_edit, human_approval, parent};
use motus_testkit::goldens;
use motus_testkit::harness::{fixtures, skip};
use proptest::prelude::*;

use super::{SealedLoop, seal};
use crate::Digest;
use crate::compiler::log::EventLog;
use crate::compiler::request::RunError;
use crate::event::Event;
use crate::manifest::ListedFile;
use crate::policy::Rules;
use crate::receipt::{Body, Receipt, any};
use crate::source::MemoryBundle;
use crate::verify::verify_bundle;

type Files = BTreeMap<String, Vec<u8>>;

fn listed(files: &Files) -> BTreeMap<String, ListedFile> {
    let evidence = files.iter().filter(|(path, _)| path.starts_with("evidence/"));
    let entry = |(path, bytes): (&String, &Vec<u8>)| {
        let (sha256, size_bytes) = (Digest::of(&[bytes]), bytes.len() as u64);
        (path.clone(), ListedFile { path: path.clone(), sha256, size_bytes })
    };
    evidence.map(entry).collect()
}

/// The files of a bundle: those that were sealed, and the evidence.
fn written(sealed: &SealedLoop, evidence: &Files) -> Files {
    let documents = sealed.documents().map(|(path, text)| (path.to_owned(), text.into()));
    evidence.clone().into_iter().chain(documents).collect()
}

fn object(text: &str) -> Object {
    let value = cj::read(text.as_bytes(), &ReadOptions::default()).expect("the text is canonical");
    value.as_object().expect("an object").clone()
}

/// Seals the same by the rules as they are written a second time.
fn sealed_elsewhere(sealed: &SealedLoop, evidence: &Files) -> Files {
    let mut receipt = object(&sealed.receipt_json);
    let integrity = receipt.get_mut("integrity").and_then(Value::as_object_mut).expect("a block");
    for computed in ["receipt_hash", "proof_digest", "roots"] {
        integrity.remove(computed);
    }
    let mut manifest = object(&sealed.manifest_json);
    manifest.remove("files");
    let events = sealed.events_jsonl.lines().map(object).collect();
    let parts = Parts { events, receipt, manifest, files: evidence.clone(), ..Parts::default() };
    parts.seal().bundle().files
}

proptest! {
    #![proptest_config(any::config(200))]

    /// p19: a loop that keeps all rules is sealed, and its bundle verifies, with the root of the log that is
    /// sealed and the digest that is told.
    #[test]
    fn p19_what_the_compiler_seals_verifies(lawful in lawful::loops()) {
        let policy = Rules::published_default();
        let (log, root) = lawful.log().finish();
        let sealed = seal(lawful.body.clone(), (log, root), listed(&lawful.evidence), &policy, None);
        let sealed = sealed.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&sealed.receipt.body, &lawful.body);
        prop_assert_eq!(sealed.receipt.integrity.roots.event_log_root, root);

        let files = written(&sealed, &lawful.evidence);
        let report = verify_bundle(&MemoryBundle { files: files.clone() }, &policy);
        prop_assert_eq!(&report.failures, &[]);
        prop_assert_eq!(report.warnings, Vec::<String>::new());
        prop_assert_eq!(report.proof_digest, Some(sealed.receipt.integrity.proof_digest));
        prop_assert_eq!(report.summary.map(|summary| summary.events), Some(lawful.events.len() as u64));
        prop_assert_eq!(sealed_elsewhere(&sealed, &lawful.evidence), files);
    }
}

/// Takes a bundle apart, lets somebody change its receipt, and seals it again.
fn again(files: &Files, change: impl FnOnce(&mut Body)) -> Result<SealedLoop, RunError> {
    let text = |path: &str| str::from_utf8(&files[path]).expect("a document is text");
    let receipt = Receipt::read(&object(text("receipt.json")).into()).expect("it is a receipt");
    let mut body = receipt.body;
    let mut log = EventLog::new(body.loop_id);
    for line in text("events.jsonl").lines() {
        let event = Event::read(line.as_bytes()).expect("it is an event");
        let content = event.content().unwrap_or_default();
        let payload = content.as_object().cloned().unwrap_or_default();
        log.push(event.event_id, event.ts_utc, event.phase, event.kind, payload)
            .expect("it can be told");
    }
    change(&mut body);
    seal(body, log.finish(), listed(files), &Rules::published_default(), None)
}

#[test]
fn known_scenarios_are_sealed_as_elsewhere() {
    for parts in [basic_edit(), human_approval(), parent()] {
        let files = parts.bundle().files;
        let sealed = again(&files, |_| {}).expect("it keeps all rules");
        assert_eq!(written(&sealed, &parts.files), files);
    }
}

#[test]
fn published_bundles_are_sealed_as_they_were() {
    let fixtures = match fixtures() {
        Ok(fixtures) => fixtures,
        Err(why) => return skip("compiler::published_bundles_are_sealed_as_they_were", &why),
    };
    for (name, digest) in goldens::PUBLISHED {
        let files = goldens::read(&fixtures, name).expect("the bundle can be read").files;
        let sealed = again(&files, |_| {}).expect(name);
        assert_eq!(sealed.receipt.integrity.proof_digest.to_string(), digest, "{name}");
        assert_eq!(written(&sealed, &files), files, "{name}");
    }
}

/// Says why a receipt with a change is not sealed.
#[track_caller]
fn refused(change: impl FnOnce(&mut Body)) -> String {
    let error = again(&basic_edit().bundle().files, change).expect_err("it breaks a rule");
    format!("{}: {error}", error.code())
}

#[test]
fn what_no_verifier_would_read_is_not_sealed() {
    assert_eq!(
        refused(|body| body.outcome.description = "a".repeat(8 << 20)),
        "loop.unverifiable: the bundle would not verify: PARSE_ERROR in receipt.json: is longer than 8388608 bytes"
    );
    assert_eq!(
        refused(|body| body.checks_required = vec![String::new(); 100_001]),
        "loop.unverifiable: the bundle would not verify: PARSE_ERROR in receipt.json: \
         verification.spec.checks_required more than 100000 entries"
    );
    assert_eq!(
        refused(|body| body.outputs.extend(body.outputs.clone())),
        "loop.unverifiable: the bundle would not verify: PARSE_ERROR in receipt.json: \
         artifacts.outputs[1] must come after the entry before it"
    );
}

#[test]
fn what_breaks_a_rule_is_not_sealed() {
    assert_eq!(
        refused(|body| body.checks[0].evidence = Some("evidence/none".to_owned())),
        "loop.unverifiable: the bundle would not verify: FILE_HASH_MISMATCH in receipt.json: \
         refers to evidence that is not listed: evidence/none"
    );
    assert_eq!(
        refused(|body| body.outcome.description.push('!')),
        "loop.unverifiable: the bundle would not verify: FSM_INVALID in events.jsonl: \
         event 6 (Locked): outcome is not what the receipt says"
    );
    assert_eq!(
        refused(|body| body.checks_required.push("never".to_owned())),
        "loop.unverifiable: the bundle would not verify: POLICY_VIOLATION in receipt.json: \
         check never has no result"
    );
}

#[test]
fn what_has_no_canonical_text_is_not_sealed() {
    let half = motus_json::read(br#""\ud800""#, &ReadOptions::default()).expect("it is JSON");
    let refused = refused(|body| body.strategies.used = Some(half));
    assert_eq!(refused, "loop.request: a lone surrogate has no canonical text");
}

#[test]
fn evidence_is_listed_by_its_own_name_and_under_evidence() {
    let files = basic_edit().bundle().files;
    let sealed = again(&files, |_| {}).expect("it keeps all rules");
    let receipt = &sealed.receipt;
    let log = (sealed.events_jsonl.clone(), receipt.integrity.roots.event_log_root);
    for (name, path) in [("notes.txt", "notes.txt"), ("evidence/a", "evidence/b")] {
        let mut evidence = listed(&files);
        let file = ListedFile { path: path.to_owned(), sha256: Digest::ZERO, size_bytes: 0 };
        evidence.insert(name.to_owned(), file);
        let policy = Rules::published_default();
        let error = seal(receipt.body.clone(), log.clone(), evidence, &policy, None);
        assert_eq!(error, Err(RunError::Request(format!("{name} is no path of evidence"))));
    }
}
