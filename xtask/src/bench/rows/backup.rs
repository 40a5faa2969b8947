//! What a backup costs, against copying the file of a Store that nobody uses, and syncing the copy.
//!
//! The backup examines what it has copied before it gives it its name; told, not judged.

use std::cell::Cell;

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::spent::{batch, unmeasurable};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "backup", gate: false, measure };

/// A Store of some 70 MB.
const EVENTS: [u32; 100] = [1000; 100];

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let store = workbench.fill(&EVENTS)?.store;
    let folder = workbench.new_folder("backup")?;
    let copies = Cell::new(0);
    let target = || {
        copies.set(copies.get() + 1);
        folder.join(format!("copy-{}.db", copies.get()))
    };
    let ours = || {
        let mut command = workbench.product.motus();
        command.args(["db", "backup"]).arg(target()).arg("--db").arg(&store);
        command
    };
    let theirs = || {
        let mut command = workbench.product.command("sh");
        command.args(["-c", "cp \"$1\" \"$2\" && sync \"$2\"", "sh"]).arg(&store).arg(target());
        command
    };
    let pairs = alternate(|| batch(1, ours), || batch(1, theirs))?;
    let line = |case: &str, unit, figures: fn(&crate::bench::spent::Spent) -> f64| {
        let pairs = pairs.iter().map(|(ours, theirs)| (figures(ours), figures(theirs)));
        let name = format!("{} {case}", ROW.name);
        Measurement::ratio(&name, Bound::None, "`cp` and `sync`", unit, pairs)
    };
    Ok(vec![
        line("cpu", "ms cpu", |spent| spent.cpu_milliseconds(1)),
        line("wall", "ms wall", |spent| spent.wall_milliseconds(1)),
    ])
}
