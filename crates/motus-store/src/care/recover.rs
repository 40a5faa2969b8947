//! Bringing a Store that nobody uses into order, after a crash.

mod journal;
mod log;

use std::path::PathBuf;
use std::time::Duration;

use motus_fs::Inspection;
use motus_ledger::{StoreError, StoreErrorKind};
use rusqlite::{Connection, TransactionBehavior};

use super::WalCheckpoint;
use super::health::{integrity, refuse_damage};
use crate::error::from_sqlite;
use crate::schema::{self, Objects};
use crate::{SqliteStore, StorePlace, connection, guard, statement};

/// How long the last users of a Store have to leave it.
const PATIENCE: Duration = Duration::from_secs(1);

/// What was done to bring a Store into order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// How many pages of the log were moved into the database.
    pub moved_pages: u64,
    /// Whether a transaction was undone that a killed writer of another journal mode had begun.
    pub rolled_back: bool,
    /// The names of the tables and guards that were made, and `indexes` for those of ours.
    pub made: Vec<&'static str>,
    /// The log, where a part of it cannot be replayed.
    pub kept_log: Option<KeptLog>,
}

/// A copy of a log that was damaged after transactions in it had been committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLog {
    /// Where it is.
    pub path: PathBuf,
    /// How many of its pages were committed and cannot be replayed; `None` when that cannot be told.
    pub pages: Option<u64>,
}

impl SqliteStore {
    /// Replays what a killed writer left, moves it into the database, and makes what is missing.
    ///
    /// First it is proved that nobody has the Store open, which is then kept for the time that this
    /// takes. Everything is examined before anything is moved; of a damaged Store nothing is changed,
    /// unless the damage is in indexes alone that can be made anew. Killed at any moment, it may be done again. Errors: `store.in_use`, `store.corrupt` and those of
    /// [`SqliteStore::open`]; `store.missing`.
    pub fn recover(place: &StorePlace) -> Result<Recovered, StoreError> {
        place.require()?;
        place.refuse_other_names()?;
        let was_hot = journal::is_hot(place)?;
        if place.journal_bytes()? > 0 {
            // Reading in place would undo the transaction before anything was examined.
            let copy = Self::open_copy(place).map_err(|error| in_use_when_locked(error, place))?;
            refuse_damage(&copy.connection, place.path())?;
        }
        let log = log::state(place)?;
        let broken = log::look(place)?;
        let mut connection = open_alone(place, log.as_ref())?;
        let failed = |error| from_sqlite(&error, place.path());
        let objects = Objects::read(&connection).map_err(failed)?;
        if !objects.is_blank() {
            schema::require_ours(&connection, &objects, place.path())?;
        }
        let has_bad_indexes = refuse_lasting_damage(&mut connection, place)?;
        // Before anything is written: what is written goes over the damaged part of the log.
        let keep = |log: log::BrokenLog| Ok(KeptLog { pages: log.pages, path: log.keep()? });
        let kept_log = broken.map(keep).transpose()?;
        connection::prepare_writing(&connection).map_err(failed)?;
        let made = missing(&objects, has_bad_indexes);
        if has_bad_indexes {
            connection.execute_batch(statement::DROP_INDEXES).map_err(failed)?;
        }
        if !made.is_empty() {
            schema::complete(&mut connection, place.path())?;
        }
        // What was undone may stay there with its beginning wiped.
        let rolled_back = was_hot && !journal::is_hot(place)?;
        let moved_pages = move_log(&connection).map_err(failed)?;
        Ok(Recovered { moved_pages, rolled_back, made, kept_log })
    }
}

/// Opens the Store so that nobody else has it open, and nobody can open it meanwhile.
///
/// Every connection that has read or written keeps a lock on the file for as long as it is open. A log
/// that is no longer the one that was looked at is somebody's who was faster.
fn open_alone(place: &StorePlace, log: Option<&Inspection>) -> Result<Connection, StoreError> {
    let open = || {
        let mut connection = connection::open_writable(place.path())?;
        connection.busy_timeout(PATIENCE)?;
        connection.query_row(statement::LOCKING_MODE_EXCLUSIVE, [], |_| Ok(()))?;
        // The transaction takes the lock, and the locking mode keeps it.
        drop(connection.transaction_with_behavior(TransactionBehavior::Exclusive)?);
        Ok(connection)
    };
    let connection =
        open().map_err(|error| in_use_when_locked(from_sqlite(&error, place.path()), place))?;
    if log::state(place)?.as_ref() == log { Ok(connection) } else { Err(in_use(place)) }
}

/// Refuses damage, unless it is gone without the indexes that can be made anew; tells whether they are
/// damaged.
///
/// They are dropped for the look alone, in memory: nothing of it reaches a file.
fn refuse_lasting_damage(
    connection: &mut Connection,
    place: &StorePlace,
) -> Result<bool, StoreError> {
    let Err(damage) = refuse_damage(connection, place.path()) else {
        return Ok(false);
    };
    let mut is_sound_without_indexes = || -> rusqlite::Result<bool> {
        connection.execute_batch(statement::CACHE_SPILL_OFF)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(statement::DROP_INDEXES)?;
        Ok(integrity(&transaction)?.is_empty())
    };
    // What is damaged too much to be dropped is damage that stays.
    if is_sound_without_indexes().unwrap_or(false) { Ok(true) } else { Err(damage) }
}

fn in_use_when_locked(error: StoreError, place: &StorePlace) -> StoreError {
    if error.kind() == StoreErrorKind::Locked { in_use(place) } else { error }
}

fn in_use(place: &StorePlace) -> StoreError {
    let message = format!("somebody has the Store open: {}", place.path().display());
    StoreError::new(StoreErrorKind::InUse, message)
}

fn missing(objects: &Objects, has_bad_indexes: bool) -> Vec<&'static str> {
    let mut missing = objects.missing_tables();
    missing.extend(guard::missing(&objects.triggers));
    missing.extend((has_bad_indexes || objects.lacks_indexes()).then_some("indexes"));
    missing
}

/// Moves the log into the database and empties it; returns how many pages it held.
fn move_log(connection: &Connection) -> rusqlite::Result<u64> {
    let pages: i64 = connection.query_row(statement::CHECKPOINT_PASSIVE, [], |row| row.get(1))?;
    connection.query_row(statement::CHECKPOINT_TRUNCATE, [], WalCheckpoint::from_row)?;
    Ok(u64::try_from(pages).unwrap_or(0))
}

#[cfg(test)]
mod tests;
