//! Rewriting the database: room comes back, and nothing else changes.

use std::fs;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use motus_ledger::kind::KindVersion;
use motus_ledger::{Store, Timestamp};
use motus_store::{SqliteStore, StorePlace};
use motus_testkit::events_of;
use motus_testkit::sample::{new_event, new_run};

use crate::care::{content, damage, expect_sound};
use crate::child;
use crate::layout::rows;
use crate::sandbox::{Sandbox, code, set_mode};

const KIBIBYTE: u64 = 1024;

/// Makes a Store of some events whose file has room for 400 kibibytes more.
fn roomy() -> Sandbox {
    let (sandbox, _) = Sandbox::with_run(20);
    let garbage = "CREATE TABLE extra (x); INSERT INTO extra VALUES (zeroblob(400 * 1024));
        DROP TABLE extra; PRAGMA wal_checkpoint(TRUNCATE)";
    sandbox.sqlite().execute_batch(garbage).expect("garbage can be made");
    assert!(bytes(&sandbox.place) > 400 * KIBIBYTE);
    sandbox
}

fn bytes(place: &StorePlace) -> u64 {
    fs::metadata(place.path()).expect("the file is there").len()
}

fn open(place: &StorePlace) -> SqliteStore {
    SqliteStore::open(place, false).expect("the Store opens").store
}

#[test]
fn room_comes_back_and_no_row_changes() {
    let sandbox = roomy();
    let all = "SELECT * FROM events JOIN runs ON runs.id = run_id ORDER BY seq";
    let columns = ["run_id", "seq", "id", "payload_json", "payload_hash", "ts", "intent"];
    let before = rows(&sandbox.sqlite(), all, &columns);
    let moved = open(&sandbox.place).vacuum().expect("a vacuum");
    assert!(!moved.busy && moved.is_complete());
    assert!(bytes(&sandbox.place) < 200 * KIBIBYTE, "{}", bytes(&sandbox.place));
    assert_eq!(sandbox.wal_bytes(), 0);
    assert_eq!(rows(&sandbox.sqlite(), all, &columns), before);
    let figures = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens").figures();
    assert_eq!(figures.expect("figures").unused_bytes, 0);
    assert_eq!(expect_sound(&sandbox.place), [20]);
}

/// Returns every version in the order of registration, and the latest one of each kind.
fn versions(sandbox: &Sandbox) -> (Vec<String>, Vec<String>) {
    let mut store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    let transaction = store.begin_read().expect("the Store can be read");
    let mut all = Vec::new();
    let visited = transaction.visit_kind_versions(&mut |version| {
        all.push(format!("{} {}", version.schema_kind, version.schema_hash));
        ControlFlow::Continue(())
    });
    visited.expect("the kinds can be read");
    let latest = |kind| {
        let found = transaction.latest_kind_version(kind).expect("the kind can be read");
        found.expect("the kind is there").schema_hash
    };
    (all, ["a", "b", "c"].map(latest).into())
}

#[test]
fn the_latest_version_of_a_kind_stays_the_latest() {
    let (sandbox, _) = Sandbox::with_run(1);
    let version = |kind: &str, name: &str| KindVersion {
        schema_kind: kind.to_owned(),
        schema_hash: format!("sha256:{name}"),
        schema_json: "{}".to_owned(),
        registered_at: Timestamp::parse("2026-01-02T03:04:05Z").expect("a time"),
    };
    let mut store = open(&sandbox.place);
    let mut transaction = store.begin_write().expect("the Store can be written");
    // Neither the names nor the times say which one came last, and the older ones come before row 1.
    for (kind, name) in [("a", "9"), ("b", "5"), ("a", "1"), ("c", "7"), ("b", "4")] {
        transaction.insert_kind_version(&version(kind, name)).expect("a version is added");
    }
    for (kind, name) in [("a", "0"), ("b", "8"), ("c", "3"), ("a", "6")] {
        transaction.insert_older_kind_version(&version(kind, name)).expect("a version is added");
    }
    transaction.commit().expect("the transaction is committed");
    drop(store);
    // What another program removed leaves gaps in the numbers.
    let gap = "DROP TRIGGER kind_versions_no_delete;
        DELETE FROM kind_versions WHERE schema_hash IN ('sha256:9', 'sha256:8')";
    sandbox.sqlite().execute_batch(gap).expect("a row can be removed");
    let before = versions(&sandbox);
    assert_eq!(before.1, ["sha256:1", "sha256:4", "sha256:7"]);
    let numbers = "SELECT rowid, schema_hash FROM kind_versions ORDER BY rowid";
    let numbered = rows(&sandbox.sqlite(), numbers, &["rowid", "schema_hash"]);
    assert!(numbered[0].starts_with('-'), "{numbered:?}");
    for _ in 0..2 {
        open(&sandbox.place).vacuum().expect("a vacuum");
        assert_eq!(versions(&sandbox), before);
        assert_eq!(rows(&sandbox.sqlite(), numbers, &["rowid", "schema_hash"]), numbered);
    }
    let mut store = open(&sandbox.place);
    let mut transaction = store.begin_write().expect("the Store can be written");
    transaction.insert_kind_version(&version("a", "2")).expect("a version is added");
    transaction.insert_older_kind_version(&version("b", "2")).expect("a version is added");
    transaction.commit().expect("the transaction is committed");
    assert_eq!(versions(&sandbox).1, ["sha256:2", "sha256:4", "sha256:7"]);
}

#[test]
fn readers_and_writers_at_work_stay_right() {
    let sandbox = roomy();
    let mut ledger = sandbox.ledger();
    ledger.clock.advance_seconds(1);
    let run = ledger.start(&new_run("k2")).expect("another run").id;
    let stop = AtomicBool::new(false);
    let appended = thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut ledger = sandbox.ledger();
            let mut number = 0;
            while !stop.load(Ordering::Relaxed) {
                number += 1;
                let event = new_event(&run, "note", &format!("e{number}"), "{}");
                assert_eq!(ledger.append(&event).expect("appended").seq, number);
            }
            number
        });
        let reader = scope.spawn(|| {
            let mut store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
            while !stop.load(Ordering::Relaxed) {
                let transaction = store.begin_read().expect("the Store can be read");
                let events = events_of(&*transaction, &run);
                thread::yield_now();
                assert_eq!(events_of(&*transaction, &run), events);
            }
        });
        for _ in 0..5 {
            open(&sandbox.place).vacuum().expect("a vacuum");
        }
        stop.store(true, Ordering::Relaxed);
        reader.join().expect("the reader saw one moment at a time");
        writer.join().expect("every append went through")
    });
    assert_eq!(expect_sound(&sandbox.place), [appended, 20]);
    let moved = open(&sandbox.place).vacuum().expect("a vacuum");
    assert!(!moved.busy && bytes(&sandbox.place) < 400 * KIBIBYTE + appended * KIBIBYTE);
}

#[test]
fn a_reader_keeps_what_it_reads_and_the_file_shrinks_later() {
    let sandbox = roomy();
    let reader = sandbox.sqlite();
    reader.execute_batch("BEGIN; SELECT count(*) FROM events").expect("a read transaction");
    let before = bytes(&sandbox.place);
    let moved = open(&sandbox.place).vacuum().expect("a vacuum");
    assert!(moved.busy && !moved.is_complete());
    assert_eq!(bytes(&sandbox.place), before);
    let count = "SELECT count(*) AS n FROM events";
    assert_eq!(rows(&reader, count, &["n"]), ["20"]);
    drop(reader);
    assert!(!open(&sandbox.place).checkpoint().expect("a checkpoint").busy);
    assert!(bytes(&sandbox.place) < 200 * KIBIBYTE);
    assert_eq!(expect_sound(&sandbox.place), [20]);
}

#[test]
fn a_vacuum_waits_for_a_writer() {
    let sandbox = roomy();
    let other = sandbox.sqlite();
    other.execute_batch("BEGIN IMMEDIATE").expect("another writer");
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            let done = open(&sandbox.place).vacuum().is_ok();
            sender.send(done).expect("somebody listens");
        });
        assert!(receiver.recv_timeout(Duration::from_millis(300)).is_err());
        other.execute_batch("ROLLBACK").expect("the other writer ends");
        assert!(receiver.recv().expect("an answer"));
    });
}

#[test]
fn a_store_that_was_moved_away_is_not_rewritten() {
    let sandbox = roomy();
    let mut store = open(&sandbox.place);
    let moved = sandbox.scratch.project().join("moved");
    fs::rename(sandbox.directory(), &moved).expect("it can be moved");
    let before = fs::read(moved.join("kernel-store.db")).expect("the file can be read");
    assert_eq!(code(store.vacuum()), "store.moved");
    drop(store);
    assert!(fs::read(moved.join("kernel-store.db")).expect("the file can be read") == before);
}

#[test]
fn a_damaged_store_is_not_rewritten() {
    let sandbox = roomy();
    damage(&sandbox);
    let before = content(&sandbox);
    assert_eq!(code(open(&sandbox.place).vacuum()), "store.corrupt");
    assert!(content(&sandbox) == before);
}

const FULL: &str = "vacuum::a_full_disk_leaves_the_store_as_it_was";

/// Mounts a small file system with a copy of the Store, and runs the rest there, in a namespace of its own.
const SCRIPT: &str =
    "mount -t tmpfs -o size=2m tmpfs \"$0\" && cp \"$1\" \"$2\" && shift 2 && exec \"$@\"";

fn vacuum_where_it_does_not_fit(place: &StorePlace) {
    let before = fs::read(place.path()).expect("the file can be read");
    // What is left is less than the rewritten database needs.
    let directory = place.path().parent().expect("a directory");
    let filler = directory.join("filler");
    let mut store = open(place);
    let _ = fs::write(&filler, vec![0; 2 << 20]);
    let bytes = fs::metadata(&filler).expect("the filler is there").len();
    let file = fs::OpenOptions::new().write(true).open(&filler).expect("the filler is there");
    file.set_len(bytes - 100 * KIBIBYTE).expect("some room comes back");
    drop(file);
    let refused = store.vacuum().expect_err("there is no room");
    assert_eq!(refused.code(), "store.disk_full", "{refused}");
    assert!(refused.to_string().contains("a second time"), "{refused}");
    assert_eq!(place.wal_bytes().expect("the log can be looked at"), 0, "the room was given back");
    drop(store);
    assert!(fs::read(place.path()).expect("the file can be read") == before);
    assert_eq!(expect_sound(place), [300]);
    fs::remove_file(&filler).expect("the filler goes");
    open(place).vacuum().expect("now there is room");
    assert_eq!(expect_sound(place), [300]);
}

#[test]
fn a_full_disk_leaves_the_store_as_it_was() {
    if let Some(place) = child::place() {
        return vacuum_where_it_does_not_fit(&place);
    }
    let (sandbox, run) = Sandbox::with_run(0);
    let mut ledger = sandbox.ledger();
    let payload = format!("{{\"text\":\"{}\"}}", "x".repeat(900));
    for number in 0..300 {
        let event = new_event(&run, "note", &format!("e{number}"), &payload);
        ledger.append(&event).expect("appended");
    }
    drop(ledger);
    sandbox.fold_log();
    let small = sandbox.scratch.project().join("small");
    fs::create_dir(&small).expect("a directory can be made");
    let place = StorePlace::new(small.join("kernel-store.db"));
    let text = |path: &std::path::Path| path.to_str().expect("a scratch path is text").to_owned();
    let (mount, source, target) = (text(&small), text(sandbox.place.path()), text(place.path()));
    let launcher = ["unshare", "-Urm", "sh", "-c", SCRIPT, &mount, &source, &target];
    child::rerun_mounted(&sandbox.scratch, FULL, &place, &launcher);
}

const DENIED: &str = "vacuum::a_place_that_may_only_be_read_is_denied";

#[test]
fn a_place_that_may_only_be_read_is_denied() {
    if let Some(place) = child::place() {
        assert_eq!(code(SqliteStore::open(&place, false).map(drop)), "store.denied");
        assert_eq!(code(SqliteStore::may_write_now(&place)), "store.denied");
        assert_eq!(code(SqliteStore::recover(&place)), "store.denied");
        let store = SqliteStore::open_read_only(&place).expect("the Store opens");
        assert_eq!(store.figures().expect("figures").rows[0], ("events", 20));
        let mut store = SqliteStore::open_read_only(&place).expect("the Store opens");
        assert_eq!(code(store.vacuum()), "store.denied");
        return;
    }
    let sandbox = roomy();
    let before = fs::read(sandbox.place.path()).expect("the file can be read");
    crate::care::rerun_as_reader(&sandbox, DENIED);
    set_mode(sandbox.directory(), 0o755);
    assert!(fs::read(sandbox.place.path()).expect("the file can be read") == before);
}
