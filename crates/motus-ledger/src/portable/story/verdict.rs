//! What the work came to, and what was made of that.

use motus_json::{Object, Value};

use crate::Outcome;
use crate::portable::blank::is_blank;
use crate::portable::privacy::scrub;
use crate::portable::story::handing::{Handing, is_ready, receiver};
use crate::portable::story::heard::Release;
use crate::portable::story::{Story, run_uri};

/// The four objects that a closed work ends with.
pub(super) struct Verdict {
    pub(super) outcome: Object,
    pub(super) acceptance: Object,
    pub(super) route_summary: Object,
    pub(super) handoff: Object,
}

impl Story {
    pub(super) fn verdict(&mut self, actor: &Object) -> Verdict {
        let Handing { route_summary, handoff } = self.handing();
        let acceptance = match receiver(&handoff).filter(|_| is_ready(&handoff)) {
            Some(receiver) => pending(receiver),
            None => self.acceptance(actor),
        };
        Verdict { outcome: self.outcome(), acceptance, route_summary, handoff }
    }

    /// The run's own outcome counts; a release may only refine a success to a partial one.
    fn status(&self) -> &'static str {
        match (self.closing.outcome, self.heard.release) {
            (Outcome::Success, Release::Partial) => "partial",
            (outcome, _) => outcome.as_str(),
        }
    }

    fn outcome(&mut self) -> Object {
        let mut outcome = Object::from([("status", self.status())]);
        let note = self.closing.outcome_note.clone().filter(|note| !is_blank(note));
        let summary = match note {
            Some(note) => Some(self.clean(&note)),
            None if self.heard.release != Release::Absent => {
                Some(format!("released as {}", self.status()))
            }
            None => None,
        };
        if let Some(summary) = summary {
            outcome.insert("summary", summary);
        }
        outcome.insert("closed_at", self.closing.ended_at.as_str());
        outcome
    }

    /// A release is accepted when the run ended as it says; a command is judged by its exit code.
    fn acceptance(&self, actor: &Object) -> Object {
        use Release::{Absent, Failure, Partial, Success};
        let release = self.heard.release;
        let (status, method) = match (self.closing.outcome, release) {
            (Outcome::Success, Success | Partial) | (Outcome::Failure, Failure) => {
                ("accepted", "work_release")
            }
            (Outcome::Success, Absent) if self.heard.acceptance().is_some() => {
                ("accepted", "handoff_acceptance")
            }
            (Outcome::Success, Absent) if self.is_command() => ("accepted", "exit_code_0"),
            (Outcome::Failure, Absent) if self.is_command() => ("rejected", "exit_code_nonzero"),
            _ => ("not_required", "terminal_outcome"),
        };
        let mut acceptance = Object::from([("status", status), ("method", method)]);
        if status != "not_required" {
            acceptance.insert("actor", actor.clone());
            acceptance.insert("accepted_at", self.closing.ended_at.as_str());
        }
        if let Some(accepted) = self.heard.acceptance().filter(|_| status == "accepted") {
            acceptance.insert("rationale_ref", scrub(&run_uri(&accepted.run_id)).text);
        }
        acceptance
    }
}

/// Handed over is not yet accepted: that is the receiver's to say.
fn pending(receiver: &Value) -> Object {
    Object::from([
        ("status", Value::from("pending")),
        ("actor", receiver.clone()),
        ("method", "handoff_acceptance".into()),
    ])
}
