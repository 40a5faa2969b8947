//! Freshness: whether what was fetched or computed elsewhere is still good.
//!
//! It compares times that a caller brings. It fetches nothing.

mod external;

use motus_json::{Object, Value};

use crate::manifest::{Entry, FetchPolicy};
use crate::time::Utc;

pub use external::{External, generated_at};

/// How an entry stands against its rule. Source: textus/3 §9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// No rule says when it would be stale.
    NoPolicy,
    /// It is young enough, or its rule sets no limit.
    Fresh,
    /// There is a limit, and no time to count from.
    NeverFetched,
    /// It is older than its rule allows, or than what it was computed from.
    Stale,
}

impl Status {
    /// Returns the word that a row tells.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoPolicy => "no_policy",
            Self::Fresh => "fresh",
            Self::NeverFetched => "never_fetched",
            Self::Stale => "stale",
        }
    }
}

/// What is known about the freshness of one entry at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How it stands.
    pub status: Status,
    /// When it was fetched, as it is written in the entry.
    pub last_fetched_at: Option<String>,
    /// Seconds since then; `None` where that is not known or no time.
    pub age_seconds: Option<u64>,
    /// The rule that it was held against.
    pub policy: Option<FetchPolicy>,
    /// When it becomes stale.
    pub next_due_at: Option<Utc>,
    /// Why it is stale; `None` unless it is.
    pub reason: Option<String>,
}

impl Verdict {
    /// Holds an entry's metadata against the rule for its key.
    ///
    /// A time that cannot be read counts as none; one in the future is of age 0.
    pub fn of(policy: Option<&FetchPolicy>, meta: &Object, now: Utc) -> Self {
        let last_fetched_at = meta.get("last_fetched_at").and_then(Value::as_str);
        let fetched = last_fetched_at.and_then(Utc::parse);
        let age_seconds = fetched.map(|moment| moment.age_at(now));
        let ttl = policy.and_then(|policy| policy.ttl);
        let (status, reason) = judge(policy.is_some(), ttl, age_seconds);
        Self {
            status,
            last_fetched_at: last_fetched_at.map(str::to_owned),
            age_seconds,
            policy: policy.cloned(),
            next_due_at: fetched.zip(ttl).map(|(moment, ttl)| moment.plus(ttl)),
            reason,
        }
    }

    /// Takes into account what an entry was computed from elsewhere; being behind it wins over the rule.
    #[must_use]
    pub fn and_external(mut self, external: &External) -> Self {
        if let External::Stale(reason) = external {
            self.status = Status::Stale;
            self.reason = Some(reason.clone());
        }
        self
    }

    /// Tells whether a reader should be warned.
    pub fn is_stale(&self) -> bool {
        self.reason.is_some()
    }

    /// Returns the row of an entry that `freshness` tells.
    ///
    /// Shape: `key zone last_fetched_at age_seconds status`, with a rule also `ttl_seconds on_stale
    /// next_due_at`, and for an entry that is computed elsewhere also `generator`, its command, and
    /// `stale_reason` where it is stale.
    pub fn row(&self, entry: &Entry) -> Object {
        let mut row = Object::new();
        row.insert("key", entry.key.as_str());
        row.insert("zone", &entry.zone);
        row.insert("last_fetched_at", self.last_fetched_at.as_ref());
        row.insert("age_seconds", self.age_seconds);
        row.insert("status", self.status.name());
        if let Some(policy) = &self.policy {
            row.insert("ttl_seconds", policy.ttl);
            row.insert("on_stale", policy.on_stale.name());
            row.insert("next_due_at", self.next_due_at.map(|due| due.to_string()));
        }
        if let Some(compute) = external::computed_elsewhere(entry) {
            if let Some(command) = &compute.command {
                row.insert("generator", command);
            }
            if let Some(reason) = &self.reason {
                row.insert("stale_reason", reason);
            }
        }
        row
    }
}

/// Returns how it stands, and why it is stale if a reader should be warned.
fn judge(has_policy: bool, ttl: Option<u64>, age: Option<u64>) -> (Status, Option<String>) {
    if !has_policy {
        return (Status::NoPolicy, None);
    }
    match (ttl, age) {
        (None, _) => (Status::Fresh, None),
        (Some(_), None) => (Status::NeverFetched, Some("never fetched".to_owned())),
        (Some(ttl), Some(age)) if age <= ttl => (Status::Fresh, None),
        (Some(ttl), Some(age)) => {
            (Status::Stale, Some(format!("ttl exceeded (age={age}s, ttl={ttl}s)")))
        }
    }
}

#[cfg(test)]
mod tests;
