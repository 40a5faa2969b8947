//! What is recorded of the reports and artifacts that a wrapped command left.

use motus_json::{Object, Value};

use crate::Run;
use crate::kind::{ARRAY, BOOLEAN, Field, Kind, STRING};
use crate::report::{Attached, Subject};
use crate::wrap::WrapIdentity;
use crate::wrap::payload::common;

/// How the kinds of these events begin; what follows is the type of the evidence.
pub const EVIDENCE_PREFIX: &str = "evidence.motus_wrap.";

/// The type of what was asked for and is not evidence.
const PROBLEM: &str = "report_problem";

const TYPES: [&str; 4] = ["test_result", "analysis_result", "artifact", PROBLEM];

/// One thing that was asked for, as it was found.
#[derive(Debug, Clone)]
pub struct EvidenceRecord {
    /// As what it was asked for.
    pub subject: Subject,
    /// Which of all that was asked for it is, from one.
    pub number: usize,
    /// What was found.
    pub attached: Attached,
}

/// Returns the kind of evidence of a subject, or of what is missing of it.
pub fn evidence_kind(subject: Option<Subject>) -> Kind {
    let evidence_type = match subject {
        Some(Subject::Report(format)) => format.evidence_type(),
        Some(Subject::Artifact) => "artifact",
        None => PROBLEM,
    };
    kind(evidence_type)
}

/// Returns the kind of this name, if it is one of these.
pub(crate) fn kind_named(name: &str) -> Option<Kind> {
    let evidence_type = name.strip_prefix(EVIDENCE_PREFIX)?;
    TYPES.into_iter().find(|known| *known == evidence_type).map(kind)
}

fn kind(evidence_type: &str) -> Kind {
    Kind::plain(
        format!("{EVIDENCE_PREFIX}{evidence_type}"),
        &["run_id", "producer_id", "idempotency_key", "evidence_type", "summary"],
        &[
            ("run_id", STRING),
            ("producer_id", STRING),
            ("idempotency_key", STRING),
            ("evidence_type", STRING),
            ("summary", STRING),
            ("test_results", Field::Nullable("object")),
            ("reports", ARRAY),
            ("artifacts", ARRAY),
            ("problems", ARRAY),
            ("redaction_applied", BOOLEAN),
            ("redaction_reason_codes", ARRAY),
        ],
    )
}

impl EvidenceRecord {
    /// Returns the kind of its event: what is missing is no evidence of what was asked for.
    pub fn kind(&self) -> Kind {
        evidence_kind(self.attached.problems.is_empty().then_some(self.subject))
    }

    /// Returns the part of the event's key that names it.
    pub fn key_part(&self) -> String {
        format!("evidence:{}", self.number)
    }

    /// Returns the payload, of at most `limit` bytes as it is stored.
    pub fn payload(&self, run: &Run, identity: &WrapIdentity, limit: usize) -> Value {
        let kind = self.kind();
        let evidence_type = kind.name.strip_prefix(EVIDENCE_PREFIX).unwrap_or_default();
        let mut payload = common(run, identity, &self.key_part());
        payload.insert("evidence_type", evidence_type);
        payload.insert("summary", self.summary(evidence_type));
        payload.insert("test_results", self.test_results());
        self.attached.record(&mut payload, limit);
        payload.into()
    }

    /// Says what was found in a few words.
    pub fn summary(&self, evidence_type: &str) -> String {
        let problem = self.attached.problems.first();
        match (problem, self.attached.gist()) {
            (Some(problem), _) => {
                format!("{evidence_type}: {}: {}", self.subject.as_str(), problem.code)
            }
            (None, Some(gist)) => format!("{evidence_type}: {gist}"),
            (None, None) => format!("{evidence_type} evidence recorded"),
        }
    }

    fn test_results(&self) -> Option<Object> {
        self.attached.tally().map(|tally| Object::from(tally.published()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Format, Problem};

    #[test]
    fn each_kind_is_known_by_its_name_and_has_one_shape() {
        let subjects = Format::ALL.map(|format| Some(Subject::Report(format)));
        let mut names = Vec::new();
        for subject in subjects.into_iter().chain([Some(Subject::Artifact), None]) {
            let kind = evidence_kind(subject);
            let schema = kind.schema().expect("a kind of ours is valid");
            assert_eq!(
                schema.digest().hex(),
                "5361e868bfe3520f56b61d9890fa14d1afdcca8ec87b40005af43561383bcc16"
            );
            let known = Kind::named(&kind.name).expect("it is one of ours");
            assert_eq!(known.name, kind.name);
            names.push(kind.name);
        }
        names.sort();
        names.dedup();
        let expected = ["analysis_result", "artifact", "report_problem", "test_result"];
        assert_eq!(names, expected.map(|name| format!("evidence.motus_wrap.{name}")));
        assert!(Kind::named("evidence.motus_wrap.other").is_none());
    }

    #[test]
    fn what_is_missing_is_no_evidence_of_what_was_asked_for() {
        let subject = Subject::Report(Format::Junit);
        let problem = Problem { subject, name: None, code: "evidence.missing", place: None };
        let attached = Attached { problems: vec![problem], ..Attached::default() };
        let record = EvidenceRecord { subject, number: 2, attached };
        assert_eq!(record.kind().name, "evidence.motus_wrap.report_problem");
        assert_eq!(record.key_part(), "evidence:2");
        assert_eq!(record.summary("report_problem"), "report_problem: junit: evidence.missing");
        assert!(record.test_results().is_none());
    }
}
