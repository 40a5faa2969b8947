//! What is read of samples of each format, and what is refused.

mod cargo;
mod hostile;
mod junit;
mod named;
mod sarif;
mod tap;

use std::path::Path;

use motus_json::{Object, Value, canonical};
use motus_ledger::report::{Attached, Format, LARGEST_PAYLOAD, Report};

use super::{EvidenceError, read_stream};

fn read(format: Format, bytes: impl AsRef<[u8]>) -> Result<Report, EvidenceError> {
    read_stream(format, bytes.as_ref(), Path::new("report"))
}

/// Returns what is recorded of a report.
fn recorded(report: Report) -> Value {
    let mut payload = Object::new();
    let attached = Attached { reports: vec![report], ..Attached::default() };
    attached.record(&mut payload, LARGEST_PAYLOAD);
    let reports = payload.get("reports").and_then(Value::as_array).expect("a report");
    reports.first().expect("a report").clone()
}

/// Spells counts and cases, one on a line.
#[track_caller]
fn told(format: Format, bytes: impl AsRef<[u8]>) -> String {
    let report = read(format, bytes).unwrap_or_else(|error| panic!("{error}"));
    spelled(&recorded(report))
}

fn spelled(recorded: &Value) -> String {
    let count = |counts: &Value, name| {
        counts.get(name).and_then(Value::as_u64).map(|n| format!("{n} {name}"))
    };
    let counts = |counts: &Value| {
        let names = ["total", "passed", "failed", "errored", "skipped"];
        names.into_iter().filter_map(|name| count(counts, name)).collect::<Vec<_>>().join(", ")
    };
    let mut lines = vec![recorded.get("counts").map(counts).unwrap_or_default()];
    if let Some(declared) = recorded.get("declared") {
        lines.push(format!("declared: {}", counts(declared)));
    }
    let cases = recorded.get("cases").and_then(Value::as_array).unwrap_or_default();
    for case in cases {
        let text = |name| case.get(name).and_then(Value::as_str).unwrap_or_default();
        let duration = case.get("duration_ms").map(canonical::store::write).unwrap_or_default();
        lines.push(format!("{} {duration} {}", text("status"), text("name")));
    }
    if recorded.get("truncated") != Some(&Value::from(false)) {
        lines.push("truncated".to_owned());
    }
    lines.join("\n")
}

/// Returns place and problem of a report that is refused.
#[track_caller]
fn refused(format: Format, bytes: impl AsRef<[u8]>) -> String {
    match read(format, bytes) {
        Err(EvidenceError::Malformed { line, column, problem, .. }) => {
            format!("{line}:{column}: {problem}")
        }
        Err(other) => panic!("{other}"),
        Ok(report) => panic!("{} is read", spelled(&recorded(report))),
    }
}
