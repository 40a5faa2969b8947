//! Waiting until the Store can be written.

use std::thread::sleep;
use std::time::Duration;

use motus_ledger::{StoreError, StoreErrorKind};
use motus_store::{SqliteStore, StorePlace};

use super::CareError;

/// Asking more often would only keep others from their turn.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);

/// For how long to ask, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    max: Duration,
    interval: Duration,
}

impl Patience {
    /// Takes seconds: none or more to wait in all, with `inf` for ever; more than none between two
    /// questions.
    ///
    /// Errors: `usage.max_seconds_invalid`, `usage.interval_invalid`.
    pub fn of_seconds(max: f64, interval: f64) -> Result<Self, CareError> {
        // What is too long for a duration is as good as for ever.
        let duration = |seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        if max.is_nan() || max < 0.0 {
            return Err(CareError::MaxSecondsInvalid);
        }
        if !interval.is_finite() || interval <= 0.0 {
            return Err(CareError::IntervalInvalid);
        }
        Ok(Self { max: duration(max), interval: duration(interval).max(SHORTEST_PAUSE) })
    }
}

/// Waits until a write could begin; writes nothing and holds nothing while it waits.
///
/// The pauses are counted, no clock is read. Errors: `store.locked` when the time is over, `store.missing`.
pub fn wait(place: &StorePlace, patience: &Patience) -> Result<(), CareError> {
    if ask(patience, || SqliteStore::may_write_now(place), sleep)? {
        return Ok(());
    }
    Err(timed_out(place, patience).into())
}

/// Asks until the answer is yes or the time is over, pausing between two questions; returns the last
/// answer.
fn ask(
    patience: &Patience,
    mut question: impl FnMut() -> Result<bool, StoreError>,
    mut pause: impl FnMut(Duration),
) -> Result<bool, StoreError> {
    let mut left = patience.max;
    while !question()? {
        if left.is_zero() {
            return Ok(false);
        }
        let next = patience.interval.min(left);
        pause(next);
        left -= next;
    }
    Ok(true)
}

fn timed_out(place: &StorePlace, patience: &Patience) -> StoreError {
    let place = place.path().display();
    let message = if patience.max.is_zero() {
        format!("another process holds the Store: {place}")
    } else {
        let seconds = patience.max.as_secs_f64();
        format!("another process held the Store for all of {seconds} seconds: {place}")
    };
    StoreError::new(StoreErrorKind::Locked, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(max: f64, interval: f64) -> &'static str {
        Patience::of_seconds(max, interval).map_or_else(|error| error.code(), |_| "ok")
    }

    #[test]
    fn only_times_can_be_waited_for() {
        for max in [0.0, -0.0, 0.5, 30.0, 1e300, f64::INFINITY] {
            assert_eq!(refused(max, 0.2), "ok", "{max}");
        }
        for max in [-1.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(refused(max, 0.2), "usage.max_seconds_invalid", "{max}");
        }
        for interval in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(refused(1.0, interval), "usage.interval_invalid", "{interval}");
        }
    }

    #[test]
    fn all_of_the_time_is_waited_and_then_asked_once_more() {
        let patience = Patience::of_seconds(1.0, 0.3).expect("a time");
        let (mut questions, mut pauses) = (0, Vec::new());
        let no = || {
            questions += 1;
            Ok(false)
        };
        assert!(!ask(&patience, no, |pause| pauses.push(pause.as_millis())).expect("an answer"));
        assert_eq!((questions, pauses), (5, vec![300, 300, 300, 100]));
        let mut answers = [false, false, true].into_iter();
        let mut count = 0;
        let free = ask(&patience, || Ok(answers.next().unwrap_or(false)), |_| count += 1);
        assert!(free.expect("an answer") && count == 2);
    }

    #[test]
    fn no_interval_is_so_short_that_the_time_stands_still() {
        for interval in [f64::MIN_POSITIVE, 1e-12, 1e-9] {
            let patience = Patience::of_seconds(1.0, interval).expect("a time");
            assert_eq!(patience.interval, SHORTEST_PAUSE);
        }
    }
}
