//! What verifying a log of 10,000 events costs.
//!
//! Each byte of a log is hashed twice, with the file and with its event, and each event brings a leaf and a
//! node of some more blocks: with lines as long as real ones, the hashes alone are three passes over the
//! file. The verdict is against all of them; one pass is printed to be looked at.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "kernel_chain", gate: false, measure };

const PASS: &str = "one SHA-256 pass";

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    let row = |case: &str, bound, against, arguments: &[&str]| {
        let pairs = workbench.kernel_pairs(arguments)?;
        let name = format!("{} {case}", ROW.name);
        Ok(Measurement::ratio(&name, bound, against, "ms", pairs))
    };
    Ok(vec![
        row("hashes", Bound::AtMost(2.5), "the hashes alone", &["hashes"])?,
        row("file", Bound::None, PASS, &["chain"])?,
        row("effects", Bound::None, PASS, &["chain", "skills"])?,
    ])
}
