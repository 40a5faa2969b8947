//! Whether a command becomes slower as the Store grows.

use std::path::Path;
use std::process::Command;

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::spent::{batch, unmeasurable};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "startup_vs_size", gate: false, measure };

/// The large Store: a hundred runs of a thousand events.
const LARGE: [u32; 100] = [1000; 100];
const SMALL: [u32; 1] = [1];

const RUNS: u32 = 50;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let large = workbench.fill(&LARGE)?.store;
    let small = workbench.fill(&SMALL)?.store;
    let list = |store: &Path| {
        let mut command = workbench.product.motus();
        command.args(["run", "list", "--limit", "1", "--db"]);
        command.arg(store);
        command
    };
    Ok(vec![
        compare("list", &large, &small, list)?,
        compare("wrap", &large, &small, |store| workbench.wrap(store, &["true"]))?,
    ])
}

fn compare(
    case: &str,
    large: &Path,
    small: &Path,
    command: impl Fn(&Path) -> Command,
) -> Result<Measurement, Failure> {
    let cost = |store| Ok(batch(RUNS, || command(store))?.cpu_milliseconds(RUNS));
    let pairs = alternate(|| cost(large), || cost(small))?;
    let name = format!("{} {case}", ROW.name);
    let against = "the same at 1 event";
    Ok(Measurement::ratio(&name, Bound::AtMost(1.3), against, "ms cpu", pairs))
}
