//! The statements, each in its own file.

pub(crate) const TABLES: &str = include_str!("../sql/tables.sql");
pub(crate) const INDEXES: &str = include_str!("../sql/indexes.sql");
pub(crate) const DROP_INDEXES: &str = include_str!("../sql/drop_indexes.sql");
pub(crate) const GUARDS: &str = include_str!("../sql/guards.sql");
pub(crate) const GUARDS_PUBLISHED: &str = include_str!("../sql/guards_published.sql");
pub(crate) const CONNECTION: &str = include_str!("../sql/connection.sql");
pub(crate) const FIRST_READ: &str = include_str!("../sql/first_read.sql");
pub(crate) const OBJECTS: &str = include_str!("../sql/objects.sql");

pub(crate) const JOURNAL_MODE: &str = include_str!("../sql/journal_mode.sql");
pub(crate) const JOURNAL_MODE_WAL: &str = include_str!("../sql/journal_mode_wal.sql");
pub(crate) const CHECKPOINT_FULL: &str = include_str!("../sql/checkpoint_full.sql");
pub(crate) const CHECKPOINT_PASSIVE: &str = include_str!("../sql/checkpoint_passive.sql");
pub(crate) const CHECKPOINT_TRUNCATE: &str = include_str!("../sql/checkpoint_truncate.sql");
pub(crate) const LOCKING_MODE_EXCLUSIVE: &str = include_str!("../sql/locking_mode_exclusive.sql");
pub(crate) const CACHE_SPILL_OFF: &str = include_str!("../sql/cache_spill_off.sql");
pub(crate) const VACUUM: &str = include_str!("../sql/vacuum.sql");
pub(crate) const COPY_TARGET: &str = include_str!("../sql/copy_target.sql");
pub(crate) const UNUSED_BYTES: &str = include_str!("../sql/unused_bytes.sql");
pub(crate) const COUNT_EVENTS: &str = include_str!("../sql/count_events.sql");
pub(crate) const COUNT_KIND_VERSIONS: &str = include_str!("../sql/count_kind_versions.sql");
pub(crate) const COUNT_LOCKS: &str = include_str!("../sql/count_locks.sql");
pub(crate) const COUNT_RUNS: &str = include_str!("../sql/count_runs.sql");
pub(crate) const INTEGRITY_CHECK: &str = include_str!("../sql/integrity_check.sql");
pub(crate) const FOREIGN_KEY_CHECK: &str = include_str!("../sql/foreign_key_check.sql");

pub(crate) const RUN_BY_ID: &str = include_str!("../sql/run_by_id.sql");
pub(crate) const RUN_BY_KEY: &str = include_str!("../sql/run_by_key.sql");
pub(crate) const RUNS_NEWEST_FIRST: &str = include_str!("../sql/runs_newest_first.sql");
pub(crate) const RUNS_NEWEST_FIRST_OPEN: &str = include_str!("../sql/runs_newest_first_open.sql");
pub(crate) const RUNS_NEWEST_FIRST_OF_SOURCE: &str =
    include_str!("../sql/runs_newest_first_of_source.sql");
pub(crate) const RUNS_NEWEST_FIRST_OF_SOURCE_OPEN: &str =
    include_str!("../sql/runs_newest_first_of_source_open.sql");
pub(crate) const RUN_IDS_AFTER: &str = include_str!("../sql/run_ids_after.sql");
pub(crate) const RUN_IDS_IN_RANGE: &str = include_str!("../sql/run_ids_in_range.sql");
pub(crate) const RUN_INSERT: &str = include_str!("../sql/run_insert.sql");
pub(crate) const RUN_CLOSE: &str = include_str!("../sql/run_close.sql");

pub(crate) const EVENT_BY_KEY: &str = include_str!("../sql/event_by_key.sql");
pub(crate) const EVENTS_OF_RUN: &str = include_str!("../sql/events_of_run.sql");
pub(crate) const EVENTS_OF_RUN_WITHOUT: &str = include_str!("../sql/events_of_run_without.sql");
pub(crate) const EVENT_INSERT: &str = include_str!("../sql/event_insert.sql");
pub(crate) const LAST_SEQ: &str = include_str!("../sql/last_seq.sql");

pub(crate) const KIND_VERSION: &str = include_str!("../sql/kind_version.sql");
pub(crate) const KIND_VERSION_LATEST: &str = include_str!("../sql/kind_version_latest.sql");
pub(crate) const KIND_VERSIONS: &str = include_str!("../sql/kind_versions.sql");
pub(crate) const KIND_VERSION_INSERT: &str = include_str!("../sql/kind_version_insert.sql");
pub(crate) const KIND_VERSION_INSERT_OLDER: &str =
    include_str!("../sql/kind_version_insert_older.sql");

pub(crate) const LOCK: &str = include_str!("../sql/lock.sql");
pub(crate) const LOCKS: &str = include_str!("../sql/locks.sql");
pub(crate) const LOCK_PUT: &str = include_str!("../sql/lock_put.sql");

pub(crate) const LAST_EVENT: &str = include_str!("../sql/last_event.sql");
pub(crate) const RUN_BY_SOURCE_AND_KEY: &str = include_str!("../sql/run_by_source_and_key.sql");
pub(crate) const OPEN_RUNS_WITHOUT_LOCK: &str = include_str!("../sql/open_runs_without_lock.sql");
