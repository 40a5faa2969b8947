//! What the binary told when it refused.

use motus_json::{Object, Value};
use motus_testkit::harness::Captured;

use super::parse;

/// An error envelope and the exit code that came with it.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) exit: i32,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) details: Object,
    pub(crate) hint: Option<String>,
}

impl Refusal {
    /// Reads an error envelope, and expects it whole: one line of JSON with its members in order, told on
    /// stderr as well, and nothing of a program that broke down.
    #[track_caller]
    pub(crate) fn of(captured: &Captured) -> Self {
        let (line, stderr) = (captured.stdout_text(), captured.stderr_text());
        assert!(line.ends_with('\n') && line.lines().count() == 1, "{line:?} {stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
        let envelope = parse(&line);
        let envelope = envelope.as_object().unwrap().clone();
        let names: Vec<&str> = envelope.iter().filter_map(|(name, _)| name.as_str()).collect();
        let expected = ["protocol", "ok", "code", "message", "details", "hint"];
        assert_eq!(names, expected[..names.len().clamp(5, 6)], "{line}");
        let text = |name| envelope.get(name).and_then(Value::as_str).map(str::to_owned);
        let refusal = Self {
            exit: captured.code.unwrap_or(-1),
            code: text("code").unwrap(),
            message: text("message").unwrap(),
            details: envelope.get("details").and_then(Value::as_object).unwrap().clone(),
            hint: text("hint"),
        };
        assert_eq!(envelope.get("ok"), Some(&Value::Bool(false)));
        assert_eq!(text("protocol").as_deref(), Some("textus/3"));
        assert!(stderr.starts_with(&format!("{}: ", refusal.code)), "{stderr}");
        assert!(refusal.hint.is_none() || stderr.contains("\n  → "), "{stderr}");
        refusal
    }

    /// Expects code and exit code.
    #[track_caller]
    pub(crate) fn expect(self, code: &str, exit: i32) -> Self {
        assert_eq!((self.code.as_str(), self.exit), (code, exit), "{self:?}");
        self
    }

    /// Expects message, hint or details to name something.
    #[track_caller]
    pub(crate) fn naming(self, what: &str) -> Self {
        let hint = self.hint.as_deref().unwrap_or_default();
        let told = [&self.message, hint, &self.details()].concat();
        assert!(told.contains(what), "{what}: {self:?}");
        self
    }

    /// Returns the details in one line.
    pub(crate) fn details(&self) -> String {
        super::spell(&Value::Object(self.details.clone()))
    }
}
