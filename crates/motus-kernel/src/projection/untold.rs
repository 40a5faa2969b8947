//! Plans and lenses of which an event tells a part: the rest stays as it was, as verification has it.

use std::mem::take;

use motus_json::Value;

use crate::compiler::{Fact, LoopState};
use crate::names::Phase;

/// Applies a fact and puts back what its event does not tell; nothing is copied for that.
pub(super) fn apply(state: &mut LoopState, phase: Phase, fact: &Fact, content: &Value) {
    let is_told = |name: &str| content.get(name).is_some_and(|value| !value.is_null());
    match fact {
        Fact::PlanChosen { .. } => plan(state, phase, fact, is_told),
        Fact::LensAssembled { .. } => lens(state, phase, fact, is_told),
        _ => state.apply(phase, fact),
    }
}

/// Effects that are told without a compression were not compressed.
fn plan(state: &mut LoopState, phase: Phase, fact: &Fact, is_told: impl Fn(&str) -> bool) {
    let effects = &mut state.body.effects;
    let (k, declared) = (effects.k, take(&mut effects.declared));
    let compression = effects.compression.take();
    state.apply(phase, fact);
    let effects = &mut state.body.effects;
    if !is_told("enf_k") {
        effects.k = k;
    }
    if !is_told("effects_declared") {
        effects.declared = declared;
        if !is_told("compression") {
            effects.compression = compression;
        }
    }
}

fn lens(state: &mut LoopState, phase: Phase, fact: &Fact, is_told: impl Fn(&str) -> bool) {
    let lens = &mut state.body.lens;
    let (lens_id, created_utc) = (take(&mut lens.lens_id), take(&mut lens.created_utc));
    let (items, quality) = (take(&mut lens.items), lens.quality);
    state.apply(phase, fact);
    let lens = &mut state.body.lens;
    if !is_told("lens_id") {
        lens.lens_id = lens_id;
    }
    if !is_told("created_utc") {
        lens.created_utc = created_utc;
    }
    if !is_told("items") {
        lens.items = items;
    }
    if !is_told("quality") {
        lens.quality = quality;
    }
}
