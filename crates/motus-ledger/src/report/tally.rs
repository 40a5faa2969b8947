//! How many cases came to what.

use motus_json::{Object, Value};

/// What a case came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It passed.
    Passed,
    /// What it checks does not hold.
    Failed,
    /// It could not be carried out, or not to its end.
    Errored,
    /// It was left out, or is known to fail.
    Skipped,
}

impl Status {
    /// Returns the name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Errored => "errored",
            Self::Skipped => "skipped",
        }
    }

    /// Tells whether it speaks against what was tested.
    pub(super) fn is_broken(self) -> bool {
        matches!(self, Self::Failed | Self::Errored)
    }
}

/// Counts of cases by what they came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many passed.
    pub passed: u64,
    /// How many failed.
    pub failed: u64,
    /// How many could not be carried out.
    pub errored: u64,
    /// How many were left out.
    pub skipped: u64,
}

impl Tally {
    /// Returns how many there are.
    pub fn total(&self) -> u64 {
        [self.passed, self.failed, self.errored, self.skipped]
            .into_iter()
            .fold(0, u64::saturating_add)
    }

    /// Counts one more.
    pub fn count(&mut self, status: Status) {
        let counted = match status {
            Status::Passed => &mut self.passed,
            Status::Failed => &mut self.failed,
            Status::Errored => &mut self.errored,
            Status::Skipped => &mut self.skipped,
        };
        *counted = counted.saturating_add(1);
    }

    /// Adds the counts of another tally.
    pub fn add(&mut self, other: &Self) {
        self.passed = self.passed.saturating_add(other.passed);
        self.failed = self.failed.saturating_add(other.failed);
        self.errored = self.errored.saturating_add(other.errored);
        self.skipped = self.skipped.saturating_add(other.skipped);
    }

    /// Returns the counts as the published evidence has them: what could not be carried out has failed.
    pub fn published(&self) -> [(&'static str, u32); 3] {
        let counted = |count| u32::try_from(count).unwrap_or(u32::MAX);
        [
            ("passed", counted(self.passed)),
            ("failed", counted(self.failed.saturating_add(self.errored))),
            ("skipped", counted(self.skipped)),
        ]
    }

    pub(super) fn to_value(self) -> Value {
        Value::Object(Object::from([
            ("total", self.total()),
            ("passed", self.passed),
            ("failed", self.failed),
            ("errored", self.errored),
            ("skipped", self.skipped),
        ]))
    }
}
