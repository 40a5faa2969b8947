//! Runs that leave one Store and enter another: nothing is lost, and nothing is overwritten.

use motus_ledger::operation::CloseRequest;
use motus_ledger::travel::{
    Catalogue, ImportError, Line, Plan, Survey, Tally, apply, apply_kind, plan, read_line,
};
use motus_ledger::{Digest, Event, NewEvent, NewRun, Outcome, RunId, export};
use motus_testkit::sample::{ANY_OBJECT, closing, new_event, new_run};
use motus_testkit::{MemoryStore, TestLedger};

/// Makes an empty Store.
pub(crate) fn empty() -> TestLedger {
    TestLedger::new(Box::new(MemoryStore::new()))
}

/// Returns the export of all that a Store has.
pub(crate) fn export_all(ledger: &mut TestLedger) -> String {
    let mut bytes = Vec::new();
    let exported = ledger.read(|transaction| export::export_all(transaction, &mut bytes));
    assert!(exported.expect("the Store can be exported").too_long.is_empty());
    String::from_utf8(bytes).expect("an export is ASCII")
}

/// Takes a text in as an import does: all of it is checked before anything is written.
pub(crate) fn take_in(ledger: &mut TestLedger, text: &str) -> Result<Tally, ImportError> {
    let checked = check(ledger, text)?;
    let mut done = Tally::default();
    let mut transaction = ledger.store.begin_write().expect("a write transaction");
    let mut catalogue = Catalogue::of(&*transaction).expect("the kinds can be read");
    for line in text.lines() {
        match read_line(line.as_bytes()).expect("the line was read before") {
            Line::Kind(version) => {
                let placement = catalogue.add(&version)?;
                apply_kind(&mut *transaction, &version, placement)?;
                done.count_kind(placement);
            }
            Line::Run(exported) => {
                catalogue.settle();
                catalogue.check(&exported)?;
                let plan = plan(&*transaction, &exported)?;
                apply(&mut *transaction, &exported, plan)?;
                done.count_run(plan);
            }
        }
    }
    transaction.commit().expect("the commit");
    assert_eq!(done, checked, "both readings come to the same");
    Ok(done)
}

/// Checks a text against a Store, and writes nothing.
pub(crate) fn check(ledger: &mut TestLedger, text: &str) -> Result<Tally, ImportError> {
    let reading = ledger.store.begin_read().expect("a read transaction");
    let mut survey = Survey::new(Some(&*reading)).expect("the kinds can be read");
    for line in text.lines() {
        survey.observe(&read_line(line.as_bytes())?)?;
    }
    Ok(survey.tally())
}

/// Expects a refusal with this code, whose text holds `part`.
#[track_caller]
pub(crate) fn refused(result: Result<Tally, ImportError>, code: &str, part: &str) {
    let error = result.expect_err("a refusal");
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(part), "{error}");
}

fn tally(kinds: u64, added: u64, continued: u64, there: u64) -> Tally {
    Tally {
        kinds_added: kinds,
        runs_added: added,
        runs_continued: continued,
        runs_already_there: there,
    }
}

/// Payloads that a careless reader or writer would change.
const PAYLOADS: [&str; 7] = [
    r#"{"big":123456789012345678901234567890,"small":-18446744073709551617}"#,
    r#"{"floats":[1.0,-0.0,1e-05,1e+16,5e-324,1.5e+300]}"#,
    r#"{"lone":"\ud800","split":"\ude00\ud83d"}"#,
    r#"{"\ud800":1,"\uffff":2,"\ud83d\ude00":3}"#,
    r#"{"":{"":[]},"\u0000":"\u0000\u001f\u007f","\u00e9":"\u2028\\\"/<>&"}"#,
    r#"{"quote":"'; DROP TABLE events; --"}"#,
    "{}",
];

const KEYS: [&str; 7] = [" e", "e\0", "é", "e\u{301}", "%", "\u{1f600}", "\u{7f}"];

/// Fills a Store with what every release may have left: odd payloads and keys, numbers that are not
/// finite, times with fractions, open and closed runs, kinds in several versions.
pub(crate) fn odd_store() -> TestLedger {
    let mut ledger = empty();
    let wider = r#"{"type":"object","properties":{"a":{}}}"#;
    for (kind, schema) in
        [("note", ANY_OBJECT), ("evidence.é", ANY_OBJECT), ("note", wider), ("unused", wider)]
    {
        ledger.register(kind, schema).expect("the kind is registered");
    }
    for (number, outcome) in
        [None, Some(Outcome::Failure), Some(Outcome::Aborted)].iter().enumerate()
    {
        let request = NewRun {
            intent: format!("né\n{number}"),
            git_sha: (number > 0).then(String::new),
            ..new_run(&format!("k\0{number}"))
        };
        let run = ledger.start(&request).expect("the run starts").id;
        for (key, payload) in KEYS.iter().zip(PAYLOADS) {
            let kind = if number == 1 { "evidence.é" } else { "note" };
            ledger.append(&new_event(&run, kind, key, payload)).expect("appended");
        }
        add_old_event(&mut ledger, &run);
        if let Some(outcome) = *outcome {
            let note = (number == 1).then(|| "\u{1b}né".to_owned());
            let end = CloseRequest { outcome, outcome_note: note, ..closing(&run) };
            ledger.close(&end).expect("the run closes");
        }
        ledger.clock.advance_seconds(1);
    }
    ledger
}

/// Adds a row that only older or other releases write.
fn add_old_event(ledger: &mut TestLedger, run: &RunId) {
    let last = ledger.events(run).pop().expect("an event");
    let payload_json = r#"{"x":NaN,"y":Infinity,"z":-Infinity}"#.to_owned();
    let old = Event {
        seq: last.seq + 1,
        idempotency_key: "old".to_owned(),
        id: Event::derive_id(run, "old").as_str().to_owned(),
        payload_hash: Digest::of(&payload_json).as_str().to_owned(),
        ts: motus_ledger::Timestamp::parse("2026-01-02T03:04:05.157676Z").expect("a time"),
        payload_json,
        ..last
    };
    ledger.write(|transaction| Ok(transaction.insert_event(&old)?)).expect("an old row");
}

#[test]
fn a_store_is_rebuilt_from_its_export() {
    let mut original = odd_store();
    let text = export_all(&mut original);
    let mut rebuilt = empty();
    let done = take_in(&mut rebuilt, &text).expect("the export is taken in");
    assert_eq!(done, tally(4, 3, 0, 0));
    assert_eq!(export_all(&mut rebuilt), text);
    let runs = original.read(|transaction| transaction.run_ids_after(None, 100));
    for run in runs.expect("the runs can be listed") {
        assert_eq!(rebuilt.run(&run), original.run(&run));
        assert_eq!(rebuilt.export(&run), original.export(&run));
        if !original.run(&run).is_open() {
            assert_eq!(rebuilt.receipt(&run), original.receipt(&run));
        }
    }
    for kind in ["note", "evidence.é", "unused"] {
        let latest = |ledger: &mut TestLedger| {
            ledger.read(|transaction| transaction.latest_kind_version(kind)).expect("a lookup")
        };
        assert_eq!(latest(&mut rebuilt), latest(&mut original));
    }
    let again = take_in(&mut rebuilt, &text).expect("the export is taken in again");
    assert_eq!(again, tally(0, 0, 0, 3));
    assert_eq!(export_all(&mut rebuilt), text);
}

#[test]
fn an_export_of_all_is_kinds_then_runs_as_they_are_exported_alone() {
    let mut ledger = odd_store();
    let text = export_all(&mut ledger);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4 + 3);
    assert!(text.ends_with("}\n"));
    let hash = "sha256:a2c799262a3ce3c19ef5cdd983bf3d12b43ab3c426227091b909dcb7054738c0";
    assert_eq!(
        lines[0],
        format!(
            r#"{{"kind_version":{{"registered_at":"2026-01-02T03:04:05Z","schema_hash":"{hash}","schema_json":"{{\"type\":\"object\"}}","schema_kind":"note"}}}}"#
        )
    );
    let runs = ledger.read(|transaction| transaction.run_ids_after(None, 100));
    let alone = runs.expect("the runs can be listed").into_iter().map(|run| ledger.export(&run));
    assert_eq!(lines[4..], alone.collect::<Vec<_>>());
    assert_eq!(export_all(&mut empty()), "");
}

#[test]
fn pages_of_runs_are_walked_to_the_last() {
    let mut ledger = empty();
    for number in 0..513 {
        ledger.start(&new_run(&format!("k{number}"))).expect("the run starts");
    }
    assert_eq!(export_all(&mut ledger).lines().count(), 513);
}

#[test]
fn a_run_alone_is_taken_in_where_its_kinds_are_known() {
    let mut original = odd_store();
    let runs = original.read(|transaction| transaction.run_ids_after(None, 100));
    let bare = original.export(&runs.expect("the runs can be listed")[1]);
    refused(take_in(&mut empty(), &bare), "import.kind_unknown", "has the kind evidence.é sha256:");
    let mut knowing = empty();
    knowing.register("evidence.é", ANY_OBJECT).expect("the kind is registered");
    for text in [bare.clone(), format!("{bare}\n")] {
        assert!(take_in(&mut knowing, &text).is_ok());
    }
    assert_eq!(export_all(&mut knowing).lines().last(), Some(&*bare));
}

#[test]
fn a_kind_must_stand_before_the_events_that_need_it() {
    let text = export_all(&mut odd_store());
    let mut lines: Vec<&str> = text.lines().collect();
    lines.rotate_left(2);
    refused(take_in(&mut empty(), &lines.join("\n")), "import.kind_unknown", "event 1 of run_");
}

/// A run with events in one of its states, as a file holds it.
fn file_with(events: usize, is_closed: bool) -> String {
    export_all(&mut store_with(events, is_closed))
}

fn store_with(events: usize, is_closed: bool) -> TestLedger {
    let mut ledger = empty();
    ledger.register("note", ANY_OBJECT).expect("the kind is registered");
    let run = ledger.start(&new_run("k1")).expect("the run starts").id;
    for number in 1..=events {
        let event = new_event(&run, "note", &format!("e{number}"), &format!("{{\"n\":{number}}}"));
        ledger.append(&event).expect("appended");
    }
    if is_closed {
        ledger.close(&closing(&run)).expect("the run closes");
    }
    ledger
}

#[test]
fn a_run_is_continued_contained_or_in_conflict() {
    let continued = Ok(tally(0, 0, 1, 0));
    let there = Ok(tally(0, 0, 0, 1));
    let conflict = |part: &'static str| Err(part);
    for (ours, theirs, expected) in [
        ((0, false), (0, false), there),
        ((0, false), (0, true), continued),
        ((0, false), (3, false), continued),
        ((2, false), (2, false), there),
        ((2, false), (3, false), continued),
        ((2, false), (3, true), continued),
        ((2, false), (2, true), continued),
        ((2, false), (1, false), there),
        ((2, false), (0, false), there),
        ((2, false), (1, true), conflict("it is closed without event 2, which the Store has")),
        ((2, true), (2, true), there),
        ((2, true), (2, false), there),
        ((2, true), (1, false), there),
        ((2, true), (1, true), conflict("it is closed without event 2, which the Store has")),
        ((2, true), (3, true), conflict("event 3 of run_")),
        ((2, true), (3, false), conflict("event 3 of run_")),
    ] {
        let mut store = store_with(ours.0, ours.1);
        let before = export_all(&mut store);
        let file = file_with(theirs.0, theirs.1);
        let result = take_in(&mut store, &file);
        let after = export_all(&mut store);
        match expected {
            Ok(expected) => assert_eq!(result.ok(), Some(expected), "{ours:?} {theirs:?}"),
            Err(part) => refused(result, "import.run_conflict", part),
        }
        let changes = expected == continued;
        assert_eq!(after, if changes { file } else { before }, "{ours:?} {theirs:?}");
    }
}

#[test]
fn what_continues_is_planned_from_the_first_event_that_is_missing() {
    let file = file_with(5, true);
    let mut store = store_with(3, false);
    let Ok(Line::Run(exported)) = read_line(file.lines().last().expect("a run").as_bytes()) else {
        panic!("the last line is a run");
    };
    let planned = store.read(|transaction| plan(transaction, &exported));
    assert_eq!(planned.expect("a plan"), Plan::Continues { from_seq: 4, closes: true });
    assert_eq!((exported.run().status(), exported.events().len()), ("closed", 5));
}

#[test]
fn a_run_that_the_store_tells_otherwise_is_a_conflict_that_names_the_difference() {
    let other = |change: fn(&mut NewRun)| {
        let mut request = new_run("k1");
        change(&mut request);
        let mut ledger = empty();
        ledger.start(&request).expect("the run starts");
        export_all(&mut ledger)
    };
    for (file, part) in [
        (other(|run| run.intent.push('x')), "with another `intent`"),
        (other(|run| run.cwd.push('x')), "with another `cwd`"),
        (other(|run| run.git_sha = None), "with another `git_sha`"),
        (other(|run| run.source.push('x')), "with another `source`"),
        (other(|run| run.producer_id.push('x')), "with another `producer_id`"),
        (other(|run| run.idempotency_key.push('x')), "with another `idempotency_key`"),
    ] {
        refused(take_in(&mut store_with(0, false), &file), "import.run_conflict", part);
    }

    let mut closed = store_with(0, false);
    let run =
        closed.read(|transaction| transaction.run_ids_after(None, 1)).expect("a run").remove(0);
    let end = CloseRequest { outcome: Outcome::Failure, ..closing(&run) };
    closed.close(&end).expect("the run closes");
    let refusal = take_in(&mut closed, &file_with(0, true));
    refused(refusal, "import.run_conflict", "with another `outcome`");

    for (change, part) in [
        (("producer_id", "p2"), "event 1 of run_"),
        (("schema_kind", "other"), "the Store has it with another `schema_kind`"),
    ] {
        let mut ledger = empty();
        for kind in ["note", "other"] {
            ledger.register(kind, ANY_OBJECT).expect("the kind is registered");
        }
        let run = ledger.start(&new_run("k1")).expect("the run starts").id;
        let event = new_event(&run, "note", "e1", r#"{"n":1}"#);
        let event = match change {
            ("producer_id", producer) => NewEvent { producer_id: producer.to_owned(), ..event },
            (_, kind) => NewEvent { schema_kind: kind.to_owned(), ..event },
        };
        ledger.append(&event).expect("appended");
        let file = export_all(&mut ledger);
        refused(take_in(&mut store_with(2, false), &file), "import.run_conflict", part);
    }
}

#[test]
fn one_request_starts_one_run_in_a_store_and_in_a_file() {
    let mut later = empty();
    later.clock.advance_seconds(5);
    later.start(&new_run("k1")).expect("the run starts");
    let later = export_all(&mut later);
    let mut earlier = empty();
    let first = earlier.start(&new_run("k1")).expect("the run starts").id;
    let part = format!("{first} was started under its source, producer and key");
    refused(take_in(&mut earlier, &later), "import.run_conflict", &part);

    let both = format!("{}{later}", export_all(&mut earlier));
    refused(take_in(&mut empty(), &both), "import.run_conflict", "another run of the file");
    let twice = format!("{later}{later}");
    refused(take_in(&mut empty(), &twice), "import.run_repeated", "stands on an earlier line");
}
