//! What happens to a claim: an outcome, a piece of evidence, a decision; each as one event.

use motus_json::{Object, Value};

use crate::kind::Kind;
use crate::operation::require;
use crate::work::evidence::empty_summary;
use crate::work::texts::{Redaction, check_items, check_name};
use crate::work::{Lease, WorkError, decision_kind, evidence_kind, outcome_kind};

/// Something to add to a claim.
#[derive(Debug, Clone)]
pub struct Fact {
    pub(super) kind: Kind,
    /// What stands before the lease in the event's key.
    pub(super) what: &'static str,
    /// What stands behind it, and tells this one from others.
    pub(super) id: String,
    /// What it says; the lease is added.
    pub(super) payload: Object,
}

impl Fact {
    /// Returns the key under which adding it again is a replay.
    pub(super) fn key(&self, lease: &Lease) -> String {
        let (what, lease_id, id) = (self.what, &lease.lease_id, &self.id);
        if id.is_empty() { format!("{what}:{lease_id}") } else { format!("{what}:{lease_id}:{id}") }
    }
}

/// Something that came out of the work.
#[derive(Debug, Clone)]
pub struct OutcomeFact {
    /// Its identifier, such as `outcome-0123456789ab`.
    pub id: String,
    /// What it is: file, api, config, ….
    pub outcome_type: String,
    /// Where it is.
    pub path: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

impl OutcomeFact {
    /// Returns what is recorded of it: without credentials, and why.
    ///
    /// Errors: `ledger.field_required`, `work.text_too_long`, `work.secret_in_name`.
    pub fn fact(&self) -> Result<Fact, WorkError> {
        check_name("outcome type", &self.outcome_type)?;
        let mut redaction = Redaction::default();
        let path = redaction.take_optional("path", self.path.as_deref())?;
        let description = redaction.take_optional("description", self.description.as_deref())?;
        let summary = first_said([&description, &path]).unwrap_or(&self.outcome_type).to_owned();
        let mut payload = Object::from([
            ("legacy_outcome_id", Value::from(self.id.as_str())),
            ("outcome_type", self.outcome_type.as_str().into()),
            ("path", path.into()),
            ("description", description.into()),
            ("summary", summary.into()),
        ]);
        redaction.record(&mut payload);
        let kind = outcome_kind(&self.outcome_type);
        Ok(Fact { kind, what: "outcome", id: self.id.clone(), payload })
    }
}

/// What tests came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TestCounts {
    /// How many passed, if that was said.
    pub passed: Option<u32>,
    /// How many failed, if that was said.
    pub failed: Option<u32>,
    /// How many were left out, if that was said.
    pub skipped: Option<u32>,
}

impl TestCounts {
    /// Returns the counts, what was not said as zero; nothing when nothing was said.
    fn counted(self) -> Option<[(&'static str, u32); 3]> {
        let counts = [("passed", self.passed), ("failed", self.failed), ("skipped", self.skipped)];
        let is_said = counts.iter().any(|(_, count)| count.is_some());
        is_said.then(|| counts.map(|(name, count)| (name, count.unwrap_or_default())))
    }
}

/// Something that shows what was done.
#[derive(Debug, Clone)]
pub struct EvidenceFact {
    /// Its identifier, such as `evidence-0123456789ab`.
    pub id: String,
    /// What it is: `test_result`, log, diff, ….
    pub evidence_type: String,
    /// What tests came to.
    pub tests: TestCounts,
    /// What was changed, in words.
    pub diff: Option<String>,
    /// A part of a log.
    pub log: Option<String>,
}

impl EvidenceFact {
    /// Returns what is recorded of it: without credentials, and why. A count of zero is kept.
    ///
    /// Errors: `ledger.field_required`, `work.text_too_long`, `work.secret_in_name`.
    pub fn fact(&self) -> Result<Fact, WorkError> {
        check_name("evidence type", &self.evidence_type)?;
        let mut redaction = Redaction::default();
        let diff = redaction.take_optional("diff", self.diff.as_deref())?;
        let log = redaction.take_optional("log", self.log.as_deref())?;
        let counted = self.tests.counted();
        let results = counted.map(|counts| Object::from(counts.map(|(name, n)| (name, n))));
        let mut payload = Object::from([
            ("legacy_evidence_id", Value::from(self.id.as_str())),
            ("evidence_type", self.evidence_type.as_str().into()),
            ("summary", self.summary(diff.as_deref()).into()),
            ("test_results", results.into()),
            ("diff_summary", diff.into()),
            ("log_excerpt", log.into()),
        ]);
        redaction.record(&mut payload);
        let kind = evidence_kind(&self.evidence_type);
        Ok(Fact { kind, what: "evidence", id: self.id.clone(), payload })
    }

    fn summary(&self, diff: Option<&str>) -> String {
        let evidence_type = &self.evidence_type;
        match (self.tests.counted(), diff) {
            (Some(counts), _) => {
                let counts = counts.map(|(name, count)| format!("{name}={count}"));
                format!("{evidence_type}: {}", counts.join(" "))
            }
            (None, Some(diff)) if !diff.is_empty() => diff.to_owned(),
            (None, _) => empty_summary(evidence_type),
        }
    }
}

/// Something that was decided.
#[derive(Debug, Clone)]
pub struct DecisionFact {
    /// Its identifier, such as `decision-0123456789ab`.
    pub id: String,
    /// What was decided.
    pub decision: String,
    /// Why.
    pub rationale: Option<String>,
    /// What could have been decided instead.
    pub alternatives: Vec<String>,
}

impl DecisionFact {
    /// Returns what is recorded of it: without credentials, and why.
    ///
    /// Errors: `ledger.field_required`, `work.text_too_long`, `work.too_many`.
    pub fn fact(&self) -> Result<Fact, WorkError> {
        require("decision", &self.decision)?;
        check_items("alternative", self.alternatives.len())?;
        let mut redaction = Redaction::default();
        let decision = redaction.take("decision", &self.decision)?;
        let rationale = redaction.take_optional("rationale", self.rationale.as_deref())?;
        let alternatives = self.alternatives.iter();
        let alternatives: Vec<String> = alternatives
            .map(|alternative| redaction.take("alternative", alternative))
            .collect::<Result<_, _>>()?;
        let mut payload = Object::from([
            ("legacy_decision_id", Value::from(self.id.as_str())),
            ("decision", decision.into()),
            ("rationale", rationale.into()),
            ("alternatives_considered", alternatives.into()),
        ]);
        redaction.record(&mut payload);
        Ok(Fact { kind: decision_kind(), what: "decision", id: self.id.clone(), payload })
    }
}

fn first_said(texts: [&Option<String>; 2]) -> Option<&String> {
    texts.into_iter().flatten().find(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use motus_json::canonical;

    use super::*;

    fn payload(fact: Result<Fact, WorkError>) -> String {
        canonical::store::write(&Value::Object(fact.expect("a fact").payload))
    }

    fn evidence(tests: TestCounts, diff: Option<&str>, log: Option<&str>) -> EvidenceFact {
        EvidenceFact {
            id: "evidence-1".to_owned(),
            evidence_type: "test_result".to_owned(),
            tests,
            diff: diff.map(str::to_owned),
            log: log.map(str::to_owned),
        }
    }

    #[test]
    fn counts_of_zero_are_kept_and_no_count_is_none() {
        let zero = TestCounts { failed: Some(0), ..TestCounts::default() };
        assert_eq!(
            payload(evidence(zero, None, None).fact()),
            r#"{"diff_summary":null,"evidence_type":"test_result","legacy_evidence_id":"evidence-1","log_excerpt":null,"summary":"test_result: passed=0 failed=0 skipped=0","test_results":{"failed":0,"passed":0,"skipped":0}}"#
        );
        let none = payload(evidence(TestCounts::default(), None, Some("l")).fact());
        assert!(none.contains(r#""test_results":null"#), "{none}");
        assert!(none.contains(r#""summary":"test_result evidence recorded""#), "{none}");
    }

    #[test]
    fn a_difference_is_the_summary_where_nothing_was_counted() {
        let told = payload(evidence(TestCounts::default(), Some("two files"), None).fact());
        assert!(told.contains(r#""summary":"two files""#), "{told}");
        let passed = TestCounts { passed: Some(3), ..TestCounts::default() };
        let told = payload(evidence(passed, Some("two files"), None).fact());
        assert!(told.contains(r#""summary":"test_result: passed=3 failed=0 skipped=0""#), "{told}");
        let told = payload(evidence(TestCounts::default(), Some(""), None).fact());
        assert!(told.contains(r#""summary":"test_result evidence recorded""#), "{told}");
    }

    /// What an import may bring as a version of these kinds has to take all of it.
    #[test]
    fn all_that_is_recorded_is_named_by_its_kind() {
        let secret = || Some("password=hunter2hunter2".to_owned());
        let outcome = OutcomeFact {
            id: "outcome-1".to_owned(),
            outcome_type: "file".to_owned(),
            path: secret(),
            description: None,
        };
        let decision = DecisionFact {
            id: "decision-1".to_owned(),
            decision: "go".to_owned(),
            rationale: secret(),
            alternatives: Vec::new(),
        };
        let evidence = evidence(TestCounts::default(), secret().as_deref(), None);
        for fact in [outcome.fact(), decision.fact(), evidence.fact()] {
            let fact = fact.expect("a fact");
            for (name, _) in &fact.payload {
                assert!(fact.kind.knows(name), "{}: {name:?}", fact.kind.name);
            }
        }
    }

    #[test]
    fn nothing_of_a_credential_is_left_in_any_text() {
        let secret = "password=hunter2hunter2";
        let outcome = OutcomeFact {
            id: "outcome-1".to_owned(),
            outcome_type: "file".to_owned(),
            path: Some(secret.to_owned()),
            description: Some(secret.to_owned()),
        };
        let decision = DecisionFact {
            id: "decision-1".to_owned(),
            decision: secret.to_owned(),
            rationale: Some(secret.to_owned()),
            alternatives: vec![secret.to_owned()],
        };
        for told in [
            payload(outcome.fact()),
            payload(evidence(TestCounts::default(), Some(secret), Some(secret)).fact()),
            payload(decision.fact()),
        ] {
            assert!(!told.contains("hunter2"), "{told}");
            let reasons = r#""redaction_applied":true,"redaction_reason_codes":["generic_secret_assignment"]"#;
            assert!(told.contains(reasons), "{told}");
        }
    }

    #[test]
    fn an_outcome_is_summed_up_by_the_first_thing_that_is_said() {
        let summary = |path: Option<&str>, description: Option<&str>| {
            let outcome = OutcomeFact {
                id: "outcome-1".to_owned(),
                outcome_type: "API Thing!".to_owned(),
                path: path.map(str::to_owned),
                description: description.map(str::to_owned),
            };
            let fact = outcome.fact().expect("a fact");
            assert_eq!(fact.kind.name, "outcome.api_thing");
            fact.payload.get("summary").and_then(Value::as_str).map(str::to_owned)
        };
        assert_eq!(summary(Some("p"), Some("d")).as_deref(), Some("d"));
        assert_eq!(summary(Some("p"), Some("")).as_deref(), Some("p"));
        assert_eq!(summary(None, None).as_deref(), Some("API Thing!"));
    }

    #[test]
    fn what_is_blank_or_too_long_is_refused() {
        let code = |fact: Result<Fact, WorkError>| fact.err().map_or("ok", |error| error.code());
        let long = "x".repeat(crate::work::LONGEST_TEXT + 1);
        assert_eq!(
            code(evidence(TestCounts::default(), None, Some(&long)).fact()),
            "work.text_too_long"
        );
        let blank = EvidenceFact {
            evidence_type: " ".to_owned(),
            ..evidence(TestCounts::default(), None, None)
        };
        assert_eq!(code(blank.fact()), "ledger.field_required");
        let many = DecisionFact {
            id: String::new(),
            decision: "go".to_owned(),
            rationale: None,
            alternatives: vec![String::new(); crate::work::MOST_ITEMS + 1],
        };
        assert_eq!(code(many.fact()), "work.too_many");
        assert_eq!(
            code(DecisionFact { decision: "\t".to_owned(), ..many }.fact()),
            "ledger.field_required"
        );
    }
}
