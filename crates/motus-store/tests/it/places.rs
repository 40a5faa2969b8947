//! What may stand where a Store belongs.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use motus_ledger::Store as _;
use motus_store::{SqliteStore, StorePlace};
use motus_testkit::harness::capture;

use crate::sandbox::{Sandbox, code, names};

#[track_caller]
fn refused_both_ways(place: &StorePlace, expected: &str) {
    assert_eq!(code(SqliteStore::open(place, true)), expected);
    assert_eq!(code(SqliteStore::open_read_only(place)), expected);
}

#[test]
fn a_link_in_place_of_a_file_is_refused() {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let (sandbox, _) = Sandbox::with_run(1);
        fs::write(sandbox.place.journal(), "").expect("the file can be written");
        let mut path = sandbox.place.path().as_os_str().to_owned();
        path.push(suffix);
        let target = sandbox.scratch.project().join("target");
        fs::rename(&path, &target).expect("the file can be moved");
        symlink(&target, &path).expect("a link can be made");
        let before = fs::read(&target).expect("the target can be read");
        refused_both_ways(&sandbox.place, "store.not_a_file");
        assert_eq!(fs::read(&target).expect("the target can be read"), before);
    }
}

#[test]
fn an_index_that_was_cut_short_is_made_anew_and_one_that_is_gone_is_let_go() {
    let (sandbox, run) = Sandbox::with_run(2);
    let mut store = sandbox.open().expect("the Store opens").store;
    assert_eq!(code(store.look_again()), "ok");
    drop(store.begin_write().expect("a transaction"));
    for cut in [0, 4096] {
        let index = fs::File::options().write(true).open(sandbox.place.shm());
        index.and_then(|file| file.set_len(cut)).expect("the file can be cut");
        // Whoever asked more of it before, or closed it, would be ended by the system.
        assert_eq!(code(store.look_again()), "ok");
        drop(store.begin_write().expect("a transaction"));
        assert_eq!(sandbox.reader().events(&run).len(), 2);
    }
    fs::remove_file(sandbox.place.shm()).expect("the file can be removed");
    assert_eq!(code(store.look_again()), "store.moved");
    assert!(store.begin_write().is_err());
}

#[test]
fn a_link_to_nothing_is_refused_and_not_filled() {
    let sandbox = Sandbox::new();
    sandbox.make_directory();
    let target = sandbox.scratch.project().join("target");
    symlink(&target, sandbox.place.path()).expect("a link can be made");
    refused_both_ways(&sandbox.place, "store.not_a_file");
    assert!(!target.exists());
}

#[test]
fn a_link_in_place_of_the_directory_is_refused() {
    let (sandbox, _) = Sandbox::with_run(1);
    let target = sandbox.scratch.project().join("elsewhere");
    fs::rename(sandbox.directory(), &target).expect("the directory can be moved");
    symlink(&target, sandbox.directory()).expect("a link can be made");
    refused_both_ways(&sandbox.place, "store.not_a_file");
}

#[test]
fn a_file_with_another_name_is_read_and_not_written() {
    let (sandbox, _) = Sandbox::with_run(1);
    let other = sandbox.directory().join("other.db");
    fs::hard_link(sandbox.place.path(), &other).expect("a link can be made");
    for path in [sandbox.place.path(), &other] {
        let place = StorePlace::new(path);
        let copy = StorePlace::new(sandbox.scratch.project().join("copy.db"));
        assert_eq!(code(SqliteStore::open(&place, false)), "store.linked");
        assert_eq!(code(SqliteStore::open_existing(&place, false)), "store.linked");
        assert_eq!(code(SqliteStore::recover(&place)), "store.linked");
        assert_eq!(code(SqliteStore::may_write_now(&place)), "store.linked");
        let refused = SqliteStore::back_up(&place, &copy).expect_err("no copy is made");
        assert_eq!(refused.code(), "store.linked");
    }
    assert_eq!(code(SqliteStore::open_read_only(&sandbox.place)), "ok");
    fs::remove_file(&other).expect("the other name can be removed");
    assert_eq!(code(SqliteStore::open(&sandbox.place, false)), "ok");
}

#[test]
fn the_temporary_name_of_a_killed_maker_is_no_other_name() {
    let (sandbox, _) = Sandbox::with_run(1);
    let link = |name: &str| {
        let other = sandbox.directory().join(name);
        fs::hard_link(sandbox.place.path(), other).expect("a link can be made");
    };
    // Of the Store itself, and of the one that it is a copy of.
    link(".kernel-store.db.new-a1B2c3");
    link(".other.db.new-a1B2c3");
    fs::write(sandbox.directory().join(".kernel-store.db.new-x"), "").expect("a file");
    assert_eq!(code(SqliteStore::open(&sandbox.place, false)), "ok");
    assert_eq!(code(SqliteStore::recover(&sandbox.place)), "ok");
    link("other.db");
    assert_eq!(code(SqliteStore::open(&sandbox.place, false)), "store.linked");
}

#[test]
fn directories_pipes_and_sockets_are_refused_without_waiting() {
    let make_pipe = |path: &Path| {
        let sandbox = Sandbox::new();
        let made = capture(sandbox.scratch.command("mkfifo").arg(path));
        assert_eq!(made.code, Some(0));
    };
    let make_directory = |path: &Path| fs::create_dir(path).expect("a directory can be made");
    let make_socket = |path: &Path| drop(UnixListener::bind(path).expect("a socket can be made"));
    for make in [&make_pipe as &dyn Fn(&Path), &make_directory, &make_socket] {
        let sandbox = Sandbox::new();
        sandbox.make_directory();
        make(sandbox.place.path());
        refused_both_ways(&sandbox.place, "store.not_a_file");
    }
}

#[test]
fn a_file_in_place_of_the_directory_is_refused() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.directory(), "text").expect("the file can be written");
    refused_both_ways(&sandbox.place, "store.not_a_file");
}

#[test]
fn reading_makes_nothing() {
    let sandbox = Sandbox::new();
    assert_eq!(code(SqliteStore::open_read_only(&sandbox.place)), "store.missing");
    assert!(names(&sandbox.scratch.project()).is_empty());
}

#[test]
fn opening_makes_missing_directories_and_nothing_else() {
    let sandbox = Sandbox::new();
    let place = StorePlace::new(sandbox.scratch.project().join("a/b/store.db"));
    drop(SqliteStore::open(&place, true).expect("the Store opens"));
    let made = names(&sandbox.scratch.project().join("a/b"));
    assert!(made.iter().all(|name| name.starts_with("store.db")), "{made:?}");
    assert!(made.contains(&"store.db".to_owned()));
}

#[test]
fn a_new_directory_of_motus_keeps_its_content_out_of_git() {
    let sandbox = Sandbox::new();
    drop(sandbox.ledger());
    let ignore = sandbox.directory().join(".gitignore");
    let rules = fs::read_to_string(&ignore).expect("the file is there");
    assert!(rules.starts_with("*\n") && rules.contains("!/releases/**\n"), "{rules}");

    fs::remove_file(&ignore).expect("the file can be removed");
    drop(sandbox.ledger());
    assert!(!ignore.exists(), "the Store was there already");
    for path in ["kernel-store.db", "kernel-store.db-wal", "kernel-store.db-shm"] {
        let _ = fs::remove_file(sandbox.directory().join(path));
    }
    drop(sandbox.ledger());
    assert!(ignore.exists(), "a Store was made");
    fs::write(&ignore, "ours").expect("the file can be written");
    for path in ["kernel-store.db", "kernel-store.db-wal", "kernel-store.db-shm"] {
        let _ = fs::remove_file(sandbox.directory().join(path));
    }
    drop(sandbox.ledger());
    assert_eq!(fs::read_to_string(&ignore).expect("the file is there"), "ours");
    motus_store::renew_ignored(sandbox.directory()).expect("nothing is done");
    assert_eq!(fs::read_to_string(&ignore).expect("the file is there"), "ours");
    fs::write(&ignore, "*\n").expect("the file can be written");
    motus_store::renew_ignored(sandbox.directory()).expect("it is replaced");
    assert_eq!(fs::read_to_string(&ignore).expect("the file is there"), rules);
    let place = StorePlace::new(sandbox.scratch.project().join("state/store.db"));
    drop(SqliteStore::open(&place, true).expect("the Store opens"));
    assert!(!sandbox.scratch.project().join("state/.gitignore").exists());
}

#[test]
fn a_path_may_begin_with_two_slashes() {
    let (sandbox, _) = Sandbox::with_run(1);
    let place = StorePlace::new(format!("/{}", sandbox.place.path().display()));
    assert_eq!(code(SqliteStore::open_read_only(&place)), "ok");
    assert_eq!(code(SqliteStore::open(&place, true)), "ok");
}

#[test]
fn a_path_that_is_too_long_is_said_to_be_so() {
    let sandbox = Sandbox::new();
    let deep = sandbox.scratch.project().join("d".repeat(200)).join("e".repeat(250)).join("f");
    for path in [sandbox.scratch.project().join("n".repeat(240)), deep.join("store.db")] {
        let place = StorePlace::new(&path);
        let refused = SqliteStore::open(&place, true).expect_err("the path is too long");
        assert_eq!(refused.code(), "store.io");
        assert!(refused.to_string().contains("bytes too long: "), "{refused}");
        assert!(names(&sandbox.scratch.project()).is_empty());
    }
    // The longest that works, and one more.
    for (length, expected) in [(235, "ok"), (236, "store.io")] {
        let place = StorePlace::new(sandbox.scratch.project().join("n".repeat(length)));
        assert_eq!(code(SqliteStore::open(&place, true)), expected);
    }
    let directory = sandbox.scratch.project().join("d".repeat(220));
    let rest = 492 - directory.as_os_str().len() - 1 - "/s".len();
    let directory = directory.join("e".repeat(rest));
    for (name, expected) in [("s", "ok"), ("st", "store.io")] {
        let place = StorePlace::new(directory.join(name));
        assert_eq!(code(SqliteStore::open(&place, true)), expected);
    }
}

#[test]
fn odd_characters_in_a_path_have_no_meaning() {
    let sandbox = Sandbox::new();
    let place = StorePlace::new(sandbox.scratch.project().join("a?mode=memory#%20 é&b=c.db"));
    drop(SqliteStore::open(&place, true).expect("the Store opens"));
    assert!(place.path().is_file());
    assert_eq!(code(SqliteStore::open_read_only(&place)), "ok");
}
