//! Children's outcomes and their parent's.
//!
//! Source: MOTUS-SPEC-V0.1 §11 Q14.

use crate::names::OutcomeStatus;
use crate::receipt::{Child, Receipt};

/// Returns the best outcome that a parent of these children may have.
pub fn rollup(children: &[Child]) -> OutcomeStatus {
    let worst_critical =
        children.iter().filter(|child| child.critical).map(|child| child.outcome_status).max();
    let other_falls_short = children
        .iter()
        .any(|child| !child.critical && child.outcome_status != OutcomeStatus::Success);
    let of_critical = worst_critical.unwrap_or(OutcomeStatus::Success);
    let of_others = if other_falls_short { OutcomeStatus::Partial } else { OutcomeStatus::Success };
    of_critical.max(of_others)
}

pub(super) fn violation(receipt: &Receipt) -> Option<String> {
    let (outcome, best) = (receipt.outcome.status, rollup(&receipt.children));
    (outcome < best).then(|| {
        let (outcome, best) = (outcome.as_str(), best.as_str());
        format!("the outcome is {outcome}, its children allow {best} at best")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::OutcomeStatus::{Failed, Partial, Success};
    use crate::{Digest, Uuid};

    fn of(children: &[(bool, OutcomeStatus)]) -> OutcomeStatus {
        let child = |(critical, outcome_status): &(bool, OutcomeStatus)| Child {
            spawn_index: 0,
            child_loop_id: Uuid::default(),
            critical: *critical,
            child_proof_digest: Digest::ZERO,
            outcome_status: *outcome_status,
        };
        rollup(&children.iter().map(child).collect::<Vec<_>>())
    }

    #[test]
    fn critical_children_decide_and_others_can_only_spoil() {
        assert_eq!(of(&[]), Success);
        assert_eq!(of(&[(true, Success), (false, Success)]), Success);
        assert_eq!(of(&[(true, Success), (false, Failed)]), Partial);
        assert_eq!(of(&[(true, Partial), (false, Success)]), Partial);
        assert_eq!(of(&[(true, Failed), (false, Success)]), Failed);
        assert_eq!(of(&[(true, Partial), (true, Failed)]), Failed);
    }
}
