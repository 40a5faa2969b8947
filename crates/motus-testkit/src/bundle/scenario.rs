//! Scenarios that verify. The first has the content of the published bundle `basic_edit`, so that its
//! digest is known from elsewhere.

use motus_json::{Object, Value};

use super::{Parts, document};

/// One file is edited and a check passes; its digest is the one that MOTUS-SPEC-V0.1 §8.1 prints.
pub fn basic_edit() -> Parts {
    let mut parts = Parts {
        receipt: document(BASIC_RECEIPT),
        manifest: document(BASIC_MANIFEST),
        ..Parts::default()
    };
    for (path, text) in [
        ("evidence/act/write_file.json", r#"{"bytes_written":35,"path":"src/lib.rs"}"#),
        ("evidence/gates/no_secrets.txt", "PASS\n"),
        (
            "evidence/observe/signals.json",
            r#"{"signals":[{"confidence":1000,"name":"need_file_edit"}]}"#,
        ),
        ("evidence/verify/cargo_test.txt", "PASS cargo test\n"),
    ] {
        parts.files.insert(path.to_owned(), text.as_bytes().to_vec());
    }
    for (phase, kind, payload) in BASIC_EVENTS {
        push_event(&mut parts, phase, kind, payload);
    }
    parts.seal()
}

/// A file under `prod/` is changed, which a human must approve and does.
pub fn human_approval() -> Parts {
    let mut parts = basic_edit();
    let (selector, path) = ("fs:prod/config.yml", "prod/config.yml");
    replace_text(&mut parts.receipt, "fs:src/lib.rs", selector);
    replace_text(&mut parts.receipt, "src/lib.rs", path);
    for event in &mut parts.events {
        replace_text(event, "fs:src/lib.rs", selector);
        replace_text(event, "src/lib.rs", path);
    }
    let records = [HUMAN_PROMPT, HUMAN_DECISION].map(document);
    *parts.in_receipt(&["hitl"]) = records.clone().map(Value::from).to_vec().into();
    let locked = parts.events.pop().expect("the scenario is locked");
    for (kind, record) in ["HitlPrompt", "HitlDecision"].into_iter().zip(records) {
        push_event(&mut parts, "Lock", kind, &super::canonical(&record));
    }
    let content = locked.get("payload").and_then(Value::as_object).cloned().unwrap_or_default();
    push_event(&mut parts, "Lock", "Locked", &super::canonical(&content));
    parts.seal()
}

/// A loop with three children, of which the last is not critical.
pub fn parent() -> Parts {
    let mut parts = basic_edit();
    let child = |index: usize| {
        let text = CHILD.replace("INDEX", &index.to_string());
        document(&text.replace("CRITICAL", if index < 2 { "true" } else { "false" }))
    };
    let children: Vec<Object> = (0..3).map(child).collect();
    let mut events = Vec::new();
    for kind in ["ChildSpawned", "ChildJoined"] {
        let names: &[&str] = match kind {
            "ChildSpawned" => &["spawn_index", "child_loop_id", "critical"],
            _ => &["child_loop_id", "child_proof_digest"],
        };
        for child in &children {
            let payload: Object =
                names.iter().filter_map(|name| Some((*name, child.get(name)?.clone()))).collect();
            events.push((kind, payload));
        }
    }
    *parts.in_receipt(&["children"]) =
        children.into_iter().map(Value::from).collect::<Vec<_>>().into();
    let after = parts.events.split_off(5);
    for (kind, payload) in events {
        push_event(&mut parts, "Act", kind, &super::canonical(&payload));
    }
    parts.events.extend(after);
    for seq in 0..parts.events.len() {
        identify(&mut parts, seq);
    }
    parts.seal()
}

/// Adds an event after the others, a second later, with an identifier of its own.
pub fn push_event(parts: &mut Parts, phase: &str, kind: &str, payload: &str) {
    let mut event = document("{\"loop_id\":\"11111111-1111-1111-1111-111111111111\"}");
    event.insert("phase", phase);
    event.insert("kind", kind);
    event.insert("payload", document(payload));
    parts.events.push(event);
    identify(parts, parts.events.len() - 1);
}

fn identify(parts: &mut Parts, seq: usize) {
    let event = parts.event(seq);
    event.insert("event_id", format!("e1111111-0000-0000-0000-{:012}", seq + 1));
    event.insert("ts_utc", format!("2025-12-24T00:00:{seq:02}Z"));
}

/// Replaces a text wherever it is a whole string.
fn replace_text(object: &mut Object, from: &str, to: &str) {
    let text = super::canonical(object);
    *object = document(&text.replace(&format!("\"{from}\""), &format!("\"{to}\"")));
}

const BASIC_MANIFEST: &str = r#"{
    "bundle_version": "BUNDLE-0.1",
    "created_utc": "2025-12-24T00:00:00Z",
    "loop_id": "11111111-1111-1111-1111-111111111111"
}"#;

const BASIC_RECEIPT: &str = r#"{
    "receipt_version": "0.1.0",
    "loop_id": "11111111-1111-1111-1111-111111111111",
    "parent_loop_id": null,
    "timestamp_utc": "2025-12-24T00:00:00Z",
    "intent": {"description": "Add helper() to src/lib.rs", "source": "human"},
    "outcome": {
        "description": "Updated src/lib.rs with helper() and tests pass",
        "status": "success"
    },
    "actor": {"model": "gpt-5.2-pro", "name": "motus-agent", "type": "agent"},
    "lock_level": "Committed",
    "phase_sequence": ["Observe", "Orient", "Decide", "Act", "Verify", "Lock"],
    "artifacts": {
        "inputs": [{
            "path": "src/lib.rs",
            "sha256": "229e5229452313f9ebb80dcb4fd9ec035a1ac9b9045b3df6df0305e427b61844"
        }],
        "outputs": [{
            "path": "src/lib.rs",
            "sha256": "1131907749774019b06324f9ed10145e6cfb4a63638d69f9dfa77f6dec3fa7e9"
        }]
    },
    "lens": {
        "created_utc": "2025-12-24T00:00:00Z",
        "items": [{
            "kind": "file",
            "provenance": "fs",
            "sha256": "229e5229452313f9ebb80dcb4fd9ec035a1ac9b9045b3df6df0305e427b61844",
            "ts_utc": "2025-12-20T00:00:00Z",
            "uri": "src/lib.rs"
        }],
        "lens_id": "lens-basic-001",
        "quality": {
            "aggregate": 900, "conflict": 1000, "coverage": 1000,
            "freshness": 900, "provenance": 1000
        }
    },
    "effects": {
        "declared": [{"op": "WriteFS", "selector": "fs:src/lib.rs"}],
        "enf_version": "ENF-0.1",
        "executed_raw": [{"op": "WriteFS", "selector": "fs:src/lib.rs"}],
        "k": 50
    },
    "decisions": [{
        "alternatives_rejected": ["Refactor entire module"],
        "choice": "Add helper() near old()",
        "point": "Implementation approach",
        "rationale": "Small additive change; minimizes risk"
    }],
    "strategies": {"suggestions": [], "used": null},
    "verification": {
        "results": [{
            "check_id": "cargo_test",
            "evidence": "evidence/verify/cargo_test.txt",
            "level": "Regression",
            "passed": true
        }],
        "spec": {"checks_required": ["cargo_test"], "level": "Regression"}
    },
    "gates": [{
        "evidence": "evidence/gates/no_secrets.txt",
        "gate_id": "no_secrets_in_diff",
        "passed": true,
        "phase": "Act"
    }],
    "children": [],
    "errors": [],
    "hitl": [],
    "integrity": {
        "cj_version": "CJ-0.1",
        "enf_version": "ENF-0.1",
        "fsm_version": "FSM-0.1",
        "proof_version": "PROOF-0.1",
        "policy_id": "POLICY-DEFAULT",
        "policy_hash": "0198b7b9a879a1f41aef195acd0294ea5f2a021e816d236e258bef8ed5ef9554"
    }
}"#;

const BASIC_EVENTS: [(&str, &str, &str); 7] = [
    (
        "Observe",
        "IntentSet",
        r#"{"actor":{"model":"gpt-5.2-pro","name":"motus-agent","type":"agent"},
            "intent":{"description":"Add helper() to src/lib.rs","source":"human"}}"#,
    ),
    (
        "Observe",
        "SignalsCaptured",
        r#"{"evidence":"evidence/observe/signals.json","signals_count":1}"#,
    ),
    (
        "Orient",
        "LensAssembled",
        r#"{"items_count":1,"lens_id":"lens-basic-001","quality":{"aggregate":900,
            "conflict":1000,"coverage":1000,"freshness":900,"provenance":1000}}"#,
    ),
    (
        "Decide",
        "PlanChosen",
        r#"{"effects_declared":[{"op":"WriteFS","selector":"fs:src/lib.rs"}],"plan":"edit_file"}"#,
    ),
    (
        "Act",
        "SkillExecuted",
        r#"{"artifacts_out":[{"path":"src/lib.rs",
            "sha256":"1131907749774019b06324f9ed10145e6cfb4a63638d69f9dfa77f6dec3fa7e9"}],
            "effects_observed":[{"op":"WriteFS","selector":"fs:src/lib.rs"}],
            "evidence":"evidence/act/write_file.json","skill":"write_file"}"#,
    ),
    (
        "Verify",
        "VerificationRun",
        r#"{"passed":true,"results":[{"check_id":"cargo_test",
            "evidence":"evidence/verify/cargo_test.txt","level":"Regression","passed":true}]}"#,
    ),
    (
        "Lock",
        "Locked",
        r#"{"lock_level":"Committed","outcome":{
            "description":"Updated src/lib.rs with helper() and tests pass","status":"success"}}"#,
    ),
];

const HUMAN_PROMPT: &str = r#"{"cost_ms":45000,"evi_ms":540000,"kind":"Prompt","loss_ms":900000,
    "p_override_permille":650,"reason":"a write under prod/","required":true,
    "ts_utc":"2025-12-24T00:00:06Z"}"#;

const HUMAN_DECISION: &str = r#"{"approved":true,"approver":{"name":"oncall","type":"human"},
    "kind":"Decision","note":"as announced","ts_utc":"2025-12-24T00:00:07Z"}"#;

const CHILD: &str = r#"{"child_loop_id":"33333333-3333-3333-3333-33333333330INDEX",
    "child_proof_digest":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc5INDEX",
    "critical":CRITICAL,"outcome_status":"success","spawn_index":INDEX}"#;
