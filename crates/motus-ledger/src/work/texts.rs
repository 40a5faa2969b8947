//! Texts that people give: bounded, and without credentials before anything of them is hashed.
//!
//! What a text says is kept with its credentials replaced, and why is recorded beside it. A name is
//! compared and locked, so that replacing something in it would make two names one: it is refused.

use motus_json::{Object, Value};

use crate::operation::require;
use crate::redact::redact_all;
use crate::work::WorkError;

/// The longest name that is taken: of a task, an agent, a resource, a type; in bytes.
pub const LONGEST_NAME: usize = 1024;

/// The longest text that is taken: an intent, a summary, a log excerpt, a decision; in bytes.
pub const LONGEST_TEXT: usize = 65_536;

/// The most resources that a claim names, and the most alternatives to a decision.
pub const MOST_ITEMS: usize = 256;

/// Refuses a name that says nothing, is too long, or holds what looks like a credential.
pub(super) fn check_name(field: &'static str, name: &str) -> Result<(), WorkError> {
    require(field, name)?;
    if name.len() > LONGEST_NAME {
        return Err(WorkError::TooLong { field, limit: LONGEST_NAME });
    }
    if redact_all(name).reasons.is_empty() {
        Ok(())
    } else {
        Err(WorkError::SecretInName { field })
    }
}

/// Refuses a text that is too long.
pub(super) fn check_text(field: &'static str, text: &str) -> Result<(), WorkError> {
    if text.len() > LONGEST_TEXT {
        return Err(WorkError::TooLong { field, limit: LONGEST_TEXT });
    }
    Ok(())
}

/// Refuses a list that is too long.
pub(super) fn check_items(field: &'static str, number: usize) -> Result<(), WorkError> {
    if number > MOST_ITEMS {
        return Err(WorkError::TooMany { field, limit: MOST_ITEMS });
    }
    Ok(())
}

/// Takes the credentials out of the texts of one event, and remembers why.
#[derive(Debug, Default)]
pub(super) struct Redaction {
    reasons: Vec<&'static str>,
}

impl Redaction {
    /// Returns the text as it may be recorded.
    pub(super) fn clean(&mut self, text: &str) -> String {
        let redacted = redact_all(text);
        for reason in redacted.reasons {
            if !self.reasons.contains(&reason) {
                self.reasons.push(reason);
            }
        }
        redacted.text
    }

    /// Checks a text and returns it as it may be recorded.
    pub(super) fn take(&mut self, field: &'static str, text: &str) -> Result<String, WorkError> {
        check_text(field, text)?;
        Ok(self.clean(text))
    }

    /// Does so when there is a text.
    pub(super) fn take_optional(
        &mut self,
        field: &'static str,
        text: Option<&str>,
    ) -> Result<Option<String>, WorkError> {
        text.map(|text| self.take(field, text)).transpose()
    }

    /// Adds to a payload why something of it was replaced; nothing when nothing was.
    pub(super) fn record(self, payload: &mut Object) {
        if !self.reasons.is_empty() {
            payload.insert("redaction_applied", true);
            payload.insert("redaction_reason_codes", Value::from(self.reasons));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<(), WorkError>) -> &'static str {
        result.err().map_or("ok", |error| error.code())
    }

    #[test]
    fn a_name_says_something_short_and_no_secret() {
        assert_eq!(code(check_name("task", "T1")), "ok");
        assert_eq!(code(check_name("task", &"x".repeat(LONGEST_NAME))), "ok");
        assert_eq!(code(check_name("task", &"x".repeat(LONGEST_NAME + 1))), "work.text_too_long");
        assert_eq!(code(check_name("task", " \n")), "ledger.field_required");
        for secret in ["ghp_0123456789abcdef", "url:https://u:p@host/x", "token=abc"] {
            assert_eq!(code(check_name("task", secret)), "work.secret_in_name", "{secret}");
        }
    }

    #[test]
    fn the_reasons_of_all_texts_are_recorded_once() {
        let mut redaction = Redaction::default();
        let taken = redaction.take("log", "ghp_0123456789abcdef").unwrap();
        assert_eq!(taken, "[REDACTED]");
        redaction.clean("ghp_0123456789abcdef token=x");
        let mut payload = Object::new();
        redaction.record(&mut payload);
        let reasons = payload.get("redaction_reason_codes").unwrap();
        assert_eq!(*reasons, Value::from(["github_token", "generic_secret_assignment"]));
        let mut payload = Object::new();
        Redaction::default().record(&mut payload);
        assert!(payload.is_empty());
    }

    #[test]
    fn a_text_has_a_longest_length() {
        assert_eq!(code(check_text("log", &"x".repeat(LONGEST_TEXT))), "ok");
        assert_eq!(code(check_text("log", &"x".repeat(LONGEST_TEXT + 1))), "work.text_too_long");
        assert_eq!(code(check_items("resource", MOST_ITEMS + 1)), "work.too_many");
    }
}
