//! Issues: one thing that is wrong, and what to do about it.

use std::collections::BTreeMap;

use motus_json::{Object, Value};
use textus_core::Error;

/// How bad an issue is; only errors make a store not ok.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something must not be so.
    Error,
    /// Something is probably not meant so.
    Warning,
    /// Something is worth knowing.
    Info,
}

impl Level {
    /// Returns the word that is told.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// Most issues of one check that are told; the others are counted.
const MOST_TOLD: usize = 1000;

/// What one check found.
#[derive(Debug, Default)]
pub(super) struct Issues {
    pub(super) told: Vec<Issue>,
    pub(super) left_out: BTreeMap<Level, usize>,
}

impl Issues {
    pub(super) fn push(&mut self, issue: Issue) {
        if self.told.len() < MOST_TOLD {
            self.told.push(issue);
        } else {
            *self.left_out.entry(issue.level).or_default() += 1;
        }
    }

    pub(super) fn extend(&mut self, issues: impl IntoIterator<Item = Issue>) {
        for issue in issues {
            self.push(issue);
        }
    }
}

impl From<Vec<Issue>> for Issues {
    fn from(issues: Vec<Issue>) -> Self {
        let mut found = Self::default();
        found.extend(issues);
        found
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// What it is, for programs, as `schema.missing`.
    pub code: String,
    /// How bad it is.
    pub level: Level,
    /// A key, a path or a name, as the code has it.
    pub subject: String,
    /// What is wrong, naming the offender.
    pub message: String,
    /// What to do, where that is known.
    pub fix: Option<String>,
    /// What else the code tells.
    pub more: Object,
}

impl Issue {
    pub(super) fn new(
        code: &str,
        level: Level,
        subject: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        let (subject, message) = (subject.into(), message.into());
        Self { code: code.to_owned(), level, subject, message, fix: None, more: Object::new() }
    }

    /// Takes an error of the protocol, whose details are told along.
    pub(super) fn of(error: &Error, subject: impl Into<String>) -> Self {
        let mut issue = Self::new(error.code().as_str(), Level::Error, subject, error.message());
        issue.fix = error.next_step().map(str::to_owned);
        issue.more.insert("details", error.details().clone());
        issue
    }

    pub(super) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name, value);
        self
    }

    /// Tells `code, level, subject, message, fix?` and what else there is.
    pub(super) fn told(&self) -> Value {
        let mut told = Object::new();
        told.insert("code", &self.code);
        told.insert("level", self.level.name());
        told.insert("subject", &self.subject);
        told.insert("message", &self.message);
        if let Some(fix) = &self.fix {
            told.insert("fix", fix);
        }
        for (name, value) in &self.more {
            told.insert(name, value.clone());
        }
        Value::Object(told)
    }
}
