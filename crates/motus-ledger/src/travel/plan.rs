//! What becomes of a run that wants to enter: compared with the Store's own, event by event.

use std::ops::ControlFlow;

use super::comparison;
use super::exported_run::ExportedRun;
use super::refusal::{ImportError, Refusal, RefusalKind};
use crate::{ReadTransaction, Run};

/// What is to be done to have a run in the Store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// The Store does not have the run.
    New,
    /// The Store has its beginning, still open.
    Continues {
        /// The number of the first event that is missing.
        from_seq: u64,
        /// Whether the run is to be closed.
        closes: bool,
    },
    /// The Store has all of it, and perhaps more.
    Contained,
}

/// Compares a run with the Store's.
///
/// Errors: `import.run_conflict`, when the Store has the run with another column, event or end, or
/// another run under its key; it names the first difference.
pub fn plan(store: &dyn ReadTransaction, exported: &ExportedRun) -> Result<Plan, ImportError> {
    let run = exported.run();
    let Some(ours) = store.run(&run.id)? else {
        return match store.run_by_key(&run.source, &run.producer_id, &run.idempotency_key)? {
            None => Ok(Plan::New),
            Some(other) => Err(key_taken(run, other.id.as_str()).into()),
        };
    };
    if let Some(column) = comparison::of_identities(&ours, run) {
        return Err(differs(run, &column).into());
    }
    let count = compare_events(store, exported)?;
    Ok(judge(&ours, exported, count)?)
}

/// Says that another run has the key that names a request to start.
pub(super) fn key_taken(run: &Run, other: &str) -> Refusal {
    let problem = format!("{other} was started under its source, producer and key");
    Refusal::new(RefusalKind::RunConflict, run.id.as_str(), problem)
}

fn differs(run: &Run, column: &str) -> Refusal {
    let problem = format!("the Store has it with another `{column}`");
    Refusal::new(RefusalKind::RunConflict, run.id.as_str(), problem)
}

/// Compares event by event as far as both go, and returns how many the Store has.
fn compare_events(store: &dyn ReadTransaction, exported: &ExportedRun) -> Result<u64, ImportError> {
    let mut theirs = exported.events().iter();
    let mut count = 0_u64;
    let mut difference = None;
    store.visit_events(&exported.run().id, &mut |ours| {
        count = count.saturating_add(1);
        let column = theirs.next().and_then(|theirs| comparison::of_events(&ours, theirs));
        difference = column.map(|column| (ours.seq, column));
        if difference.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    match difference {
        None => Ok(count),
        Some((seq, column)) => {
            let subject = format!("event {seq} of {}", exported.run().id);
            let problem = format!("the Store has it with another `{column}`");
            Err(Refusal::new(RefusalKind::RunConflict, subject, problem).into())
        }
    }
}

/// Judges by lengths and ends, given that all events that both have are equal.
fn judge(ours: &Run, exported: &ExportedRun, count: u64) -> Result<Plan, Refusal> {
    let theirs = exported.run();
    let length = u64::try_from(exported.events().len()).unwrap_or(u64::MAX);
    let next = |number: u64| number.saturating_add(1);
    match (ours.is_open(), theirs.is_open()) {
        (true, true) if length <= count => Ok(Plan::Contained),
        (true, is_open) if length >= count => {
            Ok(Plan::Continues { from_seq: next(count), closes: !is_open })
        }
        (true, _) => {
            let problem =
                format!("it is closed without event {}, which the Store has", next(length));
            Err(Refusal::new(RefusalKind::RunConflict, theirs.id.as_str(), problem))
        }
        (false, _) if length > count => {
            let problem = "the Store has the run closed without it";
            let subject = format!("event {} of {}", next(count), theirs.id);
            Err(Refusal::new(RefusalKind::RunConflict, subject, problem))
        }
        (false, true) => Ok(Plan::Contained),
        (false, false) => match comparison::of_runs(ours, theirs) {
            Some(column) => Err(differs(theirs, &column)),
            None if length < count => {
                let problem =
                    format!("it is closed without event {}, which the Store has", next(length));
                Err(Refusal::new(RefusalKind::RunConflict, theirs.id.as_str(), problem))
            }
            None => Ok(Plan::Contained),
        },
    }
}
