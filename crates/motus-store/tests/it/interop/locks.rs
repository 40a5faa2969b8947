//! One lock, two releases: each respects the tenure of the other, and tokens go on.

use std::path::PathBuf;

use motus_ledger::Lock;
use motus_ledger::operation::AcquireRequest;
use motus_testkit::TestLedger;
use motus_testkit::harness::{Reference, capture_with_input};

use crate::sandbox::Sandbox;

/// The second in which the test begins, 2026-01-02T03:04:05Z.
const START: u64 = 1_767_323_045;

const RESOURCE: &str = "deploy";

/// Steps of the package: the Store, then the time and one call on each line of the script.
const PRELUDE: &str = "
import datetime, sys
from motus.kernel.store import Store

store = Store(sys.argv[1])

def at(seconds):
    global now
    now = datetime.datetime.fromtimestamp(1767323045 + seconds, datetime.timezone.utc)

def row(lock):
    return f'{lock.holder} {lock.fencing_token} {lock.acquired_at[11:]} {lock.expires_at[11:]}'

def say(call):
    try:
        print(call())
    except Exception as error:
        print(error)

def acquire(holder, ttl):
    say(lambda: row(store.acquire_lock(resource='deploy', holder=holder, ttl_seconds=ttl, now=now)))

def check(holder, token):
    say(lambda: store.assert_lock(resource='deploy', holder=holder, fencing_token=token, now=now))

def release(holder, token):
    say(lambda: store.release_lock(resource='deploy', holder=holder, fencing_token=token, now=now))
";

/// A Store, with our hand on it and that of a release.
struct Scene {
    sandbox: Sandbox,
    ledger: TestLedger,
    python: PathBuf,
}

impl Scene {
    fn new(python: PathBuf) -> Self {
        let sandbox = Sandbox::new();
        let ledger = sandbox.ledger();
        Self { sandbox, ledger, python }
    }

    /// Lets the release take steps and compares what it says, line by line.
    #[track_caller]
    fn theirs(&self, steps: &str, told: &[&str]) {
        let mut command = self.sandbox.scratch.command(&self.python);
        command.arg("-").arg(self.sandbox.place.path());
        let script = format!("{PRELUDE}\n{steps}\n");
        let captured = capture_with_input(&mut command, script.as_bytes()).expect_success();
        assert_eq!(captured.stdout_text().lines().collect::<Vec<_>>(), told, "{steps}");
    }

    fn at(&mut self, second: u64) -> &mut TestLedger {
        self.ledger.clock.set_nanoseconds((START + second) * 1_000_000_000);
        &mut self.ledger
    }

    #[track_caller]
    fn acquires(&mut self, second: u64, holder: &str, ttl_seconds: i64, told: &str) {
        let request = AcquireRequest {
            resource: RESOURCE.to_owned(),
            holder: holder.to_owned(),
            ttl_seconds,
        };
        let taken = self.at(second).acquire(&request);
        assert_eq!(taken.map_or_else(|error| error.code().to_owned(), |lock| row(&lock)), told);
    }

    /// Returns the lock as it is kept.
    fn lock(&mut self) -> Lock {
        self.ledger.lock(RESOURCE).expect("somebody took the lock")
    }
}

/// Spells a lock as the script does.
fn row(lock: &Lock) -> String {
    let [begin, end] =
        [&lock.acquired_at, &lock.expires_at].map(|time| time.as_str().get(11..).unwrap_or(""));
    format!("{} {} {begin} {end}", lock.holder, lock.fencing_token)
}

#[test]
fn locks_of_the_package_and_ours_are_the_same_locks() {
    let test = "interop::locks::locks_of_the_package_and_ours_are_the_same_locks";
    let Some(reference) = Reference::or_skip(test) else { return };
    let python = reference.python();
    let mut scene = Scene::new(python);
    scene.acquires(0, "ours", 10, "ours 1 03:04:05Z 03:04:15Z");
    scene.theirs(
        "at(9); acquire('theirs', 5); check('ours', 1); check('ours', 2); acquire('ours', 5)
at(13); acquire('theirs', 5)
at(14); acquire('theirs', 60)",
        &[
            "resource lock is held",
            "None",
            "resource lock fencing token is invalid",
            "ours 1 03:04:05Z 03:04:19Z",
            "resource lock is held",
            "theirs 2 03:04:19Z 03:05:19Z",
        ],
    );
    scene.acquires(73, "ours", 10, "lock.held");
    let theirs = scene.lock().fence();
    assert_eq!((theirs.holder.as_str(), theirs.token), ("theirs", 2));
    scene.at(73).assert(&theirs).expect("a fence that they were given");
    scene.at(20).release(&theirs).expect("released");
    scene.theirs(
        "at(20); check('theirs', 2); acquire('third', 3600)
at(21); release('third', 2); release('third', 3); check('third', 3)",
        &[
            "resource lock fencing token is invalid",
            "third 3 03:04:25Z 04:04:25Z",
            "False",
            "True",
            "resource lock fencing token is invalid",
        ],
    );
    scene.acquires(21, "ours", 5, "ours 4 03:04:26Z 03:04:31Z");
}

#[test]
fn a_second_release_moves_the_end_there_and_not_here() {
    let test = "interop::locks::a_second_release_moves_the_end_there_and_not_here";
    let Some(reference) = Reference::or_skip(test) else { return };
    let python = reference.python();
    let mut scene = Scene::new(python);
    scene.acquires(0, "ours", 10, "ours 1 03:04:05Z 03:04:15Z");
    let fence = scene.lock().fence();
    for second in [3, 4, 90] {
        let released = scene.at(second).release(&fence).expect("released");
        assert_eq!(row(&released), "ours 1 03:04:05Z 03:04:08Z");
    }
    scene.theirs("at(90); release('ours', 1)", &["True"]);
    assert_eq!(row(&scene.lock()), "ours 1 03:04:05Z 03:05:35Z");
}

#[test]
fn a_lock_of_the_later_release_ends_with_its_fraction() {
    let test = "interop::locks::a_lock_of_the_later_release_ends_with_its_fraction";
    let Some(later) = Reference::later_or_skip(test) else { return };
    let mut scene = Scene::new(later.python());
    let first = "theirs 1 03:04:05.500000Z 03:04:15.500000Z";
    scene.theirs("at(.5); acquire('theirs', 10)", &[first]);
    assert_eq!(row(&scene.lock()), first);
    scene.acquires(10, "ours", 10, "lock.held");
    let fence = scene.lock().fence();
    scene.at(10).assert(&fence).expect("held for half a second more");
    scene.acquires(11, "ours", 10, "ours 2 03:04:16Z 03:04:26Z");
    let told = ["resource lock is held", "None", "theirs 3 03:04:26.500000Z 03:04:36.500000Z"];
    scene.theirs(
        "at(20.9); acquire('theirs', 10); check('ours', 2)\nat(21.5); acquire('theirs', 10)",
        &told,
    );
    scene.acquires(40, "theirs", 10, "theirs 4 03:04:45Z 03:04:55Z");
}
