//! What is kept of a run's events until the work is told.

use motus_json::Value;

use crate::portable::blank::is_blank;
use crate::portable::story::{StoryError, evidence};
use crate::portable::work::Step;
use crate::projection::Release;
use crate::scope;
use crate::work::{CLAIM_KIND, DECISION_KIND, NOTE, Party, RELEASE_KIND, accepted_by};
use crate::wrap::{OUTPUT_SUMMARY_KIND, START_KIND};
use crate::{Digest, Event};

/// What the events say, as far as it is told.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) claim: Option<Claim>,
    pub(super) release: Release,
    /// Why the work ended so, as its release says.
    pub(super) note: Option<String>,
    /// The name of the program that was run.
    pub(super) tool: Option<String>,
    pub(super) is_command: bool,
    pub(super) evidence: Vec<Step>,
    pub(super) route: Option<Value>,
    pub(super) handoff: Option<Value>,
    accepted: Option<Accepted>,
    /// Whether something was left out, here or before it was recorded.
    pub(super) is_redacted: bool,
}

/// What the first claim says.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) work_id: Option<String>,
    pub(super) agent_id: Option<String>,
}

/// What the run says of another one that was handed over.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) run_id: String,
    pub(super) acceptor: Party,
}

impl Heard {
    /// Takes in the next event. Errors: `projection.payload_unreadable`, `projection.payload_altered`.
    pub(super) fn take(&mut self, event: &Event) -> Result<(), StoryError> {
        match event.schema_kind.as_str() {
            START_KIND => self.take_start(&read(event)?),
            OUTPUT_SUMMARY_KIND => self.add(evidence::of_output(event, &read(event)?)),
            kind if scope::is_kind(kind) => self.add(evidence::of_scope(event, &read(event)?)),
            CLAIM_KIND if self.claim.is_none() => self.take_claim(&read(event)?),
            RELEASE_KIND => self.take_release(&read(event)?),
            DECISION_KIND => self.take_decision(&read(event)?),
            kind if kind.starts_with("evidence.") => {
                self.add(evidence::of_event(event, &read(event)?));
            }
            kind if kind.starts_with("route.") => self.route = Some(read(event)?),
            kind if kind.starts_with("handoff.") => self.handoff = Some(read(event)?),
            _ => {}
        }
        Ok(())
    }

    /// Tells whether the run is one of the work loop.
    pub(super) fn is_of_work(&self) -> bool {
        self.claim.is_some() || self.acceptance().is_some()
    }

    /// Returns what a run says that does nothing but accept another one.
    pub(super) fn acceptance(&self) -> Option<&Accepted> {
        self.accepted.as_ref().filter(|_| self.claim.is_none())
    }

    fn add(&mut self, told: evidence::Told) {
        self.is_redacted |= told.is_redacted;
        self.evidence.push(told.step);
    }

    fn take_start(&mut self, payload: &Value) {
        let arguments = payload.get("argv_summary").and_then(Value::as_array);
        let program = arguments.and_then(<[Value]>::first).and_then(said);
        self.is_command = true;
        self.tool = self.tool.take().or(program);
    }

    fn take_claim(&mut self, payload: &Value) {
        let field = |name| payload.get(name).and_then(said);
        self.is_redacted |= was_redacted(payload);
        self.claim = Some(Claim { work_id: field("work_id"), agent_id: field("agent_id") });
    }

    fn take_release(&mut self, payload: &Value) {
        self.is_redacted |= was_redacted(payload);
        self.release = payload.as_object().map_or(Release::Absent, Release::read);
        self.note = payload.get(NOTE).and_then(said);
    }

    fn take_decision(&mut self, payload: &Value) {
        if let Some((run_id, acceptor)) = accepted_by(payload) {
            self.accepted = Some(Accepted { run_id: run_id.to_string(), acceptor });
        }
    }
}

/// Reads a payload that is the one that was recorded: a receipt seals what it says.
fn read(event: &Event) -> Result<Value, StoryError> {
    if Digest::of(&event.payload_json).as_str() != event.payload_hash {
        return Err(StoryError::PayloadAltered { seq: event.seq });
    }
    event.payload().map_err(|source| StoryError::PayloadUnreadable { seq: event.seq, source })
}

/// Returns a text that says something; half a character in it becomes U+FFFD.
pub(super) fn said(value: &Value) -> Option<String> {
    let text = value.as_text()?.to_string_lossy().into_owned();
    if is_blank(&text) { None } else { Some(text) }
}

/// Tells whether something was taken out of a payload before it was recorded.
pub(super) fn was_redacted(payload: &Value) -> bool {
    payload.get("redaction_applied").and_then(Value::as_bool) == Some(true)
}
