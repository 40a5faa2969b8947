//! A scenario whose log tells everything that its receipt says.

use motus_json::Value;
use motus_json::canonical::cj;

use super::{Parts, basic_edit, push_event};

/// [`basic_edit`], told by as many events as a compiler writes that leaves nothing out.
pub fn told_whole() -> Parts {
    let mut parts = basic_edit();
    let receipt = parts.receipt.clone();
    let told = |path: &str| {
        let mut names = path.split('.');
        let first = names.next().and_then(|name| receipt.get(name));
        let part = names.fold(first, |part, name| match name.parse::<usize>() {
            Ok(place) => part?.as_array()?.get(place),
            Err(_) => part?.get(name),
        });
        cj::write(part.unwrap_or(&Value::Null)).expect("a part has a text")
    };
    parts.events.clear();
    for (phase, kind, payload) in EVENTS {
        // What stands between angle brackets is a part of the receipt.
        let mut pieces = payload.split(['<', '>']);
        let mut text = pieces.next().unwrap_or_default().to_owned();
        while let (Some(path), Some(rest)) = (pieces.next(), pieces.next()) {
            text = text + &told(path) + rest;
        }
        push_event(&mut parts, phase, kind, &text);
    }
    parts.seal()
}

const EVENTS: [(&str, &str, &str); 15] = [
    ("Observe", "IntentSet", r#"{"actor":<actor>,"enf_k":<effects.k>,"intent":<intent>}"#),
    (
        "Observe",
        "SignalsCaptured",
        r#"{"evidence":"evidence/observe/signals.json","signals":[],"signals_count":1}"#,
    ),
    ("Observe", "InputsRead", r#"{"artifacts_in":<artifacts.inputs>}"#),
    ("Orient", "PhaseEntered", r#"{"step":"Next"}"#),
    (
        "Orient",
        "LensAssembled",
        r#"{"created_utc":<lens.created_utc>,"items":<lens.items>,"items_count":1,
            "lens_id":<lens.lens_id>,"quality":<lens.quality>}"#,
    ),
    ("Decide", "PhaseEntered", r#"{"step":"Next"}"#),
    ("Decide", "DecisionRecorded", "<decisions.0>"),
    (
        "Decide",
        "PlanChosen",
        r#"{"effects_declared":<effects.declared>,"enf_k":<effects.k>,"plan":"edit_file"}"#,
    ),
    ("Decide", "VerificationSpecified", "<verification.spec>"),
    ("Act", "PhaseEntered", r#"{"step":"Next"}"#),
    (
        "Act",
        "SkillExecuted",
        r#"{"artifacts_out":<artifacts.outputs>,"effects_declared_count":1,
            "effects_observed":<effects.executed_raw>,"effects_observed_count":1,
            "evidence":"evidence/act/write_file.json","skill":"write_file"}"#,
    ),
    ("Act", "GateEvaluated", "<gates.0>"),
    ("Verify", "PhaseEntered", r#"{"step":"Next"}"#),
    ("Verify", "VerificationRun", r#"{"passed":true,"results":<verification.results>}"#),
    ("Lock", "Locked", r#"{"lock_level":<lock_level>,"outcome":<outcome>}"#),
];
