//! One Store and several hands: a random one of them does each operation, and all stay of one mind.
//!
//! Before a published release does something, our rules say what it will answer; afterwards the other hand is
//! often asked for the very same. Locks live by the time of the plan, which both are told.

mod package;
mod plan;
mod request;
mod sound;

use std::collections::BTreeSet;
use std::path::PathBuf;

use motus_json::Value;
use motus_ledger::kind::Kind;
use motus_ledger::{Fence, RunId, operation};
use motus_testkit::TestLedger;
use motus_testkit::harness::Reference;
use motus_testkit::sample::{new_event, new_run};

use crate::sandbox::Sandbox;
use package::Package;
use plan::Plan;
use request::{Answer, Request};

const OPERATIONS: usize = 250;
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

/// What must have been met, so that the operations are not all of one sort.
const MET: [&str; 29] = [
    "acquire_lock: resource is required",
    "acquire_lock: resource lock is held",
    "acquire_lock: ttl_seconds must be positive",
    "acquire_lock: done",
    "acquire_lock: token 2",
    "assert_lock: done",
    "assert_lock: resource lock fencing token is invalid",
    "assert_lock: resource lock is missing",
    "end_run: again",
    "end_run: done",
    "end_run: run is already closed",
    "end_run: run_gone",
    "log_event: cannot append event to closed run",
    "log_event: done",
    "log_event: idempotency_key is required",
    "log_event: log_event idempotency key reused with different payload",
    "log_event: payload field n has wrong type",
    "log_event: payload field word not in enum",
    "log_event: payload missing required field: n",
    "log_event: again",
    "log_event: run_gone",
    "log_event: schema kind is not registered: gone",
    "register_kind: done",
    "register_kind: schema evolution cannot add or remove required fields",
    "register_kind: schema evolution changed field definition: n",
    "register_kind: schema type must be object",
    "release_lock: done",
    "start_run: again",
    "start_run: start_run idempotency key reused with different payload",
];

/// A Store with everybody who has a hand on it.
struct Scene {
    sandbox: Sandbox,
    ledger: TestLedger,
    /// Release 0.5.3, and perhaps the later one.
    packages: Vec<Package>,
    plan: Plan,
    /// The identifiers of runs and events that were told.
    told: BTreeSet<String>,
    met: BTreeSet<String>,
}

impl Scene {
    fn new(seed: u64, programs: &[PathBuf]) -> Self {
        let sandbox = Sandbox::new();
        let ledger = sandbox.ledger();
        let packages = programs.iter().map(|program| Package::start(program, &sandbox)).collect();
        let plan = Plan::new(seed);
        Self { sandbox, ledger, packages, plan, told: BTreeSet::new(), met: BTreeSet::new() }
    }

    /// Lets a random hand do the next operation, and often another one repeat it.
    fn step(&mut self, number: usize) {
        let request = self.plan.next();
        let context = format!("operation {number}: {request:?}");
        self.ledger.clock.set_nanoseconds(self.plan.now * 1_000_000_000);
        if self.plan.random.chance(20) {
            self.ledger.store = Box::new(self.sandbox.open().expect("the Store opens").store);
        }
        let foreseen = self.ours(&request, false);
        let hand = self.plan.random.index(1 + self.packages.len());
        let answer = self.by(hand, &request);
        // What the later release refuses, and in which words, is its own affair.
        if hand < 2 {
            assert_eq!(self.timeless(&answer), self.timeless(&foreseen), "{context}");
            if self.plan.random.chance(50) {
                assert_eq!(self.by(1 - hand, &request), answer, "{context}, repeated");
            }
        }
        self.remember(&request, &answer);
        if let Some(run) = request.run().filter(|run| self.plan.runs.contains(run)) {
            let theirs = self.packages[0].text("export_run", run.as_str());
            assert_eq!(self.ledger.export(run), theirs, "{context}");
        }
    }

    /// Hand 0 is ours.
    fn by(&mut self, hand: usize, request: &Request) -> Answer {
        match hand.checked_sub(1) {
            None => self.ours(request, true),
            Some(package) => {
                self.packages[package].ask(request.call(), request.arguments(self.plan.now))
            }
        }
    }

    /// Does an operation by our rules, or only tells what would come of it.
    fn ours(&mut self, request: &Request, keep: bool) -> Answer {
        let TestLedger { store, clock, ids } = &mut self.ledger;
        let mut transaction = store.begin_write().expect("the Store can be written");
        let answer = request.answer(&mut *transaction, clock, ids);
        if keep && matches!(answer, Answer::Said(_)) {
            transaction.commit().expect("committed");
        }
        answer
    }

    /// Leaves out what each hand makes for itself: the time, and the identifier of a new run.
    fn timeless(&self, answer: &Answer) -> Answer {
        let mut answer = answer.clone();
        if let Answer::Said(Value::Object(row)) = &mut answer {
            for name in ["started_at", "ended_at", "ts"] {
                if let Some(time) = row.get_mut(name).filter(|time| !time.is_null()) {
                    *time = Value::from("some time");
                }
            }
            let id = row.get_mut("id");
            let is_run = |id: &Value| id.as_str().is_some_and(|id| id.starts_with("run_"));
            if let Some(id) = id.filter(|id| is_run(id) && !self.told.contains(text(id))) {
                *id = Value::from("a new run");
            }
        }
        answer
    }

    /// Keeps what later operations are chosen by, and what was met.
    fn remember(&mut self, request: &Request, answer: &Answer) {
        let said = match answer {
            Answer::Said(said) => said,
            Answer::Refused(why) => {
                self.met.insert(format!("{}: {why}", request.call()));
                return;
            }
        };
        let id = said.get("id").map(text);
        let is_new = id.is_none_or(|id| match request {
            // The run was told before; that it is closed was not.
            Request::End(_) => self.told.insert(format!("end of {id}")),
            _ => self.told.insert(id.to_owned()),
        });
        let what = if is_new { "done" } else { "again" };
        self.met.insert(format!("{}: {what}", request.call()));
        match request {
            Request::Start(_) if is_new => self.plan.runs.extend(id.map(RunId::from)),
            Request::Acquire(asked) => {
                let token = said.get("fencing_token").and_then(Value::as_u64).expect("a token");
                self.met.insert(format!("acquire_lock: token {token}"));
                let (resource, holder) = (asked.resource.clone(), asked.holder.clone());
                self.plan.fences.push(Fence { resource, holder, token });
            }
            _ => {}
        }
    }

    /// The later release records a command: its kinds are larger than ours, and it was first.
    fn wrap_by_the_later_release(&mut self) {
        let wrapped = self.packages[1].command(&self.sandbox, &["wrap", "--", "true"]);
        assert_eq!(wrapped.code, Some(0), "{wrapped:?}");
        let kind = Kind::wrap_end();
        let run = self.ledger.start(&new_run("wrapped")).expect("the run starts").id;
        let (larger, ours) = (self.latest(&kind.name), kind.schema().expect("a schema").digest());
        assert_ne!(larger.as_deref(), Some(ours.as_str()));
        let TestLedger { store, clock, .. } = &mut self.ledger;
        let mut transaction = store.begin_write().expect("the Store can be written");
        let hash = operation::ensure_kind(&mut *transaction, &kind, clock).expect("a version");
        let payload = r#"{"run_id":"r","producer_id":"p","idempotency_key":"k","exit_code":0,
            "outcome":"success","duration_ms":1,"ended_at":"2026-01-02T03:04:05Z"}"#;
        let mut event = new_event(&run, &kind.name, "end", payload);
        event.schema_hash = Some(hash);
        let event = operation::append_event(&mut *transaction, &event, clock).expect("appended");
        transaction.commit().expect("committed");
        assert_eq!(Some(event.schema_hash), larger);
    }

    /// Returns the version of a kind that events without another get.
    fn latest(&mut self, kind: &str) -> Option<String> {
        let latest = self.ledger.read(|transaction| transaction.latest_kind_version(kind));
        latest.expect("the Store can be read").map(|version| version.schema_hash)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// Finds release 0.5.3, or says why `test` is skipped.
fn published(test: &str) -> Option<PathBuf> {
    let found = Reference::or_skip(&format!("interop::alternating::{test}"));
    found.map(|reference| reference.program().to_owned())
}

#[test]
fn a_store_that_hands_take_in_turn_stays_sound() {
    let Some(program) = published("a_store_that_hands_take_in_turn_stays_sound") else {
        return;
    };
    let mut met = BTreeSet::new();
    for seed in SEEDS {
        println!("seed {seed}");
        let mut scene = Scene::new(seed, std::slice::from_ref(&program));
        (0..OPERATIONS).for_each(|number| scene.step(number));
        scene.is_sound();
        met.append(&mut scene.met);
    }
    let missed: Vec<&str> = MET.into_iter().filter(|what| !met.contains(*what)).collect();
    assert!(missed.is_empty(), "never met: {missed:#?}\nmet: {met:#?}");
}

#[test]
fn a_third_hand_of_a_later_release_leaves_it_sound() {
    let test = "a_third_hand_of_a_later_release_leaves_it_sound";
    let Some(program) = published(test) else {
        return;
    };
    let Some(later) = Reference::later_or_skip(&format!("interop::alternating::{test}")) else {
        return;
    };
    for seed in SEEDS {
        println!("seed {seed}");
        let mut scene = Scene::new(seed, &[program.clone(), later.program().to_owned()]);
        for number in 0..OPERATIONS {
            scene.step(number);
            if number == 60 {
                scene.wrap_by_the_later_release();
            }
        }
        scene.is_sound();
    }
}
