//! Counting, call by call with strace, how often a program makes the disk wait.

use std::path::Path;
use std::process::Command;

use super::traced::{self, Subject};
use crate::failure::Failure;
use crate::product::Product;

pub(super) use super::traced::can_trace as can_count;

/// Everything that waits for a disk.
pub(super) const ALL: [&str; 5] = ["fsync", "fdatasync", "sync_file_range", "sync", "syncfs"];

/// Runs a command to its end and counts its sync calls and those of its children.
///
/// The trace is left in `trace`.
pub(super) fn count(product: &Product, command: &Command, trace: &Path) -> Result<u64, Failure> {
    count_of(product, &Subject::of(command), trace)
}

/// Does the same with a command that reads something.
pub(super) fn count_of(
    product: &Product,
    subject: &Subject<'_>,
    trace: &Path,
) -> Result<u64, Failure> {
    Ok(traced::run(product, subject, &ALL, trace)?.count(&ALL))
}

/// Runs a command to its end and counts its calls with some of these names.
pub(super) fn count_these(
    product: &Product,
    command: &Command,
    calls: &[&str],
    trace: &Path,
) -> Result<u64, Failure> {
    Ok(traced::run(product, &Subject::of(command), &ALL, trace)?.count(calls))
}
