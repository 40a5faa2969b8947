//! Judges a Store against what was acknowledged about it.
//!
//! It asks `motus` itself, by the commands a person would use. That these tell the truth about
//! rows is for their own tests, which compare them with the published CLI.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::acknowledged::Acknowledged;
use crate::failure::Failure;
use crate::product::Product;

/// What a Store says.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Checks of the doctor that failed, with their messages.
    failed_checks: Vec<String>,
    /// Run id to `open` or `closed`.
    statuses: BTreeMap<String, String>,
    /// Run id to its events, for the runs that were asked for.
    events: BTreeMap<String, Vec<SeenEvent>>,
}

/// What is looked at of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SeenEvent {
    seq: u64,
    kind: String,
}

/// Looks at a Store and says what is wrong with it; the events only of the last `recent` runs.
pub(super) fn examine(
    product: &Product,
    store: &Path,
    acknowledged: &[Acknowledged],
    recent: usize,
) -> Result<(), Failure> {
    let mut seen = look(product, store)?;
    let recent = acknowledged.len().saturating_sub(recent);
    for acknowledged in acknowledged.iter().skip(recent) {
        if seen.statuses.contains_key(&acknowledged.run) {
            let events = export(product, store, &acknowledged.run)?;
            seen.events.insert(acknowledged.run.clone(), events);
        }
    }
    let wrong = judge(&seen, acknowledged);
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failure::Failed(wrong.join("\n")))
}

/// Returns one sentence for each thing that is wrong.
fn judge(seen: &Seen, acknowledged: &[Acknowledged]) -> Vec<String> {
    let checks = seen.failed_checks.iter();
    let mut wrong: Vec<String> = checks.map(|check| format!("doctor: {check}")).collect();
    for acknowledged in acknowledged {
        let run = &acknowledged.run;
        match seen.statuses.get(run).map(String::as_str) {
            None => wrong.push(format!("{run} was acknowledged and is gone")),
            Some("closed") => {}
            Some(_) if !acknowledged.closed => {}
            Some(status) => wrong.push(format!("{run} was acknowledged as closed and is {status}")),
        }
        if let Some(events) = seen.events.get(run) {
            wrong.extend(judge_events(acknowledged, events));
        }
    }
    wrong
}

fn judge_events(acknowledged: &Acknowledged, events: &[SeenEvent]) -> Vec<String> {
    let run = &acknowledged.run;
    let mut wrong = Vec::new();
    let seqs: Vec<u64> = events.iter().map(|event| event.seq).collect();
    if !(1..).zip(&seqs).all(|(expected, seq)| expected == *seq) {
        wrong.push(format!("{run} has a gap: {seqs:?}"));
    }
    for seq in &acknowledged.events {
        if !seqs.contains(seq) {
            wrong.push(format!("event {seq} of {run} was acknowledged and is gone"));
        }
    }
    let count = |kind| events.iter().filter(|event| event.kind == kind).count();
    let ends = usize::from(acknowledged.closed);
    let expected = [
        ("adapter.wrap.start", 1),
        ("adapter.wrap.output_summary", 2 * ends),
        ("adapter.wrap.end", ends),
    ];
    for (kind, least) in expected {
        if count(kind) < least {
            wrong.push(format!("{run} has {} of {least} {kind}", count(kind)));
        }
    }
    // The end is one transaction: some of it without the rest would be a torn one.
    if count("adapter.wrap.end") * 2 != count("adapter.wrap.output_summary") {
        wrong.push(format!("the end of {run} is torn"));
    }
    wrong
}

fn look(product: &Product, store: &Path) -> Result<Seen, Failure> {
    let doctor = ask(product, store, &["doctor", "--json"])?;
    let mut seen = Seen::default();
    for check in list(&doctor, "checks")? {
        if check["status"] == "fail" {
            seen.failed_checks.push(format!("{}: {}", check["name"], check["message"]));
        }
    }
    if !store.exists() {
        return Ok(seen);
    }
    let runs = ask(product, store, &["run", "list", "--json", "--limit", "1000000"])?;
    for run in list(&runs, "runs")? {
        let text = |name: &str| run[name].as_str().unwrap_or_default().to_owned();
        seen.statuses.insert(text("run_id"), text("status"));
    }
    Ok(seen)
}

fn export(product: &Product, store: &Path, run: &str) -> Result<Vec<SeenEvent>, Failure> {
    let export = ask(product, store, &["run", "export", run])?;
    let event = |event: &Value| SeenEvent {
        seq: event["seq"].as_u64().unwrap_or_default(),
        kind: event["schema_kind"].as_str().unwrap_or_default().to_owned(),
    };
    Ok(list(&export, "events")?.iter().map(event).collect())
}

/// Asks `motus` for JSON; the doctor's exit code 1 is an answer too.
fn ask(product: &Product, store: &Path, arguments: &[&str]) -> Result<Value, Failure> {
    let mut command: Command = product.motus();
    command.args(arguments).arg("--db").arg(store).stdin(Stdio::null());
    let output = command
        .output()
        .map_err(|error| Failure::Failed(format!("cannot run {command:?}: {error}")))?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        let said = String::from_utf8_lossy(&output.stderr);
        Failure::Failed(format!("{command:?} ended with {}\n{said}", output.status))
    })
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, Failure> {
    let found = value[name].as_array();
    found.ok_or_else(|| Failure::Failed(format!("`motus` printed no list `{name}`: {value}")))
}

#[cfg(test)]
mod tests {
    use super::super::acknowledged::Plant;
    use super::*;

    const KINDS: [&str; 5] = [
        "adapter.wrap.start",
        "note",
        "adapter.wrap.output_summary",
        "adapter.wrap.output_summary",
        "adapter.wrap.end",
    ];

    fn seen(status: &str, events: &[(u64, &str)]) -> Seen {
        let event = |(seq, kind): &(u64, &str)| SeenEvent { seq: *seq, kind: (*kind).to_owned() };
        Seen {
            failed_checks: Vec::new(),
            statuses: BTreeMap::from([("run_1".to_owned(), status.to_owned())]),
            events: BTreeMap::from([("run_1".to_owned(), events.iter().map(event).collect())]),
        }
    }

    fn whole() -> Vec<(u64, &'static str)> {
        (1..).zip(KINDS).collect()
    }

    fn acknowledged(closed: bool) -> Acknowledged {
        Acknowledged { run: "run_1".to_owned(), closed, events: vec![2] }
    }

    #[test]
    fn what_is_there_is_right() {
        let closed = seen("closed", &whole());
        assert_eq!(judge(&closed, &[acknowledged(true)]), [""; 0]);
        // The kill may come between a commit and its acknowledgement.
        assert_eq!(judge(&closed, &[acknowledged(false)]), [""; 0]);
        let open = seen("open", &whole()[..2]);
        assert_eq!(judge(&open, &[acknowledged(false)]), [""; 0]);
        assert_eq!(judge(&open, &[]), [""; 0]);
    }

    #[test]
    fn what_is_missing_is_found() {
        let found = |seen: &Seen, closed, words: &str| {
            let wrong = judge(seen, &[acknowledged(closed)]);
            assert!(wrong.iter().any(|line| line.contains(words)), "{wrong:?}");
        };
        found(&Seen::default(), false, "acknowledged and is gone");
        found(&seen("open", &whole()), true, "as closed and is open");
        found(&seen("open", &whole()[..1]), false, "event 2 of run_1");
        let gap = [(1, KINDS[0]), (2, "note"), (4, "note")];
        found(&seen("open", &gap), false, "has a gap: [1, 2, 4]");
        found(&seen("open", &whole()[..4]), false, "is torn");
        found(&seen("closed", &whole()[..2]), true, "0 of 1 adapter.wrap.end");
        let failed_checks = vec!["store_integrity: broken".to_owned()];
        let sick = Seen { failed_checks, ..seen("closed", &whole()) };
        found(&sick, true, "doctor: store_integrity: broken");
    }

    #[test]
    fn every_plant_is_found() {
        for (name, plant) in Plant::NAMES {
            let seen = seen("open", &whole()[..2]);
            let mut acknowledged = acknowledged(false);
            assert!(plant.spoil(&mut acknowledged), "{name}");
            assert_ne!(judge(&seen, &[acknowledged]), [""; 0], "{name}");
        }
    }
}
