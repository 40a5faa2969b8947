//! One Store, two programs: the published Python package and this driver take turns.

mod alternating;
mod locks;
mod projections;
mod python;
mod receipts;
mod refusals;
mod work;

use std::path::Path;

use motus_ledger::operation::CloseRequest;
use motus_ledger::{NewEvent, Outcome, RunId};
use motus_testkit::TestLedger;
use motus_testkit::sample::{ANY_OBJECT, closing, new_event, new_run};

use crate::layout;
use crate::sandbox::Sandbox;
use python::Python;

/// What only the package still writes; the last of its payloads.
const NOT_FINITE: &str = r#"{"more":[Infinity,-Infinity],"nan":NaN}"#;

/// The payloads of the package in the Store's canonical form.
fn payloads_of_the_package() -> Vec<String> {
    let mut payloads = payloads();
    payloads.push(NOT_FINITE.to_owned());
    payloads
}

/// The payloads that both write.
fn payloads() -> Vec<String> {
    let mut payloads: Vec<String> = [
        r#"{"n":[1,1.0,-0.0,1e+16,1e-05,5e-324,0.1,123456789.12345679]}"#,
        r#"{"big":1606938044258990275541962092341162602522202993782792835301376,"small":-18446744073709551616}"#,
        r#"{"text":"h\u00e9llo\n\u0000\u007f\u2028\ud83d\ude00<>&/"}"#,
        r#"{"lone":"\ud800","low":"x\udfff"}"#,
        r#"{"":4,"Z":5,"\u00e9":1,"\uffff":2,"\ud83d\ude00":3}"#,
    ]
    .map(str::to_owned)
    .into();
    payloads.push(format!("{{\"deep\":{}{}}}", "[".repeat(300), "]".repeat(300)));
    payloads.push(r#"{"empty":[{},[]],"flags":[true,false],"null":null}"#.to_owned());
    payloads
}

/// The kinds of the events: each projection gets its share.
const KINDS: [&str; 4] = ["note", "evidence.test", "decision.pick", "route.next"];

/// Makes the Store with a run of all payloads.
fn record(sandbox: &Sandbox) -> RunId {
    let mut ledger = sandbox.ledger();
    for kind in KINDS {
        ledger.register(kind, ANY_OBJECT).expect("the kind is registered");
    }
    let run = ledger.start(&new_run("k1")).expect("the run starts").id;
    for (number, payload) in payloads().iter().enumerate() {
        ledger.append(&event(&run, number, payload)).expect("appended");
    }
    run
}

fn event(run: &RunId, number: usize, payload: &str) -> NewEvent {
    new_event(run, KINDS[number % KINDS.len()], &format!("e{number}"), payload)
}

fn end(run: &RunId) -> CloseRequest {
    CloseRequest { outcome: Outcome::Failure, outcome_note: Some("né".to_owned()), ..closing(run) }
}

#[track_caller]
fn stored_payloads_agree(ledger: &mut TestLedger, run: &RunId) {
    let stored: Vec<String> =
        ledger.events(run).into_iter().map(|event| event.payload_json).collect();
    assert_eq!(stored, payloads_of_the_package());
}

#[test]
fn a_store_of_the_package_is_read_and_continued() {
    let Some(python) = Python::find("a_store_of_the_package_is_read_and_continued") else {
        return;
    };
    let sandbox = Sandbox::new();
    let run = python.record(&sandbox);
    stored_payloads_agree(&mut sandbox.reader(), &run);
    assert_eq!(
        sandbox.reader().export(&run),
        python.run(&sandbox, run.as_str(), "print(store.export_run(run))")
    );

    let mut ledger = sandbox.ledger();
    for (number, payload) in payloads_of_the_package().iter().enumerate() {
        let replay = ledger.append(&event(&run, number, payload)).expect("a replay");
        assert_eq!(replay.seq, number as u64 + 1);
    }
    let next = ledger.append(&new_event(&run, "decision.pick", "ours", r#"{"summary":"go"}"#));
    assert_eq!(next.expect("appended").seq, payloads_of_the_package().len() as u64 + 1);
    ledger.close(&end(&run)).expect("the run closes");
    drop(ledger);
    both_agree(&python, &sandbox, &run);
    let replays = "print(start('k1') == run, end().outcome, log('decision.pick', 'ours', {'summary': 'go'}).seq)";
    assert_eq!(
        python.run(&sandbox, run.as_str(), replays),
        format!("True failure {}", payloads_of_the_package().len() + 1)
    );
}

#[test]
fn a_store_of_ours_is_read_and_continued_by_the_package() {
    let Some(python) = Python::find("a_store_of_ours_is_read_and_continued_by_the_package") else {
        return;
    };
    let sandbox = Sandbox::new();
    let run = record(&sandbox);
    let replays = format!(
        "
assert start('k1') == run
for number, payload in enumerate(payloads[:-1]):
    assert log({KINDS:?}[number % 4], f'e{{number}}', payload).seq == number + 1
print(log('evidence.test', 'theirs', {{'passed': 3}}).seq)
end()"
    );
    let seq = python.run(&sandbox, run.as_str(), &replays);
    assert_eq!(seq, (payloads().len() + 1).to_string());
    both_agree(&python, &sandbox, &run);
    let mut ledger = sandbox.ledger();
    let closed = ledger.run(&run);
    assert_eq!(ledger.close(&end(&run)).expect("a replay"), closed);
    let theirs = new_event(&run, "evidence.test", "theirs", r#"{"passed":3}"#);
    assert_eq!(ledger.append(&theirs).expect("a replay").seq, payloads().len() as u64 + 1);
}

/// Export and receipt are the same bytes on both sides, and the file is whole.
#[track_caller]
fn both_agree(python: &Python, sandbox: &Sandbox, run: &RunId) {
    let ask = |script: &str| python.run(sandbox, run.as_str(), script);
    assert_eq!(sandbox.reader().export(run), ask("print(store.export_run(run))"));
    assert_eq!(sandbox.reader().receipt(run), ask("print(receipt())"));
    assert_eq!(ask("print(store.integrity_check())"), "ok");
    let health = motus_store::SqliteStore::open_read_only(&sandbox.place)
        .expect("the Store opens")
        .health()
        .expect("the Store can be examined");
    assert!(health.integrity.is_empty() && health.dangling.is_empty(), "{health:?}");
}

#[test]
fn both_make_the_same_structure() {
    let Some(python) = Python::find("both_make_the_same_structure") else {
        return;
    };
    let (ours, theirs) = (Sandbox::new(), Sandbox::new());
    record(&ours);
    theirs.make_directory();
    python.record(&theirs);
    let structure = |path: &Path| {
        let connection = rusqlite::Connection::open(path).expect("SQLite opens the file");
        let table = |name: &str| {
            let mut foreign_keys = layout::foreign_keys(&connection, name);
            // The number of a key is the order in which a table names it.
            for line in &mut foreign_keys {
                line.drain(..2);
            }
            foreign_keys.sort();
            let mut indexes: Vec<String> = layout::indexes(&connection, name)
                .into_iter()
                .map(|line| line.split_once(' ').expect("a name and more").1.to_owned())
                .collect();
            indexes.sort();
            (layout::columns(&connection, name), indexes, foreign_keys)
        };
        motus_store::TABLES.map(table)
    };
    assert_eq!(structure(ours.place.path()), structure(theirs.place.path()));
}
