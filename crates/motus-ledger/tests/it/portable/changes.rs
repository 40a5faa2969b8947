//! Small changes of documents: each is refused, and for the reason that another reader has.

use motus_ledger::portable::verify::{Mode, Phase};
use motus_testkit::levels::{Schemas, reseal, times_are_rfc_3339};
use motus_testkit::receipts::{changes, samples};

use super::support::{look_at, made, papers, told};

/// Whoever changes one place of a receipt breaks its shape, its seal, or what a careful reader asks for.
#[test]
fn every_change_of_a_receipt_is_refused() {
    for sample in samples() {
        let envelope = papers(&made(&sample.work)).envelope;
        let changes = changes(&envelope);
        assert!(changes.len() >= 60, "{}: {}", sample.name, changes.len());
        for change in changes {
            let verdict = look_at(&change.document, Mode::Strict);
            assert!(!verdict.is_valid(), "{}: {}", sample.name, change.name);
            let told = told(&verdict);
            // What has the right shape is named by the seal, and what is not sealed by itself.
            let place =
                if verdict.failed == Some(Phase::Seal) { "mismatch" } else { &change.place };
            assert!(told.contains(place) || told.contains("unexpected"), "{}: {told}", change.name);
        }
    }
}

/// Whoever seals it again has to keep its shape and its times.
#[test]
fn a_changed_receipt_that_is_sealed_again_needs_its_shape() {
    let schemas = Schemas::printed();
    let (mut taken, mut refused) = (0, 0);
    for sample in samples() {
        for mut change in changes(&papers(&made(&sample.work)).envelope) {
            reseal(&mut change.document);
            let verdict = look_at(&change.document, Mode::Normal);
            let faults = schemas.faults("work-receipt-envelope", &change.document);
            let expected = match (faults.is_empty(), times_are_rfc_3339(&change.document)) {
                (false, _) => Some(Phase::Shape),
                (true, false) => Some(Phase::Times),
                (true, true) => None,
            };
            assert_eq!(verdict.failed, expected, "{}: {faults:?} {}", change.name, told(&verdict));
            if expected.is_none() { taken += 1 } else { refused += 1 }
        }
    }
    assert!(taken > 100 && refused > 1000, "{taken} {refused}");
}

#[test]
fn every_change_of_an_export_is_refused() {
    for sample in samples() {
        let export = papers(&made(&sample.work)).export;
        for change in changes(&export) {
            let verdict = look_at(&change.document, Mode::Strict);
            // What the export says of itself and of its run is under the seal of the receipt alone.
            let is_of_event = change.name.contains(" events");
            let is_open = ["exported_at", "canonicalization", "work_id", "git_sha", "started_at"]
                .iter()
                .any(|place| change.place == *place);
            if is_of_event || !is_open {
                assert!(!verdict.is_valid(), "{}: {}", sample.name, change.name);
            }
            assert!(verdict.sha256 != look_at(&export, Mode::Strict).sha256, "{}", change.name);
        }
    }
}

#[test]
fn every_change_of_a_manifest_is_noticed() {
    let manifest = papers(&made(&samples()[0].work)).manifest;
    let whole = look_at(&manifest, Mode::Strict).sha256;
    assert!(whole.is_some());
    for change in changes(&manifest) {
        assert_ne!(look_at(&change.document, Mode::Strict).sha256, whole, "{}", change.name);
    }
}
