//! What a compiler said, by level, and whether the build came to its end.

use std::collections::BTreeMap;

use motus_json::{Object, Value};

/// The levels that the compiler knows.
const LEVELS: [&str; 6] =
    ["error: internal compiler error", "error", "warning", "failure-note", "note", "help"];

/// Counts of messages by level.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnostics {
    counts: BTreeMap<&'static str, u64>,
    /// Whether the build succeeded, if it came to its end.
    pub succeeded: Option<bool>,
}

impl Diagnostics {
    /// Counts a message; one of a level that nobody knows counts as `other`.
    pub fn count(&mut self, level: &str) {
        let level = LEVELS.into_iter().find(|known| *known == level).unwrap_or("other");
        let count = self.counts.entry(level).or_default();
        *count = count.saturating_add(1);
    }

    /// Returns how many messages of a level there are.
    pub fn of(&self, level: &str) -> u64 {
        self.counts.get(level).copied().unwrap_or_default()
    }

    pub(super) fn to_value(&self) -> Value {
        let always = [("error", self.of("error")), ("warning", self.of("warning"))];
        let mut counts = Object::from(always);
        for (level, count) in &self.counts {
            counts.insert(*level, *count);
        }
        let build = self.succeeded.map(|it| if it { "succeeded" } else { "failed" });
        Value::Object(Object::from([("messages", Value::Object(counts)), ("build", build.into())]))
    }
}
