//! What a scope adds to a start: trying what the machine can do, taking the scope on, telling what was seen.

use super::Row;
use crate::bench::in_scope::{Subject, unmeasurable};
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "scope_start", gate: false, measure };

const RUNS: u32 = 30;

/// What it may add, in milliseconds: less than anybody notices, and little beside a start of git or a shell's script.
const MOST: f64 = 6.0;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable(workbench) {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let subject = Subject::new(workbench, "start")?;
    subject.write("out/.keep", "")?;
    let each = |scope: &[&str]| Ok(subject.spent(RUNS, scope, &["true"])?.cpu_milliseconds(RUNS));
    let pairs = alternate(|| each(&["--allow", "write:out/"]), || each(&[]))?;
    let added = pairs.into_iter().map(|(with, without)| (with - without, MOST));
    let against = "six milliseconds";
    Ok(vec![Measurement::ratio(ROW.name, Bound::AtMost(1.0), against, "ms cpu", added)])
}
