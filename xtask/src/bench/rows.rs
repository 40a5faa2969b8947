//! The rows of the table, one file each, in the order in which they run.

mod append_rate;
mod append_sync_calls;
mod export_10k;
mod relay_1gb;
mod startup_vs_size;
mod wrap_cpu;
mod wrap_rss;
mod wrap_sync_calls;

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
    append_rate::ROW,
    startup_vs_size::ROW,
    export_10k::ROW,
];
