//! What must hold for the readers of single documents.

use motus_json::canonical::cj;
use motus_json::{ReadOptions, Value};
use motus_kernel::event::{Event, LINE_LIMITS};
use motus_kernel::manifest::{Manifest, is_bundle_path};
use motus_kernel::policy::{Policy, Rules, violations};
use motus_kernel::receipt::{Receipt, Roots};
use motus_kernel::{Digest, hitl, roots};

/// The check accepts exactly what reading and writing again gives back.
pub fn canonical_json(bytes: &[u8]) {
    let options = ReadOptions::default();
    let read = cj::read(bytes, &options).ok();
    let again = read.as_ref().map(|value| cj::write(value).expect("what was read can be written"));
    let is_canonical = again.as_ref().is_some_and(|text| text.as_bytes() == bytes);
    assert_eq!(cj::check(bytes, &options).is_ok(), is_canonical);
    let mut members = Vec::new();
    let is_object = cj::check_members(bytes, &options, &mut members).is_ok();
    assert_eq!(is_object, is_canonical && bytes.first() == Some(&b'{'));
    if let (Some(value), Some(text)) = (read, again) {
        assert_eq!(cj::check(text.as_bytes(), &options), Ok(()));
        assert_eq!(cj::read(text.as_bytes(), &options), Ok(value.clone()));
        assert_eq!(motus_json::read(bytes, &options), Ok(value));
    }
}

/// A line that is read is canonical, and its hash is that of the tree without `event_hash`.
pub fn event_line(bytes: &[u8]) {
    let Ok(event) = Event::read(bytes) else { return };
    assert_eq!(cj::check(bytes, &LINE_LIMITS), Ok(()));
    let document = cj::read(bytes, &LINE_LIMITS).expect("a canonical line is a document");
    let mut rest = document.as_object().expect("a line is an object").clone();
    let claimed = rest.remove("event_hash");
    assert_eq!(claimed, Some(event.event_hash.to_string().into()));
    let text = cj::write(&rest.into()).expect("a part of a document can be written");
    assert_eq!(event.computed_hash, Digest::of(&[b"MOTUS|EVT|0.1|", text.as_bytes()]));
    assert!(event.content().is_some());
}

/// A manifest that is read lists paths of one spelling, each once, in order, and reads back as it is written.
pub fn manifest(bytes: &[u8]) {
    let Some(document) = read(bytes) else { return };
    match Manifest::read(&document) {
        Ok(manifest) => {
            assert!(manifest.files.is_sorted_by(|left, right| left.path < right.path));
            for file in &manifest.files {
                assert!(is_bundle_path(&file.path));
                assert_eq!(manifest.file(&file.path), Some(file));
            }
            assert_eq!(Manifest::read(&manifest.write().into()), Ok(manifest));
        }
        Err(faults) => assert!(!faults.is_empty()),
    }
}

/// A receipt that is read has roots, a probability in its range, and an answer from the policy, and reads
/// back as it is written.
pub fn receipt(bytes: &[u8]) {
    let Some(document) = read(bytes) else { return };
    let receipt = match Receipt::read(&document) {
        Ok(receipt) => receipt,
        Err(faults) => return assert!(!faults.is_empty()),
    };
    assert_eq!(Receipt::read(&receipt.write().into()).as_ref(), Ok(&receipt));
    assert!((71..=1000).contains(&hitl::p_override(&receipt)));
    let policy = Rules::published_default();
    assert_eq!(violations(&policy, &receipt), violations(&policy, &receipt));
    let mut backwards = receipt.clone();
    backwards.body.inputs.reverse();
    backwards.body.outputs.reverse();
    backwards.body.lens.items.reverse();
    backwards.body.effects.declared.reverse();
    backwards.body.gates.reverse();
    backwards.body.checks.reverse();
    backwards.body.children.reverse();
    assert_eq!(roots_of(&receipt), roots_of(&backwards), "leaves are sorted for their root");
}

fn roots_of(receipt: &Receipt) -> Roots {
    roots::of(receipt, Digest::ZERO, std::iter::empty())
}

/// A policy is the same however its document is spelled, and its hash is that of the canonical text.
pub fn policy(bytes: &[u8]) {
    let rules = match Rules::read(bytes) {
        Ok(rules) => rules,
        Err(error) => return assert!(!error.code().is_empty() && !error.to_string().is_empty()),
    };
    let document = cj::read(bytes, &ReadOptions::default()).expect("a policy is a document");
    let text = cj::write(&document).expect("what was read can be written");
    assert_eq!(rules.hash(), Digest::of(&[text.as_bytes()]));
    assert_eq!(Rules::read(text.as_bytes()).ok(), Some(rules));
}

pub(super) fn policies() -> Vec<Vec<u8>> {
    let risk = r#"{"op":"Network","selector":"net:https://h/","from_level":"Staged","loss_ms":9}"#;
    let policy = |checks: &str, risks: &str| {
        format!(
            r#"{{"policy_version":"POLICY-0.1","policy_id":"TEAM","effect_cap_k":20,
            "backtrack_to_observe":true,"checks_required":{checks},"lens_quality_min":{{"Draft":7}},
            "human":{{"cost_ms":60000,"loss_ms":0,"risks":[{risks}]}}}}"#
        )
    };
    let texts = [policy("{}", ""), policy(r#"{"Committed":["cargo_test"]}"#, risk)];
    texts.map(String::into_bytes).to_vec()
}

fn read(bytes: &[u8]) -> Option<Value> {
    cj::read(bytes, &ReadOptions::default()).ok()
}
