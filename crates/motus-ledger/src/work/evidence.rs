//! Whether evidence says anything: an event alone shows nothing.

use motus_json::Value;

use crate::portable::blank::is_blank;

/// What each event of the work loop has, whatever it shows.
const FRAME: [&str; 6] = [
    "lease_id",
    "legacy_evidence_id",
    "evidence_type",
    "summary",
    "redaction_applied",
    "redaction_reason_codes",
];

/// Returns the summary of evidence of which nothing else is said, as the published release has it.
pub(super) fn empty_summary(evidence_type: &str) -> String {
    format!("{evidence_type} evidence recorded")
}

/// Tells whether the payload of evidence says anything but that it was recorded.
pub fn says_something(payload: &Value) -> bool {
    let Some(object) = payload.as_object() else { return false };
    let text = |name| payload.get(name).and_then(Value::as_str).unwrap_or_default();
    let summary = text("summary");
    let is_summed_up = !is_blank(summary) && summary != empty_summary(text("evidence_type"));
    let says = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !is_blank(&text.to_string_lossy()),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    };
    is_summed_up
        || object.iter().any(|(name, value)| {
            let is_of_frame = FRAME.iter().any(|known| name == *known);
            !is_of_frame && says(value)
        })
}

#[cfg(test)]
mod tests {
    use motus_json::ReadOptions;

    use super::*;

    #[test]
    fn evidence_that_was_only_recorded_says_nothing() {
        for (payload, says) in [
            (r#"{"evidence_type":"t","summary":"t evidence recorded","diff_summary":null}"#, false),
            (r#"{"evidence_type":"t","summary":" ","log_excerpt":"\n","test_results":{}}"#, false),
            (r#"{"lease_id":"l","legacy_evidence_id":"e","redaction_applied":true}"#, false),
            ("{}", false),
            ("[1]", false),
            (r#"{"evidence_type":"t","summary":"3 passed"}"#, true),
            (r#"{"evidence_type":"t","test_results":{"passed":0}}"#, true),
            (r#"{"evidence_type":"t","log_excerpt":"a line"}"#, true),
            (r#"{"url":"https://x"}"#, true),
        ] {
            let value = motus_json::read(payload.as_bytes(), &ReadOptions::STORED).unwrap();
            assert_eq!(says_something(&value), says, "{payload}");
        }
    }
}
