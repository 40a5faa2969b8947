//! What is in the Store: pages, tables, guards, and every digest computed again.

use motus_json::{Object, Value};
use motus_ledger::{RunQuery, Store, StoreError, StoreErrorKind, counted};
use motus_store::{Health, SqliteStore};

use crate::doctor::advice::{self, DAMAGED, SEE_EXISTS, SEE_READABLE};
use crate::doctor::{Check, NAMED, Opening, Status, named, walk};

/// The guards without which a Store of any release is not append-only.
const ORIGINAL_GUARDS: [&str; 4] = [
    "events_closed_run_guard",
    "events_no_delete",
    "events_no_update",
    "runs_closed_outcome_guard",
];

/// What mending makes of what is missing.
const MAKE_THEM: &str = "make them with `motus doctor --fix`";

/// A trigger may undo what is written, or never end.
const LOOK_AT_TRIGGERS: &str = "read them with `.schema` in the shell `sqlite3`, and drop there with `DROP TRIGGER` what is not yours";

type Examined = Result<Health, StoreError>;

pub(super) fn store_readable(opening: &mut Opening) -> Check {
    let name = "store_readable";
    match opening {
        Ok(None) => Check::warn(name, "Store missing; readability check skipped", SEE_EXISTS),
        Err(error) => unreadable(name, error),
        Ok(Some(opened)) => {
            let read = opened.store.begin_read().and_then(|transaction| {
                transaction.runs(&RunQuery { limit: 1, ..RunQuery::default() })
            });
            match read {
                Ok(_) => Check::pass(name, "Store readable"),
                Err(error) => unreadable(name, &error),
            }
        }
    }
}

fn unreadable(name: &'static str, error: &StoreError) -> Check {
    let next = match error.kind() {
        // Whether the file can be a Store at all was said by the check of its existence.
        StoreErrorKind::Empty | StoreErrorKind::NotAFile | StoreErrorKind::OrphanedLog => {
            SEE_EXISTS
        }
        _ => advice::on_store(error),
    };
    Check::fail(name, told(error), next)
}

/// A database that is no Store is told with what makes it another one.
fn told(error: &StoreError) -> String {
    match (error.kind(), std::error::Error::source(error)) {
        (StoreErrorKind::Foreign, Some(cause)) => format!("{error}: {cause}"),
        _ => error.to_string(),
    }
}

pub(super) fn store_integrity(health: &Examined) -> Check {
    let name = "store_integrity";
    match health {
        Err(error) => unreadable(name, error),
        Ok(health) => match health.integrity.first() {
            [] => Check::pass(name, "Integrity check ok"),
            [first, ..] => {
                let count = counted(health.integrity.count(), "problem");
                let message = format!("Integrity check failed: {count}, the first: {first}");
                let problems = Value::from(health.integrity.first().to_vec());
                Check::fail(name, message, DAMAGED)
                    .with_details(Object::from([("problems", problems)]))
            }
        },
    }
}

pub(super) fn store_schema(health: &Examined) -> Check {
    let name = "store_schema";
    let Ok(health) = health else {
        return Check::warn(name, "Store not readable; schema check skipped", SEE_READABLE);
    };
    if !health.missing_tables.is_empty() {
        let missing = health.missing_tables.join(", ");
        let message = format!("Store schema missing tables: {missing}");
        return Check::fail(name, message, MAKE_THEM);
    }
    if !health.unexpected_tables.is_empty() {
        let unexpected = &health.unexpected_tables;
        let unexpected = named(unexpected.first(), unexpected.count());
        return Check::warn(
            name,
            format!("Store schema has unexpected tables: {unexpected}"),
            "move what belongs to another program to a database of its own",
        );
    }
    Check::pass(name, "Store schema present")
}

/// Without its indexes a Store says the same, and listing costs more with each run.
pub(super) fn store_indexes(store: &SqliteStore) -> Check {
    let name = "store_indexes";
    match store.missing_indexes() {
        Err(error) => unreadable(name, &error),
        Ok(missing) if missing.is_empty() => Check::pass(name, "Listing is served by indexes"),
        Ok(missing) => {
            let message =
                format!("Store lacks indexes that keep listing cheap: {}", missing.join(", "));
            Check::warn(name, message, MAKE_THEM)
        }
    }
}

pub(super) fn store_guards(health: &Examined) -> Check {
    let name = "store_guards";
    let Ok(health) = health else {
        return Check::warn(name, "Store not readable; guard check skipped", SEE_READABLE);
    };
    let foreign = &health.foreign_triggers;
    let others = format!(
        "Triggers that no release has written: {}",
        named(foreign.first(), foreign.count())
    );
    match guards(name, health) {
        check if foreign.is_empty() => check,
        check if check.status == Status::Pass => Check::warn(name, others, LOOK_AT_TRIGGERS),
        check => Check { message: format!("{}. {others}", check.message), ..check },
    }
}

fn guards(name: &'static str, health: &Health) -> Check {
    if !health.changed_guards.is_empty() {
        let changed = health.changed_guards.join(", ");
        return Check::fail(
            name,
            format!("Other triggers stand in the place of guards: {changed}"),
            "drop them with SQLite and make them anew with `motus doctor --fix`",
        );
    }
    if health.missing_guards.is_empty() {
        return Check::pass(name, "Append and lifecycle guards present");
    }
    let message = format!("Store lacks guards: {}", health.missing_guards.join(", "));
    let original = health.missing_guards.iter().any(|guard| ORIGINAL_GUARDS.contains(guard));
    if original {
        Check::fail(name, message, MAKE_THEM)
    } else {
        Check::warn(name, message, MAKE_THEM)
    }
}

/// Recomputes every digest; a Store that was rewritten as a whole agrees with itself again.
pub(super) fn store_application_integrity(store: &mut SqliteStore, health: &Examined) -> Check {
    let name = "store_application_integrity";
    let Ok(health) = health else {
        return Check::warn(name, "Store not readable; content check skipped", SEE_READABLE);
    };
    let found = match walk::disagreements(store) {
        Ok(found) => found,
        Err(error) => return unreadable(name, &error),
    };
    let dangling =
        health.dangling.first().iter().map(|row| format!("{row}: refers to a missing row"));
    let told: Vec<String> = dangling.chain(found.first().iter().cloned()).take(NAMED).collect();
    let Some(first) = told.first() else {
        return Check::pass(name, "Stored relationships and hashes are consistent");
    };
    let count = counted(health.dangling.count().saturating_add(found.count()), "disagreement");
    Check::fail(name, format!("{count}, the first: {first}"), DAMAGED)
        .with_details(Object::from([("disagreements", Value::from(told))]))
}
