//! The locks of the Store: rows that cannot be read, and locks that nobody will live to see expire.

use motus_json::{Object, Value};
use motus_ledger::{Clock, Lock, ReadTransaction, Store, StoreError, Timestamp, counted};
use motus_store::SqliteStore;

use crate::doctor::walk::is_of_a_row;
use crate::doctor::{Check, NAMED, PAGE, advice, named};

/// A lock that is held for longer from now on was taken with a mistaken time, or under another clock.
const LONGEST_TENURE: i64 = 366 * 24 * 3600;

/// What the rows say.
#[derive(Debug, Default)]
struct Found {
    held: usize,
    endless: usize,
    /// The first of those.
    named: Vec<Lock>,
    /// The resource before the first row that cannot be read, and what is wrong with that row.
    unreadable: Option<(Option<String>, StoreError)>,
}

pub(super) fn locks(store: &mut SqliteStore, clock: &dyn Clock) -> Check {
    let name = "locks";
    match store.lacks_table("locks") {
        Ok(false) => {}
        Ok(true) => {
            let message = "Store has no table of locks; lock check skipped";
            return Check::warn(name, message, "see to store_schema first");
        }
        Err(error) => return Check::fail(name, error.to_string(), advice::on_store(&error)),
    }
    match store.begin_read().and_then(|rows| find(&*rows, &clock.timestamp())) {
        Ok(found) => describe(name, &found),
        Err(error) => Check::fail(name, error.to_string(), advice::on_store(&error)),
    }
}

fn describe(name: &'static str, found: &Found) -> Check {
    if let Some((before, error)) = &found.unreadable {
        let place = match before {
            Some(resource) => format!("the first behind `{resource}`"),
            None => "the first of all".to_owned(),
        };
        return Check::warn(
            name,
            format!("A lock cannot be read, {place}: {error}"),
            "correct its row with SQLite, and let its token never become smaller",
        );
    }
    let endless = found.named.iter().map(|lock| Value::Object(lock.to_object()));
    let details = Object::from([
        ("endless", Value::from(endless.collect::<Vec<_>>())),
        ("held", found.held.into()),
    ]);
    if found.endless == 0 {
        let message = format!("{} held", counted(found.held, "lock"));
        return Check::pass(name, message).with_details(details);
    }
    let names: Vec<String> = found.named.iter().map(spell).collect();
    let names = named(&names, found.endless);
    Check::warn(
        name,
        format!("Held for more than a year from now: {names}"),
        "check the clock; give back with `motus lock release` what nobody needs",
    )
    .with_details(details)
}

fn find(rows: &dyn ReadTransaction, now: &Timestamp) -> Result<Found, StoreError> {
    let mut found = Found::default();
    let mut after: Option<String> = None;
    let mut limit = PAGE;
    loop {
        match rows.locks(after.as_deref(), limit) {
            Ok(page) => {
                let Some(last) = page.last() else {
                    return Ok(found);
                };
                after = Some(last.resource.clone());
                for lock in page {
                    found.add(lock, now);
                }
            }
            // One at a time, up to the row that cannot be read.
            Err(error) if is_of_a_row(&error) && limit > 1 => limit = 1,
            Err(error) if is_of_a_row(&error) => {
                found.unreadable = Some((after, error));
                return Ok(found);
            }
            Err(error) => return Err(error),
        }
    }
}

impl Found {
    fn add(&mut self, lock: Lock, now: &Timestamp) {
        if lock.is_expired(now) {
            return;
        }
        self.held = self.held.saturating_add(1);
        let left = lock.expires_at.unix_seconds().saturating_sub(now.unix_seconds());
        if left > LONGEST_TENURE {
            self.endless = self.endless.saturating_add(1);
            if self.named.len() < NAMED {
                self.named.push(lock);
            }
        }
    }
}

fn spell(lock: &Lock) -> String {
    format!("`{}` by `{}` until {}", lock.resource, lock.holder, lock.expires_at)
}
