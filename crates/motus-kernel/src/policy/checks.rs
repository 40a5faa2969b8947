//! Gates, required checks and the quality of the lens.

use std::collections::BTreeMap;

use super::Policy;
use crate::receipt::{Check, Receipt};

pub(super) fn violations(policy: &dyn Policy, receipt: &Receipt) -> Vec<String> {
    let failed = receipt.gates.iter().filter(|gate| !gate.passed);
    let mut violations: Vec<String> =
        failed.map(|gate| format!("gate {} did not pass", gate.gate_id)).collect();
    let deciding = deciding(&receipt.checks);
    let required = receipt.checks_required.iter();
    for check in required.chain(policy.checks_required(receipt.lock_level)) {
        match deciding.get(check.as_str()).map(|(_, result)| result) {
            Some(result) if result.passed => {}
            Some(result) => violations.push(format!("check {} did not pass", result.check_id)),
            None => violations.push(format!("check {check} has no result")),
        }
    }
    violations.extend(lens(policy, receipt));
    violations
}

/// Returns for each check the result that decides, and its number: of the check itself and its numbered
/// attempts, the last attempt.
fn deciding(results: &[Check]) -> BTreeMap<&str, (u64, &Check)> {
    let mut deciding = BTreeMap::new();
    for result in results {
        let attempt = attempt(&result.check_id);
        for (check, number) in [(result.check_id.as_str(), 0)].into_iter().chain(attempt) {
            let entry = deciding.entry(check).or_insert((number, result));
            if number >= entry.0 {
                *entry = (number, result);
            }
        }
    }
    deciding
}

/// Returns which attempt at which check a result is; `None` when it bears no number.
fn attempt(check_id: &str) -> Option<(&str, u64)> {
    let (check, digits) = check_id.rsplit_once('@')?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    if is_number { Some((check, digits.parse().ok()?)) } else { None }
}

fn lens(policy: &dyn Policy, receipt: &Receipt) -> Vec<String> {
    let quality = &receipt.lens.quality;
    let least = policy.least_lens_quality(receipt.lock_level);
    let mut violations = Vec::new();
    if quality.aggregate != quality.worst() {
        let (aggregate, worst) = (quality.aggregate, quality.worst());
        violations.push(format!("lens quality is {aggregate}, its worst part {worst}"));
    }
    if quality.aggregate < least {
        let aggregate = quality.aggregate;
        violations.push(format!("lens quality is {aggregate}, the policy wants {least}"));
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::VerificationLevel;

    fn check(check_id: &str, passed: bool) -> Check {
        let level = VerificationLevel::Regression;
        Check { level, check_id: check_id.to_owned(), passed, evidence: None }
    }

    #[test]
    fn the_last_attempt_decides_by_number_and_not_by_text() {
        let results = [
            check("test@9", true),
            check("test@10", false),
            check("test", true),
            check("test2", true),
        ];
        let deciding = deciding(&results);
        assert_eq!(deciding["test"].1.check_id, "test@10");
        assert_eq!(deciding["test@9"].1.check_id, "test@9");
        assert!(!deciding.contains_key("tes"));
    }

    #[test]
    fn what_only_looks_like_an_attempt_is_none() {
        for odd in ["test", "test@", "test@x", "test@01", "test@+1", "test@99999999999999999999999"]
        {
            assert_eq!(attempt(odd), None, "{odd}");
        }
        assert_eq!(attempt("test@1@2"), Some(("test@1", 2)));
    }
}
