//! Which rows somebody asks for.

use super::Row;
use crate::time::Utc;

/// Says which rows are asked for; what is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only rows about exactly this key.
    pub key: Option<String>,
    /// Only what this role did.
    pub role: Option<String>,
    /// Only this kind of change.
    pub verb: Option<String>,
    /// Only rows of this moment or later; a row without a readable time is not one.
    pub since: Option<Utc>,
    /// Only rows with a greater number.
    pub seq_since: Option<u64>,
    /// Only rows of this invocation.
    pub correlation_id: Option<String>,
}

impl Filter {
    /// Tells whether a row is asked for.
    pub fn keeps(&self, row: &Row) -> bool {
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        is(&self.key, &row.key)
            && is(&self.role, &row.role)
            && is(&self.verb, &row.verb)
            && self.seq_since.is_none_or(|seq| row.seq > seq)
            && self.since.is_none_or(|since| Utc::parse(&row.ts).is_some_and(|ts| ts >= since))
            && (self.correlation_id.is_none()
                || self.correlation_id.as_deref() == row.correlation_id())
    }
}
