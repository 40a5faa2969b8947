//! A directory with one Store in it, as the driver and as plain SQLite see it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use motus_ledger::{RunId, Store, StoreError};
use motus_store::{Opened, SqliteStore, StorePlace};
use motus_testkit::TestLedger;
use motus_testkit::contract::StoreFixture;
use motus_testkit::harness::Scratch;
use motus_testkit::sample::{ANY_OBJECT, new_event, new_run};
use rusqlite::Connection;

/// A scratch directory with a place for a Store.
pub(crate) struct Sandbox {
    pub(crate) scratch: Scratch,
    pub(crate) place: StorePlace,
}

impl Sandbox {
    /// Makes the directory; the Store is not there yet.
    pub(crate) fn new() -> Self {
        let scratch = Scratch::new();
        let place = StorePlace::new(scratch.project().join(".motus/kernel-store.db"));
        Self { scratch, place }
    }

    /// Makes the directory and a Store with one open run of `events` events.
    pub(crate) fn with_run(events: u64) -> (Self, RunId) {
        let sandbox = Self::new();
        let mut ledger = sandbox.ledger();
        let run = ledger.start(&new_run("k1")).expect("the run starts");
        ledger.register("note", ANY_OBJECT).expect("the kind is registered");
        for number in 1..=events {
            let payload = format!("{{\"number\":{number}}}");
            let request = new_event(&run.id, "note", &format!("e{number}"), &payload);
            ledger.append(&request).expect("appended");
        }
        (sandbox, run.id)
    }

    /// Opens the Store for writing.
    pub(crate) fn open(&self) -> Result<Opened, StoreError> {
        SqliteStore::open(&self.place, true)
    }

    /// Opens the Store for writing with the ledger's operations on top.
    pub(crate) fn ledger(&self) -> TestLedger {
        TestLedger::new(Box::new(self.open().expect("the Store opens").store))
    }

    /// Opens the Store for reading with the ledger's readings on top.
    pub(crate) fn reader(&self) -> TestLedger {
        let store = SqliteStore::open_read_only(&self.place).expect("the Store opens");
        TestLedger::new(Box::new(store))
    }

    /// Opens the file as any other client of SQLite would.
    pub(crate) fn sqlite(&self) -> Connection {
        Connection::open(self.place.path()).expect("SQLite opens the file")
    }

    /// Returns the size of the log.
    pub(crate) fn wal_bytes(&self) -> u64 {
        self.place.wal_bytes().expect("the log can be looked at")
    }

    /// Returns the directory of the Store.
    pub(crate) fn directory(&self) -> &Path {
        self.place.path().parent().expect("a Store file is in a directory")
    }

    /// Makes the directory of the Store, and nothing in it.
    pub(crate) fn make_directory(&self) {
        fs::create_dir_all(self.directory()).expect("the directory can be made");
    }

    /// Moves the log into the database and removes it with its index.
    pub(crate) fn fold_log(&self) {
        let store = self.open().expect("the Store opens").store;
        assert!(!store.checkpoint().expect("a checkpoint").busy);
        drop(store);
        for path in [self.place.wal(), self.place.shm()] {
            let _ = fs::remove_file(path);
        }
    }
}

impl StoreFixture for Sandbox {
    fn open(&self) -> Box<dyn Store> {
        Box::new(SqliteStore::open(&self.place, true).expect("the Store opens").store)
    }
}

/// Returns the permission bits of a place.
pub(crate) fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).expect("the place is there").mode() & 0o777
}

/// Sets the permission bits of a place.
pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("the mode can be set");
}

/// Returns the names in a directory, sorted.
pub(crate) fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("the directory can be read");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Returns the code of an error, or `ok`.
pub(crate) fn code<T>(result: Result<T, StoreError>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| "ok")
}
