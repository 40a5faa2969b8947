//! What the work came to, and what was made of that.

use motus_json::{Object, Value};

use crate::portable::blank::is_blank;
use crate::portable::story::handing::{Handing, receiver};
use crate::portable::story::{Judgement, Method, Story, run_uri};
use crate::projection::Release;

/// The four objects that a closed work ends with.
pub(super) struct Verdict {
    pub(super) outcome: Object,
    pub(super) acceptance: Object,
    pub(super) route_summary: Object,
    pub(super) handoff: Object,
}

impl Story {
    pub(super) fn verdict(&mut self) -> Verdict {
        let Handing { route_summary, handoff, ready } = self.handing();
        let judgement = self.judgement(ready.as_ref());
        let acceptance = match receiver(&handoff).filter(|_| ready.is_some()) {
            Some(receiver) => pending(receiver),
            None => self.acceptance(&judgement),
        };
        Verdict { outcome: self.outcome(), acceptance, route_summary, handoff }
    }

    /// The run's own outcome counts; a release may only refine a success to a partial one.
    pub(super) fn status(&self) -> &'static str {
        self.heard.release.refine(self.closing.outcome)
    }

    fn outcome(&mut self) -> Object {
        let mut outcome = Object::from([("status", self.status())]);
        // What its worker says of it says more than the note of the close, which names a code.
        let close = self.closing.outcome_note.clone().filter(|note| !is_blank(note));
        let summary = match self.heard.note.clone().or(close) {
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

    fn acceptance(&mut self, judgement: &Judgement) -> Object {
        let (status, method, by) = match judgement {
            Judgement::Accepted { method, by, .. } => ("accepted", method.as_str(), Some(by)),
            Judgement::Rejected { method, by, .. } => ("rejected", method.as_str(), Some(by)),
            _ => ("not_required", "terminal_outcome", None),
        };
        let mut acceptance = Object::from([("status", status), ("method", method)]);
        if let Some(by) = by {
            acceptance.insert("actor", self.told(by));
            acceptance.insert("accepted_at", self.closing.ended_at.as_str());
        }
        let accepted = self.heard.acceptance().map(|accepted| accepted.run_id.clone());
        if let Some(run_id) = accepted.filter(|_| status == "accepted") {
            acceptance.insert("rationale_ref", run_uri(&self.clean(&run_id)));
        }
        acceptance
    }
}

/// The receiver is named as far as that may travel.
fn pending(receiver: &Value) -> Object {
    Object::from([
        ("status", Value::from("pending")),
        ("actor", receiver.clone()),
        ("method", Method::HandoffAcceptance.as_str().into()),
    ])
}
