//! Effects in their one form, and fewer of them: p13 to p15.

use std::collections::BTreeSet;

use motus_kernel::effect::{
    CanonicalEffect, Effect, EffectOp, compress, covers, normalize, uncovered,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::check::{Outcome, Run, check};
use crate::any;

/// Normalising what was normalised changes nothing, however it was spelled before.
pub(super) fn p13(run: &Run) -> Outcome {
    check(run, vec(any::almost_a_selector(), 0..8), |mut raw| {
        raw.retain(|effect| effect.canonicalize().is_ok());
        let once = normalize(&raw).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(once.is_sorted_by(|left, right| left < right));
        let spelled: Vec<Effect> = once.iter().cloned().map(Effect::from).collect();
        prop_assert_eq!(normalize(&spelled), Ok(once));
        Ok(())
    })
}

/// At most `k` effects are left where the groups, which never merge, are no more than that; or else one for
/// each group.
pub(super) fn p14(run: &Run) -> Outcome {
    check(run, (any::effects(60), 1..24_u32), |(effects, k)| {
        let found = compress(&effects, k);
        let groups: BTreeSet<_> = effects.iter().map(group).collect();
        prop_assert!(found.effects.len() <= groups.len().max(k as usize));
        prop_assert_eq!(found.fits, groups.len() <= k as usize);
        Ok(())
    })
}

/// Returns what no merge leaves: the operation with its root, its host or its whole name.
fn group(effect: &CanonicalEffect) -> (EffectOp, String) {
    let selector = effect.selector();
    let group = match effect.op() {
        EffectOp::ReadFS | EffectOp::WriteFS => selector.starts_with("fs:/").to_string(),
        EffectOp::Network => selector.split_inclusive('/').take(3).collect(),
        EffectOp::Exec | EffectOp::Publish => selector.to_owned(),
    };
    (effect.op(), group)
}

/// Every effect is covered by one that is left, looked for one by one and all at once.
pub(super) fn p15(run: &Run) -> Outcome {
    check(run, (any::effects(60), 0..24_u32), |(effects, k)| {
        let found = compress(&effects, k).effects;
        for effect in &effects {
            prop_assert!(found.iter().any(|wide| covers(wide, effect)), "{:?}", effect);
        }
        prop_assert!(uncovered(&found, &effects).is_empty());
        Ok(())
    })
}
