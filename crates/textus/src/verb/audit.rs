//! `audit`: what the log says.

use std::ops::ControlFlow;

use motus_json::{Object, Value};
use textus_core::audit::{Filter, Row};
use textus_core::time::Utc;
use textus_core::{Error, Key};

use super::list::declared;
use crate::Store;

/// Which rows are asked for; what is not said does not matter.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Only rows of this key.
    pub key: Option<String>,
    /// Only rows whose key lies in this zone now.
    pub zone: Option<String>,
    /// Only rows of this role.
    pub role: Option<String>,
    /// Only rows of this verb.
    pub verb: Option<String>,
    /// Only rows from then on: a date, a time, or `N[smhd]` ago. What is none of these is no bound.
    pub since: Option<String>,
    /// Only rows with a greater number.
    pub seq_since: Option<u64>,
    /// Only rows of one invocation.
    pub correlation_id: Option<String>,
    /// At most so many, the oldest.
    pub limit: Option<u64>,
}

/// Tells `verb, rows`, the oldest first, over all files of the log that there still are.
///
/// Lines that are no rows are passed over. Errors: `usage` for a zone that is not declared, `io_error`.
pub fn audit(store: &Store, query: &AuditQuery) -> Result<Object, Error> {
    if let Some(zone) = &query.zone {
        declared(store, zone)?;
    }
    let filter = Filter {
        key: query.key.clone(),
        role: query.role.clone(),
        verb: query.verb.clone(),
        since: query.since.as_deref().and_then(|text| Utc::parse_since(text, store.now())),
        seq_since: query.seq_since,
        correlation_id: query.correlation_id.clone(),
    };
    let most = usize::try_from(query.limit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let wanted = |row: &Row| {
        filter.keeps(row) && query.zone.as_deref().is_none_or(|zone| lies_in(store, &row.key, zone))
    };
    let mut rows: Vec<Value> = Vec::new();
    store.journal().scan(&mut |scanned| {
        if rows.len() >= most {
            return ControlFlow::Break(());
        }
        let row = scanned.row.filter(wanted);
        rows.extend(row.map(|row| Value::Object(row.to_object())));
        ControlFlow::Continue(())
    })?;
    let mut told = Object::new();
    told.insert("verb", "audit");
    told.insert("rows", rows);
    Ok(told)
}

fn lies_in(store: &Store, key: &str, zone: &str) -> bool {
    let Ok(key) = Key::parse(key) else { return false };
    store.manifest().resolve(&key).is_some_and(|resolution| resolution.entry.zone == zone)
}
