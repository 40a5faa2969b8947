//! What a wrapped command costs in processor time, against the published Python CLI.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::spent::{batch, unmeasurable};
use crate::bench::workbench::{Workbench, alternate, reference};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "wrap_cpu", gate: false, measure };

/// Runs per sample: enough that a tick of ten milliseconds is a few per cent of the sum.
const OUR_RUNS: u32 = 50;
const THEIR_RUNS: u32 = 5;
const SHELL_RUNS: u32 = 100;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    Ok(vec![against_reference(workbench)?, against_shell(workbench)?])
}

fn against_reference(workbench: &Workbench) -> Result<Measurement, Failure> {
    let reference = match reference() {
        Ok(reference) => reference,
        Err(why) => return Ok(Measurement::skipped(ROW.name, why)),
    };
    let their_store = workbench.new_store()?;
    let theirs = || {
        let mut command = workbench.product.command(&reference);
        command.args(["wrap", "--db"]).arg(&their_store);
        command.args(["--", "true"]);
        command
    };
    let theirs = || Ok(batch(THEIR_RUNS, theirs)?.cpu_milliseconds(THEIR_RUNS));
    let pairs = alternate(ours(workbench)?, theirs)?;
    let bound = Bound::AtMost(1.0 / 15.0);
    Ok(Measurement::ratio(ROW.name, bound, "Python CLI", "ms cpu", pairs))
}

fn against_shell(workbench: &Workbench) -> Result<Measurement, Failure> {
    let shell = || {
        let mut command = workbench.product.command("bash");
        command.args(["-c", "true"]);
        command
    };
    let theirs = || Ok(batch(SHELL_RUNS, shell)?.cpu_milliseconds(SHELL_RUNS));
    let pairs = alternate(ours(workbench)?, theirs)?;
    let name = format!("{} shell", ROW.name);
    Ok(Measurement::ratio(&name, Bound::None, "`bash -c true`", "ms cpu", pairs))
}

fn ours(workbench: &Workbench) -> Result<impl FnMut() -> Result<f64, Failure>, Failure> {
    let store = workbench.new_store()?;
    Ok(move || {
        let spent = batch(OUR_RUNS, || workbench.wrap(&store, &["true"]))?;
        Ok(spent.cpu_milliseconds(OUR_RUNS))
    })
}
