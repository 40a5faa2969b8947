//! How often one acknowledged event makes the disk wait: once.
//!
//! Opening the Store waits too, so that two batches on the same Store are compared: the longer one
//! has its extra calls from its extra events alone.

use super::Row;
use crate::bench::measurement::{Measured, Measurement};
use crate::bench::sync_calls;
use crate::bench::workbench::{Filled, Workbench};
use crate::failure::Failure;
use crate::product::APPENDER;

pub(super) const ROW: Row =
    Row { name: "append_sync_calls", gate: true, measure: append_sync_calls };

const EVENTS: u32 = 100;

fn append_sync_calls(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Err(why) = sync_calls::can_count() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let filled = workbench.fill(&[1])?;
    // The first batch of all registers the kind.
    count(workbench, &filled, "first", 1)?;
    let one = count(workbench, &filled, "one", 1)?;
    let more = count(workbench, &filled, "more", 1 + EVENTS)?;
    let found = vec![more.saturating_sub(one)];
    let expected = u64::from(EVENTS);
    let measured = Measured::Count { expected, unit: "sync calls for as many events", found };
    Ok(vec![Measurement { name: ROW.name.to_owned(), measured }])
}

/// Counts the sync calls of a new producer that appends some events.
fn count(
    workbench: &Workbench,
    filled: &Filled,
    producer: &str,
    events: u32,
) -> Result<u64, Failure> {
    let run = filled.runs.first().map_or("", String::as_str);
    let mut command = workbench.product.command(workbench.product.binary(APPENDER));
    command.arg(&filled.store).args([run, producer, &events.to_string()]);
    sync_calls::count(&workbench.product, &command, &filled.store.with_extension("trace"))
}
