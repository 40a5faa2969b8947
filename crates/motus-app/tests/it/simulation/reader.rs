//! Scenarios that cannot be: every fault is told with its code, its line and its column.

use motus_app::simulation::Scenario;

use super::{SCENARIOS, read, told};

/// A loop that locks at once, and what the tests of this folder change.
pub(super) const SMALL: &str = "\
scenario: 0.1
loop_id: 10000000-0000-0000-0000-000000000000
intent: {description: Nothing, source: human}
actor: {type: agent, name: nobody}
lock_level: Draft
clock: {start: 2025-12-24T00:00:00Z, step_ms: 500}
ids: {first: e0000000-0000-0000-0000-000000000001}
evidence:
  evidence/a.txt: done
observe:
  - {evidence: evidence/a.txt, signals_count: 1}
orient:
  - lens_id: lens-1
    created_utc: 2025-12-24T00:00:00Z
    quality: {coverage: 1000, conflict: 1000, provenance: 1000}
decide:
  - plan: wait
    verification: {level: Syntactic, checks_required: [clean]}
act:
  - skills:
      - skill: wait
        effects_observed: []
verify:
  - results:
      - {level: Syntactic, check_id: clean, passed: true}
conclude: {status: success, description: Done}
";

/// Puts another text in the place of one that stands there once.
#[track_caller]
pub(super) fn with(from: &str, to: &str) -> String {
    assert_eq!(SMALL.matches(from).count(), 1, "{from}");
    SMALL.replacen(from, to, 1)
}

#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    let found = Scenario::read(&with(from, to)).map(|_| String::new());
    assert_eq!(found.unwrap_or_else(|errors| told(&errors)).trim_end(), expected, "{to}");
}

#[test]
fn the_scenarios_of_the_specification_are_read() {
    for (_, text) in SCENARIOS {
        read(text);
    }
    read(SMALL);
}

#[test]
fn what_is_no_document_is_told_where_it_breaks() {
    check(
        "intent: {description: Nothing",
        "intent: {description: [Nothing",
        "scenario.syntax 3:23 not well-formed YAML: mismatched bracket '[' closed by '}'",
    );
    check(
        "lock_level: Draft",
        "lock_level: &level Draft",
        "scenario.syntax 5:20 an anchor is not allowed; write it out",
    );
    check(
        "plan: wait",
        "plan: *level",
        "scenario.syntax 17:11 an alias is not allowed; write it out",
    );
    check("plan: wait", "plan: !!str wait", "scenario.syntax 17:17 a tag is not allowed");
    check(
        "plan: wait",
        "? [a]\n    : wait",
        "scenario.syntax 17:7 a list or mapping cannot be a key",
    );
    let second = format!("{SMALL}---\nanother: one\n");
    let errors = Scenario::read(&second).unwrap_err();
    assert_eq!(told(&errors), "scenario.syntax 27:1 a second document is not allowed\n");
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    let expected = "scenario.syntax 17:75 nested deeper than 64 levels";
    let errors = Scenario::read(&with("plan: wait", &format!("plan: {deep}"))).unwrap_err();
    assert!(told(&errors).starts_with("scenario.syntax 17:"), "{expected} {}", told(&errors));
    for (text, expected) in [
        ("", "scenario.syntax 1:1 there is no document\n"),
        ("\u{feff}scenario: 0.1", "scenario.syntax 1:1 a byte order mark is not allowed\n"),
        ("- a", "scenario.wrong_type 1:1 must be a mapping\n"),
    ] {
        assert_eq!(told(&Scenario::read(text).unwrap_err()), expected);
    }
}

#[test]
fn a_document_that_is_too_large_is_not_read() {
    let long = format!("{SMALL}#{}\n", " ".repeat(1 << 20));
    let errors = Scenario::read(&long).unwrap_err();
    assert_eq!(told(&errors), "scenario.too_large 1:1 more than 1048576 bytes\n");
    let many =
        with("effects_observed: []", &format!("effects_observed: [{}]", "a,".repeat(200_000)));
    let errors = Scenario::read(&many).unwrap_err();
    assert_eq!(errors[0].code, "scenario.too_large");
    assert_eq!((errors.len(), errors[0].line), (1, 22));
}

#[test]
fn keys_are_known_and_stand_once() {
    check(
        "lock_level: Draft",
        "lock_level: Draft\nlock_level: Staged",
        "scenario.repeated_key 6:1 the key 'lock_level' stands there before",
    );
    check(
        "signals_count: 1",
        "signal_count: 1",
        "scenario.unknown_key 11:32 'signal_count' is not known here; known are signals, signals_count, \
         evidence, inputs, error",
    );
    check("lock_level: Draft\n", "", "scenario.missing_key 1:1 'lock_level' is missing");
    check("plan: wait", "plam: wait", "\
scenario.unknown_key 17:5 'plam' is not known here; known are plan, effects, decisions, verification, \
suggestions, strategy_used, spawn, details, error
scenario.missing_key 17:5 'plan' is missing");
    check(", passed: true", "", "scenario.missing_key 25:9 'passed' is missing");
}

#[test]
fn types_are_not_guessed() {
    check(
        "name: nobody",
        "name: 12",
        "scenario.wrong_type 4:28 must be a text; write it in quotes: '12'",
    );
    check(
        "name: nobody",
        "name: 1e3",
        "scenario.wrong_type 4:28 must be a text; write it in quotes: '1e3'",
    );
    check(
        "name: nobody",
        "name: true",
        "scenario.wrong_type 4:28 must be a text; write it in quotes: 'true'",
    );
    check(
        "name: nobody",
        "name: ~",
        "scenario.wrong_type 4:28 must be a text; an empty one is written ''",
    );
    check("name: nobody", "name: [nobody]", "scenario.wrong_type 4:28 must be a text");
    check(
        "signals_count: 1",
        "signals_count: '1'",
        "scenario.wrong_type 11:47 must be a whole number",
    );
    check(
        "signals_count: 1",
        "signals_count: 1.0",
        "scenario.wrong_type 11:47 must be a whole number",
    );
    check(
        "signals_count: 1",
        "signals_count: 01",
        "scenario.wrong_type 11:47 must be a whole number",
    );
    check("passed: true", "passed: yes", "scenario.wrong_type 25:53 must be true or false");
    check("passed: true", "passed: 'true'", "scenario.wrong_type 25:53 must be true or false");
    check(
        "effects_observed: []",
        "effects_observed: {}",
        "scenario.wrong_type 22:27 must be a list",
    );
    check(
        "conclude: {",
        "conclude: [{",
        "scenario.syntax 26:11 not well-formed YAML: unclosed bracket '['",
    );
    check(
        "  - plan: wait\n    ",
        "  - wait\n  - plan: wait\n    ",
        "scenario.wrong_type 17:5 must be a mapping",
    );
}

#[test]
fn values_are_in_their_range_and_form() {
    check("coverage: 1000", "coverage: 1001", "scenario.bad_value 15:25 must be from 0 to 1000");
    check("coverage: 1000", "coverage: -1", "scenario.bad_value 15:25 must be from 0 to 1000");
    check(
        "signals_count: 1",
        "signals_count: 4294967296",
        "scenario.bad_value 11:47 must be from 0 to 4294967295",
    );
    check(
        "lock_level: Draft",
        "lock_level: draft",
        "scenario.bad_value 5:13 'draft' is none of Draft, Staged, Committed, Published, Immutable",
    );
    check(
        "loop_id: 10000000",
        "loop_id: A0000000",
        "scenario.bad_value 2:10 must be a UUID in lower case",
    );
    check(
        "created_utc: 2025-12-24T00:00:00Z",
        "created_utc: 2025-12-24",
        "scenario.bad_value 14:18 must be a time such as 2025-12-24T00:00:00Z",
    );
    check(
        "signals_count: 1",
        "inputs: [{path: a, sha256: 00}]",
        "scenario.bad_value 11:59 must be 64 lower-case hexadecimal digits",
    );
    check(
        "effects_observed: []",
        "effects_observed: [{op: WriteFS, selector: 'fs:a/../b'}]",
        "scenario.bad_value 22:52 selector holds a `..` segment",
    );
    check(
        "effects_observed: []",
        "effects_observed: [{op: Write, selector: 'fs:a'}]",
        "scenario.bad_value 22:33 'Write' is none of Exec, Network, Publish, ReadFS, WriteFS",
    );
    check(
        "effects_observed: []",
        "artifacts_out: [{path: ../a, sha256: 00}]",
        "\
scenario.bad_value 22:32 is not the one spelling of a path
scenario.bad_value 22:46 must be 64 lower-case hexadecimal digits",
    );
    check(
        "scenario: 0.1",
        "scenario: 0.2",
        "scenario.bad_value 1:11 must be 0.1, the form that is read here",
    );
    check(
        "000000000001}",
        "00000000000a}",
        "scenario.bad_value 7:14 must be a UUID in lower case whose last group has decimal digits only",
    );
}

#[test]
fn evidence_is_named_as_it_is_given() {
    check(
        "{evidence: evidence/a.txt",
        "{evidence: evidence/b.txt",
        "scenario.missing_evidence 11:16 'evidence/b.txt' is not among the evidence of this loop",
    );
    check(
        "  evidence/a.txt: done",
        "  evidence/a.txt: done\n  evidence/../b: done",
        "scenario.bad_value 10:3 'evidence/../b' is no path of a file under evidence/",
    );
    check(
        "  evidence/a.txt: done",
        "  evidence/a.txt: done\n  receipt.json: done",
        "scenario.bad_value 10:3 'receipt.json' is no path of a file under evidence/",
    );
    check(
        "plan: wait",
        "plan: wait\n    details: {log: {evidence: evidence/b.txt}}",
        "scenario.missing_evidence 18:31 'evidence/b.txt' is not among the evidence of this loop",
    );
}

#[test]
fn a_required_check_is_no_attempt() {
    let told = "the name of a required check has no @; NAME@2 is an attempt";
    for name in ["clean@2", "'@'", "\"a@b\""] {
        let expected = format!("scenario.bad_value 18:56 {told}");
        check("checks_required: [clean]", &format!("checks_required: [{name}]"), &expected);
    }
}

#[test]
fn what_a_plan_foretells_of_children_is_told_where_it_cannot_be() {
    for (details, expected) in [
        (
            "{children: [{child_loop_id: x}]}",
            "scenario.bad_value 18:42 must be a UUID in lower case",
        ),
        (
            "{children: [{child_loop_id: 10000000-0000-0000-0000-000000000009}]}",
            "scenario.bad_value 18:42 no child has the loop_id 10000000-0000-0000-0000-000000000009",
        ),
        ("{children: [{}]}", "scenario.missing_key 18:26 'child_loop_id' is missing"),
        ("{children: 3}", "scenario.wrong_type 18:25 must be a list"),
        ("{children: [3]}", "scenario.wrong_type 18:26 must be a mapping"),
    ] {
        check("plan: wait", &format!("plan: wait\n    details: {details}"), expected);
    }
    let (_, family) = SCENARIOS[2];
    let found = |from: &str, to: &str| {
        let told_of = Scenario::read(&family.replacen(from, to, 1)).map(|_| String::new());
        told_of.unwrap_or_else(|errors| told(&errors)).trim_end().to_owned()
    };
    let first =
        "          child_loop_id: 33333333-3333-3333-3333-333333333301\n          critical: true";
    let otherwise = first.replace("true", "false");
    assert_eq!(
        found(first, &otherwise),
        "scenario.bad_value 89:21 the plan spawns it with critical: true"
    );
    let other = "          child_loop_id: 33333333-3333-3333-3333-333333333302";
    let again = other.replace("02", "01");
    assert_eq!(
        found(other, &again),
        "scenario.repeated_loop 93:26 33333333-3333-3333-3333-333333333301 stands in the details before"
    );
}

#[test]
fn no_fewer_signals_are_counted_than_named() {
    let observed = |count: &str| {
        format!(
            "{{signals: [{{name: a, confidence: 1}}, {{name: b, confidence: 1}}], signals_count: {count}}}"
        )
    };
    let answer = "{evidence: evidence/a.txt, signals_count: 1}";
    check(answer, &observed("1"), "scenario.bad_value 11:84 2 signals are named, which are more");
    check(answer, &observed("x"), "scenario.wrong_type 11:84 must be a whole number");
    for count in ["2", "3"] {
        read(&with(answer, &observed(count)));
    }
}

#[test]
fn what_cannot_be_together_is_told_where_it_stands() {
    check(
        "{start: 2025-12-24T00:00:00Z, step_ms: 500}",
        "\n  times:\n    - 2025-12-24T00:00:00Z\n    - 2025-12-24T00:00:02Z\n    - 2025-12-24T00:00:01Z",
        "scenario.time_backwards 10:7 2025-12-24T00:00:01Z is before 2025-12-24T00:00:02Z, which the clock \
         showed last",
    );
    let id = "e0000000-0000-0000-0000-000000000001";
    check(
        &format!("{{first: {id}}}"),
        &format!("\n  list:\n    - {id}\n    - {id}"),
        &format!("scenario.repeated_id 10:7 {id} stands in the list before"),
    );
    check(
        "lock_level: Draft",
        "lock_level: Draft\nbudgets: {max_events: 0}",
        "scenario.empty_budget 6:23 without an event nothing can be recorded",
    );
    check(
        "plan: wait",
        "plan: wait\n    spawn: {mode: Parallel, loops: [{loop_id: 10000000-0000-0000-0000-000000000009, \
         critical: true}]}",
        "scenario.bad_value 18:47 no child has the loop_id 10000000-0000-0000-0000-000000000009",
    );
}

/// Returns the small scenario as a child, further in.
fn child(loop_id: &str) -> String {
    let lines = SMALL.lines().skip(1).map(|line| format!("    {line}\n"));
    let lines: String = lines.collect();
    lines.replacen("    loop_id", "  - loop_id", 1).replacen(
        "10000000-0000-0000-0000-000000000000",
        loop_id,
        1,
    )
}

#[test]
fn a_loop_is_there_once() {
    let (root, other) =
        ("10000000-0000-0000-0000-000000000000", "20000000-0000-0000-0000-000000000000");
    let errors = |children: &[&str]| {
        let children: String = children.iter().map(|id| child(id)).collect();
        told(&Scenario::read(&format!("{SMALL}children:\n{children}")).unwrap_err())
    };
    let own = format!("scenario.repeated_loop 28:5 the loop {root} would be its own ancestor\n");
    assert_eq!(errors(&[root]), own);
    let twice =
        format!("scenario.repeated_loop 53:5 the loop {other} is there before, on line 28\n");
    assert_eq!(errors(&[other, other]), twice);
}

#[test]
fn a_child_has_the_policy_of_its_parent() {
    let children = child("20000000-0000-0000-0000-000000000000");
    let text = format!("{SMALL}children:\n{children}    policy: default\n");
    let told = told(&Scenario::read(&text).unwrap_err());
    assert!(told.starts_with("scenario.unknown_key 53:5 'policy' is not known here"), "{told}");
}

const POLICY: &str = "lock_level: Draft
policy:
  policy_version: POLICY-0.1
  policy_id: TEAM
  effect_cap_k: 20
  backtrack_to_observe: false
  checks_required: {Draft: [clean, audit]}
  lens_quality_min: {}
  human: {cost_ms: 45000, loss_ms: 30000, risks: []}
";

#[test]
fn faults_of_a_policy_are_told_where_they_stand() {
    check(
        "lock_level: Draft\n",
        POLICY,
        "scenario.unmet_policy 32:3 the policy demands the check audit at Draft; no answer has it",
    );
    read(&with("lock_level: Draft\n", &POLICY.replace(", audit", "")));
    // What is run again has the number of the attempt; what is run first has none.
    read(&with("lock_level: Draft\n", &POLICY.replace(", audit", ", clean@2")));
    check(
        "lock_level: Draft\n",
        &POLICY.replace(", audit", ", clean@1"),
        "scenario.unmet_policy 32:3 the policy demands the check clean@1 at Draft; no answer has it",
    );
    check(
        "lock_level: Draft\n",
        &POLICY.replace(
            "risks: []",
            "risks: [{op: WriteFS, selector: src, from_level: Draft, loss_ms: 1}]",
        ),
        "scenario.bad_value 13:75 in the policy, human.risks[0].selector selector does not begin with `fs:`",
    );
    check(
        "lock_level: Draft\n",
        &POLICY.replace("  effect_cap_k: 20\n", ""),
        "scenario.bad_value 7:3 in the policy, effect_cap_k is missing",
    );
    check(
        "lock_level: Draft\n",
        "lock_level: Draft\npolicy: strict\n",
        "scenario.bad_value 6:9 must be default or a policy document",
    );
}

#[test]
fn faults_of_a_recording_are_told_where_they_stand() {
    check(
        "lock_level: Draft\n",
        "lock_level: Draft\nrecording:\n  profile: golden-0.1\n  without: [Locked, Unlocked]\n  with:\n    \
         PlanChosen: [plans]\n    IntentSet: [intent]\n",
        "\
scenario.bad_value 8:13 Locked cannot be left out
scenario.bad_value 8:21 no event has Unlocked
scenario.bad_value 10:5 no event has PlanChosen.plans
scenario.bad_value 11:5 IntentSet.actor cannot be left out",
    );
    check(
        "lock_level: Draft\n",
        "lock_level: Draft\nrecording: {profile: all}\n",
        "scenario.bad_value 6:22 there is no profile 'all'",
    );
}

#[test]
fn many_faults_are_told_at_once_in_their_order() {
    let text =
        with("lock_level: Draft", "lock_level: 7").replace("1000, conflict", "2000, conflict");
    let text = text.replace("clean, passed: true", "7, passed: maybe");
    assert_eq!(
        told(&Scenario::read(&text).unwrap_err()),
        "\
scenario.wrong_type 5:13 must be a text; write it in quotes: '7'
scenario.bad_value 15:25 must be from 0 to 1000
scenario.wrong_type 25:38 must be a text; write it in quotes: '7'
scenario.wrong_type 25:49 must be true or false
"
    );
    let hostile = with("plan: wait", "\"\\e[2J\": wait");
    let told = told(&Scenario::read(&hostile).unwrap_err());
    assert!(told.contains("'\\u{1b}[2J' is not known here"), "{told}");
}

/// The page tells every key that may stand somewhere.
#[test]
fn the_page_tells_every_key() {
    const PAGE: &str = include_str!("../../../../../docs/scenarios.md");
    let odd = [
        ("description: Nothing", "odd: 1, description: Nothing"),
        ("name: nobody", "odd: 1, name: nobody"),
        (
            "lock_level: Draft\n",
            "lock_level: Draft\nbudgets: {odd: 1}\nrecording: {profile: default, odd: 1}\n",
        ),
        ("{first:", "{odd: 1, first:"),
        ("{start:", "{odd: 1, start:"),
        ("signals_count: 1", "odd: 1, signals: [{name: a, confidence: 1, odd: 1}]"),
        ("signals_count: 1", "inputs: [{path: a, odd: 1}]"),
        ("    quality: {", "    odd: 1\n    items: [{odd: 1}]\n    quality: {odd: 1, "),
        (
            "plan: wait",
            "plan: wait\n    odd: 1\n    effects: [{odd: 1}]\n    decisions: [{odd: 1}]",
        ),
        (
            "plan: wait",
            "plan: wait\n    suggestions: [{odd: 1}]\n    spawn: {odd: 1, loops: [{odd: 1}]}",
        ),
        ("[clean]", "[clean], odd: 1"),
        ("effects_observed: []", "odd: 1\n    odd: 1\n    error: {odd: 1}"),
        ("passed: true}", "passed: true, odd: 1}\n    odd: 1"),
        (
            "conclude: {",
            "override: {odd: 1}\nhuman: [{odd: 1}]\ngates: {odd: 1, Act: [{odd: 1, results: [{odd: 1}]}]}\nconclude: {odd: 1, ",
        ),
    ];
    let mut keys = std::collections::BTreeSet::new();
    for (from, to) in odd {
        let errors = Scenario::read(&with(from, to)).unwrap_err();
        let places = to.matches("odd: 1").count();
        let unknown = errors.iter().filter(|error| error.code == "scenario.unknown_key");
        let listed: Vec<&str> = unknown
            .filter_map(|error| error.message.split_once("known are "))
            .map(|(_, keys)| keys)
            .collect();
        assert_eq!(listed.len(), places, "{to}: {}", told(&errors));
        keys.extend(listed.iter().flat_map(|keys| keys.split(", ")).map(str::to_owned));
    }
    let errors = Scenario::read(&format!("{SMALL}odd: 1\n")).unwrap_err();
    keys.extend(
        errors[0].message.split_once("known are ").unwrap().1.split(", ").map(str::to_owned),
    );
    assert!(keys.len() > 80, "{}", keys.len());
    for key in keys {
        let is_phase = key.starts_with(char::is_uppercase);
        assert!(
            is_phase || PAGE.contains(&format!("`{key}`")) || PAGE.contains(&format!("`{key}: ")),
            "{key}"
        );
    }
}

/// What is torn gets its faults told; nothing is taken for a scenario, and nothing panics.
#[test]
fn a_torn_document_is_told_and_its_places_exist() {
    let whole =
        SMALL.replace("signals_count: 1}", "signals_count: 1, inputs: [{path: é, kind: File}]}");
    let mut torn = 0;
    for at in (0..whole.len()).filter(|at| whole.is_char_boundary(*at)) {
        let (before, after) = whole.split_at(at);
        let next = after.chars().next().map_or(0, char::len_utf8);
        for text in
            [before.to_owned(), format!("{before}{}", &after[next..]), format!("{before}]{after}")]
        {
            let Err(errors) = Scenario::read(&text) else { continue };
            torn += 1;
            assert_ne!(errors, []);
            for error in errors {
                let line = text.split('\n').nth(error.line - 1);
                let most = line.map(|line| line.chars().count() + 1);
                assert!(most.is_some_and(|most| error.column <= most), "{error} in {text}");
            }
        }
    }
    assert!(torn > 1000, "{torn}");
}
