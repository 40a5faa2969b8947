//! What validating a release costs in processor time, against the time that it may take.
//!
//! The bound is a time, like the patience of a writer in `writers_8`: a machine that is much slower than that of
//! `docs/performance.md` misses it.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::spent::{batch, quietly, unmeasurable};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "release_validate", gate: false, measure };

/// How long one may take, in milliseconds.
const MAY_TAKE: f64 = 20.0;
const AGAINST: &str = "the 20 ms that it may take";

/// Runs per sample: enough that a tick of ten milliseconds is a few per cent of the sum.
const RUNS: u32 = 50;
const SAMPLES: usize = 7;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let folder = workbench.new_folder("release")?;
    let release = |what| {
        let mut command = workbench.product.motus();
        command.args(["release", what, "--release-id", "1.0.0"]).current_dir(&folder);
        command
    };
    quietly(&mut release("scaffold"))?;
    let mut samples = Vec::with_capacity(SAMPLES);
    for _ in 0..SAMPLES {
        let spent = batch(RUNS, || release("validate"))?;
        samples.push((spent.cpu_milliseconds(RUNS), MAY_TAKE));
    }
    Ok(vec![Measurement::ratio(ROW.name, Bound::AtMost(1.0), AGAINST, "ms cpu", samples)])
}
