//! What it costs to bring a run of ten thousand events into a new Store, against writing it out.
//!
//! Every hash is computed again, and the events are inserted; told, not judged.

use std::cell::Cell;
use std::fs::File;

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::spent::{batch, quietly, spent_on, unmeasurable};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "import_10k", gate: false, measure };

const EVENTS: u32 = 10_000;
const RUNS: u32 = 5;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let filled = workbench.fill(&[EVENTS])?;
    let folder = workbench.new_folder("import")?;
    let exported = folder.join("export.ndjson");
    let export = || {
        let mut command = workbench.product.motus();
        command.args(["run", "export", "--all", "--db"]).arg(&filled.store);
        command
    };
    let file = File::create(&exported)
        .map_err(|error| Failure::Failed(format!("cannot write an export: {error}")))?;
    let status = export().stdout(file).status();
    if !status.is_ok_and(|status| status.success()) {
        return Err(Failure::Failed("cannot write an export".to_owned()));
    }
    let stores = Cell::new(0);
    let import = || {
        stores.set(stores.get() + 1);
        let mut command = workbench.product.motus();
        command.args(["run", "import"]).arg(&exported);
        command.arg("--db").arg(folder.join(format!("store-{}.db", stores.get())));
        quietly(&mut command)
    };
    let pairs = alternate(
        || {
            let spent = spent_on(|| (0..RUNS).try_for_each(|_| import()))?.1;
            Ok(spent.cpu_milliseconds(RUNS))
        },
        || Ok(batch(RUNS, export)?.cpu_milliseconds(RUNS)),
    )?;
    Ok(vec![Measurement::ratio(ROW.name, Bound::None, "exporting them", "ms cpu", pairs)])
}
