//! Questions to humans: their arithmetic, and that a required answer was given by a human.

use motus_json::shows_a_name;

use super::Policy;
use crate::hitl::{evi_ms, is_required, p_override};
use crate::names::{ActorType, HitlKind, OutcomeStatus};
use crate::receipt::{Actor, Body, HitlRecord};

/// The gate that says that a human is required.
const HUMAN_GATE: &str = "hitl_required";

pub(super) fn violations(policy: &dyn Policy, receipt: &Body) -> Vec<String> {
    let mut violations = Vec::new();
    for (index, record) in receipt.hitl.iter().enumerate() {
        let found = shape(record).or_else(|| arithmetic(record, policy));
        violations.extend(found.map(|what| format!("hitl[{index}]: {what}")));
    }
    let is_refused = is_refused(&receipt.hitl);
    // What failed asks for no approval: there is nothing that a human could let pass.
    let failed = receipt.outcome.status == OutcomeStatus::Failed;
    if let Some(requirement) = unanswered(policy, receipt).filter(|_| !failed) {
        let reason = requirement.reason();
        violations
            .push(format!("a human must approve ({reason}), and the last decision is no approval"));
    }
    if is_refused && !failed {
        let status = receipt.outcome.status.as_str();
        violations.push(format!("a human refused, and the outcome is {status}"));
    }
    violations
}

/// Tells whether a loop may not lock before a human has approved, unless it failed.
pub(crate) fn awaits_a_human(policy: &dyn Policy, receipt: &Body) -> bool {
    unanswered(policy, receipt).is_some()
}

fn unanswered(policy: &dyn Policy, receipt: &Body) -> Option<Requirement> {
    Requirement::of(policy, receipt)
        .filter(|requirement| !is_approved(requirement.answers(policy, &receipt.hitl)))
}

/// Tells whether the last decision refuses, or somebody who is no machine refused and no human approved after
/// that. A name that is not seen makes an approval weak, and a refusal not.
fn is_refused(records: &[HitlRecord]) -> bool {
    let counts = |decision: &&HitlRecord| {
        is_approved_by_a_human(decision) || (refuses(decision) && !is_by_a_machine(decision))
    };
    decisions(records).next_back().is_some_and(refuses)
        || decisions(records).rfind(counts).is_some_and(refuses)
}

/// Tells whether what came after the question ends in a human's approval.
fn is_approved(answers: &[HitlRecord]) -> bool {
    decisions(answers).next_back().is_some_and(is_approved_by_a_human)
}

fn decisions(records: &[HitlRecord]) -> impl DoubleEndedIterator<Item = &HitlRecord> {
    records.iter().filter(|record| record.kind == HitlKind::Decision)
}

fn refuses(decision: &HitlRecord) -> bool {
    decision.approved == Some(false)
}

/// Why a human is required.
#[derive(Clone, Copy)]
enum Requirement {
    Prompt,
    Gate,
    Policy,
}

impl Requirement {
    /// What the bundle cannot take back by its own words comes first.
    fn of(policy: &dyn Policy, receipt: &Body) -> Option<Self> {
        let gated = receipt.gates.iter().any(|gate| gate.gate_id == HUMAN_GATE);
        let worth = is_required(p_override(receipt), policy.loss_ms(receipt), policy.cost_ms());
        let prompted = || receipt.hitl.iter().any(|record| requires(record, policy));
        match () {
            () if gated => Some(Self::Gate),
            () if worth => Some(Self::Policy),
            () if prompted() => Some(Self::Prompt),
            () => None,
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Self::Prompt => "a prompt requires it",
            Self::Gate => "the gate hitl_required requires it",
            Self::Policy => "the policy requires it for these effects",
        }
    }

    /// Returns what came after the last prompt that asks. Where the need does not come from prompts, what a
    /// prompt says of itself does not make it one that needs no answer.
    fn answers<'r>(self, policy: &dyn Policy, records: &'r [HitlRecord]) -> &'r [HitlRecord] {
        let asks = |record: &HitlRecord| match self {
            Self::Prompt => requires(record, policy),
            Self::Gate | Self::Policy => record.kind == HitlKind::Prompt,
        };
        let behind = records.iter().rposition(asks).map_or(0, |last| last + 1);
        records.get(behind..).unwrap_or_default()
    }
}

/// Tells whether a prompt requires a human: by its word or, where it says nothing, by its numbers.
fn requires(record: &HitlRecord, policy: &dyn Policy) -> bool {
    let by_numbers = || numbers(record).is_some_and(|numbers| is_worth_asking(numbers, policy));
    record.kind == HitlKind::Prompt && record.required.unwrap_or_else(by_numbers)
}

/// A cost above the policy's is the bundle's own word for not asking, and does not count.
fn is_worth_asking((p, loss, cost): (u16, u64, u64), policy: &dyn Policy) -> bool {
    is_required(p, loss, cost.min(policy.cost_ms()))
}

fn numbers(record: &HitlRecord) -> Option<(u16, u64, u64)> {
    Some((record.p_override_permille?, record.loss_ms?, record.cost_ms?))
}

fn is_approved_by_a_human(decision: &HitlRecord) -> bool {
    decision.approved == Some(true) && is_by_a_human(decision)
}

fn is_by_a_human(decision: &HitlRecord) -> bool {
    decision.approver.as_ref().is_some_and(is_a_human)
}

/// Tells whether somebody is a human with a name that is seen: nobody else can approve.
pub(crate) fn is_a_human(approver: &Actor) -> bool {
    approver.kind == ActorType::Human && shows_a_name(&approver.name)
}

/// An approver who is not named is not known to be a machine.
fn is_by_a_machine(decision: &HitlRecord) -> bool {
    decision.approver.as_ref().is_some_and(|approver| approver.kind != ActorType::Human)
}

/// Checks that a record has what its kind needs and nothing of the other kind.
fn shape(record: &HitlRecord) -> Option<&'static str> {
    let numbers =
        [record.p_override_permille.is_some(), record.loss_ms.is_some(), record.cost_ms.is_some()];
    let has_numbers = record.evi_ms.is_some() || numbers.contains(&true);
    match record.kind {
        HitlKind::Decision if record.approved.is_none() => {
            Some("a decision must say whether it approves")
        }
        HitlKind::Decision if record.required.is_some() || has_numbers => {
            Some("a decision has what only a prompt may have")
        }
        HitlKind::Prompt if record.approved.is_some() || record.approver.is_some() => {
            Some("a prompt has what only a decision may have")
        }
        HitlKind::Prompt if has_numbers && numbers.contains(&false) => {
            Some("some of its numbers are missing")
        }
        _ => None,
    }
}

/// Checks what a prompt says of its own numbers.
fn arithmetic(record: &HitlRecord, policy: &dyn Policy) -> Option<&'static str> {
    let (p, loss, cost) = numbers(record)?;
    if record.evi_ms.is_some() && record.evi_ms != evi_ms(p, loss, cost) {
        return Some("evi_ms does not follow from its parts");
    }
    let denied = record.required == Some(false) && is_worth_asking((p, loss, cost), policy);
    denied.then_some("a human is required by its own numbers")
}
