//! Random runs, odd ones among them: whatever their events say, their documents are sound.

use motus_json::{Object, Value, canonical};
use motus_ledger::Outcome;
use motus_ledger::portable::verify::{Mode, Options, compare, verify_among};
use motus_ledger::work::Judgement;
use proptest::prelude::*;

use super::scene::{Scene, event_id};
use super::support::{bytes, expect_sound, made};

const KINDS: [&str; 12] = [
    "adapter.wrap.start",
    "adapter.wrap.output_summary",
    "work.claim",
    "work.release",
    "evidence.motus_work.test",
    "evidence.",
    "route.motus_work",
    "route.x",
    "handoff.motus_work",
    "handoff.x",
    "decision.motus_work",
    "note",
];

const NAMES: [&str; 19] = [
    "status",
    "outcome",
    "lease_id",
    "work_id",
    "agent_id",
    "summary",
    "evidence_type",
    "log_excerpt",
    "diff_summary",
    "argv_summary",
    "next_actor",
    "receiver",
    "reason",
    "route_ref",
    "expected_action",
    "decision",
    "accepted_run",
    "acceptor",
    "redaction_applied",
];

const TEXTS: [&str; 24] = [
    "",
    " ",
    "\u{200b}",
    "success",
    "failure",
    "partial",
    "aborted",
    "ready",
    "handoff",
    "blocked",
    "complete",
    "none",
    "human",
    "accepted",
    "owner",
    "/home/bob",
    "see ~/x",
    "C:\\Users\\bob",
    "token=hunter2hunter2",
    "file:///home/bob",
    "é\u{0}\u{2028}",
    "run_1",
    "'/a",
    "Bearer abcdefghijkl",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(TEXTS.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => r#"([/\\~$%.:a-z'" =?&@#-]|home|%2F|file:|https?://|token=){0,10}"#,
    ]
}

fn actor() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec!["human", "agent", "robot"]);
    (kind, text()).prop_map(|(kind, id)| {
        Object::from([("type", Value::from(kind)), ("id", id.into())]).into()
    })
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => text().prop_map(Value::from),
        2 => actor(),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => prop::collection::vec(text(), 0..3).prop_map(Value::from),
    ]
}

/// A payload, and sometimes one that is shaped as a hand-off is.
fn payload() -> impl Strategy<Value = String> {
    let member = (prop::sample::select(NAMES.to_vec()), value());
    let any_members = prop::collection::vec(member, 0..6).prop_map(Object::from_iter);
    let refs = prop::collection::btree_set(0..8_u64, 0..3);
    let shaped = (prop::sample::select(vec!["ready", "handoff", "blocked"]), actor(), refs, text());
    let shaped = shaped.prop_map(|(status, actor, refs, reason)| {
        let refs: Vec<String> = refs.into_iter().map(event_id).collect();
        let mut payload =
            Object::from([("status", Value::from(status)), ("reason", reason.into())]);
        match status {
            "ready" => {
                payload.insert("receiver", actor);
                payload.insert("evidence_refs", Value::from(refs));
            }
            _ => drop(payload.insert("next_actor", actor)),
        }
        payload
    });
    let object = prop_oneof![2 => any_members, 1 => shaped];
    let text = object.prop_map(|payload| canonical::store::write(&Value::Object(payload)));
    let odd = prop::sample::select(vec![
        "7",
        "[]",
        r#"{"summary":"\ud800","evidence_type":"\udc00"}"#,
        r#"{"x":NaN,"summary":1e5}"#,
    ]);
    prop_oneof![9 => text, 1 => odd.prop_map(str::to_owned)]
}

/// What a clock may say that is set back and forth, of a Store that several releases write to.
fn reading() -> impl Strategy<Value = String> {
    let fraction = prop::option::of(prop::sample::select(vec!["0", "000001", "19", "999999999"]));
    let second = prop_oneof![4 => 4..10_u8, 1 => 0..60_u8];
    (prop_oneof![8 => Just("2026"), 1 => Just("1969"), 1 => Just("9999")], second, fraction)
        .prop_map(|(year, second, fraction)| {
            let fraction = fraction.map(|it| format!(".{it}")).unwrap_or_default();
            format!("{year}-01-02T03:04:{second:02}{fraction}Z")
        })
}

prop_compose! {
    fn scene()(
        source in prop_oneof![
            prop::sample::select(vec!["motus-wrap", "motus-work", "github-actions"]).prop_map(str::to_owned),
            text(),
        ],
        intent in text(),
        git_sha in prop::option::of(text()),
        outcome in 0..3_usize,
        note in prop::option::of(text()),
        events in prop::collection::vec(
            (prop::sample::select(KINDS.to_vec()).prop_map(str::to_owned), payload()), 0..8,
        ),
        clock in prop::collection::vec(reading(), 0..10),
    ) -> Scene {
        let outcomes = [Outcome::Success, Outcome::Failure, Outcome::Aborted];
        Scene {
            source, intent, git_sha, outcome: outcomes[outcome], note, events, clock,
            machine: "m".to_owned(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None, cases: 512, ..ProptestConfig::default()
    })]

    #[test]
    fn the_documents_of_any_run_are_sound(scene in scene()) {
        let work = scene.tell();
        prop_assert_eq!(&work, &scene.tell());
        let made = made(&work);
        expect_sound(&made, "a random run");
        let documents =
            [bytes(&made.envelope), bytes(&made.manifest), made.export.as_str().into()];
        let said = documents.map(|document| {
            let options = Options { mode: Mode::Normal, golden: None };
            verify_among(&document, &options).1.expect("it can be compared")
        });
        let said: Vec<_> = said.iter().map(|said| ("x", said)).collect();
        prop_assert_eq!(compare(&said).len(), 0);
        let told = made.export.as_str();
        prop_assert!(!told.contains("/home/bob") && !told.contains("hunter2"), "{}", told);
    }

    #[test]
    fn any_run_is_judged_as_its_envelope_says(scene in scene()) {
        let (work, judged) = (scene.tell(), scene.judge());
        prop_assert_eq!(&judged, &scene.judge_briefly());
        let (status, method) = match judged.judgement {
            Judgement::Open => ("open", ""),
            Judgement::Waiting { .. } => ("pending", "handoff_acceptance"),
            Judgement::Accepted { method, .. } => ("accepted", method.as_str()),
            Judgement::Rejected { method, .. } => ("rejected", method.as_str()),
            Judgement::NotRequired => ("not_required", "terminal_outcome"),
        };
        let text = |text: &str| Some(Value::from(text));
        prop_assert_eq!(work.acceptance.get("status").cloned(), text(status));
        prop_assert_eq!(work.acceptance.get("method").cloned(), text(method));
        let is_ready = work.handoff.get("status").cloned() == text("ready");
        prop_assert_eq!(is_ready, judged.hand_off.is_some());
        prop_assert_eq!(work.outcome.get("status").cloned(), judged.outcome.and_then(text));
    }
}
