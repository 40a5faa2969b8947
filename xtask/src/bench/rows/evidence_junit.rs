//! How much memory a long `JUnit` report takes that a wrapped command leaves: it is read in a stream.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::Row;
use crate::bench::measurement::{Measured, Measurement};
use crate::bench::spent::{peak_memory, unmeasurable};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;
use crate::workspace;

pub(super) const ROW: Row = Row { name: "evidence_junit", gate: false, measure };

const AT_MOST: u64 = 64_000_000;
const CASES: u32 = 50_000;
const TIMES: usize = 5;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let (folder, store) = (workbench.new_folder("report")?, workbench.new_store()?);
    let written = folder.join("written.xml");
    write_report(&written)?;
    let mut found = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let mut command = workbench.product.motus();
        command.arg("--db").arg(&store).args(["wrap", "--evidence", "junit:report.xml", "--"]);
        command.args(["cp", "written.xml", "report.xml"]).current_dir(&folder);
        found.push(peak_memory(&mut command)?);
    }
    require_all_cases(workbench, &store)?;
    let measured = Measured::Memory { at_most: AT_MOST, found };
    Ok(vec![Measurement { name: ROW.name.to_owned(), measured }])
}

/// Writes a report of some 6 MB.
fn write_report(path: &Path) -> Result<(), Failure> {
    fs::write(path, report(CASES))
        .map_err(|error| Failure::Failed(format!("cannot write a report: {error}")))
}

fn report(cases: u32) -> String {
    let mut text = format!("<testsuites>\n<testsuite name=\"all\" tests=\"{cases}\">\n");
    for number in 0..cases {
        let _ = writeln!(
            text,
            "<testcase classname=\"a.package.of.tests.Class{}\" name=\"test_of_something_{number}\" \
             time=\"0.{:03}\"></testcase>",
            number / 100,
            number % 1000
        );
    }
    text.push_str("</testsuite>\n</testsuites>\n");
    text
}

/// A report that was not read takes no memory.
fn require_all_cases(workbench: &Workbench, store: &Path) -> Result<(), Failure> {
    let mut command = workbench.product.motus();
    command.args(["run", "evidence", "latest", "--json", "--db"]).arg(store);
    let told = workspace::capture(&mut command)?;
    if told.contains(&CASES.to_string()) {
        return Ok(());
    }
    Err(Failure::Failed(format!("not all cases were recorded: {told}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_all_its_cases() {
        let text = report(101);
        assert_eq!(text.matches("<testcase ").count(), 101);
        assert!(text.contains("Class1\" name=\"test_of_something_100\" time=\"0.100\""));
    }
}
