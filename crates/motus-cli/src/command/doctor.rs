//! `motus doctor`: checks the Store and what is around it.

use std::fmt::Write as _;

use anstyle::AnsiColor;
use motus_app::doctor::{Patient, Report, Status, examine};
use motus_app::exit;

use crate::arguments::DoctorArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::SystemClock;
use crate::text::printable;

pub(crate) fn run(arguments: &DoctorArguments, environment: &Environment) -> Result<u8, Failure> {
    let patient = Patient {
        place: environment.store(arguments.store.store.as_deref()),
        private: environment.private,
        directory: environment.directory.clone(),
        home: environment.home.clone(),
        other_executables: environment.other_executables(),
    };
    let report = examine(&patient, arguments.fix, &SystemClock);
    if arguments.json {
        output::json(report.to_object())?;
    } else {
        output::data(&page(&report))?;
    }
    let code = if report.status() == Status::Fail { exit::FAILED } else { exit::OK };
    Ok(report.interruption.unwrap_or(code))
}

fn page(report: &Report) -> String {
    let mut page = String::new();
    for check in &report.checks {
        // Writing to a string cannot fail, here and below.
        let message = printable(&check.message);
        let _ = writeln!(page, "{}: {} - {message}", check.name, status(check.status));
        if let Some(next) = check.next {
            let _ = writeln!(page, "  next: {next}");
        }
    }
    let _ = writeln!(
        page,
        "Summary: {} passed, {} warning, {} failed",
        report.count(Status::Pass),
        report.count(Status::Warn),
        report.count(Status::Fail)
    );
    let _ = writeln!(page, "overall: {}", status(report.status()));
    page
}

fn status(status: Status) -> String {
    let colour = match status {
        Status::Pass => AnsiColor::Green,
        Status::Warn => AnsiColor::Yellow,
        Status::Fail => AnsiColor::Red,
    };
    output::coloured(status.as_str(), colour)
}
