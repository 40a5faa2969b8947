//! Lists of effects in the one form that is hashed.

use super::{CanonicalEffect, Effect, SelectorError};

/// Canonicalises, sorts and deduplicates effects.
///
/// Shape: ascending by operation name and selector, each once. Doing it to the result changes
/// nothing.
/// Errors: the first effect, in the order given, that has no canonical form.
/// Source: MOTUS-SPEC-V0.1 §2 Algorithm 10.
pub fn normalize(effects: &[Effect]) -> Result<Vec<CanonicalEffect>, SelectorError> {
    let canonical: Result<Vec<_>, _> = effects.iter().map(Effect::canonicalize).collect();
    let mut canonical = canonical?;
    canonical.sort_unstable();
    canonical.dedup();
    Ok(canonical)
}
