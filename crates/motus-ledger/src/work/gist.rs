//! What an event of the work loop says, in a few words.

use motus_json::Value;

use crate::work::evidence::says_something;
use crate::work::kinds::{CLAIM_KIND, DECISION_KIND, RELEASE_KIND};
use crate::wrap::EVIDENCE_PREFIX;

/// How kinds begin whose payload has a summary.
const SUMMED_UP: [&str; 3] = ["evidence.motus_work.", EVIDENCE_PREFIX, "outcome."];

/// Returns what an event says, in a few words; nothing for what is no event of the work loop.
pub fn gist(kind: &str, payload: &Value) -> Option<String> {
    let said = |name| payload.get(name).and_then(Value::as_str);
    let both =
        |first, between: &str, second| Some(format!("{}{between}{}", said(first)?, said(second)?));
    match kind {
        CLAIM_KIND => both("work_id", ", by ", "agent_id"),
        RELEASE_KIND => both("outcome", ", ", "reason_code"),
        DECISION_KIND => said("decision").map(str::to_owned),
        "route.motus_work" => both("status", ", because ", "reason"),
        "handoff.motus_work" => both("status", ", to ", "expected_action"),
        _ if kind.starts_with("evidence.motus_work.") && !says_something(payload) => {
            Some("says nothing".to_owned())
        }
        _ if SUMMED_UP.iter().any(|prefix| kind.starts_with(prefix)) => {
            said("summary").map(str::to_owned)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use motus_json::Object;

    use super::*;

    #[test]
    fn events_of_the_loop_are_told_in_a_few_words_and_no_others() {
        let payload = Object::from([
            ("work_id", "T1"),
            ("agent_id", "ann"),
            ("summary", "3 passed"),
            ("decision", "go"),
        ]);
        let payload = Value::Object(payload);
        for (kind, told) in [
            ("work.claim", Some("T1, by ann")),
            ("evidence.motus_work.test_result", Some("3 passed")),
            ("evidence.motus_wrap.test_result", Some("3 passed")),
            ("outcome.file", Some("3 passed")),
            ("decision.motus_work", Some("go")),
            ("work.release", None),
            ("evidence.other", None),
            ("note", None),
        ] {
            assert_eq!(gist(kind, &payload).as_deref(), told, "{kind}");
        }
    }
}
