//! What an event's content comes to, in one line.
//!
//! What the specification fixes stands before what anybody may write, and a name stands in quotes: nobody's
//! name is taken for what is said of him.

use motus_json::Value;
use motus_json::canonical::cj;
use motus_kernel::names::ActorType;

/// Returns a name between quotes that nothing in it can end.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Tells the content of the kinds that the specification knows; of others the names of their members.
pub(super) fn of(kind: &str, content: &Value) -> String {
    let text = |path: &[&str]| text_at(content, path);
    let parts: Vec<String> = match kind {
        "IntentSet" => vec![who(content, "actor"), text(&["intent", "description"])],
        "SignalsCaptured" if text(&["evidence"]).is_empty() => {
            vec![count(content, "signals", "signal")]
        }
        "SignalsCaptured" | "OrientFromFailure" => vec![text(&["evidence"])],
        "LensAssembled" => {
            vec![format!("quality {}", text(&["quality", "aggregate"])), text(&["lens_id"])]
        }
        "PlanChosen" => vec![text(&["plan"])],
        "SkillExecuted" => vec![text(&["skill"]), text(&["evidence"])],
        "ActError" => vec![text(&["class"]), text(&["code"]), text(&["message"])],
        "RetryScheduled" => vec![format!("attempt {}", text(&["attempt"]))],
        "VerificationRun" => {
            let verdict = match (verdict(content), on_fail(content).as_str()) {
                // What was run passed; what leads elsewhere is a check that was not.
                ("passed", step) if !step.is_empty() => "a check still has to pass",
                (verdict, _) => verdict,
            };
            vec![verdict.to_owned(), on_fail(content), text(&["on_fail", "reason"])]
        }
        "PhaseEntered" => vec![text(&["step"]), text(&["reason"])],
        "InputsRead" => vec![count(content, "artifacts_in", "input")],
        "DecisionRecorded" => vec![text(&["point"]), text(&["choice"])],
        "VerificationSpecified" => {
            vec![text(&["level"]), count(content, "checks_required", "required check")]
        }
        "GateEvaluated" => vec![verdict(content).to_owned(), quoted(&text(&["gate_id"]))],
        "HitlPrompt" | "PhaseSkipped" => vec![text(&["reason"])],
        "HitlDecision" => vec![decision(content), text(&["note"])],
        "ChildSpawned" => vec![text(&["child_loop_id"])],
        "ChildJoined" => vec![text(&["outcome_status"]), text(&["child_loop_id"])],
        "Locked" => vec![
            text(&["lock_level"]),
            text(&["outcome", "status"]),
            text(&["outcome", "description"]),
        ],
        "StrategySuggested" | "StrategyApplied" => vec![text(&["strategy_id"])],
        _ => content.as_object().into_iter().flatten().map(|(name, _)| name.to_string()).collect(),
    };
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn text_at(content: &Value, path: &[&str]) -> String {
    match path.iter().try_fold(content, |value, name| value.get(name)) {
        Some(Value::String(text)) => text.to_string(),
        Some(Value::Null) | None => String::new(),
        Some(other) => cj::write(other).unwrap_or_default(),
    }
}

/// Tells how a loop goes on after a failed run of checks, such as `Backtrack to Orient`; nothing where it is
/// not said.
fn on_fail(content: &Value) -> String {
    let text = |member| text_at(content, &["on_fail", member]);
    match (text("type"), text("to_phase")) {
        (step, phase) if phase.is_empty() => step,
        (step, phase) => format!("{step} to {phase}"),
    }
}

/// Tells how many entries a list has; nothing where there is none.
fn count(content: &Value, list: &str, noun: &str) -> String {
    match content.get(list).and_then(Value::as_array).map(<[Value]>::len) {
        Some(1) => format!("1 {noun}"),
        Some(number) => format!("{number} {noun}s"),
        None => String::new(),
    }
}

/// Tells somebody's type and name; nothing when there is no name.
fn who(content: &Value, member: &str) -> String {
    match text_at(content, &[member, "name"]).as_str() {
        "" => String::new(),
        name => {
            let kind = ActorType::parse(&text_at(content, &[member, "type"]));
            let kind = kind.map_or("somebody", ActorType::as_str);
            format!("{kind} {}", quoted(name))
        }
    }
}

/// Tells how a run of checks ended: as it says or, where it does not, as its results do.
fn verdict(content: &Value) -> &'static str {
    let passed = |value: &Value| value.get("passed").and_then(Value::as_bool);
    let results = content.get("results").and_then(Value::as_array).unwrap_or_default();
    let all = || results.iter().map(passed).try_fold(true, |all, passed| Some(all && passed?));
    match passed(content) {
        Some(true) => "passed",
        Some(false) => "failed",
        None if results.is_empty()
            || content.get("passed").is_some_and(|it| *it != Value::Null) =>
        {
            NOT_SAID
        }
        None => all().map_or(NOT_SAID, |all| if all { "passed" } else { "failed" }),
    }
}

/// What is told where an event leaves open how something ended.
const NOT_SAID: &str = "not said";

fn decision(content: &Value) -> String {
    let verb = match content.get("approved").and_then(Value::as_bool) {
        Some(true) => "approved",
        Some(false) => "refused",
        None => NOT_SAID,
    };
    match who(content, "approver").as_str() {
        "" => verb.to_owned(),
        who => format!("{verb} by {who}"),
    }
}

#[cfg(test)]
mod tests {
    use motus_testkit::bundle::document;

    use super::*;

    fn gist(kind: &str, content: &str) -> String {
        of(kind, &document(content).into())
    }

    #[test]
    fn a_run_of_checks_is_told_by_what_it_says_or_by_its_results() {
        for (content, expected) in [
            (r#"{"passed":true}"#, "passed"),
            (r#"{"passed":false}"#, "failed"),
            (r#"{"passed":null,"results":[{"passed":true}]}"#, "passed"),
            (r#"{"results":[{"passed":true},{"passed":true}]}"#, "passed"),
            (r#"{"results":[{"passed":true},{"passed":false}]}"#, "failed"),
            (r#"{"results":[{"passed":true},{}]}"#, "not said"),
            (r#"{"results":[]}"#, "not said"),
            (r#"{"results":"all good"}"#, "not said"),
            (r#"{"passed":"yes","results":[{"passed":true}]}"#, "not said"),
            ("{}", "not said"),
        ] {
            assert_eq!(gist("VerificationRun", content), expected, "{content}");
        }
    }

    #[test]
    fn a_move_of_the_loop_is_told_with_its_reason() {
        for (kind, content, expected) in [
            ("PhaseEntered", r#"{"step":"Backtrack","reason":"r"}"#, "Backtrack, r"),
            ("PhaseEntered", r#"{"step":"Next"}"#, "Next"),
            ("PhaseSkipped", r#"{"reason":"r"}"#, "r"),
            (
                "VerificationRun",
                r#"{"on_fail":{"reason":"r","to_phase":"Orient","type":"Backtrack"},"passed":false}"#,
                "failed, Backtrack to Orient, r",
            ),
            (
                "VerificationRun",
                r#"{"on_fail":{"reason":"r","type":"Halt"},"passed":false}"#,
                "failed, Halt, r",
            ),
            (
                "VerificationRun",
                r#"{"on_fail":{"reason":"r","to_phase":"Orient","type":"Backtrack"},"passed":true}"#,
                "a check still has to pass, Backtrack to Orient, r",
            ),
            ("GateEvaluated", r#"{"gate_id":"a\"b","passed":false}"#, r#"failed, "a\"b""#),
            ("SignalsCaptured", r#"{"signals":[{},{}]}"#, "2 signals"),
            ("SignalsCaptured", r#"{"evidence":"e","signals":[{}]}"#, "e"),
            ("InputsRead", r#"{"artifacts_in":[{}]}"#, "1 input"),
            (
                "VerificationSpecified",
                r#"{"checks_required":[],"level":"L"}"#,
                "L, 0 required checks",
            ),
            ("DecisionRecorded", r#"{"choice":"c","point":"p","rationale":"r"}"#, "p, c"),
            ("ChildJoined", r#"{"child_loop_id":"i","outcome_status":"partial"}"#, "partial, i"),
        ] {
            assert_eq!(gist(kind, content), expected, "{content}");
        }
    }

    #[test]
    fn a_name_is_not_taken_for_what_is_said_of_it() {
        let decision = |approver: &str, approved: &str| {
            let content = r#"{"approved":APPROVED,"approver":APPROVER,"note":"n"}"#;
            let content = content.replace("APPROVED", approved).replace("APPROVER", approver);
            gist("HitlDecision", &content)
        };
        let spoof = r#"{"name":"alice\" (human): ok","type":"agent"}"#;
        assert_eq!(decision(spoof, "true"), r#"approved by agent "alice\" (human): ok", n"#);
        let odd = r#"{"name":"a\\","type":"human \"bob\""}"#;
        assert_eq!(decision(odd, "false"), r#"refused by somebody "a\\", n"#);
        assert_eq!(decision("null", "null"), "not said, n");
    }
}
