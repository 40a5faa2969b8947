//! `motus db stats`, `lock-info` and `analyze`: what a Store says of itself.

use std::fmt::Write as _;
use std::path::Path;

use motus_app::care::{self, Figures};
use motus_app::exit;
use motus_json::{Object, Value};
use motus_ledger::{Clock, Lock, Timestamp};

use super::{NOT_INITIALIZED, path_value, store_line};
use crate::arguments::CommonArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::SystemClock;
use crate::text::{counted, printable, shown};

/// What the published CLI says of statistics.
const NO_STATISTICS: &str = "Store ANALYZE skipped; Store schema keeps deterministic table set";

/// Why that is right.
const WHY_NO_STATISTICS: &str = "the table of statistics is one that release 0.5.3 warns of, and no \
    query of Motus needs it";

pub(crate) fn stats(arguments: &CommonArguments, environment: &Environment) -> Result<u8, Failure> {
    let place = environment.store(arguments.store.store.as_deref());
    let figures = care::stats(&place)?;
    if arguments.json {
        output::json(stats_document(place.path(), figures.as_ref()))?;
        return Ok(exit::OK);
    }
    let Some(figures) = figures else {
        return tell_missing(&format!("{NOT_INITIALIZED}: {}", shown(place.path())), environment);
    };
    output::data(&stats_page(place.path(), &figures))?;
    if !figures.integrity.is_empty() {
        output::hint("copy the file aside, then see `motus doctor`");
    }
    Ok(exit::OK)
}

fn stats_page(path: &Path, figures: &Figures) -> String {
    let mut page = store_line(path);
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(page, "Size: {} bytes", figures.database_bytes);
    let _ = writeln!(page, "WAL: {} bytes", figures.wal_bytes);
    for (table, rows) in &figures.rows {
        let _ = writeln!(page, "{table}: {rows}");
    }
    if !figures.missing_tables.is_empty() {
        let _ = writeln!(page, "Missing Store tables: {}", figures.missing_tables.join(", "));
    }
    if !figures.unexpected_tables.is_empty() {
        let names = printable(&figures.unexpected_tables.join(", "));
        let _ = writeln!(page, "Unexpected Store tables: {names}");
    }
    let _ = writeln!(page, "Unused: {} bytes", figures.unused_bytes);
    let _ = writeln!(page, "Integrity: {}", printable(&integrity(figures)));
    page
}

/// Spells what SQLite says of the file: `ok`, or how much is wrong and the first of it.
fn integrity(figures: &Figures) -> String {
    match figures.integrity.first().first() {
        None => "ok".to_owned(),
        Some(first) => {
            let count = u64::try_from(figures.integrity.count()).unwrap_or(u64::MAX);
            format!("{}, the first: {first}", counted(count, "problem"))
        }
    }
}

/// Returns the document of the published CLI; of its members only the unused bytes are new.
fn stats_document(path: &Path, figures: Option<&Figures>) -> Object {
    let expected = Value::from(care::TABLES.to_vec());
    let mut document = Object::from([
        ("db_size_bytes", Value::from(figures.map_or(0, |it| it.database_bytes))),
        ("exists", figures.is_some().into()),
        ("expected_tables", expected.clone()),
        ("extra_tables", figures.map_or(Vec::new(), |it| it.unexpected_tables.clone()).into()),
        ("integrity_check", figures.map(integrity).into()),
        ("missing_tables", figures.map_or(expected, |it| it.missing_tables.clone().into())),
        ("store_path", path_value(path)),
    ]);
    let rows = figures.map_or(&[][..], |it| &it.rows);
    let counts = rows.iter().map(|(table, rows)| (*table, Value::from(*rows)));
    document.insert("table_counts", counts.collect::<Object>());
    document.insert("tables", figures.map_or(Vec::new(), tables));
    document.insert("unused_bytes", figures.map_or(0, |it| it.unused_bytes));
    document.insert("wal_size_bytes", figures.map_or(0, |it| it.wal_bytes));
    document
}

/// Returns the names of all tables, sorted.
fn tables(figures: &Figures) -> Vec<String> {
    let mut names = figures.unexpected_tables.clone();
    names.extend(figures.rows.iter().map(|(table, _)| (*table).to_owned()));
    names.sort();
    names
}

pub(crate) fn lock_info(
    arguments: &CommonArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let place = environment.store(arguments.store.store.as_deref());
    let now = SystemClock.timestamp();
    let locks = care::lock_info(&place, &now)?;
    if arguments.json {
        output::json(lock_document(place.path(), locks.as_deref(), &now))?;
        return Ok(exit::OK);
    }
    match locks.as_deref() {
        None => return tell_missing(&format!("{NOT_INITIALIZED}; no locks"), environment),
        Some([]) => output::data("No Store locks\n")?,
        Some(locks) => output::data(&lock_page(locks, &now))?,
    }
    Ok(exit::OK)
}

/// Begins each line as the published CLI does, whose yes and no are Python's.
fn lock_page(locks: &[Lock], now: &Timestamp) -> String {
    let mut page = String::new();
    for lock in locks {
        let (resource, holder) = (printable(&lock.resource), printable(&lock.holder));
        let expired = if lock.is_expired(now) { "True" } else { "False" };
        let _ = writeln!(
            page,
            "{resource} holder={holder} token={} expired={expired} acquired_at={} expires_at={}",
            lock.fencing_token,
            lock.acquired_at.as_str(),
            lock.expires_at.as_str(),
        );
    }
    page
}

fn lock_document(path: &Path, locks: Option<&[Lock]>, now: &Timestamp) -> Object {
    let items: Vec<Value> = locks
        .unwrap_or_default()
        .iter()
        .map(|lock| Value::Object(lock.to_object_at(now).sorted()))
        .collect();
    Object::from([
        ("count", Value::from(items.len())),
        ("exists", locks.is_some().into()),
        ("locks", items.into()),
        ("store_path", path_value(path)),
    ])
}

pub(crate) fn analyze(
    arguments: &CommonArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let place = environment.store(arguments.store.store.as_deref());
    care::analyze(&place)?;
    if arguments.json {
        output::json(Object::from([
            ("analyzed", Value::from(false)),
            ("reason", WHY_NO_STATISTICS.into()),
            ("store_path", path_value(place.path())),
        ]))?;
    } else {
        output::data(&format!("{NO_STATISTICS}\n"))?;
        output::talk(format!("notice: {WHY_NO_STATISTICS}"));
    }
    Ok(exit::OK)
}

/// Says that there is no Store, which is an answer here and no error.
fn tell_missing(line: &str, environment: &Environment) -> Result<u8, Failure> {
    output::data(&format!("{line}\n"))?;
    if let Some(directory) = environment.store_above() {
        output::hint(format!("there is a Store in {}; go there or use --db", shown(&directory)));
    }
    Ok(exit::OK)
}
