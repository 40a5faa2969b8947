//! Evidence that refers to reports of tools and to artifacts.

use motus_json::Value;

use crate::report::{Attached, LARGEST_PAYLOAD};
use crate::work::{EvidenceFact, Fact, TestCounts, WorkError};

/// Evidence with what it refers to.
#[derive(Debug, Clone)]
pub struct ReportedEvidence {
    /// What is said of it.
    pub evidence: EvidenceFact,
    /// What it refers to.
    pub attached: Attached,
}

impl ReportedEvidence {
    /// Returns what is recorded of it. The counts of the reports stand where given ones would; where there
    /// are none, what was read is summed up.
    ///
    /// Shape: the payload of [`EvidenceFact::fact`], with `reports` and `artifacts`; at most
    /// [`LARGEST_PAYLOAD`] bytes, unless the texts alone are longer.
    /// Errors: `ledger.field_required`, `work.text_too_long`, `work.secret_in_name`.
    pub fn fact(&self) -> Result<Fact, WorkError> {
        let mut evidence = self.evidence.clone();
        if let Some(tally) = self.attached.tally() {
            let [passed, failed, skipped] = tally.published().map(|(_, count)| Some(count));
            evidence.tests = TestCounts { passed, failed, skipped };
        }
        let is_summed_up = evidence.tests != TestCounts::default() || evidence.diff.is_some();
        let mut fact = evidence.fact()?;
        if let Some(gist) = self.attached.gist().filter(|_| !is_summed_up) {
            let summary = format!("{}: {gist}", evidence.evidence_type);
            fact.payload.insert("summary", Value::from(summary));
        }
        self.attached.record(&mut fact.payload, LARGEST_PAYLOAD);
        Ok(fact)
    }
}

#[cfg(test)]
mod tests {
    use motus_json::canonical;

    use super::*;
    use crate::Digest;
    use crate::report::{Artifact, Cases, FileReference, Format, Report, Status, Tests};

    fn payload(attached: Attached, diff: Option<&str>) -> String {
        let evidence = EvidenceFact {
            id: "evidence-1".to_owned(),
            evidence_type: "test_result".to_owned(),
            tests: TestCounts::default(),
            diff: diff.map(str::to_owned),
            log: None,
        };
        let fact = ReportedEvidence { evidence, attached }.fact().expect("a fact");
        assert_eq!(fact.kind.name, "evidence.motus_work.test_result");
        let text = canonical::store::write(&Value::Object(fact.payload));
        text.replace(Digest::of("x").as_str(), "D")
    }

    fn file() -> FileReference {
        FileReference { name: Some("f".to_owned()), digest: Digest::of("x"), bytes: 1 }
    }

    #[test]
    fn the_counts_of_reports_stand_where_given_ones_would() {
        let report = |status| {
            let mut cases = Cases::default();
            cases.add("a", status, None);
            let tests = Some(Tests { cases, declared: None });
            Report {
                format: Format::Tap,
                file: file(),
                tests,
                analyses: Vec::new(),
                diagnostics: None,
            }
        };
        let reports = vec![report(Status::Passed), report(Status::Errored)];
        let told = payload(Attached { reports, ..Attached::default() }, None);
        let counts = r#""summary":"test_result: passed=1 failed=1 skipped=0","test_results":{"failed":1,"passed":1,"skipped":0}"#;
        assert!(told.contains(counts), "{told}");
        assert!(
            told.contains(r#""reports":[{"bytes":1,"cases":[{"duration_ms":null,"name":"a""#),
            "{told}"
        );
    }

    #[test]
    fn without_counts_what_was_read_is_summed_up_unless_something_is_said() {
        let artifacts = || vec![Artifact { file: file(), is_stale: false }];
        let attached = || Attached { artifacts: artifacts(), ..Attached::default() };
        let told = payload(attached(), None);
        assert!(
            told.contains(r#""summary":"test_result: D, 1 bytes","test_results":null"#),
            "{told}"
        );
        let told = payload(attached(), Some("two files"));
        assert!(told.contains(r#""summary":"two files""#), "{told}");
        let told = payload(Attached::default(), None);
        assert!(told.contains(r#""summary":"test_result evidence recorded""#), "{told}");
        assert!(!told.contains("reports") && !told.contains("artifacts"), "{told}");
    }
}
