//! Whether anything becomes slower as there are more runs: a hundred thousand against twenty.

use std::process::Command;

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::spent::{batch, spent_on, unmeasurable};
use crate::bench::workbench::{Filled, Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "runs_100k", gate: false, measure };

/// The open runs come first, so that a list of them has to pass by all the others.
const OPEN: usize = 20;

const MANY: &str = "100000x1";
const FEW: &str = "20x1";

/// Whole commands per sample.
const RUNS: u32 = 100;

/// Events per sample, each in a transaction of its own.
const EVENTS: u32 = 1000;

const AGAINST: &str = "the same among 40 runs";

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let many = fill(workbench, MANY)?;
    let few = fill(workbench, FEW)?;
    let reading = |case: &str, arguments: &[&str]| {
        let command = |filled: &Filled| {
            let mut command = workbench.product.motus();
            command.args(["run"]).args(arguments).arg("--db").arg(&filled.store);
            command
        };
        compare(case, || command(&many), || command(&few))
    };
    let newest = |what: &str| {
        let command = |filled: &Filled| {
            let mut command = workbench.product.motus();
            let run = filled.runs.last().map_or("", String::as_str);
            command.args(["run", what, run, "--db"]).arg(&filled.store);
            command
        };
        compare(what, || command(&many), || command(&few))
    };
    let wrap = |filled: &Filled| workbench.wrap(&filled.store, &["true"]);
    Ok(vec![
        reading("list", &["list", "--limit", "20"])?,
        reading("list open", &["list", "--limit", "20", "--open"])?,
        reading("list source", &["list", "--limit", "20", "--source", "demo"])?,
        newest("show")?,
        newest("receipt")?,
        compare("wrap", || wrap(&many), || wrap(&few))?,
        append(workbench, &many)?,
    ])
}

fn fill(workbench: &Workbench, closed: &str) -> Result<Filled, Failure> {
    let mut amounts = vec!["1"; OPEN];
    amounts.push(closed);
    workbench.fill(&amounts)
}

fn compare(
    case: &str,
    many: impl Fn() -> Command,
    few: impl Fn() -> Command,
) -> Result<Measurement, Failure> {
    let pairs = alternate(
        || Ok(batch(RUNS, &many)?.cpu_milliseconds(RUNS)),
        || Ok(batch(RUNS, &few)?.cpu_milliseconds(RUNS)),
    )?;
    let name = format!("{} {case}", ROW.name);
    Ok(Measurement::ratio(&name, Bound::AtMost(1.3), AGAINST, "ms cpu", pairs))
}

fn append(workbench: &Workbench, many: &Filled) -> Result<Measurement, Failure> {
    let mut samples = 0;
    let mut cost = |filled: &Filled| {
        samples += 1;
        let mut appender = workbench.appender(filled, &format!("bench-{samples}"), EVENTS);
        let work = || crate::bench::spent::quietly(&mut appender);
        Ok(spent_on(work)?.1.cpu_milliseconds(EVENTS))
    };
    let mut pairs = Vec::new();
    for number in 0..8 {
        // The small one would not stay small.
        let pair = (cost(many)?, cost(&fill(workbench, FEW)?)?);
        if number > 0 {
            pairs.push(pair);
        }
    }
    let name = format!("{} append", ROW.name);
    Ok(Measurement::ratio(&name, Bound::AtMost(1.3), AGAINST, "ms cpu", pairs))
}
