//! What a check says, and what all of them come to.

use motus_json::{Object, Value};
use motus_ledger::Clock;

/// How a check went; the worst of all is the report's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Status {
    /// As it should be.
    #[default]
    Pass,
    /// Worth knowing; nothing is lost.
    Warn,
    /// Something is wrong.
    Fail,
}

impl Status {
    /// Returns the spelling of the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// The result of one check.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The check's name, such as `store_integrity`.
    pub name: &'static str,
    /// How it went.
    pub status: Status,
    /// What was found.
    pub message: String,
    /// What the message does not say, for programs.
    pub details: Value,
    /// What the person can do about it; always there when the check did not pass.
    pub next: Option<&'static str>,
    /// How long the check took.
    pub duration_milliseconds: u64,
}

impl Check {
    pub(super) fn pass(name: &'static str, message: impl Into<String>) -> Self {
        Self::new(name, Status::Pass, message)
    }

    pub(super) fn warn(name: &'static str, message: impl Into<String>, next: &'static str) -> Self {
        Self { next: Some(next), ..Self::new(name, Status::Warn, message) }
    }

    pub(super) fn fail(name: &'static str, message: impl Into<String>, next: &'static str) -> Self {
        Self { next: Some(next), ..Self::new(name, Status::Fail, message) }
    }

    fn new(name: &'static str, status: Status, message: impl Into<String>) -> Self {
        let (message, details) = (message.into(), Value::Null);
        Self { name, status, message, details, next: None, duration_milliseconds: 0 }
    }

    pub(super) fn with_details(self, details: impl Into<Value>) -> Self {
        Self { details: details.into(), ..self }
    }

    /// Returns the check as an object with sorted members.
    pub fn to_object(&self) -> Object {
        Object::from([
            ("details", self.details.clone()),
            ("duration_ms", self.duration_milliseconds.into()),
            ("message", self.message.as_str().into()),
            ("name", self.name.into()),
            ("next", self.next.into()),
            ("status", self.status.as_str().into()),
        ])
    }
}

/// All checks in the order in which they were made.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The checks.
    pub checks: Vec<Check>,
    /// The code to exit with when a signal asked for an end during the trial recording.
    pub interruption: Option<u8>,
}

impl Report {
    pub(super) fn add(&mut self, clock: &dyn Clock, check: impl FnOnce() -> Check) {
        self.add_if_any(clock, || Some(check()));
    }

    /// Adds a check that there may be nothing for.
    pub(super) fn add_if_any(&mut self, clock: &dyn Clock, check: impl FnOnce() -> Option<Check>) {
        let before = clock.unix_nanoseconds();
        let Some(mut check) = check() else { return };
        let nanoseconds = clock.unix_nanoseconds().saturating_sub(before);
        check.duration_milliseconds = nanoseconds / 1_000_000;
        self.checks.push(check);
    }

    /// Returns the worst status.
    pub fn status(&self) -> Status {
        self.checks.iter().map(|check| check.status).max().unwrap_or_default()
    }

    /// Counts the checks with a status.
    pub fn count(&self, status: Status) -> usize {
        self.checks.iter().filter(|check| check.status == status).count()
    }

    /// Returns the report as an object with sorted members.
    pub fn to_object(&self) -> Object {
        let checks: Vec<Value> =
            self.checks.iter().map(|check| Value::Object(check.to_object())).collect();
        let summary = Object::from([
            ("failed", Value::from(self.count(Status::Fail))),
            ("passed", self.count(Status::Pass).into()),
            ("warned", self.count(Status::Warn).into()),
        ]);
        Object::from([
            ("checks", Value::from(checks)),
            ("status", self.status().as_str().into()),
            ("summary", summary.into()),
        ])
    }
}
