//! Questions to humans: their arithmetic, and that a required answer was given by a human.

use motus_json::shows_a_name;

use super::Policy;
use crate::hitl::{evi_ms, is_required, p_override};
use crate::names::{ActorType, HitlKind, OutcomeStatus};
use crate::receipt::{Actor, HitlRecord, Receipt};

/// The gate that says that a human is required.
const HUMAN_GATE: &str = "hitl_required";

pub(super) fn violations(policy: &dyn Policy, receipt: &Receipt) -> Vec<String> {
    let mut violations = Vec::new();
    for (index, record) in receipt.hitl.iter().enumerate() {
        let found = shape(record).or_else(|| arithmetic(record, policy));
        violations.extend(found.map(|what| format!("hitl[{index}]: {what}")));
    }
    let is_refused = is_refused(&receipt.hitl);
    let failed = receipt.outcome.status == OutcomeStatus::Failed;
    if let Some(reason) = requirement(policy, receipt)
        && !answer(&receipt.hitl).is_some_and(is_approved_by_a_human)
        && !(is_refused && failed)
    {
        violations
            .push(format!("a human must approve ({reason}), and the last decision is no approval"));
    }
    if is_refused && !failed {
        let status = receipt.outcome.status.as_str();
        violations.push(format!("a human refused, and the outcome is {status}"));
    }
    violations
}

/// Returns the last decision, unless a prompt that requires one came after it.
fn answer(records: &[HitlRecord]) -> Option<&HitlRecord> {
    let last =
        records.iter().rfind(|record| record.kind == HitlKind::Decision || requires(record))?;
    (last.kind == HitlKind::Decision).then_some(last)
}

/// Tells whether the last decision refuses, or a human refused and no human approved after that.
fn is_refused(records: &[HitlRecord]) -> bool {
    let decisions = || records.iter().filter(|record| record.kind == HitlKind::Decision);
    let refuses = |decision: &HitlRecord| decision.approved == Some(false);
    let of_humans = decisions().rfind(|decision| is_by_a_human(decision));
    decisions().next_back().is_some_and(refuses) || of_humans.is_some_and(refuses)
}

/// Says why a human is required, if one is.
fn requirement(policy: &dyn Policy, receipt: &Receipt) -> Option<&'static str> {
    let prompted = receipt.hitl.iter().any(requires);
    let gated = receipt.gates.iter().any(|gate| gate.gate_id == HUMAN_GATE);
    let worth = is_required(p_override(receipt), policy.loss_ms(receipt), policy.cost_ms());
    match () {
        () if prompted => Some("a prompt requires it"),
        () if gated => Some("the gate hitl_required requires it"),
        () if worth => Some("the policy requires it for these effects"),
        () => None,
    }
}

/// Tells whether a prompt requires a human: by its word or, where it says nothing, by its numbers.
fn requires(record: &HitlRecord) -> bool {
    let by_numbers = || numbers(record).is_some_and(|(p, loss, cost)| is_required(p, loss, cost));
    record.kind == HitlKind::Prompt && record.required.unwrap_or_else(by_numbers)
}

fn numbers(record: &HitlRecord) -> Option<(u16, u64, u64)> {
    Some((record.p_override_permille?, record.loss_ms?, record.cost_ms?))
}

fn is_approved_by_a_human(decision: &HitlRecord) -> bool {
    decision.approved == Some(true) && is_by_a_human(decision)
}

fn is_by_a_human(decision: &HitlRecord) -> bool {
    let is_a_human =
        |approver: &Actor| approver.kind == ActorType::Human && shows_a_name(&approver.name);
    decision.approver.as_ref().is_some_and(is_a_human)
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
///
/// A cost above the policy's is the bundle's own word for not asking, and does not count.
fn arithmetic(record: &HitlRecord, policy: &dyn Policy) -> Option<&'static str> {
    let (p, loss, cost) = numbers(record)?;
    if record.evi_ms.is_some() && record.evi_ms != evi_ms(p, loss, cost) {
        return Some("evi_ms does not follow from its parts");
    }
    let is_worth_asking = is_required(p, loss, cost.min(policy.cost_ms()));
    let denied = record.required == Some(false) && is_worth_asking;
    denied.then_some("a human is required by its own numbers")
}
