//! The statements, each in its own file.

pub(crate) const TABLES: &str = include_str!("../sql/tables.sql");
pub(crate) const GUARDS: &str = include_str!("../sql/guards.sql");
pub(crate) const GUARDS_PUBLISHED: &str = include_str!("../sql/guards_published.sql");
pub(crate) const CONNECTION: &str = include_str!("../sql/connection.sql");
pub(crate) const FIRST_READ: &str = include_str!("../sql/first_read.sql");
pub(crate) const OBJECTS: &str = include_str!("../sql/objects.sql");

pub(crate) const JOURNAL_MODE: &str = include_str!("../sql/journal_mode.sql");
pub(crate) const JOURNAL_MODE_WAL: &str = include_str!("../sql/journal_mode_wal.sql");
pub(crate) const CHECKPOINT_PASSIVE: &str = include_str!("../sql/checkpoint_passive.sql");
pub(crate) const CHECKPOINT_TRUNCATE: &str = include_str!("../sql/checkpoint_truncate.sql");
pub(crate) const INTEGRITY_CHECK: &str = include_str!("../sql/integrity_check.sql");
pub(crate) const FOREIGN_KEY_CHECK: &str = include_str!("../sql/foreign_key_check.sql");

pub(crate) const RUN_BY_ID: &str = include_str!("../sql/run_by_id.sql");
pub(crate) const RUN_BY_KEY: &str = include_str!("../sql/run_by_key.sql");
pub(crate) const RUNS_NEWEST_FIRST: &str = include_str!("../sql/runs_newest_first.sql");
pub(crate) const RUN_IDS_IN_RANGE: &str = include_str!("../sql/run_ids_in_range.sql");
pub(crate) const RUN_INSERT: &str = include_str!("../sql/run_insert.sql");
pub(crate) const RUN_CLOSE: &str = include_str!("../sql/run_close.sql");

pub(crate) const EVENT_BY_KEY: &str = include_str!("../sql/event_by_key.sql");
pub(crate) const EVENTS_OF_RUN: &str = include_str!("../sql/events_of_run.sql");
pub(crate) const EVENT_INSERT: &str = include_str!("../sql/event_insert.sql");
pub(crate) const LAST_SEQ: &str = include_str!("../sql/last_seq.sql");

pub(crate) const KIND_VERSION: &str = include_str!("../sql/kind_version.sql");
pub(crate) const KIND_VERSION_LATEST: &str = include_str!("../sql/kind_version_latest.sql");
pub(crate) const KIND_VERSIONS: &str = include_str!("../sql/kind_versions.sql");
pub(crate) const KIND_VERSION_INSERT: &str = include_str!("../sql/kind_version_insert.sql");
