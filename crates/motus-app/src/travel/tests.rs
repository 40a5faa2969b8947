//! What happens between and during the two readings, with a Store whose writes the test looks on.

use std::cell::RefCell;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;
use std::rc::Rc;

use motus_fs::KeptStream;
use motus_json::{Object, Value, canonical};
use motus_ledger::kind::{Kind, KindVersion};
use motus_ledger::operation::append_event;
use motus_ledger::travel::Tally;
use motus_ledger::wrap::{SOURCE, START_KIND};
use motus_ledger::{Digest, NewRun, ReadTransaction, Timestamp, WriteTransaction};
use motus_runtime::identity::ProcessIdentity;
use motus_testkit::harness::Scratch;
use motus_testkit::sample::{ANY_OBJECT, closing, new_event, new_run};
use motus_testkit::{MemoryStore, TestLedger};

use super::lines::Lines;
use super::source::Input;
use super::*;

/// A Store that calls the test before each write transaction, with how many there were.
struct Watched {
    store: MemoryStore,
    before_write: Box<dyn FnMut(u32)>,
    writes: u32,
}

impl Store for Watched {
    fn begin_read(&mut self) -> Result<Box<dyn ReadTransaction + '_>, StoreError> {
        self.store.begin_read()
    }

    fn begin_write(&mut self) -> Result<Box<dyn WriteTransaction + '_>, StoreError> {
        (self.before_write)(self.writes);
        self.writes += 1;
        self.store.begin_write()
    }
}

fn watched(store: &MemoryStore, before_write: impl FnMut(u32) + 'static) -> Watched {
    Watched { store: store.clone(), before_write: Box::new(before_write), writes: 0 }
}

fn export_of(store: &MemoryStore) -> String {
    let mut bytes = Vec::new();
    let mut store = store.clone();
    let reading = store.begin_read().expect("a read transaction");
    drop(export::export_all(&*reading, &mut bytes).expect("the Store can be exported"));
    String::from_utf8(bytes).expect("an export is ASCII")
}

/// Makes a Store with closed runs of one event.
fn store_with(runs: u32) -> MemoryStore {
    let store = MemoryStore::new();
    let mut ledger = TestLedger::new(Box::new(store.clone()));
    ledger.register("note", ANY_OBJECT).expect("the kind is registered");
    for number in 0..runs {
        let run = ledger.start(&new_run(&format!("k{number}"))).expect("the run starts").id;
        ledger.append(&new_event(&run, "note", "e", "{}")).expect("appended");
        ledger.close(&closing(&run)).expect("the run closes");
        ledger.clock.advance_seconds(1);
    }
    store
}

/// A file with the export of such a Store, and a place where no Store is.
struct Desk {
    scratch: Scratch,
    file: PathBuf,
    text: String,
}

impl Desk {
    fn new(runs: u32) -> Self {
        let scratch = Scratch::new();
        let text = export_of(&store_with(runs));
        Self { file: scratch.write("runs.ndjson", &text), text, scratch }
    }

    fn place(&self) -> StorePlace {
        StorePlace::new(self.scratch.project().join("store/kernel-store.db"))
    }

    fn input(&self) -> Input {
        let source = Source::named(&self.file, &self.place()).expect("the file opens");
        source.read_twice().expect("the file can be looked at")
    }
}

fn append(file: &PathBuf, text: &str) {
    #[expect(clippy::disallowed_methods, reason = "a test plays another program")]
    let mut file = fs::OpenOptions::new().append(true).open(file).expect("the file opens");
    file.write_all(text.as_bytes()).expect("the file can be written");
}

fn in_place(desk: &Desk) -> String {
    let mut bytes = Vec::new();
    drop(export_all(&desk.place(), &mut bytes).expect("the Store can be exported"));
    String::from_utf8(bytes).expect("an export is ASCII")
}

fn of_stream(desk: &Desk) -> Source {
    Source::stream(Cursor::new(desk.text.clone().into_bytes()))
}

#[test]
fn transactions_are_short_and_hold_whole_runs() {
    let desk = Desk::new(200);
    let store = MemoryStore::new();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let mut looked_on = watched(&store, {
        let (seen, store) = (Rc::clone(&seen), store.clone());
        move |_| seen.borrow_mut().push(export_of(&store).lines().count())
    });
    let done = second_pass::run(&mut looked_on, desk.input()).expect("all is taken in");
    assert_eq!((done.tally.kinds_added, done.tally.runs_added), (1, 200));
    assert_eq!(*seen.borrow(), [0, 65, 129, 193], "the kind, and 64 runs at a time");
    assert_eq!(export_of(&store), desk.text);
}

#[test]
fn a_transaction_takes_a_thousand_events_or_one_run() {
    let store = store_with(0);
    let mut ledger = TestLedger::new(Box::new(store.clone()));
    for events in [400, 600, 1, 1500, 3] {
        let request = NewRun { intent: "x".to_owned(), ..new_run(&format!("k{events}")) };
        let run = ledger.start(&request).expect("the run starts").id;
        let mut transaction = ledger.store.begin_write().expect("a write transaction");
        for number in 0..events {
            let event = new_event(&run, "note", &format!("e{number}"), "{}");
            append_event(&mut *transaction, &event, &ledger.clock).expect("appended");
        }
        transaction.commit().expect("the commit");
        ledger.clock.advance_seconds(1);
    }
    let mut desk = Desk::new(0);
    desk.text = export_of(&store);
    desk.scratch.write("runs.ndjson", &desk.text);
    let store = MemoryStore::new();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let mut looked_on = watched(&store, {
        let (seen, store) = (Rc::clone(&seen), store.clone());
        move |_| seen.borrow_mut().push(export_of(&store).matches("\"seq\":").count())
    });
    second_pass::run(&mut looked_on, desk.input()).expect("all is taken in");
    assert_eq!(*seen.borrow(), [0, 1000, 1001, 2501]);
    assert_eq!(export_of(&store), desk.text);
}

#[test]
fn a_file_that_is_changed_after_it_was_checked_is_not_taken_in() {
    let changes: [fn(&Desk); 3] = [
        |desk| append(&desk.file, "{}\n"),
        |desk| append(&desk.file, "\n"),
        |desk| drop(desk.scratch.write("runs.ndjson", &desk.text[..desk.text.len() - 300])),
    ];
    for change in changes {
        let desk = Desk::new(3);
        let checked = first_pass::run(&desk.place(), desk.input());
        let (taken, input) = checked.expect("the file is good");
        let tally = taken.tally;
        assert_eq!((tally.kinds_added, tally.runs_added), (1, 3));
        change(&desk);
        let store = MemoryStore::new();
        let mut looked_on = watched(&store, |_| ());
        let refused = second_pass::run(&mut looked_on, input).expect_err("a refusal");
        assert_eq!(refused.code(), "import.changed");
        assert_eq!(export_of(&store), "");
    }
}

#[test]
fn a_file_that_is_changed_while_it_is_written_leaves_whole_runs() {
    let desk = Desk::new(200);
    let store = MemoryStore::new();
    let file = desk.file.clone();
    let mut looked_on = watched(&store, move |writes| {
        if writes == 2 {
            append(&file, "{}\n");
        }
    });
    let stopped = second_pass::run(&mut looked_on, desk.input()).expect_err("it stops");
    assert_eq!(stopped.code(), "import.changed");
    assert_eq!(
        stopped.to_string(),
        "the file was changed while it was read; 128 runs were written before that"
    );
    let so_far = export_of(&store);
    assert_eq!(so_far.lines().count(), 1 + 128);
    assert!(desk.text.starts_with(&so_far));

    desk.scratch.write("runs.ndjson", &desk.text);
    let rest = second_pass::run(&mut watched(&store, |_| ()), desk.input()).expect("the rest");
    let rest = rest.tally;
    assert_eq!((rest.runs_already_there, rest.runs_added), (128, 72));
    assert_eq!(export_of(&store), desk.text);
}

#[test]
fn a_conflict_that_arises_meanwhile_stops_before_its_transaction() {
    let desk = Desk::new(100);
    let store = MemoryStore::new();
    let mut other = TestLedger::new(Box::new(store.clone()));
    let mut looked_on = watched(&store, move |writes| {
        if writes == 1 {
            // The key of a run that is still to come, for another run.
            other.clock.set_nanoseconds(5);
            other.start(&new_run("k80")).expect("the run starts");
        }
    });
    let stopped = second_pass::run(&mut looked_on, desk.input()).expect_err("it stops");
    assert_eq!(stopped.code(), "import.run_conflict");
    let told = stopped.to_string();
    assert!(told.starts_with("line 82: run_"), "{told}");
    assert!(told.ends_with("; 64 runs were written before that"), "{told}");
    assert_eq!(export_of(&store).lines().count(), 1 + 64 + 1);
}

#[test]
fn a_kind_that_was_registered_meanwhile_stays_the_latest() {
    let desk = Desk::new(1);
    let store = MemoryStore::new();
    let mut other = TestLedger::new(Box::new(store.clone()));
    let wider = r#"{"type":"object","properties":{"a":{}}}"#;
    let mut looked_on = watched(&store, move |writes| {
        if writes == 0 {
            other.register("note", wider).expect("the kind is registered");
        }
    });
    second_pass::run(&mut looked_on, desk.input()).expect("all is taken in");
    let mut ledger = TestLedger::new(Box::new(store.clone()));
    let latest = ledger.read(|transaction| transaction.latest_kind_version("note"));
    assert!(latest.expect("a lookup").expect("a version").schema_json.contains("\"a\""));
    assert_eq!(export_of(&store).lines().count(), 3);
}

#[test]
fn an_older_version_that_was_added_meanwhile_is_looked_at() {
    let desk = Desk::new(1);
    let store = MemoryStore::new();
    let mut ledger = TestLedger::new(Box::new(store.clone()));
    let latest = r#"{"type":"object","properties":{"a":{}}}"#;
    ledger.register("note", latest).expect("the kind is registered");
    let mut other = store.clone();
    let mut looked_on = watched(&store, move |_| {
        let schema_json = r#"{"properties":{"b":{}},"required":["b"],"type":"object"}"#.to_owned();
        let version = KindVersion {
            schema_kind: "note".to_owned(),
            schema_hash: Digest::of(&schema_json).as_str().to_owned(),
            registered_at: Timestamp::parse("2026-01-02T03:04:05Z").expect("a time"),
            schema_json,
        };
        let mut transaction = other.begin_write().expect("a write transaction");
        transaction.insert_older_kind_version(&version).expect("the version is added");
        transaction.commit().expect("the commit");
    });
    let stopped = second_pass::run(&mut looked_on, desk.input()).expect_err("it stops");
    assert_eq!(stopped.code(), "import.kind_conflict");
}

#[test]
fn kinds_between_runs_cost_no_transaction_of_their_own() {
    let store = MemoryStore::new();
    let mut ledger = TestLedger::new(Box::new(store.clone()));
    let mut lines = Vec::new();
    for number in 0..128 {
        ledger.register(&format!("kind {number}"), ANY_OBJECT).expect("the kind is registered");
        ledger.start(&new_run(&format!("k{number}"))).expect("the run starts");
        ledger.clock.advance_seconds(1);
    }
    let text = export_of(&store);
    let (kinds, runs): (Vec<_>, Vec<_>) =
        text.lines().partition(|line| line.starts_with("{\"kind_version\""));
    for (kind, run) in kinds.into_iter().zip(runs) {
        lines.extend([kind, run]);
    }
    let mut desk = Desk::new(0);
    desk.text = lines.join("\n");
    desk.scratch.write("runs.ndjson", &desk.text);
    let store = MemoryStore::new();
    let writes = Rc::new(RefCell::new(0));
    let mut looked_on = watched(&store, {
        let writes = Rc::clone(&writes);
        move |_| *writes.borrow_mut() += 1
    });
    second_pass::run(&mut looked_on, desk.input()).expect("all is taken in");
    assert_eq!((*writes.borrow(), export_of(&store)), (2, text));
}

/// Adds an open run of a wrapper, which is this process, with another start than any other run.
fn record_here(store: &MemoryStore) -> String {
    let mut ledger = TestLedger::new(Box::new(store.clone()));
    let ours = Kind::wrap_start().schema().expect("a catalogue kind is valid").canonical_text();
    ledger.register(START_KIND, &ours).expect("the kind is registered");
    ledger.register("note", ANY_OBJECT).expect("the kind is registered");
    let request = NewRun { source: SOURCE.to_owned(), ..new_run("live") };
    let run = ledger.start(&request).expect("the run starts").id;
    let identity = ProcessIdentity::current();
    let machine = identity
        .machine_id
        .map(|id| Digest::of_parts(&[b"motus.machine.v1\0", id.as_bytes()]).as_str().to_owned());
    let process = Object::from([
        ("pid", Value::from(identity.pid)),
        ("start_ticks", identity.start_ticks.into()),
        ("boot_id", identity.boot_id.into()),
        ("pid_namespace", identity.pid_namespace.into()),
        ("machine", machine.into()),
    ]);
    let payload = Object::from([
        ("run_id", Value::from(run.as_str())),
        ("producer_id", "p".into()),
        ("idempotency_key", "k".into()),
        ("cwd", "/w".into()),
        ("git_sha", Value::Null),
        ("argv_summary", Vec::<Value>::new().into()),
        ("started_at", "2026-01-02T03:04:05Z".into()),
        ("process", process.into()),
    ]);
    let payload = canonical::store::write(&payload.into());
    ledger.append(&new_event(&run, START_KIND, "start", &payload)).expect("appended");
    let early = export_of(store);
    ledger.append(&new_event(&run, "note", "more", "{}")).expect("appended");
    early
}

#[test]
fn a_run_that_is_being_recorded_meanwhile_is_not_continued() {
    let mut desk = Desk::new(0);
    let longer = MemoryStore::new();
    let early = record_here(&longer);
    desk.text = export_of(&longer);
    desk.scratch.write("runs.ndjson", &desk.text);
    let store = MemoryStore::new();
    let here = store.clone();
    let scratch = Scratch::new();
    let start = scratch.write("start.ndjson", &early);
    let place = desk.place();
    let mut looked_on = watched(&store, move |_| {
        let source = Source::named(&start, &place).and_then(Source::read_twice);
        let mut here = watched(&here, |_| ());
        second_pass::run(&mut here, source.expect("the file opens")).expect("its beginning");
    });
    let stopped = second_pass::run(&mut looked_on, desk.input()).expect_err("it stops");
    assert_eq!(stopped.code(), "import.run_conflict");
    assert!(stopped.to_string().contains("is being recorded here"), "{stopped}");
    assert_eq!(export_of(&store), early);
}

#[test]
fn a_stream_is_kept_up_to_a_bound() {
    let stream: Box<dyn io::Read> = Box::new(Cursor::new(vec![b' '; 101]));
    let kept = KeptStream::new(stream, 100).expect("a temporary file");
    let mut lines = Lines::of(Input::Kept(kept));
    let refused = lines.next().map(|_| ()).expect_err("a refusal");
    assert_eq!(refused.code(), "import.too_large");
    assert!(refused.to_string().contains("100 bytes"), "{refused}");
}

#[test]
fn two_imports_in_turn_both_end_well() {
    let desk = Desk::new(150);
    let store = MemoryStore::new();
    let mut first = Some((store.clone(), desk.input()));
    let done = Rc::new(RefCell::new(Tally::default()));
    let mut looked_on = watched(&store, {
        let done = Rc::clone(&done);
        move |writes| {
            if let Some((store, input)) = first.take_if(|_| writes == 1) {
                let mut store = watched(&store, |_| ());
                *done.borrow_mut() =
                    second_pass::run(&mut store, input).expect("the other one").tally;
            }
        }
    });
    let ours = second_pass::run(&mut looked_on, desk.input()).expect("this one").tally;
    assert_eq!((done.borrow().runs_already_there, done.borrow().runs_added), (64, 86));
    assert_eq!((ours.runs_already_there, ours.runs_added), (86, 64));
    assert_eq!(export_of(&store), desk.text);
}

#[test]
fn a_stream_is_taken_in_as_a_file_is() {
    let desk = Desk::new(70);
    let checked = check(&desk.place(), of_stream(&desk)).expect("the stream is good");
    assert!(!desk.scratch.project().join("store").exists(), "a check makes no Store");
    let imported = import(&desk.place(), true, of_stream(&desk)).expect("all is taken in");
    assert_eq!(imported.tally, checked.tally);
    assert_eq!(in_place(&desk), desk.text);
    let again = import(&desk.place(), true, of_stream(&desk)).expect("all is there");
    assert_eq!((again.tally.runs_already_there, again.tally.is_nothing_new()), (70, true));
}

#[test]
fn a_refused_file_makes_no_store() {
    let desk = Desk::new(2);
    append(&desk.file, "{}");
    for run in [
        |desk: &Desk, source| check(&desk.place(), source).err(),
        |desk: &Desk, source| import(&desk.place(), true, source).err(),
    ] {
        let source = Source::named(&desk.file, &desk.place()).expect("the file opens");
        let refused = run(&desk, source).expect("a refusal");
        assert_eq!(refused.code(), "import.shape");
        assert!(refused.to_string().starts_with("line 4: "), "{refused}");
        assert!(!desk.scratch.project().join("store").exists());
    }
}

#[test]
fn the_store_itself_is_no_input_under_any_name() {
    let desk = Desk::new(1);
    import(&desk.place(), true, of_stream(&desk)).expect("all is taken in");
    // A connection keeps the log and its index.
    let store = SqliteStore::open(&desk.place(), true).expect("the Store opens").store;
    let link = desk.scratch.project().join("link");
    #[expect(clippy::disallowed_methods, reason = "a test plays another program")]
    fs::hard_link(desk.place().path(), &link).expect("a link can be made");
    for path in [desk.place().path().to_owned(), desk.place().wal(), desk.place().shm(), link] {
        let refused = Source::named(&path, &desk.place()).err().expect("a refusal");
        assert_eq!(refused.code(), "input.unreadable", "{}", path.display());
    }
    drop(store);
    assert_eq!(in_place(&desk), desk.text);
}
