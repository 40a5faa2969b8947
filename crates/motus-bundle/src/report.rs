//! A report of verification, for people and for programs.

mod ladder;

use motus_json::{Object, Value, printable};
use motus_kernel::verify::{Failure, LONGEST_MESSAGE, NOT_PROVEN, Report, shortened};

use crate::Request;

/// Returns a report as text for a terminal.
///
/// Shape: `VERIFIED` and the digest or `FAILED` and the codes; what was checked, a line each; then what a
/// success does not prove, or the failures, one a line; then the warnings. Every line ends with a newline;
/// nothing in it is a control character or turns the direction of text; of a path there are at most 300
/// characters.
pub fn text(report: &Report, request: &Request<'_>) -> String {
    let mut text = headline(report) + "\n";
    text.push_str(&ladder::lines(report, request));
    if report.is_ok() {
        text.push_str("\nWhat this does not prove:\n");
        text.extend(NOT_PROVEN.map(|sentence| format!("  - {sentence}\n")));
    } else {
        text.push('\n');
        text.extend(report.failures.iter().map(failure_line));
    }
    if !report.warnings.is_empty() {
        text.push('\n');
        let line = |warning: &String| format!("WARNING {}\n", printable(warning));
        text.extend(report.warnings.iter().map(line));
    }
    text
}

/// Returns a report as an object.
///
/// Shape: `ok`, `proof_digest` or null, `failures` of `code`, `message` and, where there is one, `path`,
/// `warnings`, `not_proven`.
pub fn json(report: &Report) -> Object {
    let digest = report.proof_digest.map(|digest| digest.to_string());
    let mut object = Object::new();
    object.insert("ok", report.is_ok());
    object.insert("proof_digest", digest);
    object.insert("failures", report.failures.iter().map(failure_object).collect::<Value>());
    object.insert("warnings", report.warnings.iter().collect::<Value>());
    object.insert("not_proven", NOT_PROVEN);
    object
}

/// Returns what came of it in one line: `VERIFIED` and the digest, or `FAILED` and the codes.
pub fn headline(report: &Report) -> String {
    if let (Some(digest), true) = (report.proof_digest, report.is_ok()) {
        return format!("VERIFIED {digest}");
    }
    let mut codes: Vec<&str> = Vec::new();
    for failure in &report.failures {
        if !codes.contains(&failure.code.as_str()) {
            codes.push(failure.code.as_str());
        }
    }
    format!("FAILED {}", codes.join(" "))
}

fn failure_line(failure: &Failure) -> String {
    let (code, message) = (failure.code.as_str(), printable(&failure.message));
    match &failure.path {
        Some(path) => {
            format!("{code} {}: {message}\n", printable(&shortened(path, LONGEST_MESSAGE)))
        }
        None => format!("{code}: {message}\n"),
    }
}

fn failure_object(failure: &Failure) -> Object {
    let mut object = Object::new();
    object.insert("code", failure.code.as_str());
    object.insert("message", &failure.message);
    if let Some(path) = &failure.path {
        object.insert("path", path);
    }
    object
}
