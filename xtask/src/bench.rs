//! `cargo xtask bench`: what the product costs, against what it may cost.
//!
//! Two kinds of verdict only: an exact count, or a ratio of two things measured in turn within one
//! run. A time alone is never a verdict, because it says more about the machine than about us.
//! `docs/performance.md` tells how to read the table.

mod in_scope;
mod measurement;
mod memory;
mod options;
mod report;
mod rows;
mod spent;
mod sync_calls;
mod traced;
mod workbench;

use std::ffi::OsString;

use crate::failure::Failure;
use crate::{machine, output};
use measurement::{Measurement, Verdict};
use options::Options;
use rows::{ROWS, Row};
use workbench::Workbench;

/// Measures, prints the table and writes the report; a missed bound is a failure.
pub(crate) fn run(arguments: &[OsString]) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    let chosen = choose(&options)?;
    let facts = machine::facts(&options.folder);
    let workbench = Workbench::new(&options.folder)?;
    let mut measurements = Vec::new();
    for row in chosen {
        output::talk(&format!("measuring {}", row.name));
        measurements.extend((row.measure)(&workbench)?);
    }
    output::data(&report::table(&measurements));
    report::write(&facts, &measurements)?;
    verdict(&measurements)
}

fn choose(options: &Options) -> Result<Vec<&'static Row>, Failure> {
    if let Some(name) = options.only.iter().find(|name| !ROWS.iter().any(|row| row.name == **name))
    {
        let known: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
        let known = known.join(", ");
        return Err(Failure::Usage(format!("no row `{name}`; rows: {known}")));
    }
    let wanted = |row: &&Row| {
        let is_named = options.only.iter().any(|name| row.name == name);
        (options.only.is_empty() || is_named) && (row.gate || !options.gate)
    };
    Ok(ROWS.iter().filter(wanted).collect())
}

fn verdict(measurements: &[Measurement]) -> Result<(), Failure> {
    let missed = measurements.iter().filter(|measurement| measurement.verdict() == Verdict::Missed);
    match missed.count() {
        0 => Ok(()),
        count => Err(Failure::Findings(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments;
    use measurement::Measured;

    fn names(words: &[&str]) -> Result<Vec<&'static str>, Failure> {
        let chosen = choose(&Options::parse(&arguments::of(words))?)?;
        Ok(chosen.iter().map(|row| row.name).collect())
    }

    #[test]
    fn rows_are_chosen_by_name_and_by_gate() {
        assert_eq!(names(&[]).unwrap().len(), ROWS.len());
        let exact = [
            "wrap_sync_calls",
            "append_sync_calls",
            "lock_sync_calls",
            "textus_put_sync_calls",
            "textus_opens",
        ];
        assert_eq!(names(&["--gate"]).unwrap(), exact);
        assert_eq!(names(&["--only", "wrap_cpu"]).unwrap(), ["wrap_cpu"]);
        assert_eq!(names(&["--only", "wrap_cpuu"]).unwrap_err().exit_code(), 2);
    }

    #[test]
    fn a_missed_bound_fails_and_a_skipped_row_does_not() {
        let skipped = Measurement::skipped("a", "no strace");
        let missed = Measurement {
            name: "b".to_owned(),
            measured: Measured::Count { expected: 3, unit: "calls", found: vec![3, 4] },
        };
        assert!(verdict(std::slice::from_ref(&skipped)).is_ok());
        assert_eq!(verdict(&[skipped, missed]).unwrap_err().exit_code(), 1);
    }
}
