//! What a ledger knows of a final receipt, over the Store in memory.

use motus_ledger::operation::CloseRequest;
use motus_ledger::release::{
    Beginning, Begun, FinalReceipt, GeneratedBy, Pin, PinKey, RUN_SOURCE, ReleaseId, Standing,
    Tree, begin, finalize, record, standing,
};
use motus_ledger::{LedgerError, NewEvent, Outcome, Run, Timestamp};
use motus_testkit::{MemoryStore, TestLedger};

use super::{SOURCE, at, close, id, now, scaffolded, set, synchronize};

/// A ledger, and the steps of finalizing on it, each in a transaction of its own.
struct Ledger(TestLedger);

impl Ledger {
    fn new() -> Self {
        Self(TestLedger::new(Box::new(MemoryStore::default())))
    }

    fn begin(&mut self, key: &PinKey) -> Begun {
        let beginning = Beginning {
            key: key.clone(),
            source_hash: format!("sha256:{}", "0".repeat(64)),
            cwd: "/w".to_owned(),
            git_sha: None,
            producer_id: RUN_SOURCE.to_owned(),
        };
        let TestLedger { store, clock, ids } = &mut self.0;
        let mut transaction = store.begin_write().unwrap();
        let begun = begin(&mut *transaction, &beginning, clock, ids).unwrap();
        transaction.commit().unwrap();
        begun
    }

    fn open(&mut self, key: &PinKey) -> Run {
        match self.begin(key) {
            Begun::Run(run) => run,
            Begun::Recorded(recorded) => panic!("it was recorded: {recorded:?}"),
        }
    }

    fn record(&mut self, run: &Run, receipt: &FinalReceipt) -> Result<Run, LedgerError> {
        let TestLedger { store, clock, .. } = &mut self.0;
        let mut transaction = store.begin_write()?;
        let closed = record(&mut *transaction, run, receipt, RUN_SOURCE, clock)?;
        transaction.commit()?;
        Ok(closed)
    }

    fn standing(&mut self, key: &PinKey) -> Standing {
        self.0.read(|transaction| standing(transaction, key)).unwrap()
    }
}

fn key() -> PinKey {
    PinKey::new(&id(), ".motus/releases/1.0.0")
}

fn closed_tree(disposition: &str) -> Tree {
    let mut tree = scaffolded();
    close(&mut tree);
    set(&mut tree, SOURCE, "closeout.disposition", disposition);
    synchronize(&mut tree, GeneratedBy::Sync);
    tree
}

fn receipt_at(time: &Timestamp) -> FinalReceipt {
    finalize(&closed_tree("accepted"), &id(), time).unwrap()
}

fn receipt() -> FinalReceipt {
    receipt_at(&now())
}

#[test]
fn a_receipt_is_recorded_by_its_digest_and_nothing_of_the_machine_is() {
    let mut ledger = Ledger::new();
    assert_eq!(ledger.standing(&key()), Standing::Unknown);
    let run = ledger.open(&key());
    assert!(matches!(ledger.standing(&key()), Standing::Begun(_)));
    let closed = ledger.record(&run, &receipt()).unwrap();
    assert_eq!(closed.intent, "finalize release 1.0.0");
    let mut told = String::new();
    for event in ledger.0.events(&run.id) {
        told += &format!("{} {}\n", event.schema_kind, event.schema_hash);
        told += &format!("{}\n{}\n", event.idempotency_key, event.payload_json);
    }
    insta::assert_snapshot!(told, @r#"
    motus_release.started sha256:8fa126b634fa78c3b975fe361dcf9b5f1b537b970cc08b03ecb982b41d445ca1
    finalize:1.0.0:402c1649633b840b:started
    {"release_id":"1.0.0","source_hash":"sha256:0000000000000000000000000000000000000000000000000000000000000000","workflow_family":"release-reference-pilot-v1"}
    evidence.motus_release.final_receipt sha256:e31ded696d37189452b9800a525d230d91e199061fc464ccf0823f846ec573bc
    finalize:1.0.0:402c1649633b840b:receipt
    {"disposition":"accepted","evidence_type":"final_receipt","receipt_hash":"sha256:82c874106af8e51311e261fa42529ef2bd8f875d1fd938c8cde9976e8ce3500e","receipt_id":"receipt-1.0.0","release_id":"1.0.0","source_hash":"sha256:2690da56b198b5123584b5592ca23e41f2e765c5ebc25240c32424a70c01894b","summary":"final receipt of release 1.0.0: accepted","timestamp":"2026-01-02T03:04:05Z"}
    decision.motus_release sha256:0b3b4bc7d5318deae3b21b03e7f259de5233471c684d6e42d20738994d97e11e
    finalize:1.0.0:402c1649633b840b:decision
    {"decision":"accepted","release_id":"1.0.0"}
    "#);
    let Standing::Recorded(recorded) = ledger.standing(&key()) else { panic!("it is recorded") };
    assert_eq!(recorded.receipt_hash, receipt().receipt_hash());
    assert_eq!(recorded.timestamp, Some(now()));
    assert_eq!(recorded.run, closed);
}

#[test]
fn a_pin_tells_the_recorded_receipt_from_every_other() {
    let mut ledger = Ledger::new();
    let (ours, other) = (receipt(), receipt_at(&at("2026-01-02T03:04:06Z")));
    assert_eq!(ledger.standing(&key()).judge(Some(&ours)), Pin::NotAvailable);
    let run = ledger.open(&key());
    assert_eq!(ledger.standing(&key()).judge(Some(&ours)), Pin::NotAvailable);
    ledger.record(&run, &ours).unwrap();
    for (receipt, expected) in
        [(Some(&ours), Pin::Ok), (Some(&other), Pin::Changed), (None, Pin::Changed)]
    {
        assert_eq!(ledger.standing(&key()).judge(receipt), expected);
    }
    // Another release, or the same one elsewhere, has a receipt of its own.
    let others = [
        PinKey::new(&ReleaseId::parse("1.0.1").unwrap(), ".motus/releases/1.0.0"),
        PinKey::new(&id(), "packages/a/releases/1.0.0"),
    ];
    for key in others {
        assert_eq!(ledger.standing(&key), Standing::Unknown);
    }
}

#[test]
fn what_was_begun_is_gone_on_with_and_what_was_recorded_is_not_begun_again() {
    let mut ledger = Ledger::new();
    let first = ledger.open(&key());
    ledger.0.clock.advance_seconds(60);
    assert_eq!(ledger.open(&key()), first);
    ledger.record(&first, &receipt()).unwrap();
    assert_eq!(ledger.record(&first, &receipt()).unwrap().id, first.id, "a replay");
    let other = receipt_at(&at("2026-01-02T03:04:06Z"));
    assert_eq!(ledger.record(&first, &other).unwrap_err().code(), "ledger.event_conflict");
    let Begun::Recorded(recorded) = ledger.begin(&key()) else { panic!("it is recorded") };
    assert_eq!(recorded.run.id, first.id);
    assert_eq!(ledger.0.events(&first.id).len(), 3);
}

#[test]
fn a_run_that_another_hand_closed_is_followed_by_another() {
    let mut ledger = Ledger::new();
    let runs: Vec<Run> = (0..3)
        .map(|_| {
            let run = ledger.open(&key());
            let close = CloseRequest {
                run_id: run.id.clone(),
                outcome: Outcome::Aborted,
                outcome_note: None,
                idempotency_key: "k".to_owned(),
                producer_id: "p".to_owned(),
            };
            ledger.0.close(&close).unwrap();
            assert_eq!(ledger.standing(&key()), Standing::Unknown);
            run
        })
        .collect();
    assert!(runs.is_sorted_by(|one, next| one.idempotency_key < next.idempotency_key));
    let run = ledger.open(&key());
    ledger.record(&run, &receipt()).unwrap();
    assert_eq!(ledger.standing(&key()).judge(Some(&receipt())), Pin::Ok);
}

#[test]
fn the_run_comes_to_what_was_decided() {
    for (disposition, expected) in [
        ("accepted", Outcome::Success),
        ("partial", Outcome::Success),
        ("rejected", Outcome::Failure),
        ("needs_changes", Outcome::Failure),
        ("aborted", Outcome::Aborted),
        ("superseded", Outcome::Aborted),
    ] {
        let mut ledger = Ledger::new();
        let run = ledger.open(&key());
        let receipt = finalize(&closed_tree(disposition), &id(), &now()).unwrap();
        let closing = ledger.record(&run, &receipt).unwrap().closing.unwrap();
        assert_eq!(closing.outcome, expected, "{disposition}");
        let note = format!("motus release finalized 1.0.0: {disposition}");
        assert_eq!(closing.outcome_note, Some(note));
    }
}

#[test]
fn an_event_that_tells_no_digest_is_a_receipt_that_was_changed() {
    for payload in ["{}", r#"{"receipt_hash":1}"#, r#"{"receipt_hash":"","timestamp":"never"}"#] {
        let mut ledger = Ledger::new();
        let run = ledger.open(&key());
        ledger.0.register("any", r#"{"type":"object"}"#).unwrap();
        let event = NewEvent {
            run_id: run.id.clone(),
            schema_kind: "any".to_owned(),
            payload: motus_testkit::sample::json(payload),
            idempotency_key: format!("{}:receipt", run.idempotency_key),
            producer_id: "p".to_owned(),
            schema_hash: None,
        };
        ledger.0.append(&event).unwrap();
        assert!(matches!(ledger.standing(&key()), Standing::Begun(_)));
        let close = CloseRequest {
            run_id: run.id.clone(),
            outcome: Outcome::Success,
            outcome_note: None,
            idempotency_key: "k".to_owned(),
            producer_id: "p".to_owned(),
        };
        ledger.0.close(&close).unwrap();
        let Standing::Recorded(recorded) = ledger.standing(&key()) else { panic!("an event") };
        assert_eq!((&*recorded.receipt_hash, recorded.timestamp.clone()), ("", None));
        assert_eq!(Standing::Recorded(recorded).judge(Some(&receipt())), Pin::Changed);
    }
}
