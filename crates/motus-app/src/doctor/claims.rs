//! Claims whose time is up, or that lost a lock, and that nobody closed.
//!
//! They keep nobody from their task; but their runs stay open, and their receipts are never made. Nothing is
//! closed here: a worker may still want to say how it ended.

use std::ops::ControlFlow;

use motus_json::{Object, Value};
use motus_ledger::work::{Lease, LeaseState, WorkError, visit_leases};
use motus_ledger::{Clock, LedgerError, ReadTransaction, Store, counted};
use motus_store::SqliteStore;

use crate::doctor::{Check, advice, named};

/// What the open claims come to.
#[derive(Debug, Default)]
struct Found {
    alive: usize,
    expired: Vec<Lease>,
}

pub(super) fn expired_claims(store: &mut SqliteStore, clock: &dyn Clock) -> Check {
    let name = "expired_claims";
    let found = store.begin_read().map_err(WorkError::from);
    let found = match found.and_then(|transaction| find(&*transaction, clock)) {
        Ok(found) => found,
        Err(error) => return Check::fail(name, error.to_string(), advised(&error)),
    };
    let details = Object::from([
        ("alive", Value::from(found.alive)),
        ("expired", found.expired.iter().map(|lease| lease.lease_id.as_str()).collect()),
    ]);
    if found.expired.is_empty() {
        let message = format!("{}, none expired", counted(found.alive, "open claim"));
        return Check::pass(name, message).with_details(details);
    }
    let names: Vec<String> = found.expired.iter().map(spell).collect();
    let message = format!("Expired, and still open: {}", named(&names, names.len()));
    let next = match names.len() {
        1 => "close it as aborted with `motus work cleanup`",
        _ => "close them as aborted with `motus work cleanup`",
    };
    Check::warn(name, message, next).with_details(details)
}

fn advised(error: &WorkError) -> &'static str {
    match error {
        WorkError::Ledger(LedgerError::Store(error)) => advice::on_store(error),
        _ => advice::on_code(error.code()),
    }
}

fn find(transaction: &dyn ReadTransaction, clock: &dyn Clock) -> Result<Found, WorkError> {
    let mut found = Found::default();
    visit_leases(transaction, true, &mut |lease| {
        match lease.state(clock) {
            LeaseState::Expired => found.expired.push(lease),
            LeaseState::Active | LeaseState::Closed => found.alive = found.alive.saturating_add(1),
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

fn spell(lease: &Lease) -> String {
    match &lease.lost_lock {
        Some(resource) => format!("{} (lost its lock of {resource})", lease.lease_id),
        None => format!("{} (since {})", lease.lease_id, lease.expires_at()),
    }
}

#[cfg(test)]
mod tests {
    use motus_store::StorePlace;
    use motus_testkit::harness::Scratch;
    use motus_testkit::{FixedClock, SequentialIds};

    use super::*;
    use crate::doctor::Status;
    use crate::work::{Claim, WorkStore, claim, clean_up};

    #[test]
    fn claims_that_expired_are_told_with_what_closes_them() {
        let scratch = Scratch::new();
        let store = WorkStore {
            place: StorePlace::new(scratch.project().join("store.db")),
            private: true,
            directory: scratch.project(),
        };
        let (clock, ids) = (FixedClock::default(), SequentialIds::default());
        let leases: Vec<String> = [("T1", 60), ("T2", 61), ("T3", 600)]
            .into_iter()
            .map(|(task, ttl_seconds)| {
                let asked = Claim {
                    task: Some(task.to_owned()),
                    agent_id: "ann".to_owned(),
                    intent: String::new(),
                    resources: Vec::new(),
                    ttl_seconds,
                    shared: false,
                    from: None,
                };
                let granted = claim(&store, &asked, &clock, &ids, &ids).expect("a Store").done;
                granted.expect("granted").claimed.lease.lease_id
            })
            .collect();
        let check = || {
            let mut store = SqliteStore::open(&store.place, true).expect("a Store").store;
            expired_claims(&mut store, &clock)
        };
        assert_eq!(check().message, "3 open claims, none expired");
        clock.advance_seconds(60);
        let told = check();
        assert_eq!(told.status, Status::Warn);
        let since = "since 2026-01-02T03:05:05Z";
        assert_eq!(told.message, format!("Expired, and still open: {} ({since})", leases[0]));
        assert_eq!(told.next, Some("close it as aborted with `motus work cleanup`"));
        clock.advance_seconds(1);
        let told = check();
        assert_eq!(told.next, Some("close them as aborted with `motus work cleanup`"));
        let details = Object::from([
            ("alive", Value::from(1)),
            ("expired", vec![leases[1].as_str(), leases[0].as_str()].into()),
        ]);
        assert_eq!(told.details, details.into());
        clean_up(&store, &clock).expect("a Store").done.expect("cleaned up");
        assert_eq!(check().message, "1 open claim, none expired");
        assert_eq!(check().status, Status::Pass);
    }
}
