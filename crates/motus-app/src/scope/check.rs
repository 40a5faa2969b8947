//! `motus effects check`: whether what was seen of a run stays inside of what was declared, from the record alone.

mod gaps;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use motus_fs::FileError;
use motus_json::{ReadOptions, Value};
use motus_kernel::effect::{CanonicalEffect, EffectOp, uncovered};
use motus_ledger::Digest;
use motus_ledger::scope::{DeclaredFacts, ObservedFacts, RecordedEffect, ScopeEvent};
use motus_store::StorePlace;

use super::lists::{self, Found};
use crate::runs::{self, RunError, Snapshot};

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
    /// Calls that no declaration covers and that went on, each with how often it was made.
    pub calls: Vec<(String, u64)>,
    /// How many different effects were stopped.
    pub denied: u64,
    /// Whether the record holds all of what was declared, so that what is outside is outside.
    pub is_declaration_whole: bool,
    /// Whether the record tells all of what went on, so that there is nothing more to decide about.
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
    /// The run has ended, and nothing was recorded of what was seen.
    #[error("nothing was recorded of what was seen of {0} before it ended")]
    ObservationLost(String),
    /// The record names a file with all effects, and it is not there.
    #[error("the list of all effects of {run_id} is not at {}", path.display())]
    ListMissing {
        /// The run.
        run_id: String,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// What stands in the place of the file with all effects cannot be read.
    #[error("the list of all effects of {run_id} cannot be read")]
    ListUnreadable {
        /// The run.
        run_id: String,
        /// What the system says.
        #[source]
        source: FileError,
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
            Self::ObservationLost(_) => "scope.observation_lost",
            Self::ListMissing { .. } => "scope.list_missing",
            Self::ListUnreadable { .. } => "scope.list_unreadable",
            Self::ListChanged { .. } => "scope.list_changed",
            Self::Malformed { .. } => "scope.record_malformed",
        }
    }
}

/// Decides about a run.
///
/// Errors: those of reading a run, `scope.not_recorded`, `scope.nothing_seen`, `scope.observation_lost`,
/// `scope.list_missing`, `scope.list_unreadable`, `scope.list_changed`, `scope.record_malformed`.
pub fn check(place: &StorePlace, run: &str) -> Result<Checked, CheckError> {
    let snapshot = runs::show(place, run)?;
    let run_id = snapshot.run.id.to_string();
    let malformed = |problem: String| CheckError::Malformed { run_id: run_id.clone(), problem };
    let (declared, observed) = facts(&snapshot).map_err(malformed)?;
    let (declared, mut observed) =
        both(declared, observed).map_err(|half| half.error(&run_id, snapshot.run.is_open()))?;
    complete(&mut observed, place, &run_id)?;
    decide(&run_id, &declared, &observed).map_err(malformed)
}

fn decide(
    run_id: &str,
    declared: &DeclaredFacts,
    observed: &ObservedFacts,
) -> Result<Checked, String> {
    let allowed = canonical_effects(&declared.scope.effects)?;
    let facts = &observed.observed;
    let mut went_on = canonical_effects(&facts.seen)?;
    went_on.extend(canonical_effects(&facts.outside)?);
    went_on.extend(canonical_effects(&facts.unobserved)?);
    went_on.sort();
    went_on.dedup();
    let outside = uncovered(&allowed, &went_on).into_iter().cloned().collect();
    Ok(Checked {
        run_id: run_id.to_owned(),
        level: facts.level.clone(),
        declared: allowed,
        observed: went_on,
        outside,
        calls: gaps::calls_that_went_on(facts),
        denied: observed.totals.denied,
        is_declaration_whole: declared.is_complete,
        is_observation_whole: observed.is_complete
            && !facts.went_on_unknown()
            && gaps::is_plain(&declared.scope, observed),
        gaps: gaps::noted(declared, observed),
    })
}

/// A half of the record that is not there.
#[derive(Debug, PartialEq, Eq)]
enum Absent {
    Declaration,
    Observation,
    Both,
}

impl Absent {
    fn error(&self, run_id: &str, is_open: bool) -> CheckError {
        let run_id = run_id.to_owned();
        match self {
            Self::Both => CheckError::NoScope(run_id),
            Self::Observation if is_open => CheckError::NothingSeen(run_id),
            Self::Observation => CheckError::ObservationLost(run_id),
            Self::Declaration => {
                let problem = "what was declared is not in it".to_owned();
                CheckError::Malformed { run_id, problem }
            }
        }
    }
}

fn both<D, O>(declared: Option<D>, observed: Option<O>) -> Result<(D, O), Absent> {
    match (declared, observed) {
        (Some(declared), Some(observed)) => Ok((declared, observed)),
        (Some(_), None) => Err(Absent::Observation),
        (None, Some(_)) => Err(Absent::Declaration),
        (None, None) => Err(Absent::Both),
    }
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
    let (run_id, path) = (run_id.to_owned(), lists::file_of(place, &list));
    let text = match lists::read(place, &list) {
        Found::Whole(text) => text,
        Found::Missing => return Err(CheckError::ListMissing { run_id, path }),
        Found::Unreadable(source) => return Err(CheckError::ListUnreadable { run_id, source }),
        Found::Changed => return Err(CheckError::ListChanged { run_id, path }),
    };
    let document = motus_json::read(&text, &ReadOptions::default()).ok();
    observed.is_complete = document.is_some_and(|document| observed.observed.take_lists(&document));
    if observed.is_complete { Ok(()) } else { Err(CheckError::ListChanged { run_id, path }) }
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
