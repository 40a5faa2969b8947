//! The Store port: the rows that a driver keeps, and nothing about how it keeps them.
//!
//! A driver stores and finds rows; every rule is in [`crate::operation`]. The same contract suite
//! runs against every driver, so no SQL and no driver type may appear here.

use std::error::Error;
use std::fmt;
use std::ops::ControlFlow;

use crate::kind::KindVersion;
use crate::{Closing, Event, Lock, Run, RunId};

/// A place where runs and events are kept durably.
pub trait Store {
    /// Starts a read transaction: one consistent view of the Store.
    fn begin_read(&mut self) -> Result<Box<dyn ReadTransaction + '_>, StoreError>;

    /// Starts a write transaction, which excludes every other writer until it ends.
    ///
    /// Dropping it without [`WriteTransaction::commit`] leaves the Store as it was.
    fn begin_write(&mut self) -> Result<Box<dyn WriteTransaction + '_>, StoreError>;
}

/// Which runs to list; newest first.
#[derive(Debug, Clone, Default)]
pub struct RunQuery {
    /// Only runs of this source.
    pub source: Option<String>,
    /// Only runs that are still open.
    pub open_only: bool,
    /// Only runs whose identifier sorts before this one: the key of the next page.
    pub before: Option<RunId>,
    /// At most this many.
    pub limit: u32,
}

/// A consistent view of the Store.
pub trait ReadTransaction {
    /// Finds a run by its identifier.
    fn run(&self, id: &RunId) -> Result<Option<Run>, StoreError>;

    /// Lists runs, newest first.
    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>, StoreError>;

    /// Lists up to `limit` identifiers that start with `prefix`, ascending.
    fn run_ids_with_prefix(&self, prefix: &str, limit: u32) -> Result<Vec<RunId>, StoreError>;

    /// Lists up to `limit` identifiers that sort behind `after`, ascending: the oldest runs first.
    fn run_ids_after(&self, after: Option<&RunId>, limit: u32) -> Result<Vec<RunId>, StoreError>;

    /// Hands each event of a run to `visit` in sequence order, holding one at a time.
    fn visit_events(
        &self,
        run: &RunId,
        visit: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;

    /// Hands each event of a run whose kind does not begin with `prefix` to `visit`, in sequence order.
    ///
    /// For who looks at many runs: of the events that are left out no payload is read.
    fn visit_events_without(
        &self,
        run: &RunId,
        prefix: &str,
        visit: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.visit_events(run, &mut |event| {
            if event.schema_kind.starts_with(prefix) {
                return ControlFlow::Continue(());
            }
            visit(event)
        })
    }

    /// Finds an event of a run by its idempotency key.
    fn event_by_key(&self, run: &RunId, key: &str) -> Result<Option<Event>, StoreError>;

    /// Finds the event of a run that was appended last.
    fn last_event(&self, run: &RunId) -> Result<Option<Event>, StoreError>;

    /// Finds one version of a kind.
    fn kind_version(&self, kind: &str, hash: &str) -> Result<Option<KindVersion>, StoreError>;

    /// Finds the version of a kind that was registered last.
    fn latest_kind_version(&self, kind: &str) -> Result<Option<KindVersion>, StoreError>;

    /// Hands each registered version to `visit`, in the order of registration.
    fn visit_kind_versions(
        &self,
        visit: &mut dyn FnMut(KindVersion) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;

    /// Finds a run by source, producer and idempotency key.
    fn run_by_key(
        &self,
        source: &str,
        producer: &str,
        key: &str,
    ) -> Result<Option<Run>, StoreError>;

    /// Finds the oldest run of a source with an idempotency key, whoever produced it.
    fn run_by_source_and_key(&self, source: &str, key: &str) -> Result<Option<Run>, StoreError>;

    /// Lists the open runs of a source, newest first, whose key names no holder of such a lock.
    ///
    /// The holder is what follows `key_prefix` in the key. The lock is one of a resource that starts with
    /// `resource_prefix`, and whoever had it last holds it, though it may have ended.
    fn open_runs_without_lock(
        &self,
        source: &str,
        key_prefix: &str,
        resource_prefix: &str,
    ) -> Result<Vec<Run>, StoreError>;

    /// Returns the highest sequence number of a run's events, 0 when it has none.
    fn last_seq(&self, run: &RunId) -> Result<u64, StoreError>;

    /// Finds the lock of a resource, held or not.
    fn lock(&self, resource: &str) -> Result<Option<Lock>, StoreError>;

    /// Lists up to `limit` locks whose resource sorts behind `after`, ascending.
    fn locks(&self, after: Option<&str>, limit: u32) -> Result<Vec<Lock>, StoreError>;
}

/// A view of the Store that may add rows; they become durable together, at the commit.
pub trait WriteTransaction: ReadTransaction {
    /// Adds a run as an open one; how it ends is [`WriteTransaction::close_run`]'s to say.
    fn insert_run(&mut self, run: &Run) -> Result<(), StoreError>;

    /// Adds an event.
    fn insert_event(&mut self, event: &Event) -> Result<(), StoreError>;

    /// Adds a version of a kind, which becomes its latest.
    fn insert_kind_version(&mut self, version: &KindVersion) -> Result<(), StoreError>;

    /// Adds a version of a kind as an older one: what was its latest stays that.
    fn insert_older_kind_version(&mut self, version: &KindVersion) -> Result<(), StoreError>;

    /// Keeps a lock in the place of what was known about its resource.
    fn put_lock(&mut self, lock: &Lock) -> Result<(), StoreError>;

    /// Fills the end columns of an open run.
    fn close_run(&mut self, run: &RunId, closing: &Closing) -> Result<(), StoreError>;

    /// Makes all changes durable. An error means that none of them is.
    fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// What kind of trouble a Store is in; each has its stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// There is no Store at this place.
    Missing,
    /// Another process holds the Store for longer than a writer waits.
    Locked,
    /// Somebody has the Store open, and what was asked needs it alone.
    InUse,
    /// The disk or the quota is full.
    DiskFull,
    /// The file is damaged, or it is no database at all.
    Corrupt,
    /// The file is a database of something else.
    Foreign,
    /// The file is empty: it was cut off, or never filled.
    Empty,
    /// A log is there and its database is not; a database made now would take the log for its own.
    OrphanedLog,
    /// The Store was moved or removed while it was in use.
    Moved,
    /// The place may not be read or written by this user.
    Denied,
    /// A symbolic link, a directory or a device stands where a plain file belongs.
    NotAFile,
    /// The file has another name, under which it has another log.
    Linked,
    /// A stored row is not one that the ledger could have written.
    RowInvalid,
    /// A stored value is larger than what is read or written here.
    RowTooLarge,
    /// A guard of the Store refused the change.
    GuardRefused,
    /// The operating system failed otherwise.
    Io,
}

impl StoreErrorKind {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "store.missing",
            Self::Locked => "store.locked",
            Self::InUse => "store.in_use",
            Self::DiskFull => "store.disk_full",
            Self::Corrupt => "store.corrupt",
            Self::Foreign => "store.foreign",
            Self::Empty => "store.empty",
            Self::OrphanedLog => "store.orphaned_log",
            Self::Moved => "store.moved",
            Self::Denied => "store.denied",
            Self::NotAFile => "store.not_a_file",
            Self::Linked => "store.linked",
            Self::RowInvalid => "store.row_invalid",
            Self::RowTooLarge => "store.row_too_large",
            Self::GuardRefused => "store.guard_refused",
            Self::Io => "store.io",
        }
    }
}

/// Why the Store could not do what it was asked.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// Makes an error with a lower-case message that names the place.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Keeps the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns what kind of trouble it is.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
