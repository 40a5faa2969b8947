//! What is recorded of an observation: the effects, and the file that holds all of them.

mod names;
mod rooms;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use motus_fs::FileError;
use motus_json::canonical;
use motus_kernel::effect::CanonicalEffect;
use motus_ledger::Digest;
use motus_ledger::scope::{EffectList, ObservedEffects, ProgramCount, RecordedEffect};
use motus_runtime::scope::{Access, Action, Decision, Observation, Seen};
use motus_store::StorePlace;

use super::spelling::Spelling;
use super::told::tell;
use super::{Plan, Told, lists};
use names::Names;
use rooms::{Class, Rooms, UNOBSERVED, classed, length};

/// What the lists of one record may take, in bytes; what is longer goes into a file as a whole.
pub(crate) const ROOM: usize = 64 << 10;

/// What of an observation is listed at all, in bytes of the names in it: what a check reads again, in a second.
const LISTED: usize = 16 << 20;

/// Makes effects of what was seen, keeps the whole lists beside the Store, and says what to record and to tell.
///
/// A disk that takes no list costs the list alone: the record says that it is missing.
pub(crate) fn observed(
    plan: &Plan,
    observation: &Observation,
    place: Option<&StorePlace>,
) -> (ObservedEffects, Told) {
    let mut told = tell(plan, observation);
    let mut observed = effects(plan, observation);
    if let Some(place) = place.filter(|_| !observed.fits(ROOM)) {
        match keep(&observed, place) {
            Ok(list) => observed.list = Some(list),
            Err(error) => {
                told.trouble.push(format!("the list of all effects could not be kept: {error}"));
                observed.blind.push("the list of all effects could not be kept".to_owned());
            }
        }
    }
    (observed, told)
}

fn keep(observed: &ObservedEffects, place: &StorePlace) -> Result<EffectList, FileError> {
    let text = canonical::store::write(&observed.whole_lists());
    let list =
        EffectList { digest: Digest::of(&text).as_str().to_owned(), bytes: text.len() as u64 };
    lists::put(place, &list, text.as_bytes())?;
    Ok(list)
}

fn effects(plan: &Plan, observation: &Observation) -> ObservedEffects {
    let mut lists = Lists::of(observation, Spelling::of(plan), LISTED);
    let mut blind = blind(plan, observation);
    if lists.names.guessed > 0 {
        blind.push("too many names may be secrets: some are told as their directory".to_owned());
    }
    let mut listed = |decision| recorded(lists.by_decision.remove(&decision).unwrap_or_default());
    ObservedEffects {
        level: observation.level.as_str().to_owned(),
        seen: listed(Decision::Declared),
        outside: listed(Decision::Undeclared),
        denied: listed(Decision::Denied),
        calls: lists.calls.into_iter().map(|(call, count)| (call.to_owned(), count)).collect(),
        programs: lists
            .programs
            .into_iter()
            .map(|(program, count)| ProgramCount { program, count })
            .collect(),
        attempts: observation.attempts,
        unlisted: observation.unlisted.saturating_add(lists.unlisted),
        unreadable: observation.unreadable,
        unobserved: recorded(lists.unobserved),
        left_running: observation.left_running,
        aliased: observation.aliased.len() as u64,
        blind,
        list: None,
    }
}

/// The lists of a record while they are made.
struct Lists<'p> {
    spelling: Spelling<'p>,
    names: Names,
    rooms: Rooms,
    by_decision: BTreeMap<Decision, BTreeMap<CanonicalEffect, u64>>,
    programs: BTreeMap<String, u64>,
    calls: BTreeMap<&'static str, u64>,
    unobserved: BTreeMap<CanonicalEffect, u64>,
    /// Attempts and changes for which there was no room or no spelling.
    unlisted: u64,
}

impl<'p> Lists<'p> {
    fn of(observation: &Observation, spelling: Spelling<'p>, room: usize) -> Self {
        let mut lists = Self {
            spelling,
            names: Names::default(),
            rooms: Rooms::of(observation, room),
            by_decision: BTreeMap::new(),
            programs: BTreeMap::new(),
            calls: BTreeMap::new(),
            unobserved: BTreeMap::new(),
            unlisted: 0,
        };
        let mut classed: Vec<_> = classed(observation).collect();
        // Programs first: of names that may be secrets no more than a few can be looked at.
        classed.sort_by_key(|(class, _)| *class);
        for (class, seen) in classed {
            lists.add(class, seen);
        }
        for change in &observation.unobserved {
            lists.add_change(change.path());
        }
        lists.add_calls(observation);
        lists
    }

    fn add_calls(&mut self, observation: &Observation) {
        for seen in &observation.seen {
            if let Action::Call(name) = seen.action {
                *self.calls.entry(name).or_default() += seen.count;
            }
        }
    }

    fn add(&mut self, class: Class, seen: &Seen) {
        let has_room = self.rooms.take(class, length(&seen.action));
        if !has_room || self.add_effect(seen).is_none() {
            self.unlisted = self.unlisted.saturating_add(seen.count);
        }
    }

    fn add_effect(&mut self, seen: &Seen) -> Option<()> {
        let effect = self.spelling.action(&seen.action)?;
        let effect = self.names.without_secrets(effect)?;
        if let (Action::Execute(path), true) = (&seen.action, seen.decision != Decision::Denied) {
            let program = self.names.program(&path.to_string_lossy()).into_owned();
            *self.programs.entry(program).or_default() += seen.count;
        }
        let effects = self.by_decision.entry(seen.decision).or_default();
        *effects.entry(effect).or_default() += seen.count;
        Some(())
    }

    fn add_change(&mut self, path: &Path) {
        let is_taken = self.rooms.take(UNOBSERVED, path.as_os_str().len());
        let effect = is_taken.then(|| self.spelling.path(Access::Write, path)).flatten();
        match effect.and_then(|effect| self.names.without_secrets(effect)) {
            Some(effect) => {
                self.unobserved.insert(effect, 1);
            }
            None => self.unlisted = self.unlisted.saturating_add(1),
        }
    }
}

/// What this level, or this run, could not see.
fn blind(plan: &Plan, observation: &Observation) -> Vec<String> {
    let mut blind = Vec::new();
    let mut note = |applies: bool, what: &str| {
        if applies {
            blind.push(what.to_owned());
        }
    };
    let observes = observation.level.observes();
    note(!observes, "only what the watched directories held before and after was compared");
    let held_alone = observation.level.enforces() && !observes;
    note(held_alone, "modes and times of files, wherever they are, were not held");
    note(observes && !plan.scope.observes_reads, "reads were not seen one by one");
    let is_own = |directory: &PathBuf| *directory == plan.temporary;
    let is_merged = !observation.merged.iter().all(is_own);
    note(is_merged, "too many names: some are told as the directory that is declared");
    note(observation.comparison_is_partial, "the watched directories were too large to compare");
    // What a library says may hold a path; that there was trouble is what the record needs.
    note(!observation.trouble.is_empty(), "watching met trouble, and may have missed something");
    blind
}

fn recorded(effects: BTreeMap<CanonicalEffect, u64>) -> Vec<RecordedEffect> {
    let record = |(effect, count): (CanonicalEffect, u64)| RecordedEffect {
        op: effect.op().as_str().to_owned(),
        selector: effect.selector().to_owned(),
        count,
    };
    effects.into_iter().map(record).collect()
}

/// Returns what is declared as it is recorded; what looks like a secret is left out, so that it allows nothing.
pub(super) fn declarable(effects: &[CanonicalEffect]) -> Vec<RecordedEffect> {
    let mut names = Names::default();
    let mut is_clean = |effect: &&CanonicalEffect| {
        names.without_secrets((*effect).clone()).as_ref() == Some(*effect)
    };
    let clean = effects.iter().filter(|effect| is_clean(effect));
    recorded(clean.map(|effect| (effect.clone(), 0)).collect())
}
