//! `motus effects check`: whether what was seen of a run stays inside of what was declared, from the record alone.

use std::path::PathBuf;

use motus_fs::read_bounded;
use motus_json::{ReadOptions, Value};
use motus_kernel::effect::{CanonicalEffect, EffectOp, uncovered};
use motus_ledger::Digest;
use motus_ledger::scope::{DeclaredFacts, ObservedFacts, RecordedEffect, ScopeEvent};
use motus_store::StorePlace;

use super::record::list_file;
use crate::runs::{self, RunError, Snapshot};

/// The longest list that is read, in bytes.
pub(crate) const LONGEST_LIST: u64 = 64 << 20;

/// What comes of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The run.
    pub run_id: String,
    /// What it was held to.
    pub level: String,
    /// What was declared.
    pub declared: Vec<CanonicalEffect>,
    /// What was seen to go on.
    pub observed: Vec<CanonicalEffect>,
    /// What of that is not declared.
    pub outside: Vec<CanonicalEffect>,
    /// How many different effects were stopped.
    pub denied: u64,
    /// Whether the record holds all of what was declared, so that what is outside is outside.
    pub is_declaration_whole: bool,
    /// Whether the record holds all of what was seen to go on, so that there is nothing more to decide about.
    pub is_observation_whole: bool,
    /// Why the answer is not about all that happened; empty when it is.
    pub gaps: Vec<String>,
}

/// Why a run cannot be checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// The run cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The run was not in a scope.
    #[error("no scope is recorded of {0}")]
    NoScope(String),
    /// The run has not ended, or its end was lost: nothing was recorded of what was seen.
    #[error("nothing is recorded of what was seen of {0}")]
    NothingSeen(String),
    /// The record names a file with all effects, and it is not there, or cannot be read.
    #[error("the list of all effects of {run_id} is not at {}", path.display())]
    ListMissing {
        /// The run.
        run_id: String,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file with all effects is not the one that was recorded.
    #[error("the list of all effects of {run_id}, {}, is not what was recorded", path.display())]
    ListChanged {
        /// The run.
        run_id: String,
        /// Where it is.
        path: PathBuf,
    },
    /// What is recorded is no list of canonical effects.
    #[error("what {run_id} records of its scope is not well-formed: {problem}")]
    Malformed {
        /// The run.
        run_id: String,
        /// What is wrong.
        problem: String,
    },
}

impl CheckError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Run(error) => error.code(),
            Self::NoScope(_) => "scope.not_recorded",
            Self::NothingSeen(_) => "scope.nothing_seen",
            Self::ListMissing { .. } => "scope.list_missing",
            Self::ListChanged { .. } => "scope.list_changed",
            Self::Malformed { .. } => "scope.record_malformed",
        }
    }
}

/// Decides about a run.
///
/// Errors: those of reading a run, `scope.not_recorded`, `scope.nothing_seen`, `scope.list_missing`,
/// `scope.list_changed`, `scope.record_malformed`.
pub fn check(place: &StorePlace, run: &str) -> Result<Checked, CheckError> {
    let snapshot = runs::show(place, run)?;
    let run_id = snapshot.run.id.to_string();
    let malformed = |problem: String| CheckError::Malformed { run_id: run_id.clone(), problem };
    let (declared, observed) = facts(&snapshot).map_err(malformed)?;
    let declared = declared.ok_or_else(|| CheckError::NoScope(run_id.clone()))?;
    let mut observed = observed.ok_or_else(|| CheckError::NothingSeen(run_id.clone()))?;
    complete(&mut observed, place, &run_id)?;
    let mut gaps = Vec::new();
    note_gaps(&declared, &observed, &mut gaps);
    let allowed = canonical_effects(&declared.scope.effects).map_err(malformed)?;
    let mut went_on = canonical_effects(&observed.observed.seen).map_err(malformed)?;
    went_on.extend(canonical_effects(&observed.observed.outside).map_err(malformed)?);
    went_on.extend(canonical_effects(&observed.observed.unobserved).map_err(malformed)?);
    went_on.sort();
    went_on.dedup();
    let outside = uncovered(&allowed, &went_on).into_iter().cloned().collect();
    Ok(Checked {
        run_id,
        level: observed.observed.level.clone(),
        declared: allowed,
        observed: went_on,
        outside,
        denied: observed.totals.denied,
        is_declaration_whole: declared.is_complete,
        is_observation_whole: observed.is_complete,
        gaps,
    })
}

type Facts = (Option<DeclaredFacts>, Option<ObservedFacts>);

/// Returns what the events of a run say; a second declaration or observation is refused: one of them is forged.
fn facts(snapshot: &Snapshot) -> Result<Facts, String> {
    let (mut declared, mut observed) = (None, None);
    for event in &snapshot.events {
        let kind = event.schema_kind.as_str();
        if !motus_ledger::scope::is_kind(kind) {
            continue;
        }
        let unreadable = || format!("event {} cannot be read", event.seq);
        if Digest::of(&event.payload_json).as_str() != event.payload_hash {
            return Err(format!("event {} has not the digest that stands beside it", event.seq));
        }
        let payload = event.payload().map_err(|_| unreadable())?;
        if payload.get("run_id").and_then(Value::as_str) != Some(snapshot.run.id.as_str()) {
            return Err(format!("event {} is about another run", event.seq));
        }
        let is_second = match ScopeEvent::read(kind, &payload).ok_or_else(unreadable)? {
            ScopeEvent::Declared(facts) => declared.replace(*facts).is_some(),
            ScopeEvent::Observed(facts) => observed.replace(*facts).is_some(),
        };
        if is_second {
            return Err(format!("event {} says again what was said before", event.seq));
        }
    }
    Ok((declared, observed))
}

/// Takes the whole lists from their file where the record names one; without it nothing could be decided.
fn complete(
    observed: &mut ObservedFacts,
    place: &StorePlace,
    run_id: &str,
) -> Result<(), CheckError> {
    if observed.is_complete {
        return Ok(());
    }
    let Some(list) = observed.observed.list.clone() else { return Ok(()) };
    let (run_id, path) = (run_id.to_owned(), list_file(place, &list));
    let Ok(text) = read_bounded(&path, LONGEST_LIST) else {
        return Err(CheckError::ListMissing { run_id, path });
    };
    let is_it = Digest::of(&text).as_str() == list.digest;
    let document = motus_json::read(&text, &ReadOptions::default()).ok().filter(|_| is_it);
    observed.is_complete = document.is_some_and(|document| observed.observed.take_lists(&document));
    if observed.is_complete { Ok(()) } else { Err(CheckError::ListChanged { run_id, path }) }
}

fn note_gaps(declared: &DeclaredFacts, observed: &ObservedFacts, gaps: &mut Vec<String>) {
    let facts = &observed.observed;
    if !declared.is_complete {
        gaps.push("the record holds a part of what was declared".to_owned());
    }
    if !observed.is_complete {
        gaps.push("the record holds a part of the effects, and no file has all".to_owned());
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
}

fn canonical_effects(effects: &[RecordedEffect]) -> Result<Vec<CanonicalEffect>, String> {
    effects.iter().map(canonical_effect).collect()
}

fn canonical_effect(effect: &RecordedEffect) -> Result<CanonicalEffect, String> {
    let op = EffectOp::parse(&effect.op).ok_or_else(|| format!("no operation {:?}", effect.op))?;
    let canonical =
        CanonicalEffect::new(op, &effect.selector).map_err(|error| error.to_string())?;
    if canonical.selector() == effect.selector {
        Ok(canonical)
    } else {
        Err(format!("{:?} is not the canonical spelling", effect.selector))
    }
}
