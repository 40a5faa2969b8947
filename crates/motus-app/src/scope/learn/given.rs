//! What was granted before anything was learned: by profiles, and by hand, with what of that was used.

use std::collections::{BTreeMap, BTreeSet};

use motus_kernel::effect::{CanonicalEffect, EffectOp, covers, uncovered};
use motus_runtime::scope::{Decision, Observation, Seen};

use super::super::spelling::Spelling;
use super::super::{Origin, Plan, Planned};

const UNUSED: &str = "nothing needed it this time";
const ABSENT: &str = "it was not there";

/// What the command has without anything being learned.
#[derive(Debug)]
pub(super) struct Given<'l> {
    spelling: Spelling<'l>,
    /// What profiles allow, and what was granted by hand and used.
    pub(super) effects: Vec<CanonicalEffect>,
    /// What was attempted and is allowed by it.
    allowed: BTreeSet<CanonicalEffect>,
    /// What was granted by hand and used, as it was written: kind and value.
    pub(super) used: BTreeSet<(&'l str, &'l str)>,
    /// What was granted by hand, and nothing needed it that profiles do not allow; and why it is not granted.
    pub(super) unused: BTreeMap<(&'l str, &'l str), &'static str>,
}

impl<'l> Given<'l> {
    pub(super) fn of(plan: &'l Plan, observation: &Observation) -> Self {
        let spelling = Spelling::of(plan);
        let declared = observation.seen.iter().filter(|seen| seen.decision == Decision::Declared);
        let attempted: BTreeSet<_> =
            declared.filter_map(|it| spelling.action(&it.action)).collect();
        let attempted: Vec<CanonicalEffect> = attempted.into_iter().collect();
        let (profiles, mut unused): (Vec<&Planned>, Vec<_>) =
            plan.planned.iter().partition(|planned| is_of_profile(planned));
        let mut effects: Vec<_> = profiles.into_iter().flat_map(|it| it.effects.clone()).collect();
        let mut used = BTreeSet::new();
        // What may be written or run may be read: it stays for that alone where nothing else allows it.
        for is_read_alone in [false, true] {
            let needed = uncovered(&effects, &attempted);
            let is_used = |it: &&Planned| allows_one(it, &needed, is_read_alone);
            let (now_used, others) = unused.into_iter().partition::<Vec<_>, _>(is_used);
            effects.extend(now_used.iter().flat_map(|it| it.effects.iter().cloned()));
            used.extend(now_used.into_iter().filter_map(words));
            unused = others;
        }
        let not_allowed: BTreeSet<_> = uncovered(&effects, &attempted).into_iter().collect();
        let allowed = attempted.iter().filter(|effect| !not_allowed.contains(effect));
        let allowed = allowed.cloned().collect();
        let why = |it: &Planned| if it.is_absent { ABSENT } else { UNUSED };
        let unused = unused.into_iter().filter_map(|it| Some((words(it)?, why(it)))).collect();
        Self { spelling, effects, allowed, used, unused }
    }

    /// Tells whether nothing has to be granted for an attempt.
    pub(super) fn allows(&self, seen: &Seen) -> bool {
        let effect = || self.spelling.action(&seen.action);
        seen.decision == Decision::Declared && effect().is_some_and(|it| self.allowed.contains(&it))
    }
}

fn is_of_profile(planned: &Planned) -> bool {
    matches!(planned.origin, Origin::Profile(_) | Origin::Always)
}

/// Returns kind and value of a grant, as it was written.
fn words(planned: &Planned) -> Option<(&str, &str)> {
    planned.written.split_once(':')
}

/// Tells whether a grant allows something of what is needed: by what it is there for, or by reading as well.
fn allows_one(planned: &Planned, needed: &[&CanonicalEffect], is_read_alone: bool) -> bool {
    let is_for_reading = planned.effects.iter().all(|it| it.op() == EffectOp::ReadFS);
    let is_meant =
        |it: &&CanonicalEffect| is_read_alone || is_for_reading || it.op() != EffectOp::ReadFS;
    let mut effects = planned.effects.iter().filter(is_meant);
    effects.any(|effect| needed.iter().any(|needed| covers(effect, needed)))
}
