//! What a record does not tell: what is only missing, and what leaves nothing to decide by.

use motus_kernel::effect::EffectOp;
use motus_ledger::scope::{DeclaredFacts, DeclaredScope, ObservedEffects, ObservedFacts};
use motus_runtime::scope::Level;

/// The mode in which nothing is stopped.
const OBSERVE: &str = "observe";

/// Tells whether level and mode are known here and go together: by them it is known what was stopped, and what was seen.
///
/// A level that is less than what was declared is one: it is what was come to.
pub(super) fn is_plain(declared: &DeclaredScope, observed: &ObservedFacts) -> bool {
    let Some(level) = Level::parse(&observed.observed.level) else { return false };
    is_known_mode(&declared.mode)
        && !contradicts(declared, level)
        && !tells_more(&declared.mode, level, observed)
}

/// Nobody sees or stops more than what was tried before the start, and what is watched alone is not stopped.
fn contradicts(declared: &DeclaredScope, level: Level) -> bool {
    let is_more = Level::parse(&declared.level).is_none_or(|promised| level > promised);
    is_more || (declared.mode == OBSERVE && level.enforces())
}

/// Tells whether more is told than anybody can have seen, or stopped: where nothing else is stopped, the proxy alone
/// refuses.
fn tells_more(mode: &str, level: Level, observed: &ObservedFacts) -> bool {
    let (facts, totals) = (&observed.observed, observed.totals);
    let is_seen =
        facts.attempts > 0 || totals.programs > 0 || totals.calls > 0 || totals.denied > 0;
    let is_of_proxy = facts.denied.iter().all(|effect| effect.op == EffectOp::Network.as_str());
    let is_stopped = totals.denied > 0 && (mode == OBSERVE || !is_of_proxy);
    (is_seen && !level.observes()) || (is_stopped && !level.enforces())
}

/// Returns the calls that went on although no scope allows them; none at a level that is not known: perhaps they were
/// stopped.
pub(super) fn calls_that_went_on(observed: &ObservedEffects) -> Vec<(String, u64)> {
    let is_known = Level::parse(&observed.level).is_some();
    observed.calls_that_went_on().filter(|_| is_known).cloned().collect()
}

fn is_known_mode(mode: &str) -> bool {
    matches!(mode, "enforce" | OBSERVE)
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
    if Level::parse(&facts.level)
        .is_some_and(|level| tells_more(&declared.scope.mode, level, observed))
    {
        gaps.push(format!("more is told than is seen or stopped at the level {}", facts.level));
    }
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
    if known == Some(Level::Snapshot) {
        gaps.push("nothing was stopped, and no attempt was seen".to_owned());
    }
    if promised != level {
        gaps.push(format!("the level {promised} was declared, and {level} observed"));
    }
    if !is_known_mode(mode) {
        gaps.push(format!("the mode {mode} is not known here"));
    }
    if mode == OBSERVE && known.is_some_and(Level::enforces) {
        gaps.push(format!("nothing was to be stopped, and {level} stops what is not declared"));
    }
}
