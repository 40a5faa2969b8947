//! One run whose export and receipt are known to the byte from the published CLI 0.5.3.

use motus_ledger::operation::CloseRequest;
use motus_ledger::{Clock, Digest, Outcome, Run, RunId};

use super::StoreFixture;
use crate::TestLedger;
use crate::sample::{closing, new_event, new_run};

const RUN_ID: &str = "run_00000000000000000001_0123456789ab";

const NOTE_SCHEMA: &str = r#"{"properties":{"msg":{"type":"string"},"n":{"type":["number","null"]}},"required":["msg"],"type":"object"}"#;
const NOTE_HASH: &str = "sha256:12a92aabbf270ee37db9183de4343b18bfe24a5a5d3f2111f592016d17dd5103";
const EMPTY_SCHEMA: &str = r#"{"properties":{},"required":[],"type":"object"}"#;
const EMPTY_HASH: &str = "sha256:c8a1ac469a826ea3547ac220c7bbfdcd6b58080d4ec596ff2a0149c5ccb9b699";

const EXPORT_HASH: &str = "sha256:4fe9f7280ade1e7bcc6a15ea13d2817c532d0e7ff41272f921a8e1ba442c80a7";

/// The canonical text of the published receipt.
const RECEIPT: &str = include_str!("worked_receipt.json");

/// Records the published run; its identifier has a time of its own, so its row is put in directly.
fn record(fixture: &dyn StoreFixture) -> (TestLedger, RunId) {
    let mut ledger = TestLedger::new(fixture.open());
    let id = RunId::from(RUN_ID);
    let asked = new_run("k1");
    let run = Run {
        id: id.clone(),
        idempotency_key: asked.idempotency_key,
        producer_id: asked.producer_id,
        source: asked.source,
        started_at: ledger.clock.timestamp(),
        intent: "Ship é".to_owned(),
        cwd: asked.cwd,
        git_sha: asked.git_sha,
        closing: None,
    };
    ledger.write(|transaction| Ok(transaction.insert_run(&run)?)).expect("the run is inserted");
    assert_eq!(ledger.register("note", NOTE_SCHEMA).expect("the kind is registered"), NOTE_HASH);
    for kind in ["evidence.test", "decision.pick", "route.next", "handoff.to"] {
        assert_eq!(ledger.register(kind, EMPTY_SCHEMA).expect("registered"), EMPTY_HASH);
    }
    for (key, kind, payload) in [
        ("e1", "note", r#"{"msg":"héllo\n","n":1.5}"#),
        ("e2", "evidence.test", r#"{"passed":3}"#),
        ("e3", "decision.pick", r#"{"summary":"go"}"#),
        ("e4", "route.next", r#"{"to":"qa"}"#),
        ("e5", "handoff.to", r#"{"who":"bob"}"#),
    ] {
        ledger.append(&new_event(&id, kind, key, payload)).expect("appended");
    }
    let end = CloseRequest {
        outcome: Outcome::Failure,
        outcome_note: Some("nope".to_owned()),
        producer_id: "p2".to_owned(),
        ..closing(&id)
    };
    ledger.close(&end).expect("the run closes");
    (ledger, id)
}

/// The export has the published digest, also from a Store that is opened again.
pub fn the_published_export_is_reproduced(fixture: &dyn StoreFixture) {
    let (mut ledger, id) = record(fixture);
    let export = ledger.export(&id);
    assert_eq!(Digest::of(&export).as_str(), EXPORT_HASH, "{export}");
    let events = ledger.events(&id);
    assert_eq!(
        events[0].id,
        "sha256:7193250e751bc32dab28bf557b12c8a3cfc66f078517cbc4d9adf072c50f1e62"
    );
    drop(ledger);
    assert_eq!(TestLedger::new(fixture.open()).export(&id), export);
}

/// The receipt is the published one, to the byte, with its identifier.
pub fn the_published_receipt_is_reproduced(fixture: &dyn StoreFixture) {
    let (mut ledger, id) = record(fixture);
    let receipt = ledger.receipt(&id);
    assert_eq!(receipt, RECEIPT.trim_end());
    assert!(receipt.contains(
        r#""receipt_id":"sha256:796548040dd4ededda43953a91dd022e726c2ab7a7d5ee1da331166c05eeedf8""#
    ));
}
