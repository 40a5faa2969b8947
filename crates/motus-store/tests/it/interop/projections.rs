//! Projections beside those of the published releases: the worked run, and how runs came out.

use std::path::Path;

use motus_json::{Value, compact};
use motus_ledger::operation::CloseRequest;
use motus_ledger::projection::{
    ProjectionError, decisions, evidence, handoff, receipt, route_summary, work_packet,
};
use motus_ledger::{Digest, Event, Outcome, ReadTransaction, RunId};
use motus_testkit::TestLedger;
use motus_testkit::contract::worked::WorkedRun;
use motus_testkit::harness::{Reference, capture_with_input};
use motus_testkit::sample::{ANY_OBJECT, closing, new_event, new_run};

use super::python::Python;
use crate::sandbox::Sandbox;

/// Prints the projections of one run of a Store, a line each, members in their order.
const IN_ORDER: &str = "
from motus.kernel.projections import *
own, child = store.snapshot(run), store.snapshot('run_00000000000000000002_0123456789ab')
for projected in (project_work_packet(own), project_evidence(own), project_decisions(own),
                  project_route_summary(own), project_handoff(own), project_handoff(own, child),
                  project_receipt(own)):
    line = json.dumps(projected, ensure_ascii=False, separators=(',', ':'))
    sys.stdout.buffer.write((line + '\\n').encode())";

#[test]
fn the_worked_run_is_projected_alike() {
    let Some(python) = Python::find("projections::the_worked_run_is_projected_alike") else {
        return;
    };
    let sandbox = Sandbox::new();
    let WorkedRun { mut ledger, id, child } = WorkedRun::record(&sandbox);
    let theirs = python.run(&sandbox, id.as_str(), IN_ORDER);
    let ours = ledger.read(|view| -> Result<[Value; 7], ProjectionError> {
        Ok([
            work_packet(view, &id)?.into(),
            evidence(view, &id)?.into(),
            decisions(view, &id)?.into(),
            route_summary(view, &id)?.into(),
            handoff(view, &id, None)?.into(),
            handoff(view, &id, Some(&child))?.into(),
            receipt(view, &id)?.into(),
        ])
    });
    let ours = ours.expect("the run is projected").map(|projected| compact::write(&projected));
    assert_eq!(theirs.lines().collect::<Vec<_>>(), ours);
}

/// Reads exports, a line each, and prints what the release makes of them: packet, route and receipt in
/// the Store's form, or `null` where it fails.
const IN_CANONICAL_FORM: &str = "
import json, sys
from motus.kernel.projections import *

def made(project, snapshot):
    try:
        return project(snapshot)
    except TypeError:
        return None

for line in open(sys.argv[1]):
    snapshot = json.loads(line)
    for project in (project_work_packet, project_route_summary, project_receipt):
        print(json.dumps(made(project, snapshot), sort_keys=True, separators=(',', ':')))";

/// What releases say of the outcome; `None` is no event, and lists and texts are no payloads.
const RELEASES: [Option<&str>; 24] = [
    None,
    Some("{}"),
    Some("[1]"),
    Some("null"),
    Some(r#""success""#),
    Some(r#"{"message":"released"}"#),
    Some(r#"{"outcome":null}"#),
    Some(r#"{"outcome":""}"#),
    Some(r#"{"outcome":0}"#),
    Some(r#"{"outcome":0.0}"#),
    Some(r#"{"outcome":false}"#),
    Some(r#"{"outcome":"success"}"#),
    Some(r#"{"outcome":"failure"}"#),
    Some(r#"{"outcome":"aborted"}"#),
    Some(r#"{"outcome":"partial"}"#),
    Some(r#"{"outcome":"Success"}"#),
    Some(r#"{"outcome":" failure"}"#),
    Some(r#"{"outcome":1}"#),
    Some(r#"{"outcome":NaN}"#),
    Some(r#"{"outcome":true}"#),
    Some(r#"{"outcome":[]}"#),
    Some(r#"{"outcome":["success"]}"#),
    Some(r#"{"outcome":{}}"#),
    Some(r#"{"outcome":{"success":1}}"#),
];

const ENDS: [Option<Outcome>; 4] =
    [None, Some(Outcome::Success), Some(Outcome::Failure), Some(Outcome::Aborted)];

/// A run, whether an earlier release said something else, how it was released and how it ended.
struct Case {
    run: RunId,
    earlier: Option<&'static str>,
    release: Option<&'static str>,
    end: Option<Outcome>,
}

impl Case {
    /// Tells whether 0.5.3, which believes the release, comes to the same as 0.6.5.
    fn is_settled(&self) -> bool {
        let last = self.release.or(self.earlier);
        let said = last.filter(|payload| payload.starts_with(r#"{"outcome":"#));
        let outcome = said.map(|payload| &payload[11..payload.len() - 1]);
        match outcome {
            None | Some("null" | "\"\"" | "0" | "0.0" | "false" | "[]" | "{}") => true,
            Some("\"partial\"") => self.end == Some(Outcome::Success),
            Some(outcome) => self.end.is_some_and(|end| outcome == format!("\"{end}\"")),
        }
    }

    fn told(&self) -> String {
        format!("{:?}, then {:?}, ended {:?}", self.earlier, self.release, self.end)
    }
}

/// Records a run for each way to come out.
fn record_cases(ledger: &mut TestLedger) -> Vec<Case> {
    ledger.register("work.release", ANY_OBJECT).expect("the kind is registered");
    let mut cases = Vec::new();
    for earlier in [None, Some(r#"{"outcome":"failure"}"#)] {
        for release in RELEASES {
            for end in ENDS {
                let run = ledger.start(&new_run(&format!("k{}", cases.len())));
                let run = run.expect("the run starts").id;
                for payload in [earlier, release].into_iter().flatten() {
                    insert_release(ledger, &run, payload);
                }
                if let Some(outcome) = end {
                    let close = CloseRequest { outcome, ..closing(&run) };
                    ledger.close(&close).expect("the run closes");
                }
                cases.push(Case { run, earlier, release, end });
            }
        }
    }
    cases
}

/// Puts in a row directly, behind an event whose payload is empty: a payload may be one that no writer
/// takes.
fn insert_release(ledger: &mut TestLedger, run: &RunId, payload_json: &str) {
    ledger.append(&new_event(run, "work.release", "sample", "{}")).expect("appended");
    let last = ledger.events(run).pop().expect("an event");
    let key = format!("e{}", last.seq);
    let row = Event {
        seq: last.seq + 1,
        id: Event::derive_id(run, &key).as_str().to_owned(),
        idempotency_key: key,
        payload_hash: Digest::of(payload_json).as_str().to_owned(),
        payload_json: payload_json.to_owned(),
        ..last
    };
    ledger.write(|transaction| Ok(transaction.insert_event(&row)?)).expect("the row is inserted");
}

/// Returns packet, route and receipt of each case; an open run has the receipt `null`.
fn projected_here(ledger: &mut TestLedger, cases: &[Case]) -> Vec<[String; 3]> {
    let all = |view: &dyn ReadTransaction, run: &RunId| -> [Value; 3] {
        let packet = work_packet(view, run).expect("a packet");
        let route = route_summary(view, run).expect("a summary");
        [packet.into(), route.into(), receipt(view, run).ok().into()]
    };
    let of = |case: &Case| ledger.read(|view| all(view, &case.run));
    cases
        .iter()
        .map(of)
        .map(|three| three.map(|it| motus_json::canonical::store::write(&it)))
        .collect()
}

/// Returns the same of a published release.
fn projected_there(
    python: &Path,
    sandbox: &Sandbox,
    ledger: &mut TestLedger,
    cases: &[Case],
) -> Vec<[String; 3]> {
    let exports: Vec<String> = cases.iter().map(|case| ledger.export(&case.run) + "\n").collect();
    let file = sandbox.scratch.project().join("exports");
    std::fs::write(&file, exports.concat()).expect("the exports are written");
    let mut command = sandbox.scratch.command(python);
    command.arg("-").arg(&file).env("PYTHONIOENCODING", "ascii");
    let said = capture_with_input(&mut command, IN_CANONICAL_FORM.as_bytes()).expect_success();
    let text = said.stdout_text();
    let lines: Vec<&str> = text.lines().collect();
    let (threes, rest) = lines.as_chunks::<3>();
    assert!(rest.is_empty() && threes.len() == cases.len());
    threes.iter().map(|three| three.map(str::to_owned)).collect()
}

/// What a release failed to make: its packet and its receipt, and not because the run is open.
fn failed(theirs: &[String; 3]) -> bool {
    theirs[0] == "null"
}

#[test]
fn runs_come_out_as_in_the_later_release() {
    let test = "interop::projections::runs_come_out_as_in_the_later_release";
    let Some(later) = Reference::later_or_skip(test) else { return };
    let sandbox = Sandbox::new();
    let mut ledger = sandbox.ledger();
    let cases = record_cases(&mut ledger);
    let theirs = projected_there(&later.python(), &sandbox, &mut ledger, &cases);
    let ours = projected_here(&mut ledger, &cases);
    for ((case, theirs), ours) in cases.iter().zip(&theirs).zip(&ours) {
        if failed(theirs) {
            assert!(ours[2].contains(r#""accepted_close":false"#), "{}", case.told());
            assert_eq!(ours[1], theirs[1], "{}", case.told());
        } else {
            assert_eq!(ours, theirs, "{}", case.told());
        }
    }
    let failures = theirs.iter().filter(|theirs| failed(theirs)).count();
    assert_eq!(failures, 2 * 4 * 3, "a list or an object as outcome of a closed run");
}

#[test]
fn runs_come_out_as_in_the_earlier_release_where_release_and_run_agree() {
    let test = "interop::projections::runs_come_out_as_in_the_earlier_release";
    let Some(reference) = Reference::or_skip(test) else { return };
    let python = reference.python();
    let sandbox = Sandbox::new();
    let mut ledger = sandbox.ledger();
    let cases = record_cases(&mut ledger);
    let theirs = projected_there(&python, &sandbox, &mut ledger, &cases);
    let ours = projected_here(&mut ledger, &cases);
    for ((case, theirs), ours) in cases.iter().zip(&theirs).zip(&ours) {
        if !failed(theirs) {
            assert_eq!(ours == theirs, case.is_settled(), "{}", case.told());
        }
    }
}
