//! Bringing a Store into order: never while somebody has it open, and never to its harm.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use motus_store::{GUARDS, Recovered, SqliteStore, StorePlace, TABLES};
use motus_testkit::TestLedger;
use motus_testkit::sample::{ANY_OBJECT, new_event, new_run};
use rusqlite::Connection;

use crate::care::{content, expect_sound};
use crate::child;
use crate::layout::rows;
use crate::sandbox::{Sandbox, code, names};

/// The size of a page with its header, and of what stands before the first one in a log.
const FRAME: usize = 24 + 4096;
const HEADER: usize = 32;

fn recover(sandbox: &Sandbox) -> Recovered {
    SqliteStore::recover(&sandbox.place).expect("the Store is brought into order")
}

/// Makes a Store as a killed process leaves it: everything is in the log, and the index is stale.
fn killed(events: u64) -> Sandbox {
    let (sandbox, run) = Sandbox::with_run(0);
    sandbox.fold_log();
    for number in 1..=events {
        let event = new_event(&run, "note", &format!("e{number}"), "{}");
        sandbox.ledger().append(&event).expect("appended");
    }
    assert!(sandbox.wal_bytes() > 0);
    sandbox
}

/// Makes a Store in which a writer of another journal mode was killed, with pages overwritten already.
pub(crate) fn with_hot_journal() -> Sandbox {
    let (sandbox, _) = Sandbox::with_run(20);
    let connection = sandbox.sqlite();
    let unfinished = "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN IMMEDIATE;
        DROP TRIGGER events_no_update;
        UPDATE events SET payload_json = '{\"text\":\"' || hex(zeroblob(5000)) || '\"}'";
    connection.execute_batch(unfinished).expect("a transaction is begun");
    let copy = |path: PathBuf| (fs::read(&path).expect("the file can be read"), path);
    let files = [copy(sandbox.place.path().to_owned()), copy(sandbox.place.journal())];
    connection.execute_batch("ROLLBACK").expect("it ends");
    drop(connection);
    let finished = fs::read(sandbox.place.path()).expect("the file can be read");
    assert!(files[0].0 != finished, "nothing was overwritten yet");
    for (bytes, path) in files {
        fs::write(path, bytes).expect("the file can be written");
    }
    for path in [sandbox.place.wal(), sandbox.place.shm()] {
        let _ = fs::remove_file(path);
    }
    sandbox
}

#[test]
fn what_is_in_the_log_is_moved_into_the_database() {
    for index_is_there in [true, false] {
        let sandbox = killed(10);
        if !index_is_there {
            fs::remove_file(sandbox.place.shm()).expect("the index can be removed");
        }
        let pages = (sandbox.wal_bytes() - HEADER as u64) / FRAME as u64;
        let done = recover(&sandbox);
        assert_eq!(done.moved_pages, pages);
        assert!(!done.rolled_back && done.made.is_empty() && done.kept_log.is_none(), "{done:?}");
        assert_eq!(sandbox.wal_bytes(), 0);
        // Without its log, the database has everything.
        let _ = fs::remove_file(sandbox.place.wal());
        assert_eq!(expect_sound(&sandbox.place), [10]);
        let again = recover(&sandbox);
        assert_eq!((again.moved_pages, again.made.len()), (0, 0));
        assert_eq!(expect_sound(&sandbox.place), [10]);
    }
}

#[test]
fn nothing_is_done_while_somebody_has_the_store_open() {
    let sandbox = killed(3);
    let before = content(&sandbox);
    let refused = || {
        let started = Instant::now();
        assert_eq!(code(SqliteStore::recover(&sandbox.place)), "store.in_use");
        assert!(started.elapsed() < Duration::from_secs(4), "it is told soon");
        assert!(content(&sandbox) == before, "a Store in use was changed");
    };
    let reader = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    refused();
    drop(reader);
    let writer = sandbox.open().expect("the Store opens");
    refused();
    drop(writer);
    // Any client of SQLite, at rest, reading or writing. What it moves when it closes is its own.
    let other = sandbox.sqlite();
    for step in ["SELECT * FROM runs", "BEGIN; SELECT * FROM runs", "ROLLBACK; BEGIN IMMEDIATE"] {
        other.execute_batch(step).expect("a client is at work");
        refused();
    }
    std::mem::forget(other);
}

#[test]
fn a_store_that_nobody_has_open_any_more_is_taken() {
    let sandbox = killed(3);
    let reader = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    assert_eq!(code(SqliteStore::recover(&sandbox.place)), "store.in_use");
    drop(reader);
    assert!(recover(&sandbox).moved_pages > 0);
    // Nothing is held afterwards.
    assert!(SqliteStore::may_write_now(&sandbox.place).expect("an answer"));
    assert_eq!(expect_sound(&sandbox.place), [3]);
}

#[test]
fn what_is_missing_is_made() {
    let sandbox = killed(3);
    let lossy = "DROP TABLE locks; DROP TRIGGER events_no_delete; DROP INDEX runs_open";
    sandbox.sqlite().execute_batch(lossy).expect("objects can go");
    let done = recover(&sandbox);
    assert_eq!(done.made, ["locks", "events_no_delete", "indexes"]);
    let objects = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'";
    let made = rows(&sandbox.sqlite(), objects, &["name"]).len();
    assert_eq!(made, TABLES.len() + GUARDS.len() + 4);
    assert_eq!(recover(&sandbox).made, [""; 0]);
    assert_eq!(expect_sound(&sandbox.place), [3]);
}

#[test]
fn an_unfinished_transaction_is_undone() {
    let sandbox = with_hot_journal();
    let done = recover(&sandbox);
    assert!(done.rolled_back, "{done:?}");
    assert!(!sandbox.place.journal().exists());
    assert_eq!(rows(&sandbox.sqlite(), "PRAGMA journal_mode", &["journal_mode"]), ["wal"]);
    assert_eq!(expect_sound(&sandbox.place), [20]);
    assert!(!recover(&sandbox).rolled_back);
}

#[test]
fn of_a_damaged_store_nothing_is_changed() {
    for with_log in [true, false] {
        let sandbox = if with_log { killed(200) } else { with_hot_journal() };
        let mut bytes = fs::read(sandbox.place.path()).expect("the file can be read");
        // The table of runs, which neither log nor journal has a page of.
        let place = bytes.windows(4).position(|it| it == b"/wab").expect("a run is there");
        let page = place / 4096 * 4096;
        bytes[page..page + 3000].fill(0xff);
        fs::write(sandbox.place.path(), &bytes).expect("the file can be written");
        let before = content(&sandbox);
        let refused = SqliteStore::recover(&sandbox.place).expect_err("the Store is damaged");
        assert_eq!(refused.code(), "store.corrupt", "{refused}");
        assert!(content(&sandbox) == before, "a damaged Store was changed");
    }
}

#[test]
fn what_is_no_store_is_left_alone() {
    let sandbox = Sandbox::new();
    assert_eq!(code(SqliteStore::recover(&sandbox.place)), "store.missing");
    assert!(!sandbox.directory().exists());
    sandbox.make_directory();
    fs::write(sandbox.place.path(), "").expect("the file can be written");
    assert_eq!(code(SqliteStore::recover(&sandbox.place)), "store.empty");
    fs::write(sandbox.place.path(), "text ".repeat(2000)).expect("the file can be written");
    assert_eq!(code(SqliteStore::recover(&sandbox.place)), "store.corrupt");
    fs::remove_file(sandbox.place.path()).expect("the file can be removed");
    let other = Connection::open(sandbox.place.path()).expect("a database");
    other.execute_batch("CREATE TABLE theirs (x)").expect("a table");
    drop(other);
    let before = content(&sandbox);
    assert_eq!(code(SqliteStore::recover(&sandbox.place)), "store.foreign");
    assert!(content(&sandbox) == before);
}

#[test]
fn a_log_that_is_damaged_in_its_middle_is_kept() {
    let sandbox = killed(40);
    let mut log = fs::read(sandbox.place.wal()).expect("the log can be read");
    let frames = (log.len() - HEADER) / FRAME;
    log[HEADER + frames / 2 * FRAME + 100] ^= 1;
    fs::write(sandbox.place.wal(), &log).expect("the log can be written");
    fs::remove_file(sandbox.place.shm()).expect("the index can be removed");
    let done = recover(&sandbox);
    let kept = done.kept_log.expect("the log is kept");
    assert!(kept.path.ends_with("kernel-store.db-wal.kept-1"), "{}", kept.path.display());
    assert!(fs::read(&kept.path).expect("the copy can be read") == log);
    let pages = kept.pages.expect("they can be counted");
    assert_eq!(pages + done.moved_pages, frames as u64);
    assert!(pages > frames as u64 / 4);
    assert_eq!(crate::sandbox::mode(&kept.path), 0o600);
    assert_eq!(sandbox.wal_bytes(), 0);
    let [events] = expect_sound(&sandbox.place)[..] else { panic!("one run") };
    assert!((1..40).contains(&events), "{events}");
    assert_eq!(recover(&sandbox).kept_log, None);
    // A second one gets another name.
    fs::write(sandbox.place.wal(), &log).expect("the log can be written");
    let kept = recover(&sandbox).kept_log.expect("the log is kept");
    assert!(kept.path.ends_with("kernel-store.db-wal.kept-2"), "{}", kept.path.display());
}

#[test]
fn a_log_whose_first_block_was_lost_is_kept() {
    let sandbox = killed(40);
    let mut log = fs::read(sandbox.place.wal()).expect("the log can be read");
    log[..4096].fill(0);
    fs::write(sandbox.place.wal(), &log).expect("the log can be written");
    fs::remove_file(sandbox.place.shm()).expect("the index can be removed");
    let done = recover(&sandbox);
    let kept = done.kept_log.expect("the log is kept");
    assert!(kept.pages.is_none() && done.moved_pages == 0, "{kept:?}");
    assert!(fs::read(&kept.path).expect("the copy can be read") == log);
    assert_eq!(recover(&sandbox).kept_log, None);
}

#[test]
fn what_only_looks_like_a_journal_undoes_nothing() {
    let sandbox = killed(3);
    fs::write(sandbox.place.journal(), [7; 5000]).expect("a file can be written");
    assert!(!recover(&sandbox).rolled_back);
    assert_eq!(expect_sound(&sandbox.place), [3]);
}

/// Makes one of our indexes say of a run what its table does not.
pub(crate) fn with_lying_index(name: &str) -> Sandbox {
    let (sandbox, _) = Sandbox::with_run(3);
    sandbox.fold_log();
    let root = format!("SELECT rootpage AS page FROM sqlite_master WHERE name = '{name}'");
    let page: usize = rows(&sandbox.sqlite(), &root, &["page"])[0].parse().expect("a page");
    for path in [sandbox.place.wal(), sandbox.place.shm()] {
        let _ = fs::remove_file(path);
    }
    let mut bytes = fs::read(sandbox.place.path()).expect("the file can be read");
    let index = &mut bytes[(page - 1) * 4096..page * 4096];
    let id = index.windows(4).position(|it| it == b"run_").expect("the run is there");
    index[id + 10] ^= 1;
    fs::write(sandbox.place.path(), &bytes).expect("the file can be written");
    sandbox
}

#[test]
fn damaged_indexes_of_ours_are_made_anew() {
    for name in ["runs_by_source", "runs_open"] {
        let sandbox = with_lying_index(name);
        let done = recover(&sandbox);
        assert_eq!(done.made, ["indexes"]);
        assert_eq!(expect_sound(&sandbox.place), [3]);
        assert!(recover(&sandbox).made.is_empty());
        let objects = "SELECT name FROM sqlite_master WHERE name LIKE 'runs_%' AND type = 'index'";
        assert_eq!(rows(&sandbox.sqlite(), objects, &["name"]).len(), 3);
    }
}

#[test]
fn damage_beside_that_of_our_indexes_is_no_small_matter() {
    let sandbox = with_lying_index("runs_open");
    let connection = sandbox.sqlite();
    let other = "SELECT rootpage AS page FROM sqlite_master WHERE name = 'sqlite_autoindex_runs_1'";
    let page: usize = rows(&connection, other, &["page"])[0].parse().expect("a page");
    drop(connection);
    let mut bytes = fs::read(sandbox.place.path()).expect("the file can be read");
    let index = &mut bytes[(page - 1) * 4096..page * 4096];
    let id = index.windows(4).position(|it| it == b"run_").expect("the run is there");
    index[id + 10] ^= 1;
    fs::write(sandbox.place.path(), &bytes).expect("the file can be written");
    let before = content(&sandbox);
    assert_eq!(code(SqliteStore::recover(&sandbox.place)), "store.corrupt");
    assert!(content(&sandbox) == before, "a damaged Store was changed");
}

#[test]
fn a_log_that_was_cut_off_is_replayed_to_its_last_commit() {
    let sandbox = killed(20);
    let log = fs::read(sandbox.place.wal()).expect("the log can be read");
    let database = fs::read(sandbox.place.path()).expect("the file can be read");
    let mut last = 0;
    for length in (0..=log.len()).step_by(2500).chain([log.len()]) {
        fs::write(sandbox.place.path(), &database).expect("the file can be written");
        fs::write(sandbox.place.wal(), &log[..length]).expect("the log can be written");
        let done = recover(&sandbox);
        assert_eq!(done.kept_log, None, "{length} bytes");
        let [events] = expect_sound(&sandbox.place)[..] else { panic!("one run") };
        assert!(events >= last, "{length} bytes: {events} events after {last}");
        last = events;
    }
    assert_eq!(last, 20);
    assert!(names(sandbox.directory()).iter().all(|name| !name.contains("kept")));
}

#[test]
fn of_some_at_once_each_does_no_harm() {
    let sandbox = killed(30);
    let codes: Vec<&str> = thread::scope(|scope| {
        let recover = || code(SqliteStore::recover(&sandbox.place));
        let handles: Vec<_> = (0..4).map(|_| scope.spawn(recover)).collect();
        handles.into_iter().map(|handle| handle.join().expect("no thread panics")).collect()
    });
    assert!(codes.contains(&"ok"), "{codes:?}");
    assert!(codes.iter().all(|code| ["ok", "store.in_use"].contains(code)), "{codes:?}");
    assert_eq!(sandbox.wal_bytes(), 0);
    assert_eq!(expect_sound(&sandbox.place), [30]);
}

#[test]
fn writers_that_come_meanwhile_lose_nothing() {
    let (sandbox, run) = Sandbox::with_run(0);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 1..=40 {
                // Each time the Store is opened anew, as one command after the other does.
                let event = new_event(&run, "note", &format!("e{number}"), "{}");
                assert_eq!(sandbox.ledger().append(&event).expect("appended").seq, number);
            }
        });
        while !writer.is_finished() {
            let code = code(SqliteStore::recover(&sandbox.place));
            assert!(["ok", "store.in_use"].contains(&code), "{code}");
        }
        writer.join().expect("every append went through");
    });
    assert_eq!(expect_sound(&sandbox.place), [40]);
}

const FULL: &str = "recover::a_full_disk_keeps_the_log";

/// Mounts one mebibyte over the directory and runs the rest there, in a namespace of its own.
const SCRIPT: &str = "mount -t tmpfs -o size=1m tmpfs \"$0\" && exec \"$@\"";

/// Commits what the database has no room for, and leaves it in the log.
fn recover_where_it_does_not_fit(place: &StorePlace) {
    let opened = SqliteStore::open(place, false).expect("the Store opens");
    let mut ledger = TestLedger::new(Box::new(opened.store));
    let run = ledger.start(&new_run("k1")).expect("the run starts").id;
    ledger.register("note", ANY_OBJECT).expect("the kind is registered");
    for number in 1..=20 {
        let payload = format!("{{\"text\":\"{}\"}}", "x".repeat(10_000));
        let event = new_event(&run, "note", &format!("e{number}"), &payload);
        ledger.append(&event).expect("appended");
    }
    drop(ledger);
    let filler = place.path().with_file_name("filler");
    let _ = fs::write(&filler, vec![0; 1 << 20]);
    let before = place.wal_bytes().expect("the log can be looked at");
    let refused = SqliteStore::recover(place).expect_err("there is no room");
    assert_eq!(refused.code(), "store.disk_full", "{refused}");
    let opened = SqliteStore::open(place, false).expect("the Store opens");
    assert_eq!(code(opened.store.checkpoint()), "store.disk_full");
    drop(opened);
    assert_eq!(place.wal_bytes().expect("the log can be looked at"), before);
    assert_eq!(expect_sound(place), [20]);
    fs::remove_file(&filler).expect("the filler goes");
    assert!(SqliteStore::recover(place).expect("now there is room").moved_pages > 0);
    assert_eq!(expect_sound(place), [20]);
}

#[test]
fn a_full_disk_keeps_the_log() {
    if let Some(place) = child::place() {
        return recover_where_it_does_not_fit(&place);
    }
    child::rerun_on_a_small_disk(FULL, SCRIPT);
}
