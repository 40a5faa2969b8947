//! Writing under a lock: the fence decides, whatever the clock says.

use motus_ledger::operation;
use motus_ledger::{Fence, Run};

use super::locks::{RESOURCE, at, for_seconds, new, take};
use super::{StoreFixture, refused, with_run};
use crate::TestLedger;
use crate::sample::{closing, new_event};

/// Makes a run and a lock of `a` for ten seconds.
fn with_lock(fixture: &dyn StoreFixture) -> (TestLedger, Run, Fence) {
    let (mut ledger, run) = with_run(fixture);
    let fence = take(&mut ledger, "a", 10).fence();
    (ledger, run, fence)
}

/// Whoever holds the lock writes under it as they would without one.
pub fn the_holder_writes_under_the_lock(fixture: &dyn StoreFixture) {
    let (mut ledger, run, fence) = with_lock(fixture);
    let request = new_event(&run.id, "note", "e1", "{}");
    at(&ledger, 9);
    let event = ledger.append_fenced(&request, &fence).expect("appended");
    assert_eq!(event.seq, 1);
    assert_eq!(ledger.append_fenced(&request, &fence).expect("a replay"), event);
    assert_eq!(ledger.events(&run.id), [event]);
    let closed = ledger.close_fenced(&closing(&run.id), &fence).expect("the run closes");
    assert_eq!(ledger.run(&run.id), closed);
    assert!(!closed.is_open());
    let late = new_event(&run.id, "note", "e2", "{}");
    refused(
        ledger.append_fenced(&late, &fence),
        "ledger.run_closed",
        "cannot append event to closed run",
    );
}

/// Expects that nothing can be written with the fence, a replay included, and that nothing was.
#[track_caller]
fn writes_nothing(ledger: &mut TestLedger, run: &Run, fence: &Fence, code: &str) {
    let before = (ledger.events(&run.id), ledger.run(&run.id), ledger.lock(RESOURCE));
    for key in ["kept", "new"] {
        let request = new_event(&run.id, "note", key, "{}");
        let appended = ledger.append_fenced(&request, fence).map_err(|error| error.code());
        assert_eq!(appended, Err(code), "{fence:?}");
    }
    let closed = ledger.close_fenced(&closing(&run.id), fence).map_err(|error| error.code());
    assert_eq!(closed, Err(code), "{fence:?}");
    assert_eq!(before, (ledger.events(&run.id), ledger.run(&run.id), ledger.lock(RESOURCE)));
}

/// Without the lock nothing is written: not with a wrong fence, not after expiry, release or takeover.
pub fn nobody_else_writes_under_the_lock(fixture: &dyn StoreFixture) {
    let (mut ledger, run, fence) = with_lock(fixture);
    ledger.append_fenced(&new_event(&run.id, "note", "kept", "{}"), &fence).expect("appended");
    let other = Fence { resource: "other".to_owned(), ..fence.clone() };
    writes_nothing(&mut ledger, &run, &other, "lock.missing");
    for wrong in
        [Fence { token: 2, ..fence.clone() }, Fence { holder: "b".to_owned(), ..fence.clone() }]
    {
        writes_nothing(&mut ledger, &run, &wrong, "lock.fence_invalid");
    }
    let blank = Fence { holder: " ".to_owned(), ..fence.clone() };
    writes_nothing(&mut ledger, &run, &blank, "ledger.field_required");
    at(&ledger, 10);
    writes_nothing(&mut ledger, &run, &fence, "lock.fence_invalid");
    let next = take(&mut ledger, "b", 10).fence();
    writes_nothing(&mut ledger, &run, &fence, "lock.fence_invalid");
    at(&ledger, 5);
    writes_nothing(&mut ledger, &run, &fence, "lock.fence_invalid");
    at(&ledger, 11);
    ledger.release(&next).expect("released");
    writes_nothing(&mut ledger, &run, &next, "lock.fence_invalid");
    assert_eq!(ledger.events(&run.id).len(), 1);
    assert!(ledger.run(&run.id).is_open());
}

/// Taking the lock and writing under it become visible at one moment, or not at all.
pub fn a_lock_is_taken_with_what_is_written_under_it(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let mut other = new(fixture);
    let request = new_event(&run.id, "note", "e1", "{}");
    for is_committed in [false, true] {
        let mut transaction = ledger.store.begin_write().expect("a write transaction");
        let acquire = for_seconds("a", 10);
        let lock = operation::acquire_lock(&mut *transaction, &acquire, &ledger.clock);
        let fence = lock.expect("the lock is free").fence();
        operation::append_fenced_event(&mut *transaction, &request, &fence, &ledger.clock)
            .expect("appended");
        operation::release_lock(&mut *transaction, &fence, &ledger.clock).expect("released");
        let late = operation::close_fenced_run(
            &mut *transaction,
            &closing(&run.id),
            &fence,
            &ledger.clock,
        );
        assert_eq!(late.map_err(|error| error.code()), Err("lock.fence_invalid"));
        assert_eq!(other.lock(RESOURCE), None);
        if is_committed {
            transaction.commit().expect("the commit");
        }
    }
    let lock = other.lock(RESOURCE).expect("the lock was taken");
    assert_eq!((lock.fencing_token, lock.expires_at), (1, lock.acquired_at));
    assert_eq!(other.events(&run.id).len(), 1);
}

/// However the clock jumps, a token is given once, and one that was overtaken never passes again.
pub fn a_clock_that_jumps_gives_no_token_twice(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let mut stale = Vec::new();
    let mut last = take(&mut ledger, "a", 10).fence();
    for (second, holder, expected) in [
        (10, "b", Ok(2)),
        (500, "a", Ok(3)),
        (-1000, "b", Err("lock.held")),
        (501, "b", Err("lock.held")),
        (-1000, "a", Ok(3)),
        (-990, "b", Ok(4)),
        (0, "a", Ok(5)),
        (-1, "a", Ok(5)),
        (9, "a", Ok(6)),
        (5000, "b", Ok(7)),
    ] {
        at(&ledger, second);
        let answer = ledger.acquire(&for_seconds(holder, 10));
        let told = match &answer {
            Ok(lock) => Ok(lock.fencing_token),
            Err(error) => Err(error.code()),
        };
        assert_eq!(told, expected, "{holder} at {second}");
        if let Ok(lock) = answer
            && lock.fence() != last
        {
            stale.push(std::mem::replace(&mut last, lock.fence()));
        }
        for fence in &stale {
            let event = new_event(&run.id, "note", "stale", "{}");
            let written = ledger.append_fenced(&event, fence).map_err(|error| error.code());
            assert_eq!(written, Err("lock.fence_invalid"), "{fence:?} at {second}");
        }
    }
    assert!(ledger.events(&run.id).is_empty());
}
