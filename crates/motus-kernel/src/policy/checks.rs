//! Gates, required checks and the quality of the lens.

use std::collections::{BTreeMap, BTreeSet};

use super::Policy;
use crate::names::{LockLevel, OutcomeStatus};
use crate::receipt::{Body, Check};

/// The number of an attempt, however great: how many digits it has, and the digits. The check itself has
/// none.
pub(crate) type AttemptNumber<'c> = (usize, &'c str);

pub(super) fn violations(policy: &dyn Policy, receipt: &Body) -> Vec<String> {
    // Each once: a long name that is required often would be told as often.
    let mut seen = BTreeSet::new();
    let required: Vec<&str> = receipt
        .checks_required
        .iter()
        .chain(policy.checks_required(receipt.lock_level))
        .map(String::as_str)
        .filter(|check| seen.insert(*check))
        .collect();
    let mut violations = odd_attempts(&required, &receipt.checks);
    // Who says to have failed hides no failure, and could show none otherwise.
    if receipt.outcome.status != OutcomeStatus::Failed {
        violations.extend(failures(&required, receipt));
    }
    violations.extend(lens(policy, receipt));
    violations
}

fn failures(required: &[&str], receipt: &Body) -> Vec<String> {
    let failed = receipt.gates.iter().filter(|gate| !gate.passed);
    let mut violations: Vec<String> =
        failed.map(|gate| format!("gate {} did not pass", gate.gate_id)).collect();
    let deciding = deciding(&receipt.checks);
    for check in required {
        match deciding.get(check).map(|(_, result)| result) {
            Some(result) if result.passed => {}
            Some(result) => violations.push(format!("check {} did not pass", result.check_id)),
            None => violations.push(format!("check {check} has no result")),
        }
    }
    violations
}

/// What looks like an attempt at a required check is one, or it could fail unseen.
///
/// Cost: sorting. Names are sorted together with what may come before their attempts, so that of each only
/// the beginnings that it has are looked at, however many `@` stand in it.
fn odd_attempts(required: &[&str], results: &[Check]) -> Vec<String> {
    let beginnings: BTreeSet<String> = required.iter().map(|name| format!("{name}@")).collect();
    let mut names: Vec<(&str, bool)> =
        beginnings.iter().map(|name| (name.as_str(), false)).collect();
    names.extend(results.iter().map(|result| (result.check_id.as_str(), true)));
    names.sort_unstable();
    let (mut begun, mut odd): (Vec<&str>, _) = (Vec::new(), Vec::new());
    for (name, is_result) in names {
        while begun.last().is_some_and(|beginning| !name.starts_with(beginning)) {
            begun.pop();
        }
        match begun.as_slice() {
            _ if !is_result => begun.push(name),
            [] => {}
            // Only behind the last `@` a number can stand.
            [beginning] if name.strip_prefix(beginning).is_some_and(is_number) => {}
            _ => odd.push(format!("check {name} is no numbered attempt")),
        }
    }
    odd
}

/// Returns for each check the result that decides, and its number: of the check itself and its numbered
/// attempts, the last attempt.
fn deciding(results: &[Check]) -> BTreeMap<&str, (AttemptNumber<'_>, &Check)> {
    let mut deciding = BTreeMap::new();
    for result in results {
        let itself = (result.check_id.as_str(), AttemptNumber::default());
        for (check, number) in [itself].into_iter().chain(attempt(&result.check_id)) {
            let entry = deciding.entry(check).or_insert((number, result));
            if number >= entry.0 {
                *entry = (number, result);
            }
        }
    }
    deciding
}

/// Returns the check at which a result is an attempt; `None` when it bears no number and is the check itself.
///
/// Shape: `CHECK@N` with a number as it is counted, from 1 on and without leading zeros.
pub fn attempted(check_id: &str) -> Option<&str> {
    attempt(check_id).map(|(check, _)| check)
}

/// Returns which attempt at which check a result is; `None` when it bears no number.
pub(crate) fn attempt(check_id: &str) -> Option<(&str, AttemptNumber<'_>)> {
    let (check, digits) = check_id.rsplit_once('@')?;
    is_number(digits).then_some((check, (digits.len(), digits)))
}

fn is_number(digits: &str) -> bool {
    let is_bare = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_bare && !digits.starts_with('0')
}

fn lens(policy: &dyn Policy, receipt: &Body) -> Vec<String> {
    let quality = &receipt.lens.quality;
    // A failed draft was halted with the lens that it had, or before it had one.
    let is_failed_draft =
        receipt.outcome.status == OutcomeStatus::Failed && receipt.lock_level == LockLevel::Draft;
    let least = policy.least_lens_quality(receipt.lock_level);
    let mut violations = Vec::new();
    if quality.aggregate != quality.worst() {
        let (aggregate, worst) = (quality.aggregate, quality.worst());
        violations.push(format!("lens quality is {aggregate}, its worst part {worst}"));
    }
    if quality.aggregate < least && !is_failed_draft {
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
    fn what_begins_like_an_attempt_at_a_required_check_is_one() {
        let odd = |required: &[&str], names: &[&str]| {
            let results: Vec<Check> = names.iter().map(|name| check(name, true)).collect();
            odd_attempts(required, &results)
        };
        let plain = ["test", "test@1", "test@10", "tes@x", "test2@x", "lint@1@2", "@", "@1"];
        assert_eq!(odd(&["test", "never"], &plain), Vec::<String>::new());
        for name in ["test@", "test@x", "test@@3", "test@2@1", "test@01", "test@\u{663}"] {
            assert_eq!(odd(&["test"], &["test", name]).len(), 1, "{name}");
        }
        // What is an attempt at one required check is none at a shorter one.
        assert_eq!(odd(&["a@1", "a"], &["a@1", "a@1@2", "a@2"]).len(), 1);
        assert_eq!(odd(&["a@1"], &["a@1@2"]), Vec::<String>::new());
        assert_eq!(odd(&[""], &["@x", "@1", "x"]).len(), 1);
    }

    /// Looking up each of the million beginnings of a name would be a million million steps.
    #[test]
    fn names_of_nothing_but_signs_cost_what_they_are_long() {
        let signs = "@".repeat(1_000_000);
        let results: Vec<Check> =
            (0..7).map(|number| check(&format!("{signs}x{number}"), true)).collect();
        let shorter = &signs[..999_998];
        assert_eq!(odd_attempts(&[shorter, "cargo_test"], &results).len(), 7);
        assert_eq!(odd_attempts(&["cargo_test"], &results), Vec::<String>::new());
    }

    #[test]
    fn what_only_looks_like_an_attempt_is_none() {
        for odd in ["test", "test@", "test@x", "test@0", "test@01", "test@+1"] {
            assert_eq!(attempt(odd), None, "{odd}");
            assert_eq!(attempted(odd), None, "{odd}");
        }
        assert_eq!(attempt("test@1@2"), Some(("test@1", (1, "2"))));
        assert_eq!(attempted("test@10"), Some("test"));
        assert!(attempt("test@18446744073709551616") > attempt("test@18446744073709551615"));
    }
}
