//! How often a lock makes the disk wait: once when it is taken, renewed or given back.
//!
//! Beside the commit, a command that writes makes the one call in which SQLite makes the directory
//! entry of the log durable. Showing a fence is reading.

use std::path::Path;

use super::Row;
use crate::bench::measurement::{Measured, Measurement};
use crate::bench::spent::quietly;
use crate::bench::sync_calls;
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "lock_sync_calls", gate: true, measure: lock_sync_calls };

/// What is done to one lock, in this order, and how many sync calls that makes.
const STEPS: [(&str, &[&str], u64); 4] = [
    ("acquire", &["acquire", "deploy", "--holder", "bench"], 2),
    ("renew", &["acquire", "deploy", "--holder", "bench", "--ttl", "7200"], 2),
    ("assert", &["assert", "deploy", "--holder", "bench", "--token", "1"], 0),
    ("release", &["release", "deploy", "--holder", "bench", "--token", "1"], 2),
];

fn lock_sync_calls(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Err(why) = sync_calls::can_count() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let store = workbench.new_store()?;
    // The first lock of all makes the Store and its log.
    quietly(&mut lock(workbench, &store, &["acquire", "first", "--holder", "bench"]))?;
    let step = |(case, arguments, expected): (&str, &[&str], u64)| {
        let command = lock(workbench, &store, arguments);
        let trace = store.with_extension("trace");
        let found = vec![sync_calls::count(&workbench.product, &command, &trace)?];
        let measured = Measured::Count { expected, unit: "sync calls", found };
        Ok(Measurement { name: format!("{} {case}", ROW.name), measured })
    };
    STEPS.into_iter().map(step).collect()
}

fn lock(workbench: &Workbench, store: &Path, arguments: &[&str]) -> std::process::Command {
    let mut command = workbench.product.motus();
    command.arg("lock").args(arguments).arg("--db").arg(store);
    command
}
