//! What the receipt that travels costs, against the exports of the same run: of one that is full of evidence,
//! and of one that has none.
//!
//! The verdict is against the portable export, whose digest a receipt names, so that making the one is part of
//! making the other. The export of the Store's rows parses no payload; it is told beside it.

use std::process::Command;

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::spent::{batch, unmeasurable};
use crate::bench::workbench::{Filled, Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "envelope_10k", gate: false, measure };

/// What the runs are full of, as the filler makes them: notes, evidence, and evidence with a path in each text.
const RUNS: [(&str, &str); 3] =
    [("notes", "1x10000"), ("evidence", "evidence:10000"), ("paths", "paths:10000")];

/// Whole commands per sample.
const TIMES: u32 = 5;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let filled = workbench.fill(&RUNS.map(|(_, amount)| amount))?;
    let mut measurements = Vec::new();
    for (run, (case, _)) in filled.runs.iter().zip(RUNS) {
        let envelope = || {
            let spent = batch(TIMES, || {
                command(workbench, &filled, &["receipt", run, "--format", "envelope"])
            })?;
            Ok(spent.cpu_milliseconds(TIMES))
        };
        let against = |words: &[&str]| {
            alternate(envelope, || {
                let spent = batch(TIMES, || command(workbench, &filled, words))?;
                Ok(spent.cpu_milliseconds(TIMES))
            })
        };
        let export = against(&["receipt", run, "--format", "store-export"])?;
        let rows = against(&["run", "export", run])?;
        let name = format!("{} {case}", ROW.name);
        let bound = Bound::AtMost(2.0);
        measurements.push(Measurement::ratio(&name, bound, "its store-export", "ms cpu", export));
        let name = format!("{name} rows");
        measurements.push(Measurement::ratio(&name, Bound::None, "`run export`", "ms cpu", rows));
    }
    Ok(measurements)
}

fn command(workbench: &Workbench, filled: &Filled, words: &[&str]) -> Command {
    let mut command = workbench.product.motus();
    command.args(words).arg("--db").arg(&filled.store);
    command
}
