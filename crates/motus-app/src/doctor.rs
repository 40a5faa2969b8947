//! The doctor: what is wrong with a Store and around it, and mending what can be mended.
//!
//! Without `fix` nothing is changed. What is mended loses nothing: missing pieces are made, spooled
//! ends are recorded, runs whose wrapper died are closed as aborted, remains of killed writers go.

mod advice;
mod canary;
mod check;
mod claims;
mod contents;
mod leftovers;
mod locks;
mod open_runs;
mod other_stores;
mod release;
mod scope_lists;
mod spool;
mod store_files;
mod surroundings;
mod walk;

use std::path::PathBuf;

use motus_ledger::{Clock, ReadTransaction, Run, RunQuery, StoreError};
use motus_store::{Notice, Opened, SqliteStore, StorePlace};

pub use check::{Check, Report, Status};

/// How many runs are read at a time.
const PAGE: u32 = 500;

/// How many of many things a message names.
const NAMED: usize = 20;

/// What to examine.
#[derive(Debug, Clone)]
pub struct Patient {
    /// The Store.
    pub place: StorePlace,
    /// Whether the Store is to be private to its user.
    pub private: bool,
    /// The working directory.
    pub directory: PathBuf,
    /// The user's home directory, where a configuration may be.
    pub home: Option<PathBuf>,
    /// Every `motus` that the user's `PATH` finds, this one left out.
    pub other_executables: Vec<PathBuf>,
}

/// A Store that was opened for the examination; `None` when there is none.
type Opening = Result<Option<Opened>, StoreError>;

/// Examines the Store and its surroundings, mending on the way when `fix` is set.
pub fn examine(patient: &Patient, fix: bool, clock: &dyn Clock) -> Report {
    let mut report = Report::default();
    report.add(clock, || surroundings::package_conflict(&patient.other_executables));
    let mut opening = Ok(None);
    report.add(clock, || {
        let check;
        (check, opening) = store_files::store_exists(patient, fix);
        check
    });
    report.add(clock, || contents::store_readable(&mut opening));
    match &mut opening {
        Ok(Some(opened)) => examine_contents(&mut report, patient, opened, fix, clock),
        Ok(None) => skip_contents(&mut report, clock, "Store missing", advice::SEE_EXISTS),
        Err(_) => skip_contents(&mut report, clock, "Store not readable", advice::SEE_READABLE),
    }
    report.add(clock, || leftovers::leftovers(&patient.place, fix, clock));
    report.add(clock, || other_stores::other_stores(patient));
    report.add(clock, || surroundings::config(patient));
    report.add(clock, || surroundings::disk_space(&patient.place));
    report.add(clock, || surroundings::filesystem(&patient.place));
    report.add(clock, || surroundings::log_size(patient.home.as_deref()));
    let store = opening.as_ref().ok().and_then(Option::as_ref).map(|opened| &opened.store);
    report.add(clock, || store_files::wal_size(patient, store, fix));
    let mut interruption = None;
    report.add(clock, || {
        let check;
        (check, interruption) = canary::capture_canary(clock);
        check
    });
    report.interruption = interruption;
    report
}

fn examine_contents(
    report: &mut Report,
    patient: &Patient,
    opened: &mut Opened,
    fix: bool,
    clock: &dyn Clock,
) {
    let Opened { store, notices } = opened;
    let health = store.health();
    report.add(clock, || contents::store_integrity(&health));
    report.add(clock, || contents::store_schema(&health));
    report.add(clock, || contents::store_indexes(store));
    report.add(clock, || contents::store_guards(&health));
    report.add(clock, || contents::store_application_integrity(store, &health));
    report.add(clock, || release::store_release(store));
    report.add(clock, || store_files::store_permissions(patient, &tightened(notices)));
    report.add(clock, || store_files::store_writable(patient));
    report.add(clock, || locks::locks(store, clock));
    report.add(clock, || claims::expired_claims(store, clock));
    report.add(clock, || spool::spool(store, fix));
    report.add_if_any(clock, || scope_lists::scope_lists(store, &patient.place));
    report.add(clock, || open_runs::open_runs(store, fix, clock));
}

fn tightened(notices: &[Notice]) -> Vec<String> {
    let path = |notice: &Notice| match notice {
        Notice::Tightened(path) => Some(path.display().to_string()),
        Notice::ChangedGuard(_) => None,
    };
    notices.iter().filter_map(path).collect()
}

/// Names the first of many things, and says how many more there are.
fn named(names: &[impl AsRef<str>], count: usize) -> String {
    let shown: Vec<&str> = names.iter().take(NAMED).map(AsRef::as_ref).collect();
    match count.saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The checks of the published doctor are reported even when there is nothing to look at.
fn skip_contents(report: &mut Report, clock: &dyn Clock, why: &str, next: &'static str) {
    for (name, what) in [("store_integrity", "integrity"), ("store_schema", "schema")] {
        report.add(clock, || Check::warn(name, format!("{why}; {what} check skipped"), next));
    }
}

/// Hands every run that the query finds to `visit`, a page at a time.
fn for_each_run(
    transaction: &dyn ReadTransaction,
    query: &RunQuery,
    visit: &mut dyn FnMut(Run) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut query = RunQuery { limit: PAGE, ..query.clone() };
    loop {
        let page = transaction.runs(&query)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        query.before = Some(last.id.clone());
        for run in page {
            visit(run)?;
        }
    }
}

/// Mending needs a Store open for writing, which also makes missing guards and takes foreign access.
fn open(patient: &Patient, fix: bool) -> Opening {
    if !patient.place.check()? {
        return Ok(None);
    }
    if fix {
        return SqliteStore::open(&patient.place, patient.private).map(Some);
    }
    let store = SqliteStore::open_read_only(&patient.place)?;
    Ok(Some(Opened { store, notices: Vec::new() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_are_cut_short() {
        let names: Vec<String> = (0..30).map(|number| number.to_string()).collect();
        assert_eq!(named(&names[..2], 2), "0, 1");
        assert!(named(&names, 30).ends_with("18, 19 and 10 more"));
        assert_eq!(named(&names[..20], 1000).matches(", ").count(), 19);
    }
}
