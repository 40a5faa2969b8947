//! Copies of a Store in use: whole, of one moment, and never in the place of anything.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use motus_ledger::{RunId, Store};
use motus_store::{BackupError, Figures, SqliteStore, StorePlace};
use motus_testkit::TestLedger;
use motus_testkit::sample::{closing, new_event, new_run};

use crate::care::{content, expect_sound};
use crate::child;
use crate::layout::rows;
use crate::sandbox::{Sandbox, mode, names, set_mode};

/// Returns a place for copies, beside the directory of the Store.
fn shelf(sandbox: &Sandbox) -> PathBuf {
    let shelf = sandbox.scratch.project().join("shelf");
    fs::create_dir_all(&shelf).expect("a directory can be made");
    shelf
}

fn back_up(sandbox: &Sandbox, target: &Path) -> Result<Figures, BackupError> {
    SqliteStore::back_up(&sandbox.place, &StorePlace::new(target))
}

/// Expects that no copy is made, and returns why.
#[track_caller]
fn refused(sandbox: &Sandbox, target: &Path) -> &'static str {
    back_up(sandbox, target).expect_err("no copy is made").code()
}

fn ledger(path: &Path) -> TestLedger {
    let opened = SqliteStore::open(&StorePlace::new(path), true).expect("the copy opens");
    TestLedger::new(Box::new(opened.store))
}

#[test]
fn a_copy_has_what_is_in_the_log_alone() {
    let (sandbox, run) = Sandbox::with_run(0);
    sandbox.fold_log();
    let mut ours = sandbox.ledger();
    for number in 1..=5 {
        let event = new_event(&run, "note", &format!("e{number}"), "{}");
        ours.append(&event).expect("appended");
    }
    let before = content(&sandbox);
    assert!(before.iter().any(|(name, _)| name.ends_with("-wal")));
    let target = shelf(&sandbox).join("copy.db");
    let figures = back_up(&sandbox, &target).expect("a copy");
    assert_eq!(figures.rows, [("events", 5), ("kind_versions", 1), ("locks", 0), ("runs", 1)]);
    let bytes = fs::metadata(&target).expect("the copy is there").len();
    assert_eq!((figures.database_bytes, figures.wal_bytes), (bytes, 0));
    assert!(content(&sandbox) == before, "making a copy changed the Store");
    assert_eq!(mode(&target), 0o600);
    assert_eq!(names(&shelf(&sandbox)), ["copy.db"]);
    assert_eq!(expect_sound(&StorePlace::new(&target)), [5]);
}

#[test]
fn a_copy_is_a_store_at_once_and_a_store_of_its_own() {
    let (sandbox, run) = Sandbox::with_run(2);
    let target = shelf(&sandbox).join("copy.db");
    back_up(&sandbox, &target).expect("a copy");
    let mut copy = ledger(&target);
    assert_eq!(copy.append(&new_event(&run, "note", "more", "{}")).expect("appended").seq, 3);
    copy.close(&closing(&run)).expect("the run closes");
    assert!(sandbox.reader().run(&run).is_open());
    assert_eq!(sandbox.reader().events(&run).len(), 2);
    drop(copy);
    assert_eq!(expect_sound(&StorePlace::new(&target)), [3]);
}

#[test]
fn a_copy_goes_back_to_an_empty_place() {
    let (sandbox, run) = Sandbox::with_run(2);
    let target = shelf(&sandbox).join("copy.db");
    back_up(&sandbox, &target).expect("a copy");
    let export = sandbox.reader().export(&run);
    for path in [sandbox.place.path().to_owned(), sandbox.place.shm()] {
        fs::remove_file(path).expect("the Store can be removed");
    }
    let copy = StorePlace::new(&target);
    // What is left of the log would be replayed into the copy.
    let error = SqliteStore::back_up(&copy, &sandbox.place).expect_err("the log is in the way");
    assert_eq!(error.code(), "backup.target_log");
    fs::remove_file(sandbox.place.wal()).expect("the log can be removed");
    SqliteStore::back_up(&copy, &sandbox.place).expect("the place is empty");
    assert_eq!(sandbox.reader().export(&run), export);
    assert_eq!(mode(sandbox.place.path()), 0o600);
}

/// Appends events to a run until it is told to stop; returns how many.
fn append_until(sandbox: &Sandbox, run: &RunId, stop: &AtomicBool) -> u64 {
    let mut ledger = sandbox.ledger();
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let payload = format!("{{\"text\":\"{}\"}}", "x".repeat(3000));
        let event = new_event(run, "note", &format!("e{number}"), &payload);
        assert_eq!(ledger.append(&event).expect("appended").seq, number);
    }
    number
}

#[test]
fn copies_made_while_others_write_hold_a_gapless_part_of_every_run() {
    let (sandbox, first) = Sandbox::with_run(0);
    let mut ours = sandbox.ledger();
    ours.clock.advance_seconds(1);
    let second = ours.start(&new_run("k2")).expect("another run").id;
    let shelf = shelf(&sandbox);
    let stop = AtomicBool::new(false);
    let (copies, appended) = thread::scope(|scope| {
        let writers =
            [&first, &second].map(|run| scope.spawn(|| append_until(&sandbox, run, &stop)));
        let mut copies: Vec<Vec<u64>> = Vec::new();
        for number in 0..20 {
            let target = shelf.join(format!("copy-{number}.db"));
            let figures = back_up(&sandbox, &target).expect("a copy");
            copies.push(expect_sound(&StorePlace::new(&target)));
            let events = figures.rows.iter().find(|(table, _)| *table == "events");
            assert_eq!(events.map(|it| it.1), copies.last().map(|runs| runs.iter().sum()));
        }
        stop.store(true, Ordering::Relaxed);
        (copies, writers.map(|writer| writer.join().expect("every append went through")))
    });
    let total = |runs: &Vec<u64>| runs.iter().sum::<u64>();
    assert!(copies.iter().all(|runs| runs.len() == 2));
    assert!(copies.iter().map(total).is_sorted(), "a later copy has less: {copies:?}");
    assert!(copies.last().map(total) > copies.first().map(total), "nobody wrote meanwhile");
    assert_eq!(expect_sound(&sandbox.place), [appended[1], appended[0]]);
}

#[test]
fn what_has_the_name_is_kept() {
    let (sandbox, _) = Sandbox::with_run(1);
    let shelf = shelf(&sandbox);
    fs::write(shelf.join("file"), "precious").expect("a file can be written");
    fs::create_dir(shelf.join("directory")).expect("a directory can be made");
    symlink("nowhere", shelf.join("dangling")).expect("a link can be made");
    symlink("file", shelf.join("link")).expect("a link can be made");
    let made = Command::new("mkfifo").arg(shelf.join("pipe")).status().expect("mkfifo runs");
    assert!(made.success());
    let before = names(&shelf);
    for name in &before {
        assert_eq!(refused(&sandbox, &shelf.join(name)), "backup.target_exists", "{name}");
    }
    assert_eq!(refused(&sandbox, sandbox.place.path()), "backup.target_exists");
    assert_eq!(names(&shelf), before);
    assert_eq!(fs::read(shelf.join("file")).expect("the file can be read"), b"precious");
}

#[test]
fn names_that_belong_to_a_database_are_refused() {
    let (sandbox, _) = Sandbox::with_run(1);
    sandbox.fold_log();
    let mut paths = vec![sandbox.place.wal(), sandbox.place.journal(), sandbox.place.spool()];
    paths.extend([sandbox.place.shm(), shelf(&sandbox).join("other-wal")]);
    for path in paths {
        let _ = fs::remove_file(&path);
        assert_eq!(refused(&sandbox, &path), "backup.target_reserved", "{}", path.display());
    }
    // Whatever was there of another database would be taken for the copy's own.
    let target = shelf(&sandbox).join("copy.db");
    fs::write(shelf(&sandbox).join("copy.db-wal"), "a log").expect("a file can be written");
    assert_eq!(refused(&sandbox, &target), "backup.target_log");
    assert_eq!(names(&shelf(&sandbox)), ["copy.db-wal"]);
}

#[test]
fn places_that_take_no_file_are_told() {
    let (sandbox, _) = Sandbox::with_run(1);
    let shelf = shelf(&sandbox);
    fs::write(shelf.join("file"), "").expect("a file can be written");
    assert_eq!(refused(&sandbox, &shelf.join("no/copy.db")), "backup.directory_missing");
    assert_eq!(refused(&sandbox, &shelf.join("copy.db/")), "backup.directory_missing");
    assert_eq!(refused(&sandbox, &shelf.join("file/copy.db")), "backup.failed");
    assert_eq!(refused(&sandbox, &shelf.join("x".repeat(250))), "store.io");
    let missing = StorePlace::new(shelf.join("no.db"));
    let target = StorePlace::new(shelf.join("copy.db"));
    let error = SqliteStore::back_up(&missing, &target).expect_err("there is no Store");
    assert_eq!(error.code(), "store.missing");
    assert_eq!(names(&shelf), ["file"]);
}

#[test]
fn of_copies_to_one_place_one_wins() {
    let (sandbox, _) = Sandbox::with_run(50);
    let target = shelf(&sandbox).join("copy.db");
    let codes: Vec<&str> = thread::scope(|scope| {
        let make = || back_up(&sandbox, &target).map_or_else(|error| error.code(), |_| "ok");
        let handles: Vec<_> = (0..6).map(|_| scope.spawn(make)).collect();
        handles.into_iter().map(|handle| handle.join().expect("no thread panics")).collect()
    });
    assert_eq!(codes.iter().filter(|code| **code == "ok").count(), 1, "{codes:?}");
    assert!(codes.iter().all(|code| ["ok", "backup.target_exists"].contains(code)), "{codes:?}");
    assert_eq!(names(&shelf(&sandbox)), ["copy.db"]);
    assert_eq!(expect_sound(&StorePlace::new(&target)), [50]);
}

#[test]
fn a_damaged_store_is_not_copied() {
    let (sandbox, _) = Sandbox::with_run(200);
    sandbox.fold_log();
    let mut bytes = fs::read(sandbox.place.path()).expect("the file can be read");
    let pages = bytes.len() / 4096;
    let target = shelf(&sandbox).join("copy.db");
    let mut codes = Vec::new();
    for page in 2..pages {
        let sound = bytes.clone();
        bytes[page * 4096..page * 4096 + 3000].fill(0xff);
        fs::write(sandbox.place.path(), &bytes).expect("the file can be written");
        codes.push(refused(&sandbox, &target));
        bytes = sound;
    }
    // Where the list of tables is damaged, the Store cannot even be opened.
    let expected = ["backup.unsound", "store.corrupt"];
    assert!(codes.iter().all(|code| expected.contains(code)), "{codes:?}");
    assert!(codes.iter().filter(|code| **code == expected[0]).count() > codes.len() / 2);
    assert!(names(&shelf(&sandbox)).is_empty());
}

#[test]
fn a_copy_that_is_not_sound_gets_no_name() {
    // SQLite reads such a file to its end without an error, and tells what is wrong only when asked.
    let sandbox = crate::recover::with_lying_index("runs_by_source");
    let target = shelf(&sandbox).join("copy.db");
    let error = back_up(&sandbox, &target).expect_err("no copy is made");
    assert_eq!(error.code(), "backup.unsound", "{error}");
    assert!(names(&shelf(&sandbox)).is_empty());
    SqliteStore::recover(&sandbox.place).expect("the index is made anew");
    back_up(&sandbox, &target).expect("a copy");
    assert_eq!(expect_sound(&StorePlace::new(&target)), [3]);
}

#[test]
fn a_store_that_lacks_something_is_copied_as_it_is() {
    let (sandbox, _) = Sandbox::with_run(2);
    let lossy = "DROP TABLE locks; DROP TRIGGER runs_no_delete; PRAGMA journal_mode = DELETE";
    sandbox.sqlite().execute_batch(lossy).expect("objects can go");
    let target = shelf(&sandbox).join("copy.db");
    let figures = back_up(&sandbox, &target).expect("a copy");
    assert_eq!(figures.missing_tables, ["locks"]);
    drop(ledger(&target));
    let copy = SqliteStore::open_read_only(&StorePlace::new(&target)).expect("the copy opens");
    assert!(!copy.lacks_table("locks").expect("the tables can be listed"));
    drop(copy);
    assert_eq!(expect_sound(&StorePlace::new(&target)), [2]);
}

#[test]
fn a_writer_is_not_kept_waiting() {
    let (sandbox, run) = Sandbox::with_run(1);
    let mut store = sandbox.open().expect("the Store opens").store;
    let transaction = store.begin_write().expect("a writer is at work");
    let target = shelf(&sandbox).join("copy.db");
    let figures = back_up(&sandbox, &target).expect("a copy");
    assert_eq!(figures.rows.first(), Some(&("events", 1)));
    transaction.commit().expect("the writer ends");
    sandbox.ledger().append(&new_event(&run, "note", "more", "{}")).expect("appended");
}

const FULL: &str = "backup::a_full_disk_takes_no_copy";

/// Mounts a small file system over the shelf, and runs the rest in a namespace of its own.
const SCRIPT: &str = "mount -t tmpfs -o size=100k tmpfs \"$0\" && exec \"$@\"";

#[test]
fn a_full_disk_takes_no_copy() {
    if let Some(place) = child::place() {
        let shelf = place.path().parent().and_then(Path::parent).expect("a project").join("shelf");
        let target = StorePlace::new(shelf.join("copy.db"));
        let error = SqliteStore::back_up(&place, &target).expect_err("there is no room");
        assert_eq!(error.code(), "backup.disk_full", "{error}");
        assert!(error.to_string().ends_with("copy.db"), "{error}");
        assert!(names(&shelf).is_empty());
        return;
    }
    let (sandbox, _) = Sandbox::with_run(300);
    let shelf = shelf(&sandbox);
    let path = shelf.to_str().expect("a scratch path is text");
    let launcher = ["unshare", "-Urm", "sh", "-c", SCRIPT, path];
    let before = content(&sandbox);
    child::rerun_mounted(&sandbox.scratch, FULL, &sandbox.place, &launcher);
    assert!(content(&sandbox) == before);
}

#[test]
fn a_limit_on_the_size_of_files_takes_no_copy() {
    let test = "backup::a_limit_on_the_size_of_files_takes_no_copy";
    if let Some(place) = child::place() {
        let target = place.path().with_file_name("copy.db");
        let error = SqliteStore::back_up(&place, &StorePlace::new(&target)).expect_err("too large");
        assert_eq!(error.code(), "backup.disk_full", "{error}");
        assert!(!target.exists());
        return;
    }
    let (sandbox, _) = Sandbox::with_run(300);
    let script = "trap '' XFSZ && ulimit -f 100 && exec \"$@\"";
    let launcher = ["sh", "-c", script, "sh"];
    let before = names(sandbox.directory());
    child::expect_passed(&child::rerun(&sandbox.scratch, test, &sandbox.place, &launcher));
    assert_eq!(names(sandbox.directory()), before);
}

const DENIED: &str = "backup::a_directory_that_may_only_be_read_takes_no_copy";

#[test]
fn a_directory_that_may_only_be_read_takes_no_copy() {
    if let Some(place) = child::place() {
        let target = StorePlace::new(place.path().with_file_name("copy.db"));
        let error = SqliteStore::back_up(&place, &target).expect_err("nothing may be written");
        assert_eq!(error.code(), "backup.denied", "{error}");
        // What may only be read can be copied elsewhere.
        let elsewhere = motus_testkit::harness::Scratch::new();
        let target = StorePlace::new(elsewhere.project().join("copy.db"));
        SqliteStore::back_up(&place, &target).expect("a copy");
        assert_eq!(expect_sound(&target), [3]);
        return;
    }
    let (sandbox, _) = Sandbox::with_run(3);
    let before = names(sandbox.directory());
    crate::care::rerun_as_reader(&sandbox, DENIED);
    set_mode(sandbox.directory(), 0o755);
    assert_eq!(names(sandbox.directory()), before);
}

#[test]
fn what_a_killed_writer_had_not_finished_is_not_in_the_copy() {
    let sandbox = crate::recover::with_hot_journal();
    let target = shelf(&sandbox).join("copy.db");
    let before = content(&sandbox);
    back_up(&sandbox, &target).expect("a copy");
    assert!(content(&sandbox) == before);
    let count = "SELECT count(*) AS n FROM events";
    let copy = rusqlite::Connection::open(&target).expect("SQLite opens the copy");
    assert_eq!(rows(&copy, count, &["n"]), ["20"]);
    assert_eq!(expect_sound(&StorePlace::new(&target)), [20]);
}
