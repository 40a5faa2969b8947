//! Receipts of runs whose projection depends on what counts as said.

use motus_ledger::operation::CloseRequest;
use motus_ledger::{Outcome, RunId};
use motus_testkit::TestLedger;
use motus_testkit::harness::skip;
use motus_testkit::sample::{ANY_OBJECT, closing, new_event, new_run};

use super::python::Python;
use crate::sandbox::Sandbox;

/// Runs whose receipts depend on what counts as said: events, outcome and note.
type OddRun = (&'static [(&'static str, &'static str)], Outcome, Option<&'static str>);

const ODD_RUNS: [OddRun; 10] = [
    (&[], Outcome::Success, None),
    (&[], Outcome::Aborted, Some("")),
    (&[("work.claim", r#"{"lease_id":"l","work_id":"w"}"#)], Outcome::Success, Some("done")),
    (
        &[("work.claim", r#"{"lease_id":"","work_id":0}"#), ("work.claim", r#"{"lease_id":"m"}"#)],
        Outcome::Failure,
        None,
    ),
    (
        &[
            ("work.release", r#"{"outcome":"failure"}"#),
            ("work.release", r#"{"outcome":"partial"}"#),
        ],
        Outcome::Success,
        None,
    ),
    (&[("work.release", r#"{"outcome":null}"#)], Outcome::Success, None),
    (&[("work.release", r#"{"outcome":"aborted"}"#)], Outcome::Aborted, Some("né")),
    (
        &[
            ("decision.a", r#"{"decision":0,"summary":[],"message":"m"}"#),
            ("decision.b", r#"{"decision":-0.0,"summary":{}}"#),
            ("decision.c", r#"{"decision":{"k":[1.0]},"summary":"s"}"#),
            ("decision.", r#"{"decision":"\ud800"}"#),
        ],
        Outcome::Success,
        None,
    ),
    (
        &[("evidence.", "{}"), ("evidence.a.b", r#"{"x":1e+22}"#), ("Evidence.x", "{}")],
        Outcome::Success,
        None,
    ),
    (&[("route.a", "{}"), ("routes", "{}"), ("handoff.b", "{}")], Outcome::Success, None),
];

fn record_odd_run(ledger: &mut TestLedger, number: usize, odd: &OddRun) -> RunId {
    let (events, outcome, note) = odd;
    let run = ledger.start(&new_run(&format!("k{number}"))).expect("the run starts").id;
    for (place, (kind, payload)) in events.iter().enumerate() {
        ledger.register(kind, ANY_OBJECT).expect("the kind is registered");
        let request = new_event(&run, kind, &format!("e{place}"), payload);
        ledger.append(&request).expect("appended");
    }
    let end =
        CloseRequest { outcome: *outcome, outcome_note: note.map(str::to_owned), ..closing(&run) };
    ledger.close(&end).expect("the run closes");
    run
}

#[test]
fn receipts_of_odd_runs_agree() {
    let Some(python) = Python::find("receipts::receipts_of_odd_runs_agree") else {
        return;
    };
    let sandbox = Sandbox::new();
    let mut ledger = sandbox.ledger();
    let runs: Vec<RunId> = ODD_RUNS
        .iter()
        .enumerate()
        .map(|(number, odd)| record_odd_run(&mut ledger, number, odd))
        .collect();
    let version = "import importlib.metadata; print(importlib.metadata.version('motusos'))";
    let version = python.run(&sandbox, "", version);
    if version != "0.5.3" {
        let why = format!("release {version} projects release events in its own way");
        return skip("interop::receipts::receipts_of_odd_runs_agree", &why);
    }
    for (run, odd) in runs.iter().zip(&ODD_RUNS) {
        let theirs = python.run(&sandbox, run.as_str(), "print(receipt())");
        assert_eq!(ledger.receipt(run), theirs, "{odd:?}");
    }
}
