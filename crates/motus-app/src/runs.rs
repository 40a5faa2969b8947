//! Reading runs back: list, show, projections, export.

use std::io::Write;

use motus_json::{Object, Value};
use motus_ledger::export::{ExportError, export_run};
use motus_ledger::projection::{self, ProjectionError};
use motus_ledger::{Event, ReadTransaction, Run, RunId, RunQuery, Store, StoreError};
use motus_store::{SqliteStore, StorePlace};
use thiserror::Error;

use crate::reading::read;

/// The word that names the newest run.
pub const LATEST: &str = "latest";

/// How many identifiers an ambiguous prefix is answered with.
const CANDIDATES: u32 = 5;

/// Why a run could not be read back.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunError {
    /// No run has this identifier or prefix.
    #[error("run not found: {0}")]
    NotFound(String),
    /// The Store holds no run at all.
    #[error("the Store holds no run yet")]
    NoneYet,
    /// More than one run starts with this prefix.
    #[error("{prefix} starts more than one run: {}", names(candidates))]
    Ambiguous {
        /// The prefix given.
        prefix: String,
        /// Some of the runs, oldest first.
        candidates: Vec<RunId>,
    },
    /// The projection could not be made.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// The export could not be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The Store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RunError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "run.not_found",
            Self::NoneYet => "run.none_yet",
            Self::Ambiguous { .. } => "run.ambiguous",
            Self::Projection(error) => error.code(),
            Self::Export(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

fn names(candidates: &[RunId]) -> String {
    candidates.iter().map(RunId::as_str).collect::<Vec<_>>().join(", ")
}

/// Lists runs, newest first.
pub fn list(place: &StorePlace, query: &RunQuery) -> Result<Vec<Run>, RunError> {
    read(place, |transaction| Ok(transaction.runs(query)?))
}

/// A run with all its events.
#[derive(Debug)]
pub struct Snapshot {
    /// The run.
    pub run: Run,
    /// Its events in sequence order.
    pub events: Vec<Event>,
}

/// Reads one run with all its events.
pub fn show(place: &StorePlace, selector: &str) -> Result<Snapshot, RunError> {
    read(place, |transaction| {
        let run = select(transaction, selector)?;
        let mut events = Vec::new();
        transaction.visit_events(&run.id, &mut |event| {
            events.push(event);
            std::ops::ControlFlow::Continue(())
        })?;
        Ok(Snapshot { run, events })
    })
}

/// A run with what a projection says of it.
#[derive(Debug)]
pub struct Projected<T> {
    /// The run.
    pub run: Run,
    /// The projection.
    pub projection: T,
}

/// Projects the receipt of one closed run.
pub fn receipt(place: &StorePlace, selector: &str) -> Result<Object, RunError> {
    Ok(project(place, selector, projection::receipt)?.projection)
}

/// Projects the work packet of one run, which holds all of its events.
pub fn work_packet(place: &StorePlace, selector: &str) -> Result<Object, RunError> {
    Ok(project(place, selector, projection::work_packet)?.projection)
}

/// Projects the evidence of one run.
pub fn evidence(place: &StorePlace, selector: &str) -> Result<Projected<Vec<Value>>, RunError> {
    project(place, selector, projection::evidence)
}

/// Projects the decisions of one run.
pub fn decisions(place: &StorePlace, selector: &str) -> Result<Projected<Vec<Value>>, RunError> {
    project(place, selector, projection::decisions)
}

/// Projects the route summary of one run.
pub fn route_summary(place: &StorePlace, selector: &str) -> Result<Object, RunError> {
    Ok(project(place, selector, projection::route_summary)?.projection)
}

/// Projects the handoff of one run, to the run that `child` names.
pub fn handoff(
    place: &StorePlace,
    selector: &str,
    child: Option<&str>,
) -> Result<Object, RunError> {
    read(place, |transaction| {
        let parent = select(transaction, selector)?.id;
        let child = child.map(|child| select(transaction, child)).transpose()?;
        let child = child.map(|child| child.id);
        Ok(projection::handoff(transaction, &parent, child.as_ref())?)
    })
}

fn project<T>(
    place: &StorePlace,
    selector: &str,
    project: impl Fn(&dyn ReadTransaction, &RunId) -> Result<T, ProjectionError>,
) -> Result<Projected<T>, RunError> {
    read(place, |transaction| {
        let run = select(transaction, selector)?;
        let projection = project(transaction, &run.id)?;
        Ok(Projected { run, projection })
    })
}

/// Writes the export of one run, without a final newline; memory does not grow with the run.
pub fn export(
    place: &StorePlace,
    selector: &str,
    output: &mut dyn Write,
) -> Result<RunId, RunError> {
    // What was written to the output cannot be read again.
    let mut store = SqliteStore::open_steady(place)?;
    let transaction = store.begin_read()?;
    let run = select(&*transaction, selector)?;
    export_run(&*transaction, &run.id, output)?;
    Ok(run.id)
}

/// Finds the run that an identifier, a unique prefix of one, or `latest` names.
pub(crate) fn select(transaction: &dyn ReadTransaction, selector: &str) -> Result<Run, RunError> {
    if selector == LATEST {
        let newest = transaction.runs(&RunQuery { limit: 1, ..RunQuery::default() })?;
        return newest.into_iter().next().ok_or(RunError::NoneYet);
    }
    if let Some(run) = transaction.run(&RunId::from(selector))? {
        return Ok(run);
    }
    let not_found = || RunError::NotFound(selector.to_owned());
    if selector.is_empty() {
        return Err(not_found());
    }
    let candidates = transaction.run_ids_with_prefix(selector, CANDIDATES)?;
    match candidates.as_slice() {
        [] => Err(not_found()),
        [only] => transaction.run(only)?.ok_or_else(not_found),
        _ => Err(RunError::Ambiguous { prefix: selector.to_owned(), candidates }),
    }
}
