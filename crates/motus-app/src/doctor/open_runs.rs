//! Runs that no process will close any more.

use std::path::Path;

use motus_fs::inspect;
use motus_json::{Object, Value};
use motus_ledger::operation::{CloseRequest, close_run};
use motus_ledger::wrap::wrapping_sources;
use motus_ledger::{Clock, LedgerError, Outcome, RunId, RunQuery, Store, StoreError, counted};
use motus_runtime::identity::Liveness;
use motus_store::SqliteStore;

use crate::EndJournal;
use crate::doctor::{Check, advice, for_each_run, named};
use crate::wrap::wrapper_of;

/// The open runs of wrapped commands, told apart by whether their wrapper lives.
///
/// A run whose end is in the spool is not closed as aborted: its real end could then never be
/// recorded.
#[derive(Debug, Default)]
struct OpenRuns {
    alive: Vec<RunId>,
    dead: Vec<RunId>,
    spooled: Vec<RunId>,
    unknown: Vec<RunId>,
}

pub(super) fn open_runs(store: &mut SqliteStore, fix: bool, clock: &dyn Clock) -> Check {
    let name = "open_runs";
    let found = match find(store) {
        Ok(found) => found,
        Err(error) => return Check::fail(name, error.to_string(), advice::on_store(&error)),
    };
    if found.dead.is_empty() {
        return describe(check_of_others(name, &found), &found);
    }
    let (its, next) = match found.dead.len() {
        1 => ("its", "close it as aborted with `motus doctor --fix`"),
        _ => ("their", "close them as aborted with `motus doctor --fix`"),
    };
    if !fix {
        let message = format!("Open, but {its} wrapper ended: {}", names_of(&found.dead));
        return describe(Check::warn(name, message, next), &found);
    }
    match close_all(store, &found.dead, clock) {
        Ok(()) => {
            let message =
                format!("Closed as aborted, {its} wrapper ended: {}", names_of(&found.dead));
            describe(Check::pass(name, message), &found)
        }
        Err(error) => {
            let message = format!("dead runs could not be closed: {error}");
            Check::fail(name, message, advice::on_code(error.code()))
        }
    }
}

/// Judges the open runs when no wrapper is known to be dead.
fn check_of_others(name: &'static str, found: &OpenRuns) -> Check {
    if !found.spooled.is_empty() {
        let (its, next) = match found.spooled.len() {
            1 => ("its", "record it with `motus doctor --fix`"),
            _ => ("their", "record them with `motus doctor --fix`"),
        };
        let message = format!("Open, and {its} end is in the spool: {}", names_of(&found.spooled));
        return Check::warn(name, message, next);
    }
    if !found.unknown.is_empty() {
        let (its, next) = match found.unknown.len() {
            1 => ("its", "run the doctor on the machine and in the container that started it"),
            _ => ("their", "run the doctor on the machine and in the container that started them"),
        };
        let message =
            format!("Open, and {its} wrapper cannot be seen: {}", names_of(&found.unknown));
        return Check::warn(name, message, next);
    }
    Check::pass(name, format!("{}, none abandoned", counted(found.alive.len(), "open run")))
}

fn describe(check: Check, found: &OpenRuns) -> Check {
    let ids = |runs: &[RunId]| Value::from(runs.iter().map(RunId::as_str).collect::<Vec<_>>());
    check.with_details(Object::from([
        ("alive", ids(&found.alive)),
        ("dead", ids(&found.dead)),
        ("spooled", ids(&found.spooled)),
        ("unknown", ids(&found.unknown)),
    ]))
}

fn names_of(runs: &[RunId]) -> String {
    let names: Vec<&str> = runs.iter().map(RunId::as_str).collect();
    named(&names, names.len())
}

fn find(store: &mut SqliteStore) -> Result<OpenRuns, StoreError> {
    let spool = store.place().spool();
    let transaction = store.begin_read()?;
    let mut found = OpenRuns::default();
    for source in wrapping_sources() {
        let query =
            RunQuery { source: Some(source.to_owned()), open_only: true, ..RunQuery::default() };
        for_each_run(&*transaction, &query, &mut |run| {
            let runs = match wrapper_of(&*transaction, &run)? {
                _ if is_spooled(&run.id, &spool) => &mut found.spooled,
                Liveness::Alive => &mut found.alive,
                Liveness::Dead => &mut found.dead,
                Liveness::Unknown => &mut found.unknown,
            };
            runs.push(run.id);
            Ok(())
        })?;
    }
    Ok(found)
}

/// A place that cannot be looked at may hold the end as well.
fn is_spooled(run_id: &RunId, spool: &Path) -> bool {
    !matches!(inspect(&EndJournal::file_of(run_id, spool)), Ok(None))
}

fn close_all(
    store: &mut SqliteStore,
    runs: &[RunId],
    clock: &dyn Clock,
) -> Result<(), LedgerError> {
    let mut transaction = store.begin_write()?;
    for run_id in runs {
        let request = CloseRequest {
            run_id: run_id.clone(),
            outcome: Outcome::Aborted,
            outcome_note: Some(
                "motus doctor: the wrapper ended without closing the run".to_owned(),
            ),
            idempotency_key: "motus-doctor:close".to_owned(),
            producer_id: "motus-doctor".to_owned(),
        };
        match close_run(&mut *transaction, &request, clock) {
            // Somebody closed it since it was looked at, which is as well.
            Ok(_) | Err(LedgerError::CloseConflict) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(transaction.commit()?)
}
