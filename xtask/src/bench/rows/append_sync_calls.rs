//! How often one acknowledged event makes the disk wait: once, and for the log's content alone.
//!
//! Opening the Store waits too, so that two batches on the same Store are compared: the longer one
//! has its extra calls from its extra events alone.

use super::Row;
use crate::bench::measurement::{Measured, Measurement};
use crate::bench::sync_calls;
use crate::bench::workbench::{Filled, Workbench};
use crate::failure::Failure;

pub(super) const ROW: Row =
    Row { name: "append_sync_calls", gate: true, measure: append_sync_calls };

const EVENTS: u32 = 100;

fn append_sync_calls(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Err(why) = sync_calls::can_count() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let filled = workbench.fill(&[1])?;
    // The first batch of all registers the kind.
    count(workbench, &filled, ("first", 1), &[], &sync_calls::ALL)?;
    let more = |case: &str, options: &[&str], calls: &[&str]| {
        let one = (format!("{case} one"), 1);
        let one = count(workbench, &filled, (&one.0, one.1), options, calls)?;
        let more = (format!("{case} more"), 1 + EVENTS);
        let more = count(workbench, &filled, (&more.0, more.1), options, calls)?;
        Ok(more.saturating_sub(one))
    };
    let line = |case: &str, expected, unit, found| {
        let name = format!("{}{case}", ROW.name);
        Measurement { name, measured: Measured::Count { expected, unit, found: vec![found] } }
    };
    let (events, unit) = (u64::from(EVENTS), "sync calls for as many events");
    Ok(vec![
        line("", events, unit, more("plain", &[], &sync_calls::ALL)?),
        line(" fenced", events, unit, more("fenced", &["--fenced"], &sync_calls::ALL)?),
        line(" of times", 0, "calls that sync more than content", more("times", &[], &["fsync"])?),
    ])
}

/// Counts the calls of a new producer that appends some events.
fn count(
    workbench: &Workbench,
    filled: &Filled,
    (producer, events): (&str, u32),
    options: &[&str],
    calls: &[&str],
) -> Result<u64, Failure> {
    let mut command = workbench.appender(filled, producer, events);
    command.args(options);
    let trace = filled.store.with_extension("trace");
    sync_calls::count_these(&workbench.product, &command, calls, &trace)
}
