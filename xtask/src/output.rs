//! The only place that prints: data on stdout, talk on stderr.
//!
//! A closed pipe is not an error here; the exit code already carries the verdict.

use std::fmt::Display;
use std::io::Write;

use crate::failure::Failure;
use crate::finding::Finding;

/// Prints one piece of data and a newline on stdout.
pub(crate) fn data(text: &dyn Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints one remark and a newline on stderr.
pub(crate) fn talk(text: &dyn Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints the findings in path order and turns them into a verdict.
///
/// With no findings, `all_well` is said instead.
pub(crate) fn verdict(mut findings: Vec<Finding>, all_well: &dyn Display) -> Result<(), Failure> {
    findings.sort();
    for finding in &findings {
        data(finding);
    }
    if findings.is_empty() {
        talk(all_well);
        Ok(())
    } else {
        Err(Failure::Findings(findings.len()))
    }
}
