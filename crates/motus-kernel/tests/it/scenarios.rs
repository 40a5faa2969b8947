//! Scenarios of our own, sealed by a second implementation of the rules.

use motus_kernel::policy::Rules;
use motus_kernel::verify::verify_bundle;
use motus_testkit::bundle::{Parts, basic_edit, human_approval, parent};

#[track_caller]
fn verifies(parts: &Parts) {
    let report = verify_bundle(&parts.bundle(), &Rules::published_default());
    assert_eq!(report.failures, []);
    assert_eq!(report.proof_digest.map(|digest| digest.to_string()), Some(parts.proof_digest()));
}

#[test]
fn a_scenario_of_our_own_has_the_digest_that_the_specification_prints() {
    let parts = basic_edit();
    verifies(&parts);
    assert_eq!(
        parts.proof_digest(),
        "11a092438552f1455bf9590a00e428b7a13b676cc87350a6d8d749e7aa34f29b"
    );
}

#[test]
fn every_scenario_verifies() {
    verifies(&human_approval());
    verifies(&parent());
}

#[test]
fn a_last_line_may_end_without_a_newline() {
    let parts = basic_edit();
    let mut bundle = parts.bundle();
    assert_eq!(bundle.files.get_mut("events.jsonl").and_then(Vec::pop), Some(b'\n'));
    parts.list(&mut bundle);
    let report = verify_bundle(&bundle, &Rules::published_default());
    assert_eq!(report.failures, []);
}
