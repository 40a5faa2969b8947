//! Scenarios of our own, sealed by a second implementation of the rules.

use motus_kernel::policy::Rules;
use motus_kernel::verify::{Code, verify_bundle};
use motus_testkit::bundle::{Parts, basic_edit, human_approval, parent};
use motus_testkit::goldens::BASIC_EDIT;

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
    assert_eq!(parts.proof_digest(), BASIC_EDIT);
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

#[test]
fn the_cap_of_a_loaded_policy_holds_whatever_k_the_receipt_says() {
    for (cap, k, code) in [
        (0, 50, Some(Code::EffectBoundsViolation)),
        (1, 50, Some(Code::PolicyViolation)),
        (50, 0, Some(Code::EffectBoundsViolation)),
    ] {
        let policy = format!(
            r#"{{"policy_version":"POLICY-0.1","policy_id":"TEAM","effect_cap_k":{cap},
                "backtrack_to_observe":false,"checks_required":{{}},"lens_quality_min":{{}},
                "human":{{"cost_ms":45000,"loss_ms":30000,"risks":[]}}}}"#
        );
        let rules = Rules::read(policy.as_bytes()).expect("it is a policy");
        let mut parts = basic_edit();
        *parts.in_receipt(&["effects", "k"]) = k.into();
        let report = verify_bundle(&parts.seal().bundle(), &rules);
        // Where the bounds hold, only the name of the policy is another one.
        assert_eq!(report.failures.first().map(|failure| failure.code), code, "{cap}, {k}");
    }
}
