//! Children's outcomes and their parent's.
//!
//! Source: MOTUS-SPEC-V0.1 §11 Q14.

use crate::names::OutcomeStatus;
use crate::receipt::{Body, Child};

/// Returns the outcome of a parent: the worse of its own and what its children allow.
///
/// Source: MOTUS-SPEC-V0.1 §2 Algorithm 16, §11 Q14, `O_parent`. What it needs of a child's receipt is in its
/// edge.
pub fn rollup_children(own: OutcomeStatus, children: &[Child]) -> OutcomeStatus {
    own.max(rollup(children))
}

/// Returns the best outcome that a parent of these children may have.
///
/// Shape: critical children hand on what came of them; of the others, any that did not succeed makes it
/// partial. No children allow success. Source: MOTUS-SPEC-V0.1 §11 Q14, `O_child`.
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

pub(super) fn violation(receipt: &Body) -> Option<String> {
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

    fn edges(children: &[(bool, OutcomeStatus)]) -> Vec<Child> {
        let child = |(critical, outcome_status): &(bool, OutcomeStatus)| Child {
            spawn_index: 0,
            child_loop_id: Uuid::default(),
            critical: *critical,
            child_proof_digest: Digest::ZERO,
            outcome_status: *outcome_status,
        };
        children.iter().map(child).collect()
    }

    fn of(children: &[(bool, OutcomeStatus)]) -> OutcomeStatus {
        rollup(&edges(children))
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

    #[test]
    fn partial_is_what_others_spoil_at_most() {
        assert_eq!(of(&[(false, Failed), (false, Failed)]), Partial);
        assert_eq!(of(&[(false, Partial)]), Partial);
        assert_eq!(of(&[(true, Partial), (false, Failed)]), Partial);
    }

    #[test]
    fn a_parent_is_no_better_than_itself_or_its_children() {
        let statuses = [Success, Partial, Failed];
        for (own, child) in statuses.iter().flat_map(|own| statuses.map(|child| (*own, child))) {
            assert_eq!(rollup_children(own, &edges(&[(true, child)])), own.max(child));
        }
        assert_eq!(rollup_children(Partial, &[]), Partial);
        assert_eq!(rollup_children(Success, &edges(&[(false, Failed)])), Partial);
        assert_eq!(rollup_children(Failed, &edges(&[(false, Failed)])), Failed);
    }
}
