//! What is in the Store: pages, tables, guards, and every digest computed again.

use std::ops::ControlFlow;

use motus_json::{Object, Value};
use motus_ledger::integrity::{Disagreement, EventCheck, check_kind_version, check_run};
use motus_ledger::store::RunQuery;
use motus_ledger::{ReadTransaction, Run, Store, StoreError, StoreErrorKind};
use motus_store::{Health, SqliteStore};

use crate::doctor::Check;

/// How many runs are read at a time.
const PAGE: u32 = 500;

/// How many disagreements are told; one alone says that the Store was changed.
const TOLD: usize = 20;

/// The guards without which a Store of any release is not append-only.
const ORIGINAL_GUARDS: [&str; 4] = [
    "events_closed_run_guard",
    "events_no_delete",
    "events_no_update",
    "runs_closed_outcome_guard",
];

const DAMAGED: &str = "copy the Store aside before anything else, then restore it from a backup";

type Examined = Result<Health, StoreError>;

pub(super) fn store_readable(store: &mut Result<Option<SqliteStore>, StoreError>) -> Check {
    let name = "store_readable";
    match store {
        Ok(None) => Check::warn(name, "Store missing; readability check skipped"),
        Err(error) => unreadable(name, error),
        Ok(Some(store)) => {
            let read = store.begin_read().and_then(|transaction| {
                transaction.runs(&RunQuery { limit: 1, ..RunQuery::default() })
            });
            match read {
                Ok(_) => Check::pass(name, "Store readable"),
                Err(error) => unreadable(name, &error),
            }
        }
    }
}

/// Not every Store that cannot be read is damaged, and only a damaged one is to be replaced.
fn unreadable(name: &'static str, error: &StoreError) -> Check {
    let check = Check::fail(name, error.to_string());
    match error.kind() {
        StoreErrorKind::Corrupt | StoreErrorKind::RowInvalid => check.with_next(DAMAGED),
        StoreErrorKind::Locked => check.with_next("wait for the other process, then look again"),
        StoreErrorKind::Foreign => check.with_next("name another file as the Store"),
        StoreErrorKind::Denied => check.with_next("check who owns the Store and its directory"),
        // Whether the file can be a Store at all was said by the check of its existence.
        _ => check,
    }
}

pub(super) fn store_integrity(health: &Examined) -> Check {
    let name = "store_integrity";
    match health {
        Err(error) => unreadable(name, error),
        Ok(health) if health.integrity.is_empty() => Check::pass(name, "Integrity check ok"),
        Ok(health) => {
            Check::fail(name, format!("Integrity check failed: {}", health.integrity.join("; ")))
                .with_next(DAMAGED)
        }
    }
}

pub(super) fn store_schema(health: &Examined) -> Check {
    let name = "store_schema";
    let Ok(health) = health else {
        return Check::warn(name, "Store not readable; schema check skipped");
    };
    if !health.missing_tables.is_empty() {
        let missing = health.missing_tables.join(", ");
        return Check::fail(name, format!("Store schema missing tables: {missing}"))
            .with_next("make them with `motus doctor --fix`");
    }
    if !health.unexpected_tables.is_empty() {
        let unexpected = health.unexpected_tables.join(", ");
        return Check::warn(name, format!("Store schema has unexpected tables: {unexpected}"));
    }
    Check::pass(name, "Store schema present")
}

pub(super) fn store_guards(health: &Examined) -> Check {
    let name = "store_guards";
    let Ok(health) = health else {
        return Check::warn(name, "Store not readable; guard check skipped");
    };
    if health.missing_guards.is_empty() {
        return Check::pass(name, "Append and lifecycle guards present");
    }
    let message = format!("Store lacks guards: {}", health.missing_guards.join(", "));
    let original = health.missing_guards.iter().any(|guard| ORIGINAL_GUARDS.contains(guard));
    let check = if original { Check::fail(name, message) } else { Check::warn(name, message) };
    check.with_next("make them with `motus doctor --fix`")
}

/// Recomputes every digest; a Store that was rewritten as a whole agrees with itself again.
pub(super) fn store_application_integrity(store: &mut SqliteStore, health: &Examined) -> Check {
    let name = "store_application_integrity";
    let Ok(health) = health else {
        return Check::warn(name, "Store not readable; content check skipped");
    };
    let mut found: Vec<String> =
        health.dangling.iter().map(|row| format!("{row}: refers to a missing row")).collect();
    if let Err(error) = collect_disagreements(store, &mut found) {
        return unreadable(name, &error);
    }
    let Some(first) = found.first() else {
        return Check::pass(name, "Stored relationships and hashes are consistent");
    };
    let message = format!("{} disagreements, the first: {first}", found.len());
    found.truncate(TOLD);
    Check::fail(name, message)
        .with_details(Object::from([("disagreements", Value::from(found))]))
        .with_next(DAMAGED)
}

fn collect_disagreements(
    store: &mut SqliteStore,
    found: &mut Vec<String>,
) -> Result<(), StoreError> {
    let transaction = store.begin_read()?;
    transaction.visit_kind_versions(&mut |version| {
        note(found, check_kind_version(&version));
        ControlFlow::Continue(())
    })?;
    for_each_run(&*transaction, &RunQuery::default(), &mut |run| {
        note(found, check_run(&run));
        let mut check = EventCheck::new();
        transaction.visit_events(&run.id, &mut |event| {
            note(found, check.check(&event));
            ControlFlow::Continue(())
        })
    })
}

fn note(found: &mut Vec<String>, disagreement: Option<Disagreement>) {
    found.extend(disagreement.map(|it| format!("{}: {}", it.subject, it.problem)));
}

/// Hands every run that the query finds to `visit`, a page at a time.
pub(super) fn for_each_run(
    transaction: &dyn ReadTransaction,
    query: &RunQuery,
    visit: &mut dyn FnMut(Run) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut query = RunQuery { limit: PAGE, ..query.clone() };
    loop {
        let page = transaction.runs(&query)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        query.before = Some(last.id.clone());
        for run in page {
            visit(run)?;
        }
    }
}
