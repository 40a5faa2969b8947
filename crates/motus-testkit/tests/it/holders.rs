//! Holders of a lock that are stopped at the worst moment, as real processes by real signals.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use motus_ledger::operation::{AcquireRequest, acquire_lock, append_fenced_event};
use motus_ledger::{Clock, Fence, LedgerError, Lock, RunId, Store};
use motus_store::{SqliteStore, StorePlace};
use motus_testkit::harness::{Scratch, is_stopped, wait_until};
use motus_testkit::sample::{ANY_OBJECT, new_event, new_run};
use motus_testkit::{TestLedger, WallClock};

const RESOURCE: &str = "deploy";

/// Long enough that no loaded machine lets it pass by itself.
const LONG: &str = "acquire 3600";

/// Ends one to two seconds later, because times are whole seconds.
const SHORT: &str = "acquire 2";

/// A Store with one open run.
struct Scene {
    scratch: Scratch,
    place: StorePlace,
    run: RunId,
}

impl Scene {
    fn new() -> Self {
        let scratch = Scratch::new();
        let place = StorePlace::new(scratch.project().join(".motus/kernel-store.db"));
        let mut ledger = TestLedger::new(Box::new(open(&place)));
        let run = ledger.start(&new_run("k1")).expect("the run starts").id;
        ledger.register("note", ANY_OBJECT).expect("the kind is registered");
        Self { scratch, place, run }
    }

    /// Starts a process that takes the lock when told to.
    fn holder(&self, name: &str) -> Holder {
        let mut command = self.scratch.command(env!("CARGO_BIN_EXE_motus-testkit-holder"));
        command.arg(self.place.path()).args([self.run.as_str(), RESOURCE, name]);
        Holder::start(command)
    }

    /// Returns the keys of the run's events in order, as a reader finds them now.
    fn keys(&self) -> Vec<String> {
        let events = self.reader().events(&self.run);
        events.into_iter().map(|event| event.idempotency_key).collect()
    }

    fn lock(&self) -> Lock {
        self.reader().lock(RESOURCE).expect("somebody took the lock")
    }

    fn is_open(&self) -> bool {
        self.reader().run(&self.run).is_open()
    }

    fn reader(&self) -> TestLedger {
        let store = SqliteStore::open_read_only(&self.place).expect("the Store opens");
        TestLedger::new(Box::new(store))
    }

    /// Takes the lock with the real clock.
    fn acquire(&self, holder: &str) -> Result<Lock, LedgerError> {
        let request = AcquireRequest {
            resource: RESOURCE.to_owned(),
            holder: holder.to_owned(),
            ttl_seconds: 3600,
        };
        let mut store = open(&self.place);
        let mut transaction = store.begin_write()?;
        let lock = acquire_lock(&mut *transaction, &request, &WallClock)?;
        transaction.commit()?;
        Ok(lock)
    }

    fn append(&self, key: &str, fence: &Fence) -> Result<u64, LedgerError> {
        let mut store = open(&self.place);
        let mut transaction = store.begin_write()?;
        let event = new_event(&self.run, "note", key, "{}");
        let event = append_fenced_event(&mut *transaction, &event, fence, &WallClock)?;
        transaction.commit()?;
        Ok(event.seq)
    }

    fn wait_for_expiry(&self) {
        let lock = self.lock();
        wait_until("the lock expires", || lock.is_expired(&WallClock.timestamp()));
    }
}

fn open(place: &StorePlace) -> SqliteStore {
    SqliteStore::open(place, true).expect("the Store opens").store
}

/// A process that takes steps and answers; it is killed when the test is over.
struct Holder {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Holder {
    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the holder starts");
        let input = child.stdin.take().expect("the input is piped");
        let output = BufReader::new(child.stdout.take().expect("the output is piped"));
        Self { child, input, output }
    }

    /// Hands over a step; a stopped process takes it when it goes on.
    fn ask(&mut self, step: &str) {
        writeln!(self.input, "{step}").expect("the holder listens");
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the holder answers");
        line.trim_end().to_owned()
    }

    #[track_caller]
    fn does(&mut self, step: &str, answer: &str) {
        self.ask(step);
        assert_eq!(self.answer(), answer, "{step}");
    }

    /// Stops the process, and returns when it has stopped.
    fn stop(&self) {
        self.send("STOP");
        wait_until("the holder stops", || is_stopped(self.child.id()));
    }

    fn go_on(&self) {
        self.send("CONT");
    }

    fn send(&self, signal: &str) {
        let process = self.child.id().to_string();
        let sent = Command::new("kill").args([&format!("-{signal}"), &process]).status();
        assert!(sent.expect("kill runs").success(), "{signal} could not be sent");
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_holder_that_slept_past_a_takeover_writes_nothing() {
    let scene = Scene::new();
    let mut old = scene.holder("old");
    old.does(LONG, "token 1");
    old.does("append in-time", "done");
    old.does(SHORT, "token 1");
    old.stop();
    // It wakes up with its next writes waiting.
    for step in ["append late", "append in-time", "close"] {
        old.ask(step);
    }
    scene.wait_for_expiry();
    let lock = scene.acquire("new").expect("the lock is free");
    assert_eq!(lock.fencing_token, 2);
    assert_eq!(scene.append("taken-over", &lock.fence()).expect("appended"), 2);
    old.go_on();
    for _ in 0..3 {
        assert_eq!(old.answer(), "refused lock.fence_invalid");
    }
    assert_eq!(scene.keys(), ["in-time", "taken-over"]);
    assert!(scene.is_open());
    assert_eq!(scene.lock(), lock);
    old.does("acquire 10", "refused lock.held");
    assert_eq!(scene.append("still", &lock.fence()).expect("appended"), 3);
}

#[test]
fn a_holder_that_slept_past_its_time_writes_nothing_though_nobody_took_over() {
    let scene = Scene::new();
    let mut holder = scene.holder("only");
    holder.does(SHORT, "token 1");
    holder.stop();
    for step in ["append late", "close"] {
        holder.ask(step);
    }
    scene.wait_for_expiry();
    holder.go_on();
    for _ in 0..2 {
        assert_eq!(holder.answer(), "refused lock.fence_invalid");
    }
    assert!(scene.keys().is_empty() && scene.is_open());
    holder.does(LONG, "token 2");
    holder.does("append again", "done");
    holder.does("close", "done");
    assert_eq!(scene.keys(), ["again"]);
    assert!(!scene.is_open());
}

#[test]
fn a_holder_that_slept_before_it_looked_at_the_lock_looks_at_the_time_of_the_write() {
    let scene = Scene::new();
    let mut holder = scene.holder("only");
    holder.does(SHORT, "token 1");
    holder.does("begin", "begun");
    holder.stop();
    holder.ask("append late");
    scene.wait_for_expiry();
    holder.go_on();
    assert_eq!(holder.answer(), "refused lock.fence_invalid");
    holder.does("commit", "done");
    assert!(scene.keys().is_empty());
}

/// Stops a holder behind its write and before its commit, and waits until its time is over.
fn stopped_inside(scene: &Scene) -> Holder {
    let mut old = scene.holder("old");
    old.does(LONG, "token 1");
    old.does("begin", "begun");
    // Both at once: the write is in time however slow this test is.
    old.ask(SHORT);
    old.does("append inside", "token 1");
    assert_eq!(old.answer(), "done");
    old.stop();
    let renewed = WallClock.timestamp().unix_seconds() + 2;
    wait_until("the lock expires", || WallClock.timestamp().unix_seconds() >= renewed);
    old
}

#[test]
fn while_a_holder_sleeps_inside_its_transaction_nobody_writes_and_then_one_wins() {
    const CONTENDERS: usize = 4;
    let scene = Scene::new();
    let mut old = stopped_inside(&scene);
    let refused = scene.acquire("early").map_err(|error| error.code());
    assert_eq!(refused, Err("store.locked"), "the Store is not given up for somebody's lateness");
    assert!(scene.keys().is_empty(), "nobody sees what is not committed");
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for number in 0..CONTENDERS {
            let (scene, sender) = (&scene, sender.clone());
            scope.spawn(move || {
                let taken = scene.acquire(&format!("new-{number}"));
                sender.send(taken.map_err(|error| error.code())).expect("the test listens");
            });
        }
        assert!(results.recv_timeout(Duration::from_millis(300)).is_err(), "they wait");
        old.go_on();
        old.does("commit", "done");
        let taken: Vec<_> = results.iter().take(CONTENDERS).collect();
        let tokens: Vec<u64> = taken.iter().flatten().map(|lock| lock.fencing_token).collect();
        assert_eq!(tokens, [2]);
        let refused = taken.iter().filter(|result| **result == Err("lock.held")).count();
        assert_eq!(refused, CONTENDERS - 1, "{taken:?}");
    });
    // What the holder wrote in its time came before the next tenure; what it writes now is late.
    assert_eq!(scene.keys(), ["inside"]);
    old.does("append late", "refused lock.fence_invalid");
    assert_eq!(scene.append("new", &scene.lock().fence()).expect("appended"), 2);
    assert_eq!(scene.keys(), ["inside", "new"]);
}

#[test]
fn a_holder_that_dies_inside_its_transaction_leaves_nothing_of_it() {
    let scene = Scene::new();
    let old = stopped_inside(&scene);
    drop(old);
    assert!(scene.keys().is_empty());
    // The renewal went with the transaction: the tenure of an hour is what counts.
    let held = scene.acquire("new").map_err(|error| error.code());
    assert_eq!(held, Err("lock.held"));
    let lock = scene.lock();
    assert_eq!((lock.fencing_token, lock.holder.as_str()), (1, "old"));
    assert_eq!(scene.append("heir", &lock.fence()).expect("whoever has the fence"), 1);
}
