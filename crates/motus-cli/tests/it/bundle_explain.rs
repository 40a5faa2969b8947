//! `motus bundle explain`: what happened in a loop, whether its bundle verifies or not.

use motus_json::{Object, Value};
use motus_testkit::bundle::{Parts, basic_edit, human_approval, parent, push_event};

use crate::support::{Scene, parse, set};

const EXPLAIN: [&str; 3] = ["bundle", "explain", "bundle"];
const EXPLAIN_JSON: [&str; 4] = ["bundle", "explain", "bundle", "--json"];

/// Returns the lines of a text that hold a word.
fn lines_with<'t>(text: &'t str, word: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.contains(word)).map(str::trim).collect()
}

/// Puts events between the fifth and the sixth.
fn with_events(parts: &mut Parts, events: &[(&str, &str, &str)]) {
    let after = parts.events.split_off(5);
    for (phase, kind, payload) in events {
        push_event(parts, phase, kind, payload);
    }
    let own: Vec<(Value, Value, Value)> = after
        .into_iter()
        .map(|mut event| {
            let mut take = |name: &str| event.remove(name).unwrap_or_default();
            (take("phase"), take("kind"), take("payload"))
        })
        .collect();
    for (phase, kind, payload) in own {
        let payload = motus_json::canonical::cj::write(&payload).unwrap();
        push_event(parts, phase.as_str().unwrap(), kind.as_str().unwrap(), &payload);
    }
}

#[test]
fn a_loop_is_told_from_its_receipt_and_its_log() {
    let scene = Scene::with(&basic_edit());
    insta::assert_snapshot!(scene.tell(&EXPLAIN), @r#"
    exit 0
    --- stdout
    VERIFIED 11a092438552f1455bf9590a00e428b7a13b676cc87350a6d8d749e7aa34f29b

    Loop
      loop            11111111-1111-1111-1111-111111111111
      intent          human: Add helper() to src/lib.rs
      actor           agent "motus-agent"
      outcome         success: Updated src/lib.rs with helper() and tests pass
      lock level      Committed
      lens            quality 900, lens-basic-001
      decision        Implementation approach: Add helper() near old() (Small additive change; minimizes risk)

    Effects
      declared        WriteFS fs:src/lib.rs
      observed        WriteFS fs:src/lib.rs

    Gates
      passed          Act "no_secrets_in_diff"

    Checks
      required        "cargo_test"
      passed          Regression "cargo_test", evidence/verify/cargo_test.txt

    Timeline
         0  [TIME]  Observe          IntentSet          agent "motus-agent", Add helper() to src/lib.rs
         1  [TIME]  Observe          SignalsCaptured    evidence/observe/signals.json
         2  [TIME]  Orient           LensAssembled      quality 900, lens-basic-001
         3  [TIME]  Decide           PlanChosen         edit_file
         4  [TIME]  Act              SkillExecuted      write_file, evidence/act/write_file.json
         5  [TIME]  Verify           VerificationRun    passed
         6  [TIME]  Lock             Locked             Committed, success, Updated src/lib.rs with helper() and tests pass
    --- stderr
    "#);
}

#[test]
fn a_program_gets_the_same_as_an_object() {
    let scene = Scene::with(&basic_edit());
    let document = parse(&scene.run(&EXPLAIN_JSON).expect_success().stdout);
    let compact = |value: &Value| motus_json::canonical::cj::write(value).unwrap();
    let mut lines = Vec::new();
    for (name, value) in document.as_object().unwrap() {
        match value.as_array() {
            Some(items) => {
                lines.extend(items.iter().map(|item| format!("{name}: {}", compact(item))));
            }
            None => lines.push(format!("{name}: {}", compact(value))),
        }
    }
    insta::assert_snapshot!(scene.scratch.mask().apply(&lines.join("\n")), @r#"
    verified: true
    headline: "VERIFIED 11a092438552f1455bf9590a00e428b7a13b676cc87350a6d8d749e7aa34f29b"
    sections: {"lines":[{"name":"loop","text":"11111111-1111-1111-1111-111111111111"},{"name":"intent","text":"human: Add helper() to src/lib.rs"},{"name":"actor","text":"agent \"motus-agent\""},{"name":"outcome","text":"success: Updated src/lib.rs with helper() and tests pass"},{"name":"lock level","text":"Committed"},{"name":"lens","text":"quality 900, lens-basic-001"},{"name":"decision","text":"Implementation approach: Add helper() near old() (Small additive change; minimizes risk)"}],"title":"Loop"}
    sections: {"lines":[{"name":"declared","text":"WriteFS fs:src/lib.rs"},{"name":"observed","text":"WriteFS fs:src/lib.rs"}],"title":"Effects"}
    sections: {"lines":[{"name":"passed","text":"Act \"no_secrets_in_diff\""}],"title":"Gates"}
    sections: {"lines":[{"name":"required","text":"\"cargo_test\""},{"name":"passed","text":"Regression \"cargo_test\", evidence/verify/cargo_test.txt"}],"title":"Checks"}
    timeline: {"gist":"agent \"motus-agent\", Add helper() to src/lib.rs","kind":"IntentSet","phase":"Observe","seq":0,"step":"forward","ts_utc":"[TIME]"}
    timeline: {"gist":"evidence/observe/signals.json","kind":"SignalsCaptured","phase":"Observe","seq":1,"step":"same","ts_utc":"[TIME]"}
    timeline: {"gist":"quality 900, lens-basic-001","kind":"LensAssembled","phase":"Orient","seq":2,"step":"forward","ts_utc":"[TIME]"}
    timeline: {"gist":"edit_file","kind":"PlanChosen","phase":"Decide","seq":3,"step":"forward","ts_utc":"[TIME]"}
    timeline: {"gist":"write_file, evidence/act/write_file.json","kind":"SkillExecuted","phase":"Act","seq":4,"step":"forward","ts_utc":"[TIME]"}
    timeline: {"gist":"passed","kind":"VerificationRun","phase":"Verify","seq":5,"step":"forward","ts_utc":"[TIME]"}
    timeline: {"gist":"Committed, success, Updated src/lib.rs with helper() and tests pass","kind":"Locked","phase":"Lock","seq":6,"step":"forward","ts_utc":"[TIME]"}
    left_out: 0
    "#);
}

#[test]
fn steps_back_and_again_are_marked() {
    let mut parts = basic_edit();
    let error = r#"{"class":"Recoverable","code":"E_NET","message":"no network","phase":"Act",
        "retryable":true,"ts_utc":"2025-12-24T00:00:05Z"}"#;
    with_events(
        &mut parts,
        &[
            ("Act", "ActError", error),
            ("Act", "RetryScheduled", r#"{"attempt":2}"#),
            ("Act", "ActError", error),
            ("Orient", "OrientFromFailure", r#"{"evidence":"evidence/observe/signals.json"}"#),
            ("Decide", "PlanChosen", r#"{"plan":"another_way"}"#),
            ("Act", "SkillExecuted", r#"{"skill":"write_file"}"#),
        ],
    );
    set(&mut parts, &["errors"], [parse(error), parse(error)].to_vec());
    let phases =
        ["Observe", "Orient", "Decide", "Act", "Orient", "Decide", "Act", "Verify", "Lock"];
    set(&mut parts, &["phase_sequence"], phases.to_vec());
    let scene = Scene::with(&parts.seal());
    insta::assert_snapshot!(scene.tell(&EXPLAIN), @r#"
    exit 0
    --- stdout
    VERIFIED 9deebe76be2baf98c5520478a8093e2a6953e385491a66f6da84154a88b31d5a

    Loop
      loop            11111111-1111-1111-1111-111111111111
      intent          human: Add helper() to src/lib.rs
      actor           agent "motus-agent"
      outcome         success: Updated src/lib.rs with helper() and tests pass
      lock level      Committed
      lens            quality 900, lens-basic-001
      decision        Implementation approach: Add helper() near old() (Small additive change; minimizes risk)

    Effects
      declared        WriteFS fs:src/lib.rs
      observed        WriteFS fs:src/lib.rs

    Gates
      passed          Act "no_secrets_in_diff"

    Checks
      required        "cargo_test"
      passed          Regression "cargo_test", evidence/verify/cargo_test.txt

    Errors
      Recoverable     Act "E_NET": no network
      Recoverable     Act "E_NET": no network

    Timeline
         0  [TIME]  Observe          IntentSet          agent "motus-agent", Add helper() to src/lib.rs
         1  [TIME]  Observe          SignalsCaptured    evidence/observe/signals.json
         2  [TIME]  Orient           LensAssembled      quality 900, lens-basic-001
         3  [TIME]  Decide           PlanChosen         edit_file
         4  [TIME]  Act              SkillExecuted      write_file, evidence/act/write_file.json
         5  [TIME]  Act              ActError           Recoverable, E_NET, no network
         6  [TIME]  Act              RetryScheduled     attempt 2
         7  [TIME]  again Act        ActError           Recoverable, E_NET, no network
         8  [TIME]  back to Orient   OrientFromFailure  evidence/observe/signals.json
         9  [TIME]  Decide           PlanChosen         another_way
        10  [TIME]  Act              SkillExecuted      write_file
        11  [TIME]  Verify           VerificationRun    passed
        12  [TIME]  Lock             Locked             Committed, success, Updated src/lib.rs with helper() and tests pass
    --- stderr
    "#);
    let document = parse(&scene.run(&EXPLAIN_JSON).stdout);
    let timeline = document.get("timeline").and_then(Value::as_array).unwrap();
    let steps: Vec<_> = timeline.iter().filter_map(|moment| moment.get("step")?.as_str()).collect();
    assert_eq!(
        steps,
        [
            "forward",
            "same",
            "forward",
            "forward",
            "forward",
            "same",
            "same",
            "repeat",
            "backtrack",
            "forward",
            "forward",
            "forward",
            "forward"
        ]
    );
}

#[test]
fn human_decisions_and_children_have_sections() {
    let told = Scene::with(&human_approval()).run(&EXPLAIN).expect_success().stdout_text();
    let (_, section) = told.split_once("\nHuman decisions\n").unwrap();
    insta::assert_snapshot!(section.split("\n\n").next().unwrap(), @r#"
    asked           a write under prod/
    approved        by human "oncall": as announced
    "#);
    assert_eq!(lines_with(&told, "HitlDecision").len(), 1, "{told}");
    let told = Scene::with(&parent()).run(&EXPLAIN).expect_success().stdout_text();
    let (_, section) = told.split_once("\nChildren\n").unwrap();
    insta::assert_snapshot!(section.split("\n\n").next().unwrap(), @r#"
    success         33333333-3333-3333-3333-333333333300, critical, proof 0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc50
    success         33333333-3333-3333-3333-333333333301, critical, proof 0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc51
    success         33333333-3333-3333-3333-333333333302, not critical, proof 0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc52
    "#);
    assert_eq!(lines_with(&told, "ChildJoined").len(), 3, "{told}");
}

#[test]
fn a_bundle_that_does_not_verify_is_told_with_a_warning() {
    let mut parts = basic_edit();
    set(&mut parts, &["effects", "declared"], Vec::<Value>::new());
    let scene = Scene::with(&parts.seal());
    let told = scene.run(&EXPLAIN);
    assert_eq!((told.code, told.stderr_text().as_str()), (Some(1), ""));
    let text = told.stdout_text();
    let head: Vec<&str> = text.lines().take(2).collect();
    assert_eq!(
        head,
        [
            "FAILED FSM_INVALID",
            "What follows is what the bundle says, and not to be trusted; `motus bundle verify` \
             tells why.",
        ]
    );
    assert_eq!(
        lines_with(&text, "NOT DECLARED"),
        ["observed        WriteFS fs:src/lib.rs  NOT DECLARED"]
    );
    let document = parse(&scene.run(&EXPLAIN_JSON).stdout);
    assert_eq!(document.get("verified").and_then(Value::as_bool), Some(false));
}

#[test]
fn what_can_be_read_is_told_and_the_rest_counted() {
    let scene = Scene::with(&basic_edit());
    let log = std::fs::read_to_string(scene.path("bundle/events.jsonl")).unwrap();
    let first = log.lines().next().unwrap();
    scene.scratch.write("bundle/events.jsonl", format!("not json\n{first}\n\u{7}{{}}"));
    scene.scratch.write("bundle/receipt.json", "{}");
    insta::assert_snapshot!(scene.tell(&EXPLAIN), @r#"
    exit 1
    --- stdout
    FAILED FILE_HASH_MISMATCH
    What follows is what the bundle says, and not to be trusted; `motus bundle verify` tells why.

    Timeline
         0  [TIME]  Observe          IntentSet          agent "motus-agent", Add helper() to src/lib.rs
      (2 lines not told: unreadable, or too many)
    --- stderr
    "#);
    for name in ["bundle/manifest.json", "bundle/events.jsonl"] {
        scene.remove(name);
    }
    insta::assert_snapshot!(scene.tell(&EXPLAIN), @r#"
    exit 1
    --- stdout
    FAILED FILE_HASH_MISMATCH
    What follows is what the bundle says, and not to be trusted; `motus bundle verify` tells why.
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&EXPLAIN_JSON), @r#"
    exit 1
    --- stdout
    {
      "verified": false,
      "headline": "FAILED FILE_HASH_MISMATCH",
      "sections": [],
      "timeline": [],
      "left_out": 0
    }
    --- stderr
    "#);
}

#[test]
fn a_bundle_without_a_manifest_is_still_told() {
    let scene = Scene::with(&basic_edit());
    scene.remove("bundle/manifest.json");
    let told = scene.run(&EXPLAIN);
    assert_eq!(told.code, Some(1));
    let text = told.stdout_text();
    assert!(text.starts_with("FAILED FILE_HASH_MISMATCH\n"), "{text}");
    assert_eq!(lines_with(&text, "Add helper() to src/lib.rs").len(), 2, "{text}");
}

#[test]
fn nothing_that_a_terminal_obeys_is_told() {
    let hostile = "x\u{1b}[31m\u{202e}\u{7}\r\ny";
    let mut parts = basic_edit();
    let intent = Object::from([("description", hostile), ("source", "human")]);
    set(&mut parts, &["intent"], intent.clone());
    parts.event(0).get_mut("payload").unwrap().as_object_mut().unwrap().insert("intent", intent);
    let scene = Scene::with(&parts.seal());
    let told = scene.run(&EXPLAIN).expect_success().stdout_text();
    let escaped = r"x\u{1b}[31m\u{202e}\u{7}\r\ny";
    assert_eq!(lines_with(&told, escaped).len(), 2, "{told}");
    assert!(!told.contains(|it: char| it.is_control() && it != '\n' || it == '\u{202e}'), "{told}");
    let document = parse(&scene.run(&EXPLAIN_JSON).stdout);
    let timeline = document.get("timeline").and_then(Value::as_array).unwrap();
    let gist = timeline.first().and_then(|moment| moment.get("gist")?.as_str()).unwrap();
    assert!(gist.ends_with(hostile), "a program gets the text as it is: {gist:?}");
}

#[test]
fn nothing_to_explain_is_an_error() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["bundle", "explain", "no"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[bundle.missing]: no does not exist
    hint: check the path; a bundle is the directory in which manifest.json stands
    "#);
    let refused = scene.run(&["bundle", "explain", "no", "--json"]);
    assert_eq!((refused.code, refused.stdout.len()), (Some(2), 0));
    assert_eq!(crate::support::error_code(&refused), "bundle.missing");
}
