//! Who may read a Store.

use motus_store::{Notice, SqliteStore, StorePlace};
use motus_testkit::TestLedger;
use motus_testkit::sample::new_run;

use crate::child;
use crate::sandbox::{Sandbox, mode, set_mode};

/// Makes the Store and looks at its files while they are all there.
fn make_and_look(place: &StorePlace) {
    let opened = SqliteStore::open(place, true).expect("the Store opens");
    assert!(opened.notices.is_empty(), "a new Store needs no tightening: {:?}", opened.notices);
    let mut ledger = TestLedger::new(Box::new(opened.store));
    ledger.start(&new_run("k1")).expect("the run starts");
    let directory = place.state_directory().expect("the directory is Motus's own");
    assert_eq!(mode(directory), 0o700);
    for path in [place.path(), &place.wal(), &place.shm()] {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_new_store_is_private_under_any_umask() {
    if let Some(place) = child::place() {
        return make_and_look(&place);
    }
    for umask in ["000", "022", "077", "777"] {
        let sandbox = Sandbox::new();
        let script = format!("umask {umask}; exec \"$@\"");
        let launcher = ["sh", "-c", &script, "sh"];
        let test = "modes::a_new_store_is_private_under_any_umask";
        child::expect_passed(&child::rerun(&sandbox.scratch, test, &sandbox.place, &launcher));
        assert_eq!(mode(sandbox.directory()), 0o700, "umask {umask}");
        assert_eq!(mode(sandbox.place.path()), 0o600, "umask {umask}");
    }
}

/// Leaves a Store as a release without care for modes does.
fn loose_store() -> Sandbox {
    let (sandbox, _) = Sandbox::with_run(1);
    set_mode(sandbox.directory(), 0o755);
    for path in [sandbox.place.path(), &sandbox.place.wal(), &sandbox.place.shm()] {
        set_mode(path, 0o644);
    }
    sandbox
}

#[test]
fn an_old_store_is_tightened_once_and_says_so() {
    let sandbox = loose_store();
    let place = &sandbox.place;
    let notices = sandbox.open().expect("the Store opens").notices;
    let paths = [sandbox.directory(), place.path(), &place.wal(), &place.shm()];
    assert_eq!(notices, paths.map(|path| Notice::Tightened(path.to_owned())));
    assert_eq!(paths.map(mode), [0o700, 0o600, 0o600, 0o600]);
    assert!(sandbox.open().expect("the Store opens").notices.is_empty());
}

#[test]
fn a_shared_store_stays_as_it_is_when_asked() {
    let sandbox = loose_store();
    let place = &sandbox.place;
    let notices = SqliteStore::open(place, false).expect("the Store opens").notices;
    assert!(notices.is_empty());
    assert_eq!(mode(sandbox.directory()), 0o755);
    assert_eq!(mode(place.path()), 0o644);
}

#[test]
fn a_directory_that_is_not_ours_keeps_its_mode() {
    let sandbox = Sandbox::new();
    let place = StorePlace::new(sandbox.scratch.project().join("shared.db"));
    set_mode(&sandbox.scratch.project(), 0o755);
    drop(SqliteStore::open(&place, true).expect("the Store opens"));
    assert_eq!(mode(&sandbox.scratch.project()), 0o755);
    assert_eq!(mode(place.path()), 0o600);
}

#[test]
fn reading_tightens_nothing() {
    let sandbox = loose_store();
    drop(sandbox.reader());
    assert_eq!(mode(sandbox.directory()), 0o755);
    assert_eq!(mode(sandbox.place.path()), 0o644);
}
