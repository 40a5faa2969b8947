//! When a human is worth asking: the expected value of an intervention, in integers.
//!
//! Source: MOTUS-SPEC-V0.1 §11 Q15. Divisions round toward minus infinity.

use crate::effect::EffectOp;
use crate::names::LockLevel;
use crate::policy::Policy;
use crate::receipt::Body;

/// What asking a human is worth, and whether one must be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct HitlDecision {
    pub required: bool,
    pub p_override_permille: u16,
    pub loss_ms: u64,
    pub cost_ms: u64,
    /// Negative where asking costs more than it saves; `None` when 64 bits cannot hold it.
    pub evi_ms: Option<i64>,
}

/// Computes what asking a human is worth for a receipt under a policy.
///
/// Shape: loss and cost are the policy's; the probability is Q15's unless one is given, of which what is above
/// 1000 counts as 1000. `required` is exact, `evi_ms` is rounded: it may be 0 where a human is required.
/// Source: MOTUS-SPEC-V0.1 §2 Algorithm 14, §11 Q15.
pub fn hitl_evi_ms(
    receipt: &Body,
    known_p_override: Option<u16>,
    policy: &dyn Policy,
) -> HitlDecision {
    let p_override_permille = known_p_override.map_or_else(|| p_override(receipt), |p| p.min(1000));
    let (loss_ms, cost_ms) = (policy.loss_ms(receipt), policy.cost_ms());
    HitlDecision {
        required: is_required(p_override_permille, loss_ms, cost_ms),
        p_override_permille,
        loss_ms,
        cost_ms,
        evi_ms: evi_ms(p_override_permille, loss_ms, cost_ms),
    }
}

/// Returns the probability in permille that a human would decide otherwise.
///
/// Shape: from 71 to 1000.
pub fn p_override(receipt: &Body) -> u16 {
    let has = |op: EffectOp| receipt.effects.declared.iter().any(|effect| effect.op == op);
    let deficit = 1000_u16.saturating_sub(receipt.lens.quality.aggregate);
    let features = [
        (4000, lock_weight(receipt.lock_level)),
        (2500, if has(EffectOp::Publish) { 1000 } else { 0 }),
        (1800, if has(EffectOp::Network) { 1000 } else { 0 }),
        (2000, i64::from(deficit)),
        (2200, if receipt.checks.iter().any(|check| !check.passed) { 1000 } else { 0 }),
    ];
    let z = features.iter().fold(-3000_i64, |z, (beta, x)| z + (beta * x).div_euclid(1000));
    permille_of(z)
}

fn lock_weight(level: LockLevel) -> i64 {
    match level {
        LockLevel::Draft => 0,
        LockLevel::Staged => 200,
        LockLevel::Committed => 600,
        LockLevel::Published => 850,
        LockLevel::Immutable => 1000,
    }
}

fn permille_of(z_milli: i64) -> u16 {
    let slope = (z_milli * 1000).div_euclid(4000 + z_milli.abs());
    u16::try_from((500 + slope).clamp(0, 1000)).unwrap_or_default()
}

/// Tells whether a human must be asked: the expected loss is above the cost of asking.
pub fn is_required(p_permille: u16, loss_ms: u64, cost_ms: u64) -> bool {
    u128::from(p_permille) * u128::from(loss_ms) > 1000 * u128::from(cost_ms)
}

/// Returns the expected value of asking, in milliseconds; `None` when 64 bits cannot hold it.
pub fn evi_ms(p_permille: u16, loss_ms: u64, cost_ms: u64) -> Option<i64> {
    let saved = u128::from(p_permille) * u128::from(loss_ms) / 1000;
    i64::try_from(i128::try_from(saved).ok()? - i128::from(cost_ms)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_prompt_has_the_arithmetic() {
        assert_eq!(evi_ms(650, 900_000, 45_000), Some(540_000));
        assert!(is_required(650, 900_000, 45_000));
        assert_eq!(evi_ms(0, 0, 45_000), Some(-45_000));
        assert_eq!(evi_ms(1000, u64::MAX, 0), None);
    }

    #[test]
    fn just_above_the_cost_is_required_although_its_value_rounds_to_nothing() {
        assert_eq!(evi_ms(500, 90_001, 45_000), Some(0));
        assert!(is_required(500, 90_001, 45_000));
        assert!(!is_required(500, 90_000, 45_000));
    }

    #[test]
    fn the_sigmoid_rounds_down() {
        assert_eq!(permille_of(-600), 369);
        assert_eq!(permille_of(0), 500);
        assert_eq!(permille_of(-3000), 71);
        assert!(permille_of(10_500) <= 1000);
    }
}
