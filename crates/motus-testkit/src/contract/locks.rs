//! Locks: taken, renewed, refused, shown, given back.

use motus_ledger::operation::AcquireRequest;
use motus_ledger::{Fence, Lock, Timestamp};

use super::{StoreFixture, refused};
use crate::TestLedger;

/// What the clock of a test says at first.
const START: u64 = 1_767_323_045;

/// What is locked where a test needs one resource only.
pub(super) const RESOURCE: &str = "deploy";

pub(super) fn new(fixture: &dyn StoreFixture) -> TestLedger {
    TestLedger::new(fixture.open())
}

/// Asks for the resource of most tests.
pub(super) fn for_seconds(holder: &str, ttl_seconds: i64) -> AcquireRequest {
    AcquireRequest { resource: RESOURCE.to_owned(), holder: holder.to_owned(), ttl_seconds }
}

#[track_caller]
pub(super) fn take(ledger: &mut TestLedger, holder: &str, ttl_seconds: i64) -> Lock {
    ledger.acquire(&for_seconds(holder, ttl_seconds)).expect("the lock is free")
}

/// Moves the clock to so many seconds behind its start; the past is as good as the future.
pub(super) fn at(ledger: &TestLedger, second: i64) {
    let second = START.checked_add_signed(second).expect("a time");
    ledger.clock.set_nanoseconds(second * 1_000_000_000);
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a time")
}

/// Writes a row that another release, or a long life, has left.
fn put(ledger: &mut TestLedger, lock: &Lock) {
    let written = ledger.write(|transaction| Ok(transaction.put_lock(lock)?));
    written.expect("the row can be kept");
}

/// A free resource is locked from now on, with the first token.
pub fn a_free_resource_is_locked_with_token_one(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    assert_eq!(ledger.lock(RESOURCE), None);
    ledger.clock.set_nanoseconds(START * 1_000_000_000 + 999_999_999);
    let lock = take(&mut ledger, "a", 10);
    let expected = Lock {
        resource: "deploy".to_owned(),
        holder: "a".to_owned(),
        fencing_token: 1,
        acquired_at: time("2026-01-02T03:04:05Z"),
        expires_at: time("2026-01-02T03:04:15Z"),
    };
    assert_eq!(lock, expected);
    assert_eq!(TestLedger::new(fixture.open()).lock(RESOURCE), Some(expected));
}

/// The holder moves the end of the tenure, to later or to sooner, and nothing else of it.
pub fn a_renewal_keeps_token_and_beginning(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    let lock = take(&mut ledger, "a", 10);
    at(&ledger, 9);
    let longer = Lock { expires_at: time("2026-01-02T03:04:34Z"), ..lock.clone() };
    assert_eq!(take(&mut ledger, "a", 20), longer);
    assert_eq!(ledger.lock(RESOURCE), Some(longer));
    let shorter = Lock { expires_at: time("2026-01-02T03:04:15Z"), ..lock };
    assert_eq!(take(&mut ledger, "a", 1), shorter);
    assert_eq!(ledger.lock(RESOURCE), Some(shorter));
}

/// While somebody holds the lock nobody else gets it, and the refusal says who and until when.
pub fn a_held_lock_is_refused_to_others(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    let lock = take(&mut ledger, "a", 10);
    for second in [0, 5, 9, -1000] {
        at(&ledger, second);
        refused(
            ledger.acquire(&for_seconds("b", 60)),
            "lock.held",
            "resource lock is held by a until 2026-01-02T03:04:15Z: deploy",
        );
        assert_eq!(ledger.lock(RESOURCE), Some(lock.clone()));
    }
}

/// At its very end a lock is anybody's, in a new tenure; its last holder begins a new one as well.
pub fn an_expired_lock_is_taken_with_the_next_token(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    take(&mut ledger, "a", 10);
    at(&ledger, 10);
    let second = Lock {
        resource: RESOURCE.to_owned(),
        holder: "b".to_owned(),
        fencing_token: 2,
        acquired_at: time("2026-01-02T03:04:15Z"),
        expires_at: time("2026-01-02T03:04:20Z"),
    };
    assert_eq!(take(&mut ledger, "b", 5), second);
    at(&ledger, 100);
    let third = take(&mut ledger, "b", 5);
    assert_eq!((third.fencing_token, third.acquired_at), (3, time("2026-01-02T03:05:45Z")));
}

/// A lock is held up to the second before its end.
pub fn a_lock_expires_at_its_very_end(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    let lock = take(&mut ledger, "a", 10);
    at(&ledger, 9);
    assert_eq!(ledger.assert(&lock.fence()).expect("still held"), lock);
    at(&ledger, 10);
    refused(
        ledger.assert(&lock.fence()),
        "lock.fence_invalid",
        "resource lock fencing token is invalid: \
         deploy has not been held since 2026-01-02T03:04:15Z",
    );
    assert_eq!(ledger.lock(RESOURCE), Some(lock), "looking at a lock changes nothing");
}

/// A lock that was given back is free in the same second.
pub fn a_released_lock_is_taken_with_the_next_token(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    let lock = take(&mut ledger, "a", 3600);
    at(&ledger, 3);
    ledger.release(&lock.fence()).expect("released");
    let next = take(&mut ledger, "b", 5);
    assert_eq!(next.fencing_token, 2);
    assert_eq!(next.acquired_at, time("2026-01-02T03:04:08Z"));
    refused(
        ledger.release(&lock.fence()),
        "lock.fence_invalid",
        "resource lock fencing token is invalid: deploy was last taken by b, with token 2",
    );
    assert_eq!(ledger.lock(RESOURCE), Some(next));
}

/// However a tenure ends and whoever begins the next one, its token is one above the last.
pub fn tokens_grow_across_release_and_expiry(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    let mut second = 0;
    for token in 1..=12 {
        let holder = ["a", "b", "a"][token % 3];
        let lock = take(&mut ledger, holder, 10);
        assert_eq!(lock.fencing_token, token as u64);
        if token % 2 == 0 {
            ledger.release(&lock.fence()).expect("released");
        } else {
            second += 10;
            at(&ledger, second);
        }
    }
    assert_eq!(take(&mut ledger, "c", 1).fencing_token, 13);
}

/// Nobody but the present holder, with the present token, passes.
pub fn a_fence_is_that_of_the_present_holder(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    let lock = take(&mut ledger, "a", 10);
    let fence = lock.fence();
    assert_eq!(ledger.assert(&fence).expect("held"), lock);
    refused(
        ledger.assert(&Fence { resource: "Deploy".to_owned(), ..fence.clone() }),
        "lock.missing",
        "resource lock is missing: Deploy",
    );
    for wrong in [
        Fence { holder: "b".to_owned(), ..fence.clone() },
        Fence { holder: "a ".to_owned(), ..fence.clone() },
        Fence { token: 0, ..fence.clone() },
        Fence { token: 2, ..fence.clone() },
        Fence { token: u64::MAX, ..fence },
    ] {
        let text =
            "resource lock fencing token is invalid: deploy was last taken by a, with token 1";
        refused(ledger.assert(&wrong), "lock.fence_invalid", text);
        refused(ledger.release(&wrong), "lock.fence_invalid", text);
    }
    assert_eq!(ledger.lock(RESOURCE), Some(lock));
}

/// The row stays for its token; giving the lock back again is no error and no change.
pub fn a_release_ends_the_tenure_once(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    let lock = take(&mut ledger, "a", 3600);
    at(&ledger, 7);
    let released = Lock { expires_at: time("2026-01-02T03:04:12Z"), ..lock.clone() };
    for second in [7, 8, 5000] {
        at(&ledger, second);
        assert_eq!(ledger.release(&lock.fence()).expect("released"), released);
        assert_eq!(ledger.lock(RESOURCE), Some(released.clone()));
    }
    at(&ledger, 8);
    refused(
        ledger.assert(&lock.fence()),
        "lock.fence_invalid",
        "resource lock fencing token is invalid: \
         deploy has not been held since 2026-01-02T03:04:12Z",
    );
    let unknown = Fence { resource: "other".to_owned(), ..lock.fence() };
    refused(ledger.release(&unknown), "lock.missing", "resource lock is missing: other");
    assert_eq!(ledger.lock("other"), None);
}

/// A tenure that has ended does not end again, later.
pub fn a_release_does_not_move_an_end_that_has_passed(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    let lock = take(&mut ledger, "a", 10);
    for second in [10, 11, 500] {
        at(&ledger, second);
        assert_eq!(ledger.release(&lock.fence()).expect("released"), lock);
        assert_eq!(ledger.lock(RESOURCE), Some(lock.clone()));
    }
}

/// The time is a positive number of seconds that ends where times can still be spelled.
pub fn a_lock_needs_a_time_that_can_end(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    for (seconds, text) in [
        (0, "ttl_seconds must be positive"),
        (-1, "ttl_seconds must be positive"),
        (i64::MIN, "ttl_seconds must be positive"),
        (99_999_999_999_999, "ttl_seconds is too large: 99999999999999"),
        (i64::MAX, "ttl_seconds is too large: 9223372036854775807"),
    ] {
        refused(ledger.acquire(&for_seconds("a", seconds)), "lock.ttl_invalid", text);
        assert_eq!(ledger.lock(RESOURCE), None);
    }
    let lock = take(&mut ledger, "a", 250_000_000_000);
    assert_eq!(lock.expires_at, time("9948-03-10T15:30:45Z"));
    let earlier = for_seconds("a", -5);
    refused(ledger.acquire(&earlier), "lock.ttl_invalid", "ttl_seconds must be positive");
    assert_eq!(ledger.lock(RESOURCE), Some(lock));
}

/// Blank texts are refused before a lock is looked up.
pub fn a_lock_names_its_first_blank_field(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    for blank in ["", " ", "\t\n", "\u{a0}"] {
        let both = AcquireRequest {
            resource: blank.to_owned(),
            holder: blank.to_owned(),
            ttl_seconds: -1,
        };
        let holder = AcquireRequest { resource: RESOURCE.to_owned(), ..both.clone() };
        for (request, text) in [(both, "resource is required"), (holder, "holder is required")] {
            refused(ledger.acquire(&request), "ledger.field_required", text);
            let fence = Fence { resource: request.resource, holder: request.holder, token: 1 };
            refused(ledger.assert(&fence), "ledger.field_required", text);
            refused(ledger.release(&fence), "ledger.field_required", text);
        }
    }
    assert_eq!(ledger.lock(RESOURCE), None);
}

/// Behind the largest token that a Store can keep there is none.
pub fn tokens_end_where_the_store_cannot_count(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    let lock = take(&mut ledger, "a", 10);
    let last = u64::try_from(i64::MAX).expect("a positive number");
    put(&mut ledger, &Lock { fencing_token: last - 1, ..lock });
    at(&ledger, 10);
    let lock = take(&mut ledger, "b", 10);
    assert_eq!(lock.fencing_token, last);
    assert_eq!(take(&mut ledger, "b", 20).fencing_token, last, "a renewal needs no new one");
    let released = ledger.release(&lock.fence()).expect("released");
    for holder in ["a", "b"] {
        refused(
            ledger.acquire(&for_seconds(holder, 10)),
            "lock.tokens_exhausted",
            "resource lock has no token left: deploy",
        );
    }
    assert_eq!(ledger.lock(RESOURCE), Some(released));
}

/// A fraction is part of a time: as texts, `…15.5Z` would come before `…15Z`.
pub fn times_with_fractions_are_compared_as_times(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    let theirs = Lock {
        resource: RESOURCE.to_owned(),
        holder: "a".to_owned(),
        fencing_token: 4,
        acquired_at: time("2026-01-02T03:04:05.900000Z"),
        expires_at: time("2026-01-02T03:04:15.900000Z"),
    };
    put(&mut ledger, &theirs);
    assert_eq!(ledger.lock(RESOURCE), Some(theirs.clone()), "the text stays as it was");
    at(&ledger, 10);
    assert_eq!(ledger.assert(&theirs.fence()).expect("held"), theirs);
    refused(
        ledger.acquire(&for_seconds("b", 5)),
        "lock.held",
        "resource lock is held by a until 2026-01-02T03:04:15.900000Z: deploy",
    );
    at(&ledger, 11);
    let passed = ledger.assert(&theirs.fence());
    assert_eq!(passed.map_err(|error| error.code()), Err("lock.fence_invalid"));
    assert_eq!(ledger.release(&theirs.fence()).expect("released"), theirs);
    at(&ledger, 10);
    let renewed = Lock { expires_at: time("2026-01-02T03:04:20Z"), ..theirs };
    assert_eq!(take(&mut ledger, "a", 5), renewed);
    at(&ledger, 15);
    assert_eq!(take(&mut ledger, "b", 5).fencing_token, 5);
}

/// A clock that is set back leaves the lock with its last holder, given back or not, and with nobody else.
pub fn a_clock_that_is_set_back_frees_no_lock(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    let lock = take(&mut ledger, "a", 10);
    at(&ledger, 20);
    assert!(ledger.assert(&lock.fence()).is_err());
    at(&ledger, -3600);
    assert_eq!(ledger.assert(&lock.fence()).expect("held again"), lock);
    let taken = ledger.acquire(&for_seconds("b", 10)).map_err(|error| error.code());
    assert_eq!(taken, Err("lock.held"));
    let renewed = Lock { expires_at: time("2026-01-02T02:04:15Z"), ..lock };
    assert_eq!(take(&mut ledger, "a", 10), renewed, "a tenure may end before it began");
}

/// Resources and holders are the texts that were given, byte for byte.
pub fn locks_belong_to_their_resource(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    let resources = ["a", "A", "a ", " a", "ä", "a\u{308}", "a\0b", "%", "\u{10ffff}"];
    for resource in resources {
        let request = AcquireRequest {
            resource: resource.to_owned(),
            holder: format!(" {resource}"),
            ttl_seconds: 10,
        };
        let lock = ledger.acquire(&request).expect("free");
        assert_eq!(lock.fencing_token, 1, "{resource:?}");
        assert_eq!((lock.resource, lock.holder), (request.resource, request.holder));
    }
    for resource in resources {
        let lock = ledger.lock(resource).expect("a lock");
        assert_eq!(lock.holder, format!(" {resource}"));
    }
}

/// Locks are listed by their resource, held or not; the last one of a page is the key of the next.
pub fn locks_are_listed_in_pages(fixture: &dyn StoreFixture) {
    let mut ledger = new(fixture);
    let listed = |ledger: &mut TestLedger, after: Option<&str>, limit| {
        let locks = ledger.read(|transaction| transaction.locks(after, limit));
        let locks = locks.expect("the locks can be listed").into_iter();
        locks.map(|lock| lock.resource).collect::<Vec<_>>().join(",")
    };
    assert_eq!(listed(&mut ledger, None, 10), "");
    for resource in ["b", "ä", "B", "a", "b/c"] {
        let request = AcquireRequest { resource: resource.to_owned(), ..for_seconds("h", 10) };
        let fence = ledger.acquire(&request).expect("free").fence();
        if resource == "a" {
            ledger.release(&fence).expect("released");
        }
    }
    assert_eq!(listed(&mut ledger, None, u32::MAX), "B,a,b,b/c,ä");
    assert_eq!(listed(&mut ledger, None, 2), "B,a");
    assert_eq!(listed(&mut ledger, Some("a"), 2), "b,b/c");
    assert_eq!(listed(&mut ledger, Some("aa"), 2), "b,b/c");
    assert_eq!(listed(&mut ledger, Some("b/c"), 2), "ä");
    assert_eq!(listed(&mut ledger, Some("ä"), 2), "");
    assert_eq!(listed(&mut ledger, None, 0), "");
    let first = ledger.read(|transaction| transaction.locks(None, 1)).expect("a list");
    assert_eq!(first.first(), ledger.lock("B").as_ref());
}
