//! Random histories that travel in pieces: whatever is exported when, a Store that takes it in ends up with
//! all of it.

use motus_ledger::operation::CloseRequest;
use motus_ledger::{NewRun, Outcome, RunId};
use motus_testkit::TestLedger;
use motus_testkit::sample::{closing, new_event, new_run};
use proptest::prelude::*;

use crate::travel::{check, empty, export_all, take_in};

/// One step of a history; small numbers make runs and kinds meet again.
#[derive(Debug, Clone)]
enum Step {
    Start,
    Append { run: usize, kind: u8, payload: u8 },
    Close { run: usize, outcome: u8 },
    Register { kind: u8 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let append = (0..4_usize, 0..2_u8, 0..4_u8).prop_map(|(run, kind, payload)| Step::Append {
        run,
        kind,
        payload,
    });
    let close = (0..4_usize, 0..3_u8).prop_map(|(run, outcome)| Step::Close { run, outcome });
    let register = (0..2_u8).prop_map(|kind| Step::Register { kind });
    let step = prop_oneof![2 => Just(Step::Start), 8 => append, 1 => close, 1 => register];
    prop::collection::vec(step, 0..40)
}

/// A Store that is written, and the runs that it has.
struct History {
    ledger: TestLedger,
    runs: Vec<RunId>,
    events: usize,
    /// How many fields each kind has.
    fields: [usize; 2],
}

impl History {
    fn new() -> Self {
        let mut history = Self { ledger: empty(), runs: Vec::new(), events: 0, fields: [0, 0] };
        history.register(0);
        history.register(1);
        history
    }

    fn make(&mut self, step: &Step) {
        self.ledger.clock.advance_seconds(1);
        match *step {
            Step::Start => {
                let key = format!("k{}", self.runs.len());
                let request = NewRun { intent: key.clone(), ..new_run(&key) };
                self.runs.push(self.ledger.start(&request).expect("the run starts").id);
            }
            Step::Append { run, kind, payload } => self.append(run, kind, payload),
            Step::Close { run, outcome } => {
                let outcome =
                    [Outcome::Success, Outcome::Failure, Outcome::Aborted][outcome as usize];
                if let Some(run) = self.runs.get(run) {
                    // One that is closed stays so.
                    let _ = self.ledger.close(&CloseRequest { outcome, ..closing(run) });
                }
            }
            Step::Register { kind } => self.register(kind),
        }
    }

    fn append(&mut self, run: usize, kind: u8, payload: u8) {
        let Some(run) = self.runs.get(run) else { return };
        self.events += 1;
        let (key, payload) = (format!("e{}", self.events), format!("{{\"f1\":{payload}}}"));
        // A closed run takes none.
        let _ = self.ledger.append(&new_event(run, &format!("kind{kind}"), &key, &payload));
    }

    /// Registers a version with one more field than the latest.
    fn register(&mut self, kind: u8) {
        let count = &mut self.fields[usize::from(kind)];
        *count += 1;
        let fields: Vec<String> = (0..*count).map(|field| format!(r#""f{field}":{{}}"#)).collect();
        let schema = format!(r#"{{"type":"object","properties":{{{}}}}}"#, fields.join(","));
        self.ledger.register(&format!("kind{kind}"), &schema).expect("it only grows");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_history_in_pieces_comes_together(before in steps(), after in steps()) {
        let mut history = History::new();
        for step in &before {
            history.make(step);
        }
        let first = export_all(&mut history.ledger);
        for step in &after {
            history.make(step);
        }
        let second = export_all(&mut history.ledger);

        let mut in_order = empty();
        take_in(&mut in_order, &first).expect("the first piece");
        prop_assert_eq!(export_all(&mut in_order), first.clone());
        take_in(&mut in_order, &second).expect("the second piece");
        prop_assert_eq!(export_all(&mut in_order), second.clone());

        let mut at_once = empty();
        take_in(&mut at_once, &second).expect("the second piece");
        let late = take_in(&mut at_once, &first).expect("the first piece, late");
        prop_assert!(late.is_nothing_new());
        prop_assert_eq!(export_all(&mut at_once), second.clone());
        prop_assert!(check(&mut history.ledger, &second).expect("its own").is_nothing_new());
    }
}
