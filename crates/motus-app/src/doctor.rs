//! The doctor: what is wrong with a Store and around it, and mending what can be mended.
//!
//! Without `fix` nothing is changed. What is mended loses nothing: missing pieces are made, spooled
//! ends are recorded, runs whose wrapper died are closed as aborted.

mod check;
mod contents;
mod open_runs;
mod spool;
mod store_files;
mod surroundings;

use std::path::PathBuf;

use motus_ledger::{Clock, StoreError};
use motus_store::{SqliteStore, StorePlace};

pub use check::{Check, Report, Status};

/// What to examine.
#[derive(Debug, Clone)]
pub struct Patient {
    /// The Store.
    pub place: StorePlace,
    /// Whether the Store is to be private to its user.
    pub private: bool,
    /// The user's home directory, where a configuration may be.
    pub home: Option<PathBuf>,
    /// Every `motus` that the user's `PATH` finds, this one left out.
    pub other_executables: Vec<PathBuf>,
}

/// Examines the Store and its surroundings, mending on the way when `fix` is set.
pub fn examine(patient: &Patient, fix: bool, clock: &dyn Clock) -> Report {
    let mut report = Report::default();
    report.add(clock, || surroundings::package_conflict(&patient.other_executables));
    report.add(clock, || store_files::store_exists(patient, fix));
    let mut store = open(patient, fix);
    report.add(clock, || contents::store_readable(&mut store));
    match &mut store {
        Ok(Some(store)) => examine_contents(&mut report, patient, store, fix, clock),
        Ok(None) => skip_contents(&mut report, clock, "Store missing"),
        Err(_) => skip_contents(&mut report, clock, "Store not readable"),
    }
    report.add(clock, || surroundings::config(patient.home.as_deref()));
    report.add(clock, || surroundings::disk_space(&patient.place));
    report.add(clock, || surroundings::filesystem(&patient.place));
    report.add(clock, || surroundings::log_size(patient.home.as_deref()));
    report.add(clock, || {
        store_files::wal_size(patient, store.as_ref().ok().and_then(Option::as_ref), fix)
    });
    report
}

fn examine_contents(
    report: &mut Report,
    patient: &Patient,
    store: &mut SqliteStore,
    fix: bool,
    clock: &dyn Clock,
) {
    let health = store.health();
    report.add(clock, || contents::store_integrity(&health));
    report.add(clock, || contents::store_schema(&health));
    report.add(clock, || contents::store_guards(&health));
    report.add(clock, || contents::store_application_integrity(store, &health));
    report.add(clock, || store_files::store_permissions(patient));
    report.add(clock, || spool::spool(store, fix));
    report.add(clock, || open_runs::open_runs(store, fix, clock));
}

/// Spells a number of things, each named by a noun that takes an s.
fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// The checks of the published doctor are reported even when there is nothing to look at.
fn skip_contents(report: &mut Report, clock: &dyn Clock, why: &str) {
    for (name, what) in [("store_integrity", "integrity"), ("store_schema", "schema")] {
        report.add(clock, || Check::warn(name, format!("{why}; {what} check skipped")));
    }
}

/// Mending needs a Store open for writing, which also makes missing guards and takes foreign access.
fn open(patient: &Patient, fix: bool) -> Result<Option<SqliteStore>, StoreError> {
    if !patient.place.check()? {
        return Ok(None);
    }
    if fix {
        return Ok(Some(SqliteStore::open(&patient.place, patient.private)?.store));
    }
    SqliteStore::open_read_only(&patient.place).map(Some)
}
