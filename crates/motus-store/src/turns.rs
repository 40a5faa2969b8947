//! Taking turns: how a writer waits for the write lock, and when it leaves the lock to others.
//!
//! SQLite keeps no queue of writers. Who asks at the right moment has the lock, and nobody asks as soon as
//! the writer that has just let go of it, so that others would wait for as long as it goes on. Therefore a
//! writer that has met others pauses after its turn; and because writers of other releases ask too seldom
//! to find such a pause, all of this release keep quiet together every two seconds. Nothing here reads a
//! clock: time is what was slept, and when the log was last written.

use std::cell::Cell;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::Range;
use std::thread;
use std::time::Duration;

/// How often a writer asks for a Store that another process holds: for about five seconds.
const ATTEMPTS: i32 = 1_200;

/// How often somebody asks who can do without what is asked for: for a few milliseconds.
const PASSING_ATTEMPTS: i32 = 20;

/// How long a writer among others goes on before it pauses.
const TURN: Duration = Duration::from_millis(50);

/// How long it stays away from the lock then, in microseconds: long enough that one of those who wait
/// asks meanwhile.
const PAUSE: Range<u64> = 8_000..15_000;

/// How often every writer of this release keeps quiet at the same time, as the log's clock has it.
const QUIET_EVERY: Duration = Duration::from_secs(2);

/// For how long: writers of other releases ask only every hundred milliseconds.
const QUIET: Duration = Duration::from_millis(110);

/// How many transactions make a writer one that has to keep quiet; a command has two.
const MANY: u32 = 16;

/// How close to each other its last ones have to be.
const RUSH: Duration = Duration::from_secs(1);

/// A wait that was longer than this is one for a turn, and not for a single transaction.
const ONE_TRANSACTION: Duration = Duration::from_millis(2);

thread_local! {
    /// How long this thread has slept since it began to ask for the lock.
    static SLEPT: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Waits before SQLite asks for a lock again; `false` gives up.
pub(crate) fn wait(attempt: i32) -> bool {
    sleep(nap(attempt));
    attempt < ATTEMPTS
}

/// Does the same for somebody who can do without.
pub(crate) fn wait_in_passing(attempt: i32) -> bool {
    sleep(50..200);
    attempt < PASSING_ATTEMPTS
}

/// Returns how long to wait before an attempt, in microseconds.
fn nap(attempt: i32) -> Range<u64> {
    match attempt {
        // Who comes in the moment of a commit is sent away although the lock is free.
        0 => 0..1,
        // A single transaction is over soon.
        1..4 => 100..400,
        // A turn takes its time, and every question takes some of the processor's, which whoever has the
        // lock may need.
        4..18 => 5_000..15_000,
        // Who has waited for long asks more often than the others, and so comes before them.
        _ => 2_000..6_000,
    }
}

/// Sleeps for a number of microseconds within a range: uneven waits keep two from asking in step.
fn sleep(microseconds: Range<u64>) {
    let random = RandomState::new().build_hasher().finish();
    let width = microseconds.end.saturating_sub(microseconds.start).max(1);
    let time = Duration::from_micros(microseconds.start.saturating_add(random % width));
    SLEPT.set(SLEPT.get() + time);
    if !time.is_zero() {
        thread::sleep(time);
    }
}

/// The turns of one writer among others.
///
/// Moments are those at which the log was last written: a clock that all writers of a Store see, and that
/// stands still with them. Where it runs badly, somebody pauses without need.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// Whether others want the lock too, as far as this writer knows.
    met_others: bool,
    /// When this turn began; `None` before its second transaction.
    began: Option<Duration>,
    /// When the last transaction began.
    last: Option<Duration>,
    /// How many there were.
    count: u32,
}

/// Why a writer stays away from the lock for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Rest {
    /// It need not.
    None,
    /// Its turn is over.
    Pause,
    /// All keep quiet, for the rest of this time.
    Quiet(Duration),
}

impl Turns {
    /// Begins a transaction with a function that waits for the lock through [`wait`], after a rest when
    /// others should have the lock before.
    ///
    /// `now` is when the log was last written, since the epoch.
    pub(crate) fn take<T>(&mut self, now: Duration, begin: impl FnOnce() -> T) -> T {
        let rest = self.rest(now);
        match rest {
            Rest::None => {}
            Rest::Pause => sleep(PAUSE),
            Rest::Quiet(time) => thread::sleep(time),
        }
        SLEPT.set(Duration::ZERO);
        let transaction = begin();
        self.count(&rest, SLEPT.get());
        transaction
    }

    fn rest(&mut self, now: Duration) -> Rest {
        let is_in_a_rush = self.last.is_some_and(|last| now.abs_diff(last) < RUSH);
        self.last = Some(now);
        let into = u64::try_from(now.as_millis() % QUIET_EVERY.as_millis()).unwrap_or(u64::MAX);
        let quiet = QUIET.saturating_sub(Duration::from_millis(into));
        if !quiet.is_zero() && is_in_a_rush && self.count >= MANY {
            return Rest::Quiet(quiet);
        }
        let began = *self.began.get_or_insert(now);
        if self.met_others && now.abs_diff(began) >= TURN { Rest::Pause } else { Rest::None }
    }

    /// Counts a transaction that began after this rest and after waiting for others.
    fn count(&mut self, rest: &Rest, waited: Duration) {
        if !waited.is_zero() {
            self.met_others = true;
        } else if *rest == Rest::Pause {
            // Nobody wanted the lock while it was free.
            self.met_others = false;
        }
        if *rest != Rest::None || waited > ONE_TRANSACTION {
            self.began = None;
        }
        self.count = self.count.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_ONCE: Duration = Duration::ZERO;

    /// The log's clock, a moment behind the time of quiet.
    const NOON: Duration = Duration::from_secs(1_000_001);

    fn milliseconds(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    /// Returns how a writer rests that is never kept waiting, with one transaction in a millisecond.
    fn rests(turns: &mut Turns, milliseconds: Range<u64>) -> Vec<(u64, Rest)> {
        let mut rests = Vec::new();
        for passed in milliseconds {
            let rest = turns.rest(NOON + Duration::from_millis(passed));
            turns.count(&rest, AT_ONCE);
            if rest != Rest::None {
                rests.push((passed, rest));
            }
        }
        rests
    }

    #[test]
    fn who_gives_up_has_waited_for_about_five_seconds() {
        let mean = |attempt| u64::midpoint(nap(attempt).start, nap(attempt).end);
        let total = Duration::from_micros((0..=ATTEMPTS).map(mean).sum());
        assert!((4_700..5_000).contains(&total.as_millis()), "{total:?}");
        assert!(wait(0) && !wait(ATTEMPTS));
        assert!(wait_in_passing(0) && !wait_in_passing(PASSING_ATTEMPTS));
    }

    #[test]
    fn what_was_slept_is_known() {
        let mut turns = Turns::default();
        turns.take(NOON, || assert!(wait(1) && wait(4)));
        assert!(SLEPT.get() >= Duration::from_micros(5_100), "{:?}", SLEPT.get());
        assert!(turns.met_others);
        turns.take(NOON, || ());
        assert_eq!(SLEPT.get(), Duration::ZERO);
    }

    #[test]
    fn who_is_alone_goes_on() {
        assert_eq!(rests(&mut Turns::default(), 0..999), []);
    }

    #[test]
    fn among_others_a_turn_ends() {
        let mut turns = Turns::default();
        turns.count(&Rest::None, milliseconds(60));
        assert_eq!(rests(&mut turns, 0..51), [(50, Rest::Pause)]);
        // The pause showed that nobody is there any more.
        assert_eq!(rests(&mut turns, 51..999), []);
    }

    #[test]
    fn a_turn_begins_when_somebody_else_had_the_lock() {
        let mut turns = Turns::default();
        turns.count(&Rest::None, milliseconds(60));
        assert_eq!(rests(&mut turns, 0..40), []);
        turns.count(&Rest::None, milliseconds(60));
        assert_eq!(rests(&mut turns, 100..151), [(150, Rest::Pause)]);
        turns.count(&Rest::Pause, milliseconds(60));
        assert_eq!(rests(&mut turns, 200..251), [(250, Rest::Pause)]);
        // A single transaction in between makes no new turn.
        turns.count(&Rest::Pause, milliseconds(60));
        assert_eq!(rests(&mut turns, 300..340), []);
        turns.count(&Rest::None, Duration::from_micros(300));
        assert_eq!(rests(&mut turns, 340..351), [(350, Rest::Pause)]);
    }

    #[test]
    fn a_clock_that_was_set_back_ends_a_turn() {
        let mut turns = Turns::default();
        turns.count(&Rest::None, milliseconds(60));
        assert_eq!(turns.rest(NOON), Rest::None);
        assert_eq!(turns.rest(milliseconds(1)), Rest::Pause);
    }

    #[test]
    fn all_keep_quiet_at_the_same_time() {
        let even = Duration::from_secs(1_000_002);
        let before = Duration::from_millis(1_000_001_999);
        for met_others in [false, true] {
            let mut turns = Turns { met_others, count: MANY, ..Turns::default() };
            assert_eq!(turns.rest(before), Rest::None);
            assert_eq!(turns.rest(even), Rest::Quiet(QUIET));
            assert_eq!(turns.rest(even + milliseconds(30)), Rest::Quiet(milliseconds(80)));
            let behind = turns.rest(even + QUIET);
            assert!(!matches!(behind, Rest::Quiet(_)), "{behind:?}");
        }
    }

    #[test]
    fn a_short_command_and_a_writer_at_leisure_keep_no_quiet() {
        let even = Duration::from_secs(1_000_002);
        let mut command = Turns::default();
        for _ in 0..MANY {
            let rest = command.rest(even);
            assert_eq!(rest, Rest::None);
            command.count(&rest, AT_ONCE);
        }
        let mut leisurely = Turns { count: MANY, ..Turns::default() };
        for number in 0..10 {
            assert_eq!(leisurely.rest(even + number * QUIET_EVERY), Rest::None);
        }
    }
}
