//! What one look at 20,000 files costs that may be written, against `find` asking the same of each.

use super::Row;
use crate::bench::in_scope::{Subject, lacking, unmeasurable};
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::spent::spent_on;
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "scope_snapshot", gate: false, measure };

const FILES: u32 = 20_000;
/// Enough that a tick of ten milliseconds is a few per cent of the sum.
const RUNS: u32 = 10;
const IN_A_DIRECTORY: u32 = 100;

/// What one look may take is forty milliseconds where walking and asking for each takes twenty-five: so many times as
/// much on any machine.
const MOST: f64 = 40.0 / 25.0;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable(workbench).or_else(|| lacking(&["find"])) {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let subject = Subject::new(workbench, "looked")?;
    subject.write("empty/.keep", "")?;
    for number in 0..FILES {
        subject.write(&format!("tree/d{:03}/f{number}", number / IN_A_DIRECTORY), "x")?;
    }
    // There is one before the start, and one after the end.
    let cpu = |grant: &str| {
        let spent = subject.spent(RUNS, &["--allow", grant], &["true"])?;
        Ok::<_, Failure>(spent.cpu_milliseconds(RUNS))
    };
    let look = || {
        let tree = cpu("write:tree/")?;
        let none = cpu("write:empty/")?;
        Ok((tree - none) / 2.0)
    };
    let walk = || {
        let find = || (0..RUNS).try_for_each(|_| subject.run("find", &["tree", "-newer", "empty"]));
        Ok(spent_on(find)?.1.cpu_milliseconds(RUNS))
    };
    let pairs = alternate(look, walk)?;
    Ok(vec![Measurement::ratio(ROW.name, Bound::AtMost(MOST), "`find`", "ms cpu", pairs)])
}
