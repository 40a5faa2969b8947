//! Planted faults: what a runner with a bug would leave, made of what this one leaves.

use motus_json::{Object, Value};
use motus_kernel::names::Phase;
use motus_kernel::source::MemoryBundle;

use super::log::{Event, document, events};
use super::{Case, Ran, run};
use crate::bundle::Parts;

/// A bug that a runner could have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// Phases are repeated and nothing is taken off the budget.
    RepeatsForNothing,
    /// Ways back cost nothing.
    WaysBackForNothing,
    /// Events are not counted.
    EventsForNothing,
    /// A halt goes straight to Lock.
    HaltSkipsVerify,
    /// A halt is told as a success.
    HaltIsHidden,
    /// An error of an adapter is told nowhere.
    ErrorIsForgotten,
    /// The log leaves out what the receipt says.
    DecisionIsUntold,
    /// A gate that does not pass holds nobody up.
    GateIsIgnored,
    /// A verification that failed leads forward.
    FailureIsIgnored,
    /// The clock goes back in the log.
    ClockGoesBack,
}

impl Plant {
    /// Every one.
    pub const ALL: [Self; 10] = [
        Self::RepeatsForNothing,
        Self::WaysBackForNothing,
        Self::EventsForNothing,
        Self::HaltSkipsVerify,
        Self::HaltIsHidden,
        Self::ErrorIsForgotten,
        Self::DecisionIsUntold,
        Self::GateIsIgnored,
        Self::FailureIsIgnored,
        Self::ClockGoesBack,
    ];

    /// Runs a case as a runner with this bug would; `None` where it would make no difference.
    pub fn run(self, case: &Case) -> Option<Ran> {
        let mut other = case.clone();
        let budgets = &mut other.request.budgets;
        match self {
            Self::RepeatsForNothing => budgets.max_act_retries = u32::MAX,
            Self::WaysBackForNothing => budgets.max_backtracks = u32::MAX,
            Self::EventsForNothing => budgets.max_events = 1000,
            _ => {}
        }
        let mut ran = run(&other);
        let before = ran.bundle.as_ref().ok()?.clone();
        let parts = self.change(parts(&before), &mut ran)?;
        let after = parts.seal().bundle();
        let is_other =
            after != before || other.request != case.request || self == Self::HaltIsHidden;
        ran.bundle = Ok(after);
        is_other.then_some(ran)
    }

    fn change(self, mut parts: Parts, ran: &mut Ran) -> Option<Parts> {
        match self {
            Self::RepeatsForNothing | Self::WaysBackForNothing | Self::EventsForNothing => {}
            Self::HaltSkipsVerify => {
                let skipped = position(&parts, |event| {
                    event.kind() == "PhaseSkipped" && event.phase() == Phase::Verify
                })?;
                parts.events.remove(skipped);
                let sequence = list(&mut parts, &["phase_sequence"]);
                let verify = sequence.iter().rposition(|phase| phase.as_str() == Some("Verify"))?;
                set_list(&mut parts, &["phase_sequence"], |sequence| drop(sequence.remove(verify)));
            }
            Self::HaltIsHidden => {
                ran.halted.take()?;
            }
            Self::ErrorIsForgotten => {
                let error = position(&parts, |event| event.kind() == "ActError")?;
                let error = parts.events.remove(error);
                let told = error.get("payload")?.clone();
                set_list(&mut parts, &["errors"], |errors| {
                    if let Some(at) = errors.iter().position(|error| *error == told) {
                        errors.remove(at);
                    }
                });
            }
            Self::DecisionIsUntold => {
                let decision = position(&parts, |event| event.kind() == "DecisionRecorded")?;
                parts.events.remove(decision);
            }
            Self::GateIsIgnored => {
                let gate = position(&parts, |event| event.kind() == "GateEvaluated")?;
                let payload = payload(&mut parts, gate)?;
                payload.insert("passed", false);
                let told = payload.clone();
                set_list(&mut parts, &["gates"], |gates| {
                    let same = |gate: &&mut Value| {
                        ["phase", "gate_id"].iter().all(|name| gate.get(name) == told.get(name))
                    };
                    if let Some(gate) = gates.iter_mut().find(same) {
                        *gate = told.clone().into();
                    }
                });
            }
            Self::FailureIsIgnored => {
                let run = position(&parts, |event| {
                    event.kind() == "VerificationRun" && !event.list("results").is_empty()
                })?;
                fail_first_result(&mut parts, run)?;
            }
            Self::ClockGoesBack => {
                let last = parts.events.len().checked_sub(2)?;
                parts.events.get_mut(last)?.insert("ts_utc", "2026-01-01T00:00:00Z");
            }
        }
        Some(parts)
    }
}

/// Makes a run tell, and the receipt with it, that its first check failed, and go on all the same.
fn fail_first_result(parts: &mut Parts, run: usize) -> Option<()> {
    let payload = payload(parts, run)?;
    payload.insert("passed", false);
    let results = payload.get("results")?.as_array()?.to_vec();
    let mut failed = results.first()?.as_object()?.clone();
    failed.insert("passed", false);
    let name = failed.get("check_id")?.clone();
    let changed = results.iter().skip(1).cloned();
    let changed: Vec<Value> = [failed.clone().into()].into_iter().chain(changed).collect();
    payload.insert("results", changed);
    set_list(parts, &["verification", "results"], |results| {
        if let Some(result) =
            results.iter_mut().find(|result| result.get("check_id") == Some(&name))
        {
            *result = failed.clone().into();
        }
    });
    Some(())
}

/// Takes a bundle apart.
fn parts(bundle: &MemoryBundle) -> Parts {
    let mut manifest = document(bundle, "manifest.json");
    manifest.remove("files");
    let mut files = bundle.files.clone();
    for name in ["receipt.json", "events.jsonl", "manifest.json"] {
        files.remove(name);
    }
    Parts {
        events: events(bundle).into_iter().map(|event| event.0).collect(),
        receipt: document(bundle, "receipt.json"),
        files,
        manifest,
        ..Parts::default()
    }
}

fn position(parts: &Parts, is: impl Fn(&Event) -> bool) -> Option<usize> {
    parts.events.iter().position(|event| is(&Event(event.clone())))
}

fn payload(parts: &mut Parts, event: usize) -> Option<&mut Object> {
    parts.events.get_mut(event)?.get_mut("payload")?.as_object_mut()
}

fn list(parts: &mut Parts, path: &[&str]) -> Vec<Value> {
    parts.in_receipt(path).as_array().unwrap_or_default().to_vec()
}

fn set_list(parts: &mut Parts, path: &[&str], change: impl FnOnce(&mut Vec<Value>)) {
    let mut changed = list(parts, path);
    change(&mut changed);
    *parts.in_receipt(path) = changed.into();
}
