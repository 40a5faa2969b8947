//! One run whose export and projections are known to the byte from the published CLI 0.5.3.
//!
//! The digests of the projections were taken once: the export, whose digest is the first one here, was
//! read as JSON and given to the functions of `motus.kernel.projections` of 0.5.3, and what each
//! returned was dumped with sorted keys, without white space and in ASCII, and hashed. 0.6.5 gives the
//! same bytes.

use motus_ledger::operation::CloseRequest;
use motus_ledger::projection::{decisions, evidence, handoff, route_summary, work_packet};
use motus_ledger::{Clock, Digest, Outcome, Run, RunId};

use super::StoreFixture;
use crate::TestLedger;
use crate::sample::{closing, new_event, new_run};

const NOTE_SCHEMA: &str = r#"{"properties":{"msg":{"type":"string"},"n":{"type":["number","null"]}},"required":["msg"],"type":"object"}"#;
const NOTE_HASH: &str = "sha256:12a92aabbf270ee37db9183de4343b18bfe24a5a5d3f2111f592016d17dd5103";
const EMPTY_SCHEMA: &str = r#"{"properties":{},"required":[],"type":"object"}"#;
const EMPTY_HASH: &str = "sha256:c8a1ac469a826ea3547ac220c7bbfdcd6b58080d4ec596ff2a0149c5ccb9b699";

const EXPORT_HASH: &str = "sha256:4fe9f7280ade1e7bcc6a15ea13d2817c532d0e7ff41272f921a8e1ba442c80a7";
const PACKET_HASH: &str = "sha256:1a998b6278c2bf63034f945019392bcd7c53337c73f6ac16a811dc46c761a627";
const EVIDENCE_HASH: &str =
    "sha256:50ed9504a7546be09d5b055b3f5b813549a3678e6a3d9def4cfefe8b47010d2a";
const DECISIONS_HASH: &str =
    "sha256:3f3bc188ce45a468b14e2020842c15d0b3ab219f751ce1af0ad6a551aa131c5e";
const ROUTE_HASH: &str = "sha256:d1ce5a2fbe3e156ea784ab5cfd8c53baad5372ac5bf020899ebecb189e5f5b66";
const HANDOFF_HASH: &str =
    "sha256:e65e2984d869cec21314df39867d2f1279b314a16165a2faceeddca26a4657a6";
const HANDOFF_TO_CHILD_HASH: &str =
    "sha256:feb7b0cecfb1020064c6a5cf05411649662bb749c0efb0f674f832476f8758d3";

/// The canonical text of the published receipt.
const RECEIPT: &str = include_str!("worked_receipt.json");

/// The published run and one that goes on with its work, in a ledger.
pub struct WorkedRun {
    /// The ledger.
    pub ledger: TestLedger,
    /// The published run; it is closed.
    pub id: RunId,
    /// A run without events; it is open.
    pub child: RunId,
}

impl WorkedRun {
    /// Records both.
    pub fn record(fixture: &dyn StoreFixture) -> Self {
        let mut ledger = TestLedger::new(fixture.open());
        let id = insert(&mut ledger, "k1", "run_00000000000000000001_0123456789ab");
        let child = insert(&mut ledger, "k2", "run_00000000000000000002_0123456789ab");
        register_kinds(&mut ledger);
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
        Self { ledger, id, child }
    }
}

/// Puts in the row of a run whose identifier has a time of its own.
fn insert(ledger: &mut TestLedger, key: &str, id: &str) -> RunId {
    let asked = new_run(key);
    let run = Run {
        id: RunId::from(id),
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
    run.id
}

fn register_kinds(ledger: &mut TestLedger) {
    assert_eq!(ledger.register("note", NOTE_SCHEMA).expect("the kind is registered"), NOTE_HASH);
    for kind in ["evidence.test", "decision.pick", "route.next", "handoff.to"] {
        assert_eq!(ledger.register(kind, EMPTY_SCHEMA).expect("registered"), EMPTY_HASH);
    }
}

/// The export has the published digest, also from a Store that is opened again.
pub fn the_published_export_is_reproduced(fixture: &dyn StoreFixture) {
    let WorkedRun { mut ledger, id, .. } = WorkedRun::record(fixture);
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
    let WorkedRun { mut ledger, id, .. } = WorkedRun::record(fixture);
    let receipt = ledger.receipt(&id);
    assert_eq!(receipt, RECEIPT.trim_end());
    assert!(receipt.contains(
        r#""receipt_id":"sha256:796548040dd4ededda43953a91dd022e726c2ab7a7d5ee1da331166c05eeedf8""#
    ));
}

/// The other projections are the published ones, to the byte.
pub fn the_published_projections_are_reproduced(fixture: &dyn StoreFixture) {
    let WorkedRun { mut ledger, id, child } = WorkedRun::record(fixture);
    for (name, text, digest) in [
        ("packet", ledger.project(|view| work_packet(view, &id)), PACKET_HASH),
        ("evidence", ledger.project(|view| evidence(view, &id)), EVIDENCE_HASH),
        ("decisions", ledger.project(|view| decisions(view, &id)), DECISIONS_HASH),
        ("route", ledger.project(|view| route_summary(view, &id)), ROUTE_HASH),
        ("handoff", ledger.project(|view| handoff(view, &id, None)), HANDOFF_HASH),
        ("child", ledger.project(|view| handoff(view, &id, Some(&child))), HANDOFF_TO_CHILD_HASH),
    ] {
        assert_eq!(Digest::of(&text).as_str(), digest, "{name}: {text}");
    }
}
