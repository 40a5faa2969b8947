//! Bundles that verify, from which vectors are made: the scenarios cut down, and filled up.

use super::edit::Edit::{self, Insert, Push, Remove, Set};
use super::edit::changed;
use crate::bundle::{Parts, basic_edit, human_approval, parent};

/// `basic_edit` with one file of evidence.
pub(super) fn small() -> Parts {
    changed(basic_edit(), SMALL)
}

/// The same, with events that say nothing of effects.
pub(super) fn silent() -> Parts {
    changed(
        small(),
        &[Remove("event/3/payload/effects_declared"), Remove("event/4/payload/effects_observed")],
    )
}

/// The same as `small`, with a note that nobody knows where one may stand.
pub(super) fn noted() -> Parts {
    let notes = ["receipt/zz", "event/1/payload/zz"].map(|place| Set(place, "\"NOTE\""));
    changed(small(), &notes)
}

/// A change that a human approved, with one file of evidence.
pub(super) fn approved() -> Parts {
    changed(human_approval(), SMALL)
}

/// A prompt that leaves the answer open; nobody has to approve.
pub(super) fn asked() -> Parts {
    changed(
        small(),
        &[Push("receipt/hitl", OPEN_PROMPT), Insert(6, "Lock", "HitlPrompt", OPEN_PROMPT)],
    )
}

/// Every list has an entry, and every field that may be missing is there.
pub(super) fn full() -> Parts {
    changed(approved(), FULL)
}

/// Three entries in every list whose entries are leaves.
pub(super) fn threes() -> Parts {
    changed(small(), THREES)
}

/// Work was verified, found wrong and done again.
pub(super) fn second_attempt() -> Parts {
    changed(small(), SECOND_ATTEMPT)
}

/// Three children; an entry of the log for each as it was spawned and joined.
pub(super) fn family() -> Parts {
    changed(parent(), SMALL)
}

const OPEN_PROMPT: &str = r#"{"cost_ms":45000,"evi_ms":-33000,"kind":"Prompt","loss_ms":30000,
    "p_override_permille":400,"reason":"shall this go on?","required":false,
    "ts_utc":"2025-12-24T00:00:05Z"}"#;

const SMALL: &[Edit] = &[
    Remove("event/1/payload/evidence"),
    Remove("event/4/payload/evidence"),
    Set("receipt/gates", "[]"),
    Remove("file/evidence/act/write_file.json"),
    Remove("file/evidence/gates/no_secrets.txt"),
    Remove("file/evidence/observe/signals.json"),
];

const ERROR: &str = r#"{"class":"Recoverable","code":"NET_TIMEOUT",
    "evidence":"evidence/verify/cargo_test.txt","message":"no answer","phase":"Act",
        "retryable":true}"#;

const CHILD: &str = r#"{"child_loop_id":"33333333-3333-3333-3333-333333333301",
    "child_proof_digest":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53",
    "critical":true,"outcome_status":"success","spawn_index":0}"#;

const FULL: &[Edit] = &[
    Insert(4, "Act", "ActError", ERROR),
    Insert(
        5,
        "Act",
        "ChildSpawned",
        r#"{"child_loop_id":"33333333-3333-3333-3333-333333333301","critical":true,
            "spawn_index":0}"#,
    ),
    Insert(
        6,
        "Act",
        "ChildJoined",
        r#"{"child_loop_id":"33333333-3333-3333-3333-333333333301",
        "child_proof_digest":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"}"#,
    ),
    Push("receipt/errors", ERROR),
    Push("receipt/children", CHILD),
    Push(
        "receipt/gates",
        r#"{"evidence":"evidence/verify/cargo_test.txt","gate_id":"no_secrets","passed":true,
        "phase":"Act"}"#,
    ),
    Set("receipt/artifacts/inputs/0/size_bytes", "35"),
    Set("receipt/artifacts/inputs/0/kind", "\"File\""),
    Set("receipt/lens/items/0/weight", "1000"),
    Set("receipt/actor/email", "\"agent@example.org\""),
    Set(
        "receipt/actor/model_digest",
        "\"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53\"",
    ),
    Set("event/0/payload/actor/email", "\"agent@example.org\""),
    Set(
        "event/0/payload/actor/model_digest",
        "\"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53\"",
    ),
    Set(
        "receipt/strategies/suggestions",
        r#"[{"explanation":["signal above threshold"],"match_permille":920,
            "strategy_id":"STRAT-008"}]"#,
    ),
    Set("receipt/strategies/used", r#"{"strategy_id":"STRAT-008","version":"0.1"}"#),
];

const THREES: &[Edit] = &[
    Set("file/evidence/a.txt", "a\n"),
    Set("file/evidence/b.txt", "b\n"),
    Set(
        "receipt/artifacts/outputs",
        r#"[{"path":"a",
            "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"},
            {"path":"b",
                "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"}]"#,
    ),
    Set(
        "receipt/lens/items",
        r#"[{"kind":"file","provenance":"fs","ts_utc":"2025-12-20T00:00:00Z","uri":"a",
             "sha256":"229e5229452313f9ebb80dcb4fd9ec035a1ac9b9045b3df6df0305e427b61844"},
            {"kind":"file","provenance":"fs","ts_utc":"2025-12-20T00:00:00Z","uri":"b",
             "sha256":"229e5229452313f9ebb80dcb4fd9ec035a1ac9b9045b3df6df0305e427b61844"},
            {"kind":"uri","provenance":"fs","ts_utc":"2025-12-20T00:00:00Z","uri":"a",
             "sha256":"229e5229452313f9ebb80dcb4fd9ec035a1ac9b9045b3df6df0305e427b61844"}]"#,
    ),
    Remove("event/2/payload/items_count"),
    Remove("event/4/payload/artifacts_out"),
    Remove("event/3/payload/effects_declared"),
    Set(
        "receipt/effects/declared",
        r#"[{"op":"Exec","selector":"exec:cargo"},
            {"op":"Network","selector":"net:https://example.org/"},
            {"op":"WriteFS","selector":"fs:src/lib.rs"}]"#,
    ),
    Set(
        "receipt/gates",
        r#"[{"gate_id":"format","passed":true,"phase":"Act"},
            {"gate_id":"licence","passed":true,"phase":"Observe"},
            {"gate_id":"no_secrets","passed":true,"phase":"Decide"}]"#,
    ),
    Set("receipt/verification/results", THREE_RESULTS),
    Set("event/5/payload/results", THREE_RESULTS),
    Set("event/5/payload/passed", "false"),
    Set("receipt/verification/spec/checks_required", r#"["cargo_test"]"#),
];

const THREE_RESULTS: &str = r#"[
    {"check_id":"cargo_test@1","level":"Regression","passed":false},
    {"check_id":"cargo_test@10","evidence":"evidence/verify/cargo_test.txt","level":"Regression",
     "passed":true},
    {"check_id":"cargo_test@2","level":"Regression","passed":false}]"#;

const SECOND_ATTEMPT: &[Edit] = &[
    Set(
        "receipt/phase_sequence",
        r#"["Observe","Orient","Decide","Act","Verify","Orient","Decide","Act","Verify","Lock"]"#,
    ),
    Insert(6, "Orient", "OrientFromFailure", r#"{"evidence":"evidence/verify/cargo_test.txt"}"#),
    Insert(7, "Decide", "PlanChosen", r#"{"plan":"mend"}"#),
    Insert(8, "Act", "SkillExecuted", r#"{"skill":"mend"}"#),
    Insert(
        9,
        "Verify",
        "VerificationRun",
        r#"{"passed":true,"results":[{"check_id":"cargo_test@2",
            "evidence":"evidence/verify/cargo_test.txt","level":"Regression","passed":true}]}"#,
    ),
    Set("event/5/payload/passed", "false"),
    Set("event/5/payload/results/0/check_id", "\"cargo_test@1\""),
    Set("event/5/payload/results/0/passed", "false"),
    Set("receipt/verification/results/0/check_id", "\"cargo_test@1\""),
    Set("receipt/verification/results/0/passed", "false"),
    Push(
        "receipt/verification/results",
        r#"{"check_id":"cargo_test@2","evidence":"evidence/verify/cargo_test.txt",
            "level":"Regression","passed":true}"#,
    ),
];
