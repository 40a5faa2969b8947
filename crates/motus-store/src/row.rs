//! Rows to records, and which value of a row makes it none.

use motus_ledger::kind::KindVersion;
use motus_ledger::{Closing, Event, Lock, Outcome, Run, RunId, Timestamp};
use rusqlite::types::{FromSqlError, Type, ValueRef};
use rusqlite::{Error, Row};

/// Reads the fourteen columns of `runs`, in their order.
pub(crate) fn run(row: &Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        id: RunId::from(row.get::<_, String>(0)?),
        idempotency_key: row.get(1)?,
        producer_id: row.get(2)?,
        source: row.get(3)?,
        started_at: timestamp(row, 4)?,
        intent: row.get(6)?,
        cwd: row.get(7)?,
        git_sha: row.get(8)?,
        closing: closing(row)?,
    })
}

fn closing(row: &Row<'_>) -> rusqlite::Result<Option<Closing>> {
    if row.get::<_, Option<String>>(5)?.is_none() {
        return Ok(None);
    }
    let outcome: String = row.get(9)?;
    Ok(Some(Closing {
        ended_at: timestamp(row, 5)?,
        outcome: Outcome::parse(&outcome).ok_or_else(|| invalid(9))?,
        outcome_note: row.get(10)?,
        idempotency_key: row.get(11)?,
        payload_hash: row.get(12)?,
        producer_id: row.get(13)?,
    }))
}

/// Reads the ten columns of `events`, in their order.
pub(crate) fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        run_id: RunId::from(row.get::<_, String>(0)?),
        seq: row.get(1)?,
        idempotency_key: row.get(2)?,
        id: row.get(3)?,
        payload_hash: row.get(4)?,
        schema_hash: row.get(5)?,
        schema_kind: row.get(6)?,
        ts: timestamp(row, 7)?,
        payload_json: row.get(8)?,
        producer_id: row.get(9)?,
    })
}

/// Reads the four columns of `kind_versions`, in their order.
pub(crate) fn kind_version(row: &Row<'_>) -> rusqlite::Result<KindVersion> {
    Ok(KindVersion {
        schema_kind: row.get(0)?,
        schema_hash: row.get(1)?,
        schema_json: row.get(2)?,
        registered_at: timestamp(row, 3)?,
    })
}

/// Reads the five columns of `locks`, in their order.
pub(crate) fn lock(row: &Row<'_>) -> rusqlite::Result<Lock> {
    Ok(Lock {
        resource: row.get(0)?,
        holder: row.get(1)?,
        fencing_token: row.get(2)?,
        acquired_at: timestamp(row, 3)?,
        expires_at: timestamp(row, 4)?,
    })
}

fn timestamp(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let text: String = row.get(column)?;
    Timestamp::parse(&text).ok_or_else(|| invalid(column))
}

fn invalid(column: usize) -> Error {
    Error::FromSqlConversionFailure(column, Type::Text, FromSqlError::InvalidType.into())
}

/// How many characters of a key are told.
const TOLD: usize = 200;

/// Names the column, the table and the row of a value that is not a record's, when the row is one of a
/// table.
pub(crate) fn place_of(row: &Row<'_>, error: &Error) -> Option<String> {
    let (Error::FromSqlConversionFailure(column, ..)
    | Error::IntegralValueOutOfRange(column, _)
    | Error::InvalidColumnType(column, ..)
    | Error::Utf8Error(column, _)) = error
    else {
        return None;
    };
    let name = |column| row.as_ref().column_name(column).ok();
    let (table, keys) = match name(0)? {
        "id" => ("runs", 1),
        "run_id" => ("events", 2),
        "schema_kind" => ("kind_versions", 2),
        "resource" => ("locks", 1),
        _ => return None,
    };
    let mut place = format!("`{}` of `{table}`", name(*column)?);
    for key in 0..keys {
        let value = row.get_ref(key).ok()?;
        place.push_str(&format!(", {} {}", name(key)?, spelled(value)));
    }
    Some(place)
}

/// Spells a value that may be of any type, and of any length.
fn spelled(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) => {
            let text: String = String::from_utf8_lossy(bytes).chars().take(TOLD).collect();
            format!("`{text}`")
        }
        ValueRef::Blob(bytes) => format!("a blob of {} bytes", bytes.len()),
    }
}
