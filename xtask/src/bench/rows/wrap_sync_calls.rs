//! How often a wrapped command makes the disk wait: counted call by call with strace.
//!
//! Two commits, and one call in which SQLite makes the directory entry of the log durable; a new
//! log has its header synced as well. Every other sync would cost as much as all of our own code.

use std::fs;
use std::path::Path;

use super::Row;
use crate::bench::measurement::{Measured, Measurement};
use crate::bench::spent::quietly;
use crate::bench::sync_calls;
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "wrap_sync_calls", gate: true, measure: wrap_sync_calls };

const TIMES: usize = 3;

fn wrap_sync_calls(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Err(why) = sync_calls::can_count() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    Ok(vec![count(workbench, "kept log", 3, false)?, count(workbench, "new log", 4, true)?])
}

fn count(
    workbench: &Workbench,
    case: &str,
    expected: u64,
    new_log: bool,
) -> Result<Measurement, Failure> {
    let mut found = Vec::new();
    for _ in 0..TIMES {
        let store = workbench.new_store()?;
        quietly(&mut workbench.wrap(&store, &["true"]))?;
        if new_log {
            forget_log(&store)?;
        }
        let wrap = workbench.wrap(&store, &["true"]);
        found.push(sync_calls::count(&workbench.product, &wrap, &store.with_extension("trace"))?);
    }
    let measured = Measured::Count { expected, unit: "sync calls", found };
    let name = format!("{} {case}", ROW.name);
    Ok(Measurement { name, measured })
}

/// Puts a Store back to the state in which it was made, before its first log was begun.
///
/// Nothing has moved from the log into the file yet, so the file alone is whole; it only forgets.
fn forget_log(store: &Path) -> Result<(), Failure> {
    for suffix in ["-wal", "-shm"] {
        let mut path = store.as_os_str().to_owned();
        path.push(suffix);
        fs::remove_file(&path).map_err(|error| {
            Failure::Failed(format!("cannot remove {}: {error}", path.display()))
        })?;
    }
    Ok(())
}
