//! Handing work over: what is recorded of it, and reading it back.

use std::ops::ControlFlow;

use motus_json::{Object, Value};

use crate::operation::require;
use crate::portable::privacy::scrub;
use crate::portable::story::StoryError;
use crate::projection;
use crate::work::judge::handed_over;
use crate::work::texts::{Redaction, check_name};
use crate::work::{
    ClaimRequest, Fact, Lease, Party, WorkError, handoff_kind, lease_of_run, route_kind,
    says_something,
};
use crate::{ReadTransaction, Run, RunId};

/// To whom work is handed, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOff {
    /// Who takes it over.
    pub receiver: Party,
    /// What they are to do.
    pub expected_action: String,
    /// Why.
    pub reason: String,
}

/// A hand-off that is recorded, and waits for its receiver.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadyHandOff {
    /// Who takes the work over.
    pub receiver: Party,
    /// What they are to do.
    pub expected_action: String,
    /// Why.
    pub reason: String,
    /// The evidence that goes with it.
    pub evidence_refs: Vec<String>,
}

/// The work that a claim continues.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// Its run, which is closed.
    pub run: Run,
    /// The task that it worked on; its run when it was the work of none.
    pub work_id: String,
    /// Whether it was the work of a task.
    pub has_task: bool,
    /// How it was handed over.
    pub hand_off: ReadyHandOff,
    /// What it came to, as its receipt has it.
    pub outcome: String,
    /// Its evidence, as [`projection::evidence`] has it.
    pub evidence: Vec<Value>,
    /// The identifier of its receipt.
    pub receipt_id: String,
}

impl HandOff {
    /// Refuses what every Store would refuse.
    ///
    /// Errors: `ledger.field_required`, `work.text_too_long`, `work.secret_in_name`,
    /// `receipt.actor_invalid` for a receiver whose name is a path.
    pub fn check(&self) -> Result<(), WorkError> {
        check_name("receiver", self.receiver.id())?;
        if scrub(self.receiver.id()).changed {
            let message = "receiver must be no absolute path: it is told to others";
            return Err(StoryError::ActorInvalid(message.to_owned()).into());
        }
        require("expected action", &self.expected_action)?;
        require("reason", &self.reason)?;
        self.cleaned().map(drop)
    }

    /// Returns the two facts that hand the work over, where it goes and what goes with it, and why
    /// something in them was replaced.
    ///
    /// Errors: `work.handoff_without_evidence`, and those of [`HandOff::check`].
    pub(super) fn facts(
        &self,
        transaction: &dyn ReadTransaction,
        lease: &Lease,
    ) -> Result<([Fact; 2], Redaction), WorkError> {
        self.check()?;
        let (evidence, shows_something) = evidence_of(transaction, &lease.run.id)?;
        if !shows_something {
            return Err(WorkError::HandOffWithoutEvidence(lease.lease_id.clone()));
        }
        let (expected_action, reason, redaction) = self.cleaned()?;
        let receiver = self.receiver.to_object();
        let route = Object::from([
            ("status", Value::from("handoff")),
            ("next_actor", receiver.clone().into()),
            ("reason", reason.as_str().into()),
        ]);
        let handoff = Object::from([
            ("status", Value::from("ready")),
            ("receiver", receiver.into()),
            ("expected_action", expected_action.into()),
            ("reason", reason.into()),
            ("evidence_refs", evidence.into()),
        ]);
        let facts = [
            Fact { kind: route_kind(), what: "route", id: String::new(), payload: route },
            Fact { kind: handoff_kind(), what: "handoff", id: String::new(), payload: handoff },
        ];
        Ok((facts, redaction))
    }

    /// Returns both texts without credentials, and why something was replaced.
    fn cleaned(&self) -> Result<(String, String, Redaction), WorkError> {
        let mut redaction = Redaction::default();
        let expected_action = redaction.take("expected action", &self.expected_action)?;
        let reason = redaction.take("reason", &self.reason)?;
        Ok((expected_action, reason, redaction))
    }
}

impl ReadyHandOff {
    /// Reads the payload of an event; nothing when nobody is to take the work over.
    pub(crate) fn from_value(payload: &Value) -> Option<Self> {
        let text = |name| payload.get(name).and_then(Value::as_str).map(str::to_owned);
        if text("status")? != "ready" {
            return None;
        }
        let refs = payload.get("evidence_refs").and_then(Value::as_array).unwrap_or_default();
        Some(Self {
            receiver: Party::from_value(payload.get("receiver")?)?,
            expected_action: text("expected_action").unwrap_or_default(),
            reason: text("reason").unwrap_or_default(),
            evidence_refs: refs.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        })
    }

    /// Tells whether it is what was asked for.
    pub(super) fn is_of(&self, asked: &HandOff) -> bool {
        let Ok((expected_action, reason, _)) = asked.cleaned() else { return false };
        self.receiver == asked.receiver
            && self.expected_action == expected_action
            && self.reason == reason
    }
}

impl Origin {
    /// Reads the work that a run hands over.
    ///
    /// Errors: `work.not_handed_over`, `projection.payload_unreadable`.
    pub fn of_run(transaction: &dyn ReadTransaction, run: Run) -> Result<Self, WorkError> {
        let hand_off = handed_over(transaction, &run)?;
        let lease = lease_of_run(transaction, run.clone())?;
        let receipt = projection::receipt(transaction, &run.id)?;
        let text = |name| receipt.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Self {
            has_task: lease.is_some(),
            work_id: lease.map_or_else(|| run.id.to_string(), |lease| lease.work_id),
            hand_off,
            evidence: projection::evidence(transaction, &run.id)?,
            outcome: text("outcome"),
            receipt_id: text("receipt_id"),
            run,
        })
    }

    /// Reads the work that a claim is to go on with, and lets the request say what it does not say itself.
    ///
    /// The receiver goes on with it, and nobody else; with the same task, unless it was the work of none.
    /// Errors: `work.not_receiver`, `work.other_task`, and those of [`Origin::of_run`].
    pub fn of_claim(
        transaction: &dyn ReadTransaction,
        run: Run,
        request: &mut ClaimRequest,
    ) -> Result<Self, WorkError> {
        let origin = Self::of_run(transaction, run)?;
        let receiver = &origin.hand_off.receiver;
        if receiver.id() != request.agent_id {
            return Err(WorkError::NotReceiver {
                run_id: origin.run.id,
                receiver: receiver.clone(),
                asking: format!("agent:{}", request.agent_id),
            });
        }
        if request.work_id.trim().is_empty() {
            request.work_id.clone_from(&origin.work_id);
        }
        if origin.has_task && request.work_id != origin.work_id {
            return Err(WorkError::OtherTask {
                run_id: origin.run.id,
                work_id: origin.work_id,
                asked: request.work_id.clone(),
            });
        }
        if request.intent.trim().is_empty() {
            request.intent.clone_from(&origin.hand_off.expected_action);
        }
        request.from = Some(origin.run.id.clone());
        Ok(origin)
    }

    /// Finds the work that a claim continues; nothing when it continues none, or none that is here.
    pub fn of_lease(
        transaction: &dyn ReadTransaction,
        lease: &Lease,
    ) -> Result<Option<Self>, WorkError> {
        let Some(from) = &lease.from_run else { return Ok(None) };
        let Some(run) = transaction.run(from)? else { return Ok(None) };
        match Self::of_run(transaction, run) {
            Err(WorkError::NotHandedOver(_)) => Ok(None),
            origin => origin.map(Some),
        }
    }
}

/// Reads how a lease was handed over by its own release.
pub(super) fn recorded(
    transaction: &dyn ReadTransaction,
    lease: &Lease,
) -> Result<Option<ReadyHandOff>, WorkError> {
    let event = transaction.event_by_key(&lease.run.id, &format!("handoff:{}", lease.lease_id))?;
    let payload = event.and_then(|event| event.payload().ok());
    Ok(payload.as_ref().and_then(ReadyHandOff::from_value))
}

/// Returns the identifiers of a run's evidence, in order, and whether any of it says something.
fn evidence_of(
    transaction: &dyn ReadTransaction,
    run: &RunId,
) -> Result<(Vec<String>, bool), WorkError> {
    let (mut evidence, mut shows_something) = (Vec::new(), false);
    transaction.visit_events(run, &mut |event| {
        if event.schema_kind.starts_with("evidence.") {
            let says_something = event.payload().is_ok_and(|payload| says_something(&payload));
            shows_something |= says_something;
            evidence.push(event.id);
        }
        ControlFlow::Continue(())
    })?;
    Ok((evidence, shows_something))
}
