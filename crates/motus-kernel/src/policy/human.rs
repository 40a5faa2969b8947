//! Questions to humans: their arithmetic, and that a required answer was given by a human.

use super::Policy;
use crate::hitl::{evi_ms, is_required, p_override};
use crate::names::{ActorType, HitlKind, OutcomeStatus};
use crate::receipt::{HitlRecord, Receipt};

/// The gate that says that a human is required.
const HUMAN_GATE: &str = "hitl_required";

pub(super) fn violations(policy: &dyn Policy, receipt: &Receipt) -> Vec<String> {
    let mut violations = Vec::new();
    for (index, record) in receipt.hitl.iter().enumerate() {
        violations.extend(arithmetic(record).map(|what| format!("hitl[{index}]: {what}")));
    }
    let decision = receipt.hitl.iter().rfind(|record| record.kind == HitlKind::Decision);
    if let Some(reason) = requirement(policy, receipt)
        && !decision.is_some_and(is_approved_by_a_human)
    {
        violations
            .push(format!("a human must approve ({reason}), and the last decision is no approval"));
    }
    let is_refused = decision.is_some_and(|decision| decision.approved == Some(false));
    if is_refused && receipt.outcome.status != OutcomeStatus::Failed {
        let status = receipt.outcome.status.as_str();
        violations.push(format!("a human refused, and the outcome is {status}"));
    }
    violations
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
    let by_human =
        decision.approver.as_ref().is_some_and(|approver| approver.kind == ActorType::Human);
    decision.approved == Some(true) && by_human
}

/// Checks what a prompt says of its own numbers.
fn arithmetic(record: &HitlRecord) -> Option<&'static str> {
    let (p, loss, cost) = numbers(record)?;
    if record.evi_ms.is_some() && record.evi_ms != evi_ms(p, loss, cost) {
        return Some("evi_ms does not follow from its parts");
    }
    let denied = record.required == Some(false) && is_required(p, loss, cost);
    denied.then_some("a human is required by its own numbers")
}
