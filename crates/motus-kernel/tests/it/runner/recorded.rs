//! What is recorded: in which order, at which time, with which evidence, and nothing that cannot be.

use motus_json::ReadOptions;
use motus_kernel::Digest;
use motus_kernel::compiler::{
    ActOut, DecideOut, LensOut, ObserveOut, OverrideEstimate, RecordingProfile, Skill,
    VerificationOut,
};
use motus_kernel::manifest::ListedFile;
use motus_kernel::names::ErrorClass::Recoverable;
use motus_kernel::names::{ArtifactKind, Phase, VerificationLevel};
use motus_kernel::policy::Rules;
use motus_kernel::projection::project_receipt;
use motus_kernel::receipt::{Artifact, Check, Gate, LensItem};
use motus_kernel::strategy::Signal;
use motus_testkit::loops::queued::{error, request};
use motus_testkit::loops::{QueuedWorld, SteadyWorld};

use super::{Ran, run, run_with};

fn golden(world: &mut QueuedWorld) -> Ran {
    let (policy, profile) = (Rules::published_default(), RecordingProfile::golden());
    run_with(&request(), &policy, &profile, world).expect("it is recorded")
}

fn artifact(path: &str, kind: Option<ArtifactKind>) -> Artifact {
    Artifact {
        path: path.to_owned(),
        sha256: Digest::of(&[path.as_bytes()]),
        size_bytes: None,
        kind,
    }
}

fn skill(evidence: Option<&str>, artifacts_out: Vec<Artifact>) -> Skill {
    Skill {
        skill: "write".to_owned(),
        evidence: evidence.map(str::to_owned),
        artifacts_out,
        effects_observed: Vec::new(),
    }
}

fn acts(skills: Vec<Skill>) -> ActOut {
    ActOut { skills, error: None }
}

#[test]
fn each_phase_tells_what_happened_in_its_order() {
    let mut world = QueuedWorld::default();
    world.steady.skills = 2;
    let ran = run(&mut world);
    assert_eq!(
        ran.told,
        [
            "Observe IntentSet",
            "Observe SignalsCaptured",
            "Orient PhaseEntered",
            "Orient LensAssembled",
            "Decide PhaseEntered",
            "Decide PlanChosen",
            "Decide VerificationSpecified",
            "Act PhaseEntered",
            "Act SkillExecuted",
            "Act SkillExecuted",
            "Verify PhaseEntered",
            "Verify VerificationRun",
            "Lock Locked",
        ]
    );
    let lines = ran.events_jsonl.lines().map(str::as_bytes);
    assert_eq!(project_receipt(lines), Ok(ran.receipt.body));
}

#[test]
fn a_published_log_tells_less() {
    let mut world = QueuedWorld::default();
    world.steady.skills = 1;
    let ran = golden(&mut world);
    assert_eq!(
        ran.told,
        [
            "Observe IntentSet",
            "Observe SignalsCaptured",
            "Orient LensAssembled",
            "Decide PlanChosen",
            "Act SkillExecuted",
            "Verify VerificationRun",
            "Lock Locked",
        ]
    );
    assert_eq!(ran.phases(), "ordavl");
}

/// A log has an event for each entry of a phase, or nobody accepts it: what the profile leaves out is told
/// where nothing else is.
#[test]
fn a_phase_of_which_nothing_is_told_is_told() {
    let mut world = QueuedWorld::default();
    let ran = golden(&mut world);
    assert!(ran.told.contains(&"Act PhaseEntered".to_owned()), "{:?}", ran.told);

    // Three entries, and two events that tell something.
    let mut world = QueuedWorld::default();
    let (policy, profile) = (Rules::published_default(), RecordingProfile::golden());
    let profile = profile.without("RetryScheduled").expect("it may be left out");
    world.execute_act.extend([Err(error(Recoverable, "E0")), Err(error(Recoverable, "E1"))]);
    let ran = run_with(&request(), &policy, &profile, &mut world).expect("it is recorded");
    assert_eq!(ran.phases(), "ordaaavl");
    let act: Vec<_> = ran.told.iter().filter(|told| told.starts_with("Act")).collect();
    assert_eq!(act, ["Act ActError", "Act ActError", "Act PhaseEntered"]);
}

#[test]
fn a_lens_is_told_when_it_is_another() {
    let mut world = QueuedWorld::default();
    let check = Check {
        level: VerificationLevel::Regression,
        check_id: "test".to_owned(),
        passed: false,
        evidence: None,
    };
    let failed =
        || Ok(VerificationOut { results: vec![check.clone()], ..VerificationOut::default() });
    world.run_verification.extend([failed(), failed()]);
    let other = LensOut { lens_id: "other".to_owned(), ..SteadyWorld::lens() };
    world.assemble_lens.extend([Ok(SteadyWorld::lens()), Ok(SteadyWorld::lens()), Ok(other)]);
    let ran = run(&mut world);
    let told = ran.told.iter().filter(|told| told.ends_with("LensAssembled")).count();
    assert_eq!((ran.phases().as_str(), told), ("ordavrdavrdavl", 2));
    assert_eq!(ran.receipt.lens.lens_id, "other");
}

#[test]
fn a_lens_is_sorted_and_scored_by_the_time_of_the_last_event() {
    let item = |uri: &str, ts_utc: &str| LensItem {
        kind: "file".to_owned(),
        uri: uri.to_owned(),
        sha256: Digest::of(&[uri.as_bytes()]),
        ts_utc: ts_utc.to_owned(),
        provenance: "fs".to_owned(),
        weight: None,
    };
    let items = vec![item("b", "2025-12-02T00:00:00Z"), item("a", "2025-12-02T00:00:00Z")];
    let mut world = QueuedWorld::default();
    let twice = [items.clone(), items].concat();
    world.assemble_lens.push_back(Ok(LensOut {
        items: twice,
        freshness: None,
        ..SteadyWorld::lens()
    }));
    let ran = run(&mut world);
    let uris: Vec<_> = ran.receipt.lens.items.iter().map(|item| item.uri.as_str()).collect();
    assert_eq!(uris, ["a", "b"]);
    // Thirty days old on the first of January.
    assert_eq!(ran.receipt.lens.quality.freshness, 700);
}

#[test]
fn a_clock_that_goes_back_stands_still() {
    let mut world = QueuedWorld::default();
    for time in ["2026-01-01T00:00:09.5Z", "2026-01-01T00:00:03Z", "2026-01-01T00:00:09.25Z"] {
        world.now_utc.push_back(Ok(time.to_owned()));
    }
    let ran = run(&mut world);
    let times = ran.events_jsonl.matches("\"ts_utc\":\"2026-01-01T00:00:09.5Z\"").count();
    assert!(times >= 3, "{}", ran.events_jsonl);
    assert_eq!(ran.receipt.timestamp_utc, "2026-01-01T00:00:09.5Z");
    assert!(ran.manifest_json.contains("\"created_utc\":\"2026-01-01T00:00:09.5Z\""));
}

#[test]
fn evidence_is_asked_for_when_it_is_named_first() {
    let mut world = QueuedWorld::default();
    let skills = vec![skill(Some("evidence/a"), Vec::new()); 3];
    world.execute_act.push_back(Ok(acts(skills)));
    let mut failure = error(Recoverable, "E");
    failure.evidence = Some("evidence/a".to_owned());
    world.run_verification.push_back(Err(failure));
    let ran = run(&mut world);
    assert_eq!(world.asked.iter().filter(|asked| **asked == "evidence_file").count(), 1);
    assert_eq!(ran.receipt.errors[0].evidence.as_deref(), Some("evidence/a"));
}

/// What no event tells the receipt may hold all the same, in a text that is longer than an event.
#[test]
fn evidence_is_found_in_what_is_longer_than_an_event() {
    let (policy, profile) = (Rules::published_default(), RecordingProfile::golden());
    let mut world = QueuedWorld::default();
    let (gate_id, evidence) = ("g".repeat(2 << 20), Some("evidence/\"quoted\"".to_owned()));
    let gate = Gate { phase: Phase::Observe, gate_id, passed: true, evidence };
    world.evaluate_gates.push_back(Ok(vec![gate]));
    let ran = run_with(&request(), &policy, &profile, &mut world).expect("it is recorded");
    assert_eq!(ran.halted(), None);
    assert!(ran.manifest_json.contains(r#""evidence/\"quoted\"""#));
}

#[test]
fn evidence_lies_under_its_folder_and_is_what_was_asked_for() {
    for path in ["", "a", "evidence", "evidence/", "evidence/../a", "/evidence/a", "evidence//a"] {
        let mut world = QueuedWorld::default();
        world.execute_act.push_back(Ok(acts(vec![skill(Some(path), Vec::new())])));
        assert_eq!(run(&mut world).error_codes(), ["EVIDENCE_INVALID"], "{path}");
    }
    let mut world = QueuedWorld::default();
    world.execute_act.push_back(Ok(acts(vec![skill(Some("evidence/a"), Vec::new())])));
    let (sha256, size_bytes) = (Digest::ZERO, 0);
    world.evidence_file.push_back(Ok(ListedFile {
        path: "evidence/b".to_owned(),
        sha256,
        size_bytes,
    }));
    assert_eq!(run(&mut world).error_codes(), ["EVIDENCE_INVALID"]);
}

/// What no file system keeps is refused while a receipt can tell it.
#[test]
fn evidence_has_a_path_that_can_be_written() {
    let (name, folder) = ("n".repeat(255), "d/".repeat(507));
    for (path, is_taken) in [
        (format!("evidence/{name}"), true),
        (format!("evidence/{name}n"), false),
        (format!("evidence/{folder}f"), true),
        (format!("evidence/{folder}ff"), false),
    ] {
        let mut world = QueuedWorld::default();
        world.execute_act.push_back(Ok(acts(vec![skill(Some(&path), Vec::new())])));
        assert_eq!(run(&mut world).error_codes().is_empty(), is_taken, "{path}");
    }
}

#[test]
fn no_evidence_is_a_file_and_a_folder() {
    for paths in [["evidence/a", "evidence/a/b"], ["evidence/a/b", "evidence/a"]] {
        let mut world = QueuedWorld::default();
        let skills = paths.map(|path| skill(Some(path), Vec::new())).to_vec();
        world.execute_act.push_back(Ok(acts(skills)));
        assert_eq!(run(&mut world).error_codes(), ["EVIDENCE_INVALID"], "{paths:?}");
    }
    // Names that only begin alike are two files.
    let mut world = QueuedWorld::default();
    let skills =
        ["evidence/a", "evidence/a.b", "evidence/a-b"].map(|path| skill(Some(path), Vec::new()));
    world.execute_act.push_back(Ok(acts(skills.to_vec())));
    assert_eq!(run(&mut world).error_codes(), [""; 0]);
}

#[test]
fn an_error_whose_evidence_is_not_there_is_told_without_it() {
    let mut world = QueuedWorld::default();
    let mut failure = error(Recoverable, "E");
    failure.evidence = Some("evidence/missing.txt".to_owned());
    world.execute_act.push_back(Err(failure));
    world.evidence_file.push_back(Err(error(Recoverable, "MISSING")));
    let ran = run(&mut world);
    assert_eq!((ran.error_codes(), ran.halted()), (vec!["MISSING", "E"], None));
    assert!(ran.receipt.errors.iter().all(|error| error.evidence.is_none()));
}

#[test]
fn a_place_has_one_path_and_an_answer_one_content_for_it() {
    let (file, directory) = (Some(ArtifactKind::File), Some(ArtifactKind::Directory));
    let other = Artifact { sha256: Digest::ZERO, ..artifact("a", None) };
    for artifacts in [
        vec![artifact("../a", None)],
        vec![artifact("a", file), artifact("a/", directory)],
        vec![artifact("a", None), other.clone()],
    ] {
        let mut world = QueuedWorld::default();
        world.execute_act.push_back(Ok(acts(vec![skill(None, artifacts.clone())])));
        assert_eq!(run(&mut world).error_codes(), ["ANSWER_INVALID"], "{artifacts:?}");
        let mut world = QueuedWorld::default();
        let inputs = artifacts.clone();
        world.observe_signals.push_back(Ok(ObserveOut { inputs, ..ObserveOut::default() }));
        assert_eq!(run(&mut world).error_codes(), ["ANSWER_INVALID"], "{artifacts:?}");
    }
    // The last of several answers counts.
    let mut world = QueuedWorld::default();
    let skills = vec![skill(None, vec![other]), skill(None, vec![artifact("a", None)])];
    world.execute_act.push_back(Ok(acts(skills)));
    assert_eq!(run(&mut world).receipt.outputs, [artifact("a", None)]);
}

/// An answer that is not recorded leaves no path behind either.
#[test]
fn a_place_that_was_not_told_is_free() {
    let mut world = QueuedWorld::default();
    let directory = artifact("a/", Some(ArtifactKind::Directory));
    world.execute_act.push_back(Ok(acts(vec![skill(Some("evidence/a"), vec![directory])])));
    world.evidence_file.push_back(Err(error(Recoverable, "BUSY")));
    world.execute_act.push_back(Ok(acts(vec![skill(None, vec![artifact("a", None)])])));
    let ran = run(&mut world);
    assert_eq!((ran.error_codes(), ran.halted()), (vec!["BUSY"], None));
}

/// An opaque object says what a verifier would take for an effect, a tag or another member, or cannot be told.
#[test]
fn what_would_be_taken_for_something_else_is_refused() {
    let object = |text: &str| {
        let value = motus_json::read(text.as_bytes(), &ReadOptions::default());
        value.expect("the test spells JSON").as_object().cloned().unwrap_or_default()
    };
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(120), "]".repeat(120));
    for (text, is_plan_only) in [
        (r#"{"type":"x"}"#, false),
        (r#"{"data":"x"}"#, false),
        (r#"{"a":[{"effects_observed":[]}]}"#, false),
        (r#"{"a":1.5}"#, false),
        (deep.as_str(), false),
        (r#"{"plan":"x"}"#, true),
        (r#"{"enf_k":7}"#, true),
    ] {
        let mut world = QueuedWorld::default();
        let details = object(text);
        world.decide.push_back(Ok(DecideOut { details, ..SteadyWorld::plan() }));
        assert_eq!(run(&mut world).error_codes(), ["ANSWER_INVALID"], "{text}");
        let mut world = QueuedWorld::default();
        let strategy_used = Some(object(text));
        world.decide.push_back(Ok(DecideOut { strategy_used, ..SteadyWorld::plan() }));
        assert_eq!(run(&mut world).error_codes().is_empty(), is_plan_only, "{text}");
    }
    // What means nothing is told as it is, and its evidence is asked for.
    let mut world = QueuedWorld::default();
    let details = object(r#"{"note":{"evidence":["evidence/note.txt"]}}"#);
    world.decide.push_back(Ok(DecideOut { details, ..SteadyWorld::plan() }));
    let ran = run(&mut world);
    assert_eq!(ran.halted(), None);
    assert!(ran.manifest_json.contains("evidence/note.txt"));
}

#[test]
fn numbers_beyond_their_range_are_refused() {
    let signal = Signal { name: "s".to_owned(), confidence: 1001, evidence: None };
    let mut loud = QueuedWorld::default();
    loud.observe_signals
        .push_back(Ok(ObserveOut { signals: vec![signal], ..ObserveOut::default() }));
    let mut bright = QueuedWorld::default();
    bright.assemble_lens.push_back(Ok(LensOut { coverage: 1001, ..SteadyWorld::lens() }));
    let mut sure = QueuedWorld::default();
    let p_override_permille = Some(1001);
    sure.estimate_override.push_back(Ok(OverrideEstimate { p_override_permille, reason: None }));
    for mut world in [loud, bright, sure] {
        assert_eq!(run(&mut world).error_codes(), ["ANSWER_INVALID"]);
    }
}

#[test]
fn what_is_too_long_for_an_event_is_refused_and_told() {
    let mut world = QueuedWorld::default();
    let mut long = skill(None, Vec::new());
    long.skill = "x".repeat(2 << 20);
    world.execute_act.push_back(Ok(acts(vec![long])));
    assert_eq!(run(&mut world).error_codes(), ["ANSWER_UNRECORDABLE"]);
    // Long errors are told in short.
    let mut world = QueuedWorld::default();
    let mut failure = error(Recoverable, &"C".repeat(2 << 20));
    failure.message = "\u{1}".repeat(2 << 20);
    world.execute_act.push_back(Err(failure));
    let ran = run(&mut world);
    assert_eq!((ran.phases().as_str(), ran.halted()), ("ordaavl", None));
    assert!(ran.receipt.errors[0].message.len() < 3000);
}

/// What a log need not tell fills the receipt all the same, which has its own bound.
#[test]
fn a_receipt_that_is_full_halts_and_still_verifies() {
    let mut world = QueuedWorld::default();
    let signal = Signal { name: "s".to_owned(), confidence: 1, evidence: None };
    world
        .observe_signals
        .push_back(Ok(ObserveOut { signals: vec![signal], ..ObserveOut::default() }));
    let outputs = |number: usize| {
        let paths =
            (0..400).map(|file| artifact(&format!("{}/{number}/{file}", "p".repeat(200)), None));
        skill(None, paths.collect())
    };
    world.execute_act.push_back(Ok(acts((0..100).map(outputs).collect())));
    let ran = run(&mut world);
    assert_eq!(ran.halted(), Some("the receipt is full"));
    assert!(ran.receipt.outputs.len() > 15_000, "{}", ran.receipt.outputs.len());
}
