//! The cap of the compression: p14, which holds where it can.

use std::collections::BTreeSet;

use motus_kernel::effect::{CanonicalEffect, EffectOp, compress};
use proptest::prelude::*;

use super::config;
use crate::effect_samples::any_effects;

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

proptest! {
    #![proptest_config(config(3000))]

    /// p14: at most `k` effects are left where the groups, which never merge, are no more than that; or
    /// else one for each group.
    #[test]
    fn p14_the_cap_holds_where_it_can(effects in any_effects(60), k in 1..24_u32) {
        let found = compress(&effects, k);
        let groups: BTreeSet<_> = effects.iter().map(group).collect();
        prop_assert!(found.effects.len() <= groups.len().max(k as usize));
        prop_assert_eq!(found.fits, groups.len() <= k as usize);
    }
}
