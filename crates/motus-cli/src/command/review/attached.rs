//! What a piece of evidence refers to: reports and artifacts by their digests, and what failed by name.

use motus_json::{Value, compact};

use super::page::Piece;
use crate::text::counted;

/// How many cases that failed are named of a report; more of them would bury the rest.
const MOST_CASES: usize = 5;

/// Tells each report and artifact on a line, and below a report what failed.
pub(super) fn below(payload: &Value) -> Vec<Vec<Piece>> {
    let mut lines = Vec::new();
    for report in items(payload, "reports") {
        lines.push(reference(report, said(report, "format").unwrap_or("report")));
        lines.extend(failures(report));
    }
    for artifact in items(payload, "artifacts") {
        lines.push(reference(artifact, "artifact"));
    }
    lines
}

/// Tells a file: as what it was read, its name, digest and size.
fn reference(file: &Value, called: &str) -> Vec<Piece> {
    let name = said(file, "name").map(|name| [Piece::own(" "), Piece::name(name)]);
    let digest = said(file, "digest").map(|digest| [Piece::own(", "), Piece::name(digest)]);
    let mut line = vec![Piece::said(called)];
    line.extend(name.into_iter().chain(digest).flatten());
    if let Some(bytes) = file.get("bytes").and_then(Value::as_u64) {
        line.push(Piece::own(format!(", {}", counted(bytes, "byte"))));
    }
    for (member, words) in [
        ("stale", ", as it was before the command"),
        ("declared", ", which gives other counts than its cases have"),
        ("truncated", ", of which not all cases are named here"),
    ] {
        let is_so = file.get(member).is_some_and(|value| *value != Value::from(false));
        line.extend(is_so.then(|| Piece::own(words)));
    }
    line
}

fn failures(report: &Value) -> Vec<Vec<Piece>> {
    let is_broken = |case: &&Value| matches!(said(case, "status"), Some("failed" | "errored"));
    let broken: Vec<&Value> = items(report, "cases").iter().filter(is_broken).collect();
    let mut lines: Vec<Vec<Piece>> = broken
        .iter()
        .take(MOST_CASES)
        .map(|case| {
            let name = case.get("name").map(|name| match name.as_str() {
                Some(name) => name.to_owned(),
                None => compact::write(name),
            });
            let status = said(case, "status").unwrap_or_default();
            vec![Piece::own(format!("{status}: ")), Piece::name(name.unwrap_or_default())]
        })
        .collect();
    let counts = report.get("counts");
    let count = |name| counts.and_then(|counts| counts.get(name)).and_then(Value::as_u64);
    let all =
        count("failed").unwrap_or_default().saturating_add(count("errored").unwrap_or_default());
    let more = all.saturating_sub(u64::try_from(lines.len()).unwrap_or(u64::MAX));
    if more > 0 {
        lines.push(vec![Piece::own(format!("and {more} more that failed"))]);
    }
    lines
}

fn items<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).unwrap_or_default()
}

fn said<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}
