//! Loops that fail leave a bundle that verifies; scenarios that say too little end where they do.

use motus_app::simulation::{Scenario, Simulated, SimulationError, run};
use motus_kernel::compiler::AdapterError;
use motus_kernel::names::{ErrorClass, LockLevel, OutcomeStatus};

use super::reader::{SMALL, with};
use super::{read, simulate, text, verifies};

/// Runs a scenario whose loop fails, and checks its bundle.
#[track_caller]
fn fails(text: &str) -> Simulated {
    let scenario = read(text);
    let simulated = simulate(&scenario).unwrap_or_else(|error| panic!("{error}"));
    verifies(&simulated, scenario.policy());
    assert_eq!(simulated.sealed.receipt.outcome.status, OutcomeStatus::Failed);
    simulated
}

/// Runs a scenario that ends before its loop does, and returns why.
#[track_caller]
fn ends(text: &str) -> String {
    let scenario = read(text);
    let mut kept = 0;
    let ran = run(&scenario, &mut |_, _| {
        kept += 1;
        Ok("kept".to_owned())
    });
    let error = ran.map(|simulated| simulated.sealed.receipt_json).unwrap_err();
    assert_eq!(kept, 0, "nothing of an unfinished loop is kept");
    format!("{} {error}", error.code())
}

#[test]
fn the_small_scenario_locks() {
    let simulated = simulate(&read(SMALL)).unwrap();
    verifies(&simulated, read(SMALL).policy());
    let receipt = &simulated.sealed.receipt;
    assert_eq!(receipt.outcome.status, OutcomeStatus::Success);
    assert_eq!(
        (receipt.lock_level, receipt.timestamp_utc.as_str()),
        (LockLevel::Draft, "2025-12-24T00:00:00Z")
    );
    let last = simulated.sealed.events_jsonl.lines().last().unwrap();
    assert!(last.contains("\"ts_utc\":\"2025-12-24T00:00:0"), "{last}");
    assert_eq!(simulated.unused, []);
}

#[test]
fn a_missing_answer_is_told_where_the_answers_stand() {
    let again = with("passed: true", "passed: false");
    assert_eq!(
        ends(&again),
        "scenario.missing_answer line 13, column 3: the loop asks for 'orient' 2 times, 1 are given"
    );
    let lens = SMALL[SMALL.find("  - lens_id").unwrap()..SMALL.find("decide:").unwrap()].to_owned();
    let again = again.replace(&lens, &format!("{lens}{lens}"));
    assert_eq!(
        ends(&again),
        "scenario.missing_answer line 20, column 3: the loop asks for 'decide' 2 times, 1 are given"
    );
    for (from, to, expected) in [
        ("conclude: {status: success, description: Done}\n", "", "'conclude', which is not given"),
        (
            "observe:\n  - {evidence: evidence/a.txt, signals_count: 1}\n",
            "",
            "'observe' 1 times, 0 are given",
        ),
        ("decide:\n", "gates: {Act: []}\ndecide:\n", "'gates.Act' 1 times, 0 are given"),
        (
            "{first: e0000000-0000-0000-0000-000000000001}",
            "{list: [e0000000-0000-0000-0000-000000000001]}",
            "'ids' 2 times, 1 are given",
        ),
        (
            "{start: 2025-12-24T00:00:00Z, step_ms: 500}",
            "{times: [2025-12-24T00:00:00Z]}",
            "'times' 2 times, 1 are given",
        ),
        (
            "{start: 2025-12-24T00:00:00Z, step_ms: 500}",
            "{start: 9999-12-30T00:00:00Z, step_ms: 86400000}",
            "the clock runs beyond the year 9999",
        ),
        ("000000000001}", "999999999999}", "there are no more decimal digits to count up"),
    ] {
        let told = ends(&with(from, to));
        assert!(told.starts_with("scenario.missing_answer line "), "{told}");
        assert!(told.ends_with(expected), "{told}");
    }
}

#[test]
fn a_human_who_is_needed_and_says_nothing_is_missed() {
    let text = text("hitl_checkpoint");
    let (before, rest) = text.split_once("human:\n").unwrap();
    let (_, after) = rest.split_once("gates:").unwrap();
    let told = ends(&format!("{before}gates:{after}"));
    assert!(told.ends_with("the loop asks for 'human' 1 times, 0 are given"), "{told}");
}

#[test]
fn a_human_who_refuses_or_never_answers_halts_the_loop() {
    let text = text("hitl_checkpoint");
    let refused = fails(&text.replace("approved: true", "approved: false"));
    assert!(refused.sealed.halted.is_some());
    let (before, rest) = text.split_once("  - approved: true").unwrap();
    let (_, after) = rest.split_once("gates:").unwrap();
    let waited = fails(&format!("{before}  - timed_out: true\ngates:{after}"));
    assert!(waited.sealed.events_jsonl.contains("HitlTimeout"), "{}", waited.sealed.events_jsonl);
}

#[test]
fn a_missing_answer_of_a_child_ends_the_whole() {
    let text = text("parallel_children");
    let at = text.rfind("    act:\n").unwrap();
    let end = text.rfind("    verify:\n").unwrap();
    let error = simulate(&read(&[&text[..at], &text[end..]].concat())).unwrap_err();
    let line = 1 + text[..text.rfind("  - loop_id").unwrap()].lines().count();
    let place = format!("line {line}, column 5: ");
    assert_eq!(error.to_string(), format!("{place}the loop asks for 'act' 1 times, 0 are given"));
}

#[test]
fn an_error_of_any_adapter_leaves_a_receipt() {
    let error = |class: &str, retryable: bool| {
        format!(
            "- error: {{class: {class}, code: BROKEN, message: It broke, retryable: {retryable}}}"
        )
    };
    for class in ["Recoverable", "Unrecoverable", "PatternFailure", "Catastrophic"] {
        for (from, to) in [
            ("observe:\n  -", "orient"),
            ("orient:\n  -", "decide"),
            ("decide:\n  -", "act"),
            ("act:\n  -", "verify"),
            ("verify:\n  -", "conclude"),
        ] {
            let key = from.trim_end_matches(":\n  -");
            let start = SMALL.find(&format!("\n{key}:")).unwrap() + 1;
            let end = SMALL.find(&format!("\n{to}:")).unwrap() + 1;
            let answers = format!("{key}:\n  {}\n", error(class, false));
            let text = [&SMALL[..start], &answers, &SMALL[end..]].concat();
            let text = text.replace(
                "lock_level",
                "budgets: {max_backtracks: 0, max_act_retries: 0, max_events: 50}\nlock_level",
            );
            let simulated = fails(&text);
            assert!(simulated.sealed.halted.is_some(), "{key} {class}");
            let errors: Vec<_> =
                simulated.sealed.receipt.errors.iter().map(|error| error.code.as_str()).collect();
            assert_eq!(errors, ["BROKEN"], "{key} {class}");
        }
    }
    let broken = with(
        "{status: success, description: Done}",
        &format!("{{{}}}", error("Recoverable", true).trim_start_matches("- ")),
    );
    fails(&broken.replace(
        "lock_level",
        "budgets: {max_backtracks: 0, max_act_retries: 0, max_events: 50}\nlock_level",
    ));
}

#[test]
fn a_critical_child_that_fails_takes_its_parent_along() {
    let text = text("parallel_children");
    let passes = "            check_id: format\n            passed: true";
    let failing = text.replacen(passes, &passes.replace("true", "false"), 1);
    assert_ne!(failing, text);
    // The published plan tells before that all of them succeed, and is told as what it foretold.
    let simulated = fails(&failing);
    let why = "child 33333333-3333-3333-3333-333333333301 is not what the plan foretold of it";
    let halted = simulated.sealed.halted.as_deref();
    assert_eq!(halted, Some(format!("{why} (ANSWER_INVALID)").as_str()));
    assert!(simulated.sealed.events_jsonl.contains(r#""foretold":["#));
    // Without that the loop comes to its end, and is no better than the child.
    let (before, rest) = failing.split_once("    details:\n").unwrap();
    let (_, after) = rest.split_once("\nact:\n").unwrap();
    let simulated = fails(&format!("{before}\nact:\n{after}"));
    let children = &simulated.sealed.receipt.children;
    let (success, failed) = (OutcomeStatus::Success, OutcomeStatus::Failed);
    let statuses: Vec<_> = children.iter().map(|child| child.outcome_status).collect();
    assert_eq!(statuses, [failed, success, success]);
}

#[test]
fn fewer_events_than_a_failure_needs_are_told_where_they_stand() {
    let told = ends(&with("lock_level: Draft", "lock_level: Draft\nbudgets: {max_events: 2}"));
    assert!(
        told.starts_with("scenario.empty_budget line 6, column 23: 2 events are allowed"),
        "{told}"
    );
}

#[test]
fn a_bundle_that_cannot_be_kept_is_an_error() {
    let refusal = AdapterError {
        class: ErrorClass::Unrecoverable,
        code: "DISK".to_owned(),
        message: "the disk is full".to_owned(),
        retryable: false,
        evidence: None,
        retry_after_ms: None,
    };
    let error = run(&read(SMALL), &mut |_, _| Err(refusal.clone())).unwrap_err();
    assert_eq!(error.code(), "loop.persist");
    assert!(matches!(error, SimulationError::Run { .. }), "{error}");
}

#[test]
fn what_nobody_asked_for_is_told_in_order() {
    let text = with("  evidence/a.txt: done", "  evidence/a.txt: done\n  evidence/b.txt: done")
        .replace(
            "conclude:",
            "override: {p_override_permille: 1}\nhuman:\n  - timed_out: true\nconclude:",
        )
        .replace("act:\n", "gates: {Orient: [{results: []}, {results: []}]}\nact:\n");
    let simulated = simulate(&read(&text)).unwrap();
    let told: Vec<String> = simulated.unused.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 10, column 3: this evidence was never recorded",
            "line 20, column 33: 'gates.Orient' has 1 more than the loop asked for",
            "line 30, column 5: 'human' has 1 more than the loop asked for",
        ]
    );
    let halted =
        "observe:\n  - {error: {class: Catastrophic, code: X, message: Stop, retryable: false}}\n";
    let observed = "observe:\n  - {evidence: evidence/a.txt, signals_count: 1}\n";
    let simulated = simulate(&Scenario::read(&with(observed, halted)).unwrap()).unwrap();
    let told: Vec<&str> = simulated.unused.iter().map(|unused| unused.message.as_str()).collect();
    let never = |name: &str| format!("'{name}' has 1 more than the loop asked for");
    let lists = ["orient", "decide", "act", "verify"].map(never);
    assert_eq!(told[0], "this evidence was never recorded");
    assert_eq!(told[1..5], lists);
    assert_eq!(told[5..], ["'conclude' was never asked for"]);
}

/// Returns the small scenario as one mapping of one line, with a child.
fn nested(depth: usize, child: Option<&str>) -> String {
    let id = |depth: usize| format!("10000000-0000-0000-0000-{depth:012}");
    let version = if depth == 0 { "scenario: 0.1, " } else { "" };
    let (spawn, children) = match child {
        None => (String::new(), String::new()),
        Some(child) => {
            let loops = format!("[{{loop_id: {}, critical: true}}]", id(depth + 1));
            (
                format!("spawn: {{mode: Parallel, loops: {loops}}}, "),
                format!(", children: [{child}]"),
            )
        }
    };
    format!(
        "{{{version}loop_id: {}, intent: {{description: Nothing, source: human}}, \
         actor: {{type: agent, name: nobody}}, lock_level: Draft, \
         clock: {{start: 2025-12-24T00:00:00Z, step_ms: 500}}, \
         ids: {{first: e0000000-0000-0000-0000-000000000001}}, observe: [{{}}], \
         orient: [{{lens_id: a, created_utc: 2025-12-24T00:00:00Z, \
         quality: {{coverage: 1, conflict: 1, provenance: 1}}}}], \
         decide: [{{plan: wait, {spawn}verification: {{level: Syntactic}}}}], act: [{{}}], \
         verify: [{{}}], conclude: {{status: success, description: Done}}{children}}}",
        id(depth)
    )
}

#[test]
fn children_may_be_as_deep_as_a_document() {
    const DEEPEST: usize = 29;
    let text =
        (0..DEEPEST).rev().fold(nested(DEEPEST, None), |child, depth| nested(depth, Some(&child)));
    let simulated = simulate(&read(&text)).unwrap();
    verifies(&simulated, read(&text).policy());
    let mut depth = 0;
    let mut deepest = &simulated;
    while let Some(child) = deepest.children.first() {
        (depth, deepest) = (depth + 1, child);
    }
    assert_eq!(depth, DEEPEST);
    let deeper = (0..DEEPEST + 4)
        .rev()
        .fold(nested(DEEPEST + 4, None), |child, depth| nested(depth, Some(&child)));
    assert_eq!(Scenario::read(&deeper).unwrap_err()[0].code, "scenario.syntax");
}

#[test]
fn a_loop_is_spawned_by_one_plan() {
    let text = nested(0, Some(&nested(1, None)));
    let plan = text[text.find("{plan: wait, spawn").unwrap()..text.find(", act: [").unwrap()]
        .trim_end_matches(']');
    let again = text.replacen(plan, &format!("{plan}, {plan}"), 1).replacen(
        "verify: [{}]",
        "verify: [{results: [{level: Syntactic, check_id: a, passed: false}]}]",
        1,
    );
    let lens = again[again.find("{lens_id").unwrap()..again.find("], decide").unwrap()].to_owned();
    let again = again.replacen(&lens, &format!("{lens}, {lens}"), 1);
    let error = simulate(&read(&again)).unwrap_err();
    assert_eq!(error.code(), "scenario.repeated_loop", "{error}");
    assert!(error.to_string().ends_with("was spawned by an earlier plan"), "{error}");
}
