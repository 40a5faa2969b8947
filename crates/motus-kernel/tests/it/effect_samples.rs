//! Effects for the tests, by hand; any effects are in `motus_testkit::any`.

use motus_kernel::effect::EffectOp::{self, WriteFS};
use motus_kernel::effect::{CanonicalEffect, Effect};

/// Canonicalises a selector that is known to have a canonical form.
#[track_caller]
pub(crate) fn effect(op: EffectOp, selector: &str) -> CanonicalEffect {
    CanonicalEffect::new(op, selector).expect(selector)
}

/// Canonicalises writes.
pub(crate) fn writes(selectors: &[&str]) -> Vec<CanonicalEffect> {
    selectors.iter().map(|selector| effect(WriteFS, selector)).collect()
}

/// Returns the selectors alone.
pub(crate) fn selectors(effects: &[CanonicalEffect]) -> Vec<&str> {
    effects.iter().map(CanonicalEffect::selector).collect()
}

/// Takes effects back to text.
pub(crate) fn raw(effects: &[CanonicalEffect]) -> Vec<Effect> {
    effects.iter().cloned().map(Effect::from).collect()
}
