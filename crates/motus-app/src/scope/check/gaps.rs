//! What a record does not tell: what is only missing, and what leaves nothing to decide by.

use motus_ledger::scope::{DeclaredFacts, DeclaredScope, ObservedEffects, ObservedFacts};
use motus_runtime::scope::Level;

/// Tells whether level and mode are known here and go together: by them it is known what was stopped, and what was seen.
///
/// A level that is less than what was declared is one: it is what was come to.
pub(super) fn is_plain(declared: &DeclaredScope, level: &str) -> bool {
    let Some(level) = Level::parse(level) else { return false };
    is_known_mode(&declared.mode) && !contradicts(declared, level)
}

/// Nobody sees or stops more than what was tried before the start, and what is watched alone is not stopped.
fn contradicts(declared: &DeclaredScope, level: Level) -> bool {
    let is_more = Level::parse(&declared.level).is_none_or(|promised| level > promised);
    is_more || (declared.mode == "observe" && level.enforces())
}

/// Returns the calls that went on although no scope allows them; none at a level that is not known: perhaps they were
/// stopped.
pub(super) fn calls_that_went_on(observed: &ObservedEffects) -> Vec<(String, u64)> {
    let is_known = Level::parse(&observed.level).is_some();
    observed.calls_that_went_on().filter(|_| is_known).cloned().collect()
}

fn is_known_mode(mode: &str) -> bool {
    matches!(mode, "enforce" | "observe")
}

/// Returns what the record does not know of, in our own words.
pub(super) fn noted(declared: &DeclaredFacts, observed: &ObservedFacts) -> Vec<String> {
    let mut gaps = Vec::new();
    let facts = &observed.observed;
    if !declared.is_complete {
        gaps.push("the record holds a part of what was declared".to_owned());
    }
    if !observed.is_complete {
        gaps.push("the record holds a part of the effects, and no file has all".to_owned());
    }
    note_unknown(&declared.scope, &facts.level, &mut gaps);
    gaps.extend(facts.blind.iter().cloned());
    let mut note = |count: u64, what: &str| {
        if count > 0 {
            gaps.push(format!("{count} {what}"));
        }
    };
    note(facts.unlisted, "attempts are in no list");
    note(facts.unreadable, "attempts had a path that could not be read");
    note(facts.unobserved.len() as u64, "changes were seen by nobody while they happened");
    note(facts.aliased, "written files had further names before, where nobody looked");
    gaps
}

/// Records of other versions, and forged ones, may name what this one does not know.
fn note_unknown(declared: &DeclaredScope, level: &str, gaps: &mut Vec<String>) {
    let (promised, mode) = (&declared.level, &declared.mode);
    let known = Level::parse(level);
    if known.is_none() {
        gaps.push(format!("what is seen at the level {level} is not known here"));
    }
    if promised != level {
        gaps.push(format!("the level {promised} was declared, and {level} observed"));
    }
    if !is_known_mode(mode) {
        gaps.push(format!("the mode {mode} is not known here"));
    }
    if mode == "observe" && known.is_some_and(Level::enforces) {
        gaps.push(format!("nothing was to be stopped, and {level} stops what is not declared"));
    }
}
