//! The rows of the table, one file each, in the order in which they run.

mod append_rate;
mod append_sync_calls;
mod backup;
mod envelope_10k;
mod evidence_junit;
mod export_10k;
mod import_10k;
mod kernel_chain;
mod kernel_effects;
mod kernel_json;
mod kernel_linear;
mod kernel_long_log;
mod kernel_loop;
mod kernel_merkle;
mod lock_sync_calls;
mod relay_1gb;
mod release_validate;
mod runs_100k;
mod scope_cargo;
mod scope_git;
mod scope_make;
mod scope_snapshot;
mod scope_start;
mod scope_write;
mod startup_vs_size;
mod textus_doctor;
mod textus_get;
mod textus_list;
mod textus_opens;
mod textus_put_log;
mod textus_put_sync_calls;
mod verify_bundle;
mod verify_large_file;
mod verify_log;
mod wrap_cpu;
mod wrap_rss;
mod wrap_sync_calls;
mod writers_8;

use super::measurement::Measurement;
use super::workbench::Workbench;
use crate::failure::Failure;

/// One subject of measurement; it may come out as several lines of the table.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// Whether it gives exact counts, which a busy machine cannot change.
    pub(super) gate: bool,
    pub(super) measure: fn(&Workbench) -> Result<Vec<Measurement>, Failure>,
}

/// Every row.
pub(super) const ROWS: &[Row] = &[
    wrap_sync_calls::ROW,
    wrap_cpu::ROW,
    wrap_rss::ROW,
    relay_1gb::ROW,
    append_sync_calls::ROW,
    lock_sync_calls::ROW,
    append_rate::ROW,
    writers_8::ROW,
    startup_vs_size::ROW,
    runs_100k::ROW,
    export_10k::ROW,
    envelope_10k::ROW,
    import_10k::ROW,
    backup::ROW,
    release_validate::ROW,
    evidence_junit::ROW,
    kernel_chain::ROW,
    kernel_long_log::ROW,
    kernel_linear::ROW,
    kernel_loop::ROW,
    kernel_merkle::ROW,
    kernel_effects::ROW,
    kernel_json::ROW,
    verify_log::ROW,
    verify_bundle::ROW,
    verify_large_file::ROW,
    textus_put_sync_calls::ROW,
    textus_opens::ROW,
    textus_get::ROW,
    textus_list::ROW,
    textus_doctor::ROW,
    textus_put_log::ROW,
    scope_start::ROW,
    scope_write::ROW,
    scope_snapshot::ROW,
    scope_git::ROW,
    scope_make::ROW,
    scope_cargo::ROW,
];
