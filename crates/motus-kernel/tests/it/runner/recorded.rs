//! What is recorded: in which order, at which time, with which evidence, and nothing that cannot be.

use motus_json::ReadOptions;
use motus_kernel::Digest;
use motus_kernel::compiler::{
    ActOut, DecideOut, LensOut, ObserveOut, OverrideEstimate, RecordingProfile, Skill,
    VerificationOut,
};
use motus_kernel::manifest::ListedFile;
use motus_kernel::names::ErrorClass::{PatternFailure, Recoverable, Unrecoverable};
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

/// An event stands for an entry before it, and for none behind: as many events as entries may be too few.
#[test]
fn an_entry_with_no_event_behind_it_is_told() {
    for does_more in [true, false] {
        let mut world = QueuedWorld::default();
        let skills = vec![skill(None, Vec::new()); 3];
        let failure = Some(error(Recoverable, "E"));
        world.execute_act.push_back(Ok(ActOut { skills: skills.clone(), error: failure }));
        let again = if does_more { skills[..1].to_vec() } else { Vec::new() };
        world.execute_act.push_back(Ok(acts(again)));
        let ran = golden(&mut world);
        assert_eq!(ran.phases(), "ordaavl");
        let entered = ran.told.iter().filter(|told| *told == "Act PhaseEntered").count();
        assert_eq!(entered, usize::from(!does_more), "{:?}", ran.told);
    }
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
fn no_fewer_signals_are_counted_than_named() {
    for (count, is_right) in [(None, true), (Some(1), false), (Some(2), true), (Some(3), true)] {
        let signal = Signal { name: "s".to_owned(), confidence: 1, evidence: None };
        let mut world = QueuedWorld::default();
        world.observe_signals.push_back(Ok(ObserveOut {
            signals: vec![signal.clone(), signal],
            signals_count: count,
            ..ObserveOut::default()
        }));
        let ran = run(&mut world);
        let why = "there were 1 signals, and 2 are named (ANSWER_INVALID)";
        assert_eq!(ran.halted(), (!is_right).then_some(why));
    }
}

/// What an abandoned plan used is not what the loop came to its end with.
#[test]
fn a_plan_that_uses_no_strategy_has_none_of_the_plan_before() {
    for uses_one_again in [true, false] {
        let used = |name: &str| motus_json::Object::from([("strategy_id", name.to_owned())]);
        let plan = |used| DecideOut { strategy_used: used, ..SteadyWorld::plan() };
        let mut world = QueuedWorld::default();
        world.decide.push_back(Ok(plan(Some(used("first")))));
        let second = uses_one_again.then(|| used("second"));
        world.decide.push_back(Ok(plan(second.clone())));
        world.execute_act.push_back(Err(error(PatternFailure, "WRONG")));
        let ran = run(&mut world);
        assert_eq!(ran.halted(), None);
        assert_eq!(ran.receipt.strategies.used, second.map(Into::into));
        let body = project_receipt(ran.events_jsonl.lines().map(str::as_bytes));
        assert_eq!(body.expect("it is projected"), ran.receipt.body);
    }
}

/// What was told for a plan that could not be chosen is none of the next one's.
#[test]
fn a_plan_that_was_not_chosen_leaves_no_strategy_behind() {
    let mut world = QueuedWorld::default();
    let mut plan = SteadyWorld::plan();
    plan.strategy_used = Some(motus_json::Object::from([("strategy_id", "first".to_owned())]));
    plan.details.insert("evidence", "evidence/decide/why.txt");
    world.decide.push_back(Ok(plan));
    world.evidence_file.push_back(Err(error(Recoverable, "LOST")));
    let ran = run(&mut world);
    assert_eq!((ran.phases().as_str(), ran.halted()), ("orddavl", None));
    assert!(ran.told.contains(&"Decide StrategyApplied".to_owned()));
    assert_eq!(ran.receipt.strategies.used, None);
}

/// The strategy of the receipt is that of the last plan that was chosen, however the next one failed.
#[test]
fn the_strategy_of_a_plan_that_was_never_chosen_is_not_the_loops() {
    let used = |name: &str| motus_json::Object::from([("strategy_id", name.to_owned())]);
    for (fails_by, first) in [(Unrecoverable, true), (Recoverable, true), (Unrecoverable, false)] {
        let mut world = QueuedWorld::default();
        let first = first.then(|| used("first"));
        world
            .decide
            .push_back(Ok(DecideOut { strategy_used: first.clone(), ..SteadyWorld::plan() }));
        let mut second = DecideOut { strategy_used: Some(used("second")), ..SteadyWorld::plan() };
        second.details.insert("evidence", "evidence/decide/why.txt");
        world.decide.push_back(Ok(second));
        // Where it is decided once more, that fails as well.
        world.decide.push_back(Err(error(Unrecoverable, "NO_PLAN")));
        world.execute_act.push_back(Err(error(PatternFailure, "WRONG")));
        world.evidence_file.push_back(Err(error(fails_by, "LOST")));
        let ran = run(&mut world);
        let applied = ran.told.iter().filter(|told| *told == "Decide StrategyApplied").count();
        let chosen = ran.told.iter().filter(|told| *told == "Decide PlanChosen").count();
        assert_eq!((applied, chosen), (1 + usize::from(first.is_some()), 1));
        assert!(ran.halted().is_some());
        assert_eq!(ran.receipt.strategies.used, first.map(Into::into));
        let body = project_receipt(ran.events_jsonl.lines().map(str::as_bytes));
        assert_eq!(body.expect("it is projected"), ran.receipt.body);
    }
}

/// What was done and what failed is told, whether or not somebody can show it.
#[test]
fn what_was_done_is_told_although_its_evidence_is_not_there() {
    let mut world = QueuedWorld::default();
    let lacking = |number: u32| Skill {
        evidence: Some(format!("evidence/act/{number}.txt")),
        ..SteadyWorld::skill(number)
    };
    world.execute_act.push_back(Ok(acts(vec![lacking(1), lacking(2), lacking(3)])));
    world.evidence_file.push_back(Err(error(Recoverable, "LOST")));
    world.evidence_file.push_back(Err(error(Recoverable, "LOST_TOO")));
    let ran = run(&mut world);
    assert_eq!((ran.phases().as_str(), ran.halted()), ("ordaavl", None));
    assert_eq!(ran.error_codes(), ["LOST", "LOST_TOO"]);
    let receipt = &ran.receipt;
    assert_eq!((receipt.outputs.len(), receipt.effects.executed_raw.len()), (3, 3));
    let skills = ran.told.iter().filter(|told| *told == "Act SkillExecuted").count();
    assert_eq!(skills, 3);
}

/// A failure is not forgotten because nobody can show it.
#[test]
fn a_check_that_failed_is_told_although_its_evidence_is_not_there() {
    let result = |check_id: &str, passed: bool| Check {
        level: VerificationLevel::Regression,
        check_id: check_id.to_owned(),
        passed,
        evidence: Some(format!("evidence/verify/{check_id}.txt")),
    };
    for (passes_again, halted) in
        [(true, None), (false, Some("no way back is left: check lint did not pass, and not since"))]
    {
        let mut world = QueuedWorld::default();
        let results = vec![result("test", true), result("lint", false)];
        world.run_verification.push_back(Ok(VerificationOut { results, ..Default::default() }));
        world.evidence_file.push_back(Err(error(Recoverable, "LOST")));
        world.evidence_file.push_back(Err(error(Recoverable, "LOST_TOO")));
        let results = if passes_again { vec!["test", "lint"] } else { vec!["test"] };
        let results = results.iter().map(|name| result(name, true)).collect();
        world.run_verification.push_back(Ok(VerificationOut { results, ..Default::default() }));
        let ran = run(&mut world);
        // What failed is worked on again, as if its evidence were there.
        let phases = if passes_again { "ordavrdavl" } else { "ordavrdavrdavl" };
        assert_eq!((ran.phases().as_str(), ran.halted()), (phases, halted));
        assert_eq!(ran.error_codes(), ["LOST", "LOST_TOO"]);
        assert_eq!(ran.receipt.checks[0], Check { evidence: None, ..result("lint", false) });
    }
}

/// A failure leads where its class says, also beside evidence of another check that was lost; the worse decides.
#[test]
fn evidence_that_is_lost_makes_no_failed_verification_better() {
    let result = |check_id: &str, passed: bool, evidence: Option<&str>| Check {
        level: VerificationLevel::Regression,
        check_id: check_id.to_owned(),
        passed,
        evidence: evidence.map(str::to_owned),
    };
    let why = Some("check lint did not pass");
    for (class, lost, phases, halted, on_fail) in [
        (Some(Unrecoverable), Recoverable, "ordavl", why, r#"pass","type":"Halt"}"#),
        (None, Recoverable, "ordavrdavl", None, r#""to_phase":"Orient","type":"Backtrack"}"#),
        (Some(Recoverable), Recoverable, "ordavavl", None, r#""to_phase":"Act","type":"Repeat"}"#),
        (
            Some(Recoverable),
            PatternFailure,
            "ordavrdavl",
            None,
            r#""to_phase":"Orient","type":"Backtrack"}"#,
        ),
        (
            None,
            Unrecoverable,
            "ordavl",
            Some("it does not work (LOST)"),
            r#"(LOST)","type":"Halt"}"#,
        ),
    ] {
        let mut world = QueuedWorld::default();
        let results = vec![
            result("test", true, Some("evidence/verify/test.txt")),
            result("lint", false, None),
        ];
        let reason = None;
        world.run_verification.push_back(Ok(VerificationOut { results, class, reason }));
        world.evidence_file.push_back(Err(error(lost, "LOST")));
        let results = vec![result("test", true, None), result("lint", true, None)];
        world.run_verification.push_back(Ok(VerificationOut { results, ..Default::default() }));
        let ran = run(&mut world);
        assert_eq!((ran.phases().as_str(), ran.halted()), (phases, halted), "{class:?} {lost:?}");
        assert_eq!(ran.error_codes(), ["LOST"]);
        assert_eq!(ran.receipt.checks[0], result("lint", false, None));
        let told = ran.events_jsonl.lines().find(|line| line.contains("VerificationRun"));
        let told = told.expect("it is told");
        assert!(told.contains(on_fail), "{told}");
        let leads_back = ran.told.contains(&"Orient OrientFromFailure".to_owned());
        assert_eq!(leads_back, phases == "ordavrdavl", "{class:?} {lost:?}");
    }
}

/// One piece of evidence that is lost takes no other with it, and each is asked for once.
#[test]
fn evidence_of_a_failed_check_stays_where_another_is_lost() {
    let result = |check_id: &str, evidence: Option<&str>| Check {
        level: VerificationLevel::Regression,
        check_id: check_id.to_owned(),
        passed: false,
        evidence: evidence.map(str::to_owned),
    };
    let (first, second) = (Some("evidence/verify/a.txt"), Some("evidence/verify/b.txt"));
    let mut world = QueuedWorld::default();
    let results = vec![result("a", first), result("b", second), result("c", second)];
    world.run_verification.push_back(Ok(VerificationOut { results, ..Default::default() }));
    world.evidence_file.push_back(Ok(ListedFile {
        path: "evidence/verify/a.txt".to_owned(),
        sha256: Digest::of(&[b"a"]),
        size_bytes: 1,
    }));
    world.evidence_file.push_back(Err(error(Unrecoverable, "LOST")));
    let ran = run(&mut world);
    let asked = world.asked.iter().filter(|asked| **asked == "evidence_file").count();
    assert_eq!((asked, ran.error_codes()), (2, vec!["LOST"]));
    assert_eq!(ran.receipt.checks, [result("a", first), result("b", None), result("c", None)]);
    assert_eq!(ran.halted(), Some("it does not work (LOST)"));
}

#[test]
fn an_error_whose_evidence_is_not_there_is_told_without_it() {
    let mut world = QueuedWorld::default();
    let mut failure = error(Recoverable, "E");
    failure.evidence = Some("evidence/missing.txt".to_owned());
    world.execute_act.push_back(Err(failure));
    world.evidence_file.push_back(Err(error(Recoverable, "MISSING")));
    let ran = run(&mut world);
    assert_eq!((ran.error_codes(), ran.halted()), (vec!["E", "MISSING"], None));
    assert!(ran.receipt.errors.iter().all(|error| error.evidence.is_none()));
}

/// Where only one of two errors can be told, it is the one that came first.
#[test]
fn of_an_error_and_its_missing_evidence_the_error_is_told_first() {
    let mut told = Vec::new();
    for max_events in 6..12 {
        let mut world = QueuedWorld::default();
        let mut failure = error(Unrecoverable, "E");
        failure.evidence = Some("evidence/missing.txt".to_owned());
        world.execute_act.push_back(Err(failure));
        world.evidence_file.push_back(Err(error(Unrecoverable, "MISSING")));
        let mut request = request();
        request.budgets.max_events = max_events;
        let (policy, profile) = (Rules::published_default(), RecordingProfile::golden());
        let ran = run_with(&request, &policy, &profile, &mut world).expect("it is recorded");
        told.push(ran.error_codes().join(" "));
    }
    told.dedup();
    assert_eq!(told, ["", "E", "E MISSING"]);
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
    let observed = |evidence: Option<&str>, inputs| ObserveOut {
        evidence: evidence.map(str::to_owned),
        inputs,
        ..ObserveOut::default()
    };
    world.observe_signals.push_back(Ok(observed(Some("evidence/a"), vec![directory])));
    world.evidence_file.push_back(Err(error(Recoverable, "BUSY")));
    world.observe_signals.push_back(Ok(observed(None, vec![artifact("a", None)])));
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
