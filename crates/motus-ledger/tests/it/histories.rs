//! Random histories: whatever is asked in whatever order, the ledger keeps its promises.

use std::collections::BTreeMap;

use motus_ledger::integrity::{EventCheck, check_run};
use motus_ledger::operation::CloseRequest;
use motus_ledger::{Event, LedgerError, NewEvent, NewRun, Outcome, Run, RunId};
use motus_testkit::sample::{ANY_OBJECT, closing, new_event, new_run};
use motus_testkit::{MemoryStore, TestLedger};
use proptest::prelude::*;

/// One request; small numbers make keys, runs and contents meet again.
#[derive(Debug, Clone)]
enum Request {
    Start { key: u8, intent: u8 },
    Append { run: u8, key: u8, payload: u8, producer: u8 },
    Close { run: u8, outcome: u8, producer: u8 },
}

fn requests() -> impl Strategy<Value = Vec<Request>> {
    let start = (0..4_u8, 0..2_u8).prop_map(|(key, intent)| Request::Start { key, intent });
    let append = (0..5_u8, 0..6_u8, 0..3_u8, 0..2_u8)
        .prop_map(|(run, key, payload, producer)| Request::Append { run, key, payload, producer });
    let close = (0..5_u8, 0..3_u8, 0..2_u8).prop_map(|(run, outcome, producer)| Request::Close {
        run,
        outcome,
        producer,
    });
    prop::collection::vec(prop_oneof![2 => start, 6 => append, 1 => close], 0..60)
}

/// The ledger under test, and what it said so far.
struct History {
    ledger: TestLedger,
    /// Runs by their start key.
    started: BTreeMap<u8, RunId>,
    /// Events by their run and key.
    appended: BTreeMap<(RunId, String), Event>,
    /// Runs as they were when they were closed.
    closed: BTreeMap<RunId, Run>,
}

impl History {
    fn new() -> Self {
        let mut ledger = TestLedger::new(Box::new(MemoryStore::new()));
        ledger.register("note", ANY_OBJECT).expect("the kind is registered");
        Self {
            ledger,
            started: BTreeMap::new(),
            appended: BTreeMap::new(),
            closed: BTreeMap::new(),
        }
    }

    fn make(&mut self, request: &Request) {
        self.ledger.clock.advance_seconds(1);
        match *request {
            Request::Start { key, intent } => self.start(key, intent),
            Request::Append { run, key, payload, producer } => {
                self.append(&self.run_id(run), key, payload, producer);
            }
            Request::Close { run, outcome, producer } => {
                self.close(&self.run_id(run), outcome, producer);
            }
        }
    }

    fn run_id(&self, key: u8) -> RunId {
        self.started.get(&key).cloned().unwrap_or_else(|| RunId::from("run_unknown"))
    }

    fn start(&mut self, key: u8, intent: u8) {
        let asked = NewRun { intent: format!("intent {intent}"), ..new_run(&format!("k{key}")) };
        match (self.ledger.start(&asked), self.started.get(&key)) {
            (Ok(run), None) => {
                self.started.insert(key, run.id);
            }
            (Ok(run), Some(earlier)) => assert_eq!(run.id, *earlier, "a replay is the same run"),
            (Err(LedgerError::StartConflict), Some(earlier)) => {
                assert_ne!(self.ledger.run(&earlier.clone()).intent, asked.intent);
            }
            (Err(error), _) => panic!("{error}"),
        }
    }

    fn append(&mut self, run: &RunId, key: u8, payload: u8, producer: u8) {
        let key = format!("e{key}");
        let asked = NewEvent {
            producer_id: format!("p{producer}"),
            ..new_event(run, "note", &key, &format!("{{\"n\":{payload}}}"))
        };
        let earlier = self.appended.get(&(run.clone(), key.clone()));
        match (self.ledger.append(&asked), earlier) {
            (Ok(event), Some(earlier)) => assert_eq!(event, *earlier, "a replay is the same event"),
            (Ok(event), None) => {
                assert!(!self.closed.contains_key(run), "a closed run took an event");
                self.appended.insert((run.clone(), key), event);
            }
            (Err(LedgerError::EventConflict), Some(earlier)) => {
                assert_ne!(earlier.payload_json, format!("{{\"n\":{payload}}}"));
            }
            (Err(LedgerError::RunClosed), None) => assert!(self.closed.contains_key(run)),
            (Err(LedgerError::RunUnknown(_)), None) => assert_eq!(run.as_str(), "run_unknown"),
            (Err(error), _) => panic!("{error}"),
        }
    }

    fn close(&mut self, run: &RunId, outcome: u8, producer: u8) {
        let outcomes = [Outcome::Success, Outcome::Failure, Outcome::Aborted];
        let asked = CloseRequest {
            outcome: outcomes[usize::from(outcome)],
            producer_id: format!("p{producer}"),
            ..closing(run)
        };
        match (self.ledger.close(&asked), self.closed.get(run)) {
            (Ok(closed), Some(earlier)) => assert_eq!(closed, *earlier, "a replay is the same run"),
            (Ok(closed), None) => {
                self.closed.insert(run.clone(), closed);
            }
            (Err(LedgerError::CloseConflict), Some(earlier)) => {
                let end = earlier.closing.as_ref().expect("a closed run has an end");
                assert!(end.outcome != asked.outcome || end.producer_id != asked.producer_id);
            }
            (Err(LedgerError::RunUnknown(_)), None) => assert_eq!(run.as_str(), "run_unknown"),
            (Err(error), _) => panic!("{error}"),
        }
    }

    /// Compares all rows with what was said.
    fn check(&mut self) {
        for id in self.started.clone().into_values() {
            let mut check = EventCheck::new();
            let events = self.ledger.events(&id);
            for event in &events {
                assert_eq!(check.check(event), None, "numbers have no gap and digests agree");
                let said = &self.appended[&(id.clone(), event.idempotency_key.clone())];
                assert_eq!(event, said);
            }
            let said = self.appended.keys().filter(|(run, _)| *run == id).count();
            assert_eq!(events.len(), said, "no event is lost or made up");
            let run = self.ledger.run(&id);
            assert_eq!(check_run(&run), None);
            assert_eq!((!run.is_open()).then_some(&run), self.closed.get(&id));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn histories_keep_every_promise(requests in requests()) {
        let mut history = History::new();
        for request in &requests {
            history.make(request);
            history.check();
        }
    }
}
