//! What was checked, rung by rung, each with what it rests on.

use motus_kernel::verify::{Code, Failure, Report, Summary};

use crate::Request;
use motus_json::printable;

/// The checks in the order in which they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rung {
    /// Files, hashes, roots, phases, and that receipt and log agree.
    Integrity,
    /// What was touched against what was declared.
    Coverage,
    /// What the caller's policy wants.
    Policy,
}

/// Says what came of each rung; one line each, indented.
pub(super) fn lines(report: &Report, request: &Request<'_>) -> String {
    let failed = failed_rung(report);
    let status = |rung: Rung| match failed {
        Some(failed) if rung > failed => "not checked",
        Some(failed) if rung == failed => "failed",
        _ => "passed",
    };
    let summary = report.summary.as_ref();
    let policy = format!("{} ({})", printable(request.policy.id()), request.policy.hash());
    let mut lines: Vec<Line> = vec![
        ("integrity", status(Rung::Integrity), summary.map(integrity)),
        ("coverage", status(Rung::Coverage), summary.map(|_| COVERAGE.to_owned())),
        ("policy", status(Rung::Policy), Some(policy)),
    ];
    if let Some(summary) = summary {
        lines.push(digest(report, request));
        if !summary.children.is_empty() {
            lines.push(children(summary, report, request));
        }
        lines.push(("outcome", summary.status.as_str(), Some(outcome(summary))));
    }
    lines.into_iter().map(line).collect()
}

/// What was checked, what came of it, what it rests on.
type Line = (&'static str, &'static str, Option<String>);

const COVERAGE: &str = "every effect that was observed lies inside the declared ones";

/// A bundle that has a summary passed every step, whatever was said against it later.
fn failed_rung(report: &Report) -> Option<Rung> {
    if report.summary.is_some() {
        return None;
    }
    Some(report.failures.first().map_or(Rung::Integrity, |failure| match failure.code {
        Code::EffectBoundsViolation => Rung::Coverage,
        Code::PolicyViolation => Rung::Policy,
        _ => Rung::Integrity,
    }))
}

/// The one rung that rests on something outside of the bundle.
fn digest(report: &Report, request: &Request<'_>) -> Line {
    let (status, told) = match request.expected {
        None => ("not checked", "none was expected, so that any consistent bundle passes"),
        Some(_) if is_another(report) => ("failed", "it is not the one that was expected"),
        Some(_) => ("passed", "it is the one that was expected"),
    };
    ("digest", status, Some(told.to_owned()))
}

/// Tells whether the bundle passed every step and is not the one that was expected.
fn is_another(report: &Report) -> bool {
    let mismatch =
        |failure: &Failure| failure.code == Code::ProofDigestMismatch && failure.path.is_none();
    report.failures.iter().any(mismatch)
}

fn children(summary: &Summary, report: &Report, request: &Request<'_>) -> Line {
    let loops = counted(summary.children.len() as u64, "loop", "loops");
    if !request.children_opened || is_another(report) {
        let told = format!("{loops}, whose bundles were not opened");
        return ("children", "not checked", Some(told));
    }
    ("children", if report.is_ok() { "passed" } else { "failed" }, Some(loops))
}

fn integrity(summary: &Summary) -> String {
    let (files, events) = (summary.evidence_files, summary.events);
    let files = counted(files as u64, "file of evidence", "files of evidence");
    format!("{files}, {}, 8 roots, receipt and log agree", counted(events, "event", "events"))
}

fn outcome(summary: &Summary) -> String {
    format!("{}, loop {}", summary.lock_level.as_str(), summary.loop_id)
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn line((name, status, told): Line) -> String {
    match told {
        Some(told) => format!("  {name:<9}  {status}: {told}\n"),
        None => format!("  {name:<9}  {status}\n"),
    }
}
