//! `test_report.json`: every property with what came of it, every golden with expected and actual digest.

use motus_testkit::goldens::{self, Golden};
use motus_testkit::properties::{PROPERTIES, Property};
use serde_json::{Value, json};

/// What was shown, and how much of it does not hold.
pub(super) struct Shown {
    /// The document.
    pub(super) report: Value,
    /// Properties and goldens that failed. What could not be looked at is not among them.
    pub(super) failed: usize,
    /// What could not be looked at, and why.
    pub(super) skipped: Vec<String>,
}

/// A way to published digests: what it is called, and what comes out.
///
/// Where it is closed, the goldens are reported as not passed, because nothing was shown.
struct Way {
    name: &'static str,
    goldens: fn() -> Result<Vec<Golden>, String>,
}

const WAYS: &[Way] = &[
    Way { name: "goldens", goldens: goldens::verify_published },
    Way { name: "goldens by run_fsm", goldens: super::runner::run_scenarios },
];

/// Runs every property on so many cases, or on as many as it wants, and reproduces every golden.
pub(super) fn show(seed: u64, cases: Option<u32>) -> Shown {
    let outcome = |property: &'static Property| (property, property.run(seed, cases));
    let properties: Vec<_> = PROPERTIES.iter().map(outcome).collect();
    let failed = properties.iter().filter(|(_, outcome)| !outcome.passed()).count();
    let properties = properties.iter().map(|(property, outcome)| {
        let name = format!("{} {}", property.name, property.title);
        let (cases, failures) = (outcome.cases, outcome.failures);
        let mut row =
            json!({"name": name, "passed": outcome.passed(), "cases": cases, "failures": failures});
        if !outcome.notes.is_empty() {
            row["notes"] = outcome.notes.join("; ").into();
        }
        row
    });
    let mut shown = Shown { report: head(seed), failed, skipped: Vec::new() };
    shown.report["properties"] = properties.collect();
    shown.report["goldens"] = json!([]);
    for way in WAYS {
        shown.add(way.name, (way.goldens)());
    }
    shown
}

/// The versions of §10 that all of this is about.
fn head(seed: u64) -> Value {
    json!({
        "spec_version": super::SPEC_VERSION,
        "cj_version": "CJ-0.1",
        "proof_version": "PROOF-0.1",
        "fsm_version": "FSM-0.1",
        "enf_version": "ENF-0.1",
        "seed": seed.to_string(),
    })
}

impl Shown {
    fn add(&mut self, name: &str, found: Result<Vec<Golden>, String>) {
        let goldens = found.unwrap_or_else(|why| {
            self.skipped.push(format!("{name}: {why}"));
            skipped(&why)
        });
        for golden in goldens {
            let is_skipped =
                golden.notes.as_deref().is_some_and(|notes| notes.starts_with(SKIPPED));
            self.failed += usize::from(!golden.passed() && !is_skipped);
            if let Some(rows) = self.report["goldens"].as_array_mut() {
                rows.push(row(&golden));
            }
        }
    }
}

/// How the note of a golden begins that was not looked at.
const SKIPPED: &str = "skipped: ";

fn skipped(why: &str) -> Vec<Golden> {
    let golden = |(name, expected): (&str, &'static str)| {
        let notes = Some(format!("{SKIPPED}{why}"));
        Golden { name: name.to_owned(), expected, actual: None, notes }
    };
    goldens::PUBLISHED.map(golden).to_vec()
}

fn row(golden: &Golden) -> Value {
    let (name, expected) = (&golden.name, golden.expected);
    let mut row =
        json!({"name": name, "passed": golden.passed(), "expected_proof_digest": expected});
    if let Some(actual) = &golden.actual {
        row["actual_proof_digest"] = actual.as_str().into();
    }
    if let Some(notes) = &golden.notes {
        row["notes"] = notes.as_str().into();
    }
    row
}

#[cfg(test)]
mod tests {
    use super::super::schema::{TEST_REPORT, faults};
    use super::*;

    fn empty() -> Shown {
        let mut report = head(7);
        report["properties"] = json!([]);
        report["goldens"] = json!([]);
        Shown { report, failed: 0, skipped: Vec::new() }
    }

    #[test]
    fn the_report_has_every_property_and_every_golden() {
        let Shown { report, .. } = show(7, Some(1));
        assert_eq!(faults(TEST_REPORT, &report), [""; 0]);
        assert_eq!(report["seed"], "7");
        assert_eq!(report["properties"].as_array().map(Vec::len), Some(20));
        assert_eq!(report["properties"][10]["name"], "p11 Lens freshness monotonic");
        assert!(report["properties"].as_array().unwrap().iter().all(|row| row["passed"] == true));
        assert!(report["goldens"].as_array().unwrap().len() >= goldens::PUBLISHED.len());
    }

    #[test]
    fn what_could_not_be_looked_at_has_not_passed_and_is_no_failure() {
        let mut shown = empty();
        shown.add("goldens", Err("MOTUS_FIXTURES is not set".to_owned()));
        assert_eq!(faults(TEST_REPORT, &shown.report), [""; 0]);
        assert_eq!(
            (shown.failed, &shown.skipped[..]),
            (0, &["goldens: MOTUS_FIXTURES is not set".to_owned()][..])
        );
        let goldens = shown.report["goldens"].as_array().unwrap();
        assert_eq!(goldens.len(), 10);
        for golden in goldens {
            assert_eq!(golden["passed"], false);
            assert_eq!(golden["notes"], "skipped: MOTUS_FIXTURES is not set");
            assert!(golden.get("actual_proof_digest").is_none());
        }
    }

    #[test]
    fn another_digest_is_a_failure() {
        let (name, expected) = goldens::PUBLISHED[0];
        let golden = |actual: Option<&str>| {
            let actual = actual.map(str::to_owned);
            Golden { name: name.to_owned(), expected, actual, notes: None }
        };
        let mut shown = empty();
        let other = goldens::PUBLISHED[1].1;
        shown.add("goldens", Ok(vec![golden(Some(expected)), golden(Some(other)), golden(None)]));
        assert_eq!(faults(TEST_REPORT, &shown.report), [""; 0]);
        assert_eq!(shown.failed, 2);
        let goldens = shown.report["goldens"].as_array().unwrap();
        let passed: Vec<bool> = goldens.iter().map(|golden| golden["passed"] == true).collect();
        assert_eq!(passed, [true, false, false]);
        assert_eq!(shown.report["goldens"][1]["actual_proof_digest"], other);
    }
}
