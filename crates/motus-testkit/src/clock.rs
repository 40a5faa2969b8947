//! Time and randomness that a test decides.

use std::sync::atomic::{AtomicU64, Ordering};

use motus_ledger::{Clock, Ids};

const NANOSECONDS: u64 = 1_000_000_000;

/// A clock that stands still until the test moves it.
#[derive(Debug)]
pub struct FixedClock {
    nanoseconds: AtomicU64,
}

impl FixedClock {
    /// Stands at the given nanoseconds since 1970-01-01T00:00:00Z.
    pub fn at_nanoseconds(nanoseconds: u64) -> Self {
        Self { nanoseconds: AtomicU64::new(nanoseconds) }
    }

    /// Stands at the given seconds since 1970-01-01T00:00:00Z.
    pub fn at_second(seconds: u64) -> Self {
        Self::at_nanoseconds(seconds.saturating_mul(NANOSECONDS))
    }

    /// Moves to the given nanoseconds, which may lie in the past.
    pub fn set_nanoseconds(&self, nanoseconds: u64) {
        self.nanoseconds.store(nanoseconds, Ordering::SeqCst);
    }

    /// Moves forward by whole seconds.
    pub fn advance_seconds(&self, seconds: u64) {
        self.nanoseconds.fetch_add(seconds.saturating_mul(NANOSECONDS), Ordering::SeqCst);
    }
}

impl Default for FixedClock {
    /// Stands at 2026-01-02T03:04:05Z.
    fn default() -> Self {
        Self::at_second(1_767_323_045)
    }
}

impl Clock for FixedClock {
    fn unix_nanoseconds(&self) -> u64 {
        self.nanoseconds.load(Ordering::SeqCst)
    }
}

/// Random bytes that count: `000000000001`, `000000000002`, ….
#[derive(Debug, Default)]
pub struct SequentialIds {
    last: AtomicU64,
}

impl Ids for SequentialIds {
    fn random(&self) -> [u8; 6] {
        let next = self.last.fetch_add(1, Ordering::SeqCst) + 1;
        let [_, _, bytes @ ..] = next.to_be_bytes();
        bytes
    }
}

#[cfg(test)]
mod tests {
    use motus_ledger::RunId;

    use super::*;

    #[test]
    fn the_clock_moves_only_when_told() {
        let clock = FixedClock::default();
        assert_eq!(clock.timestamp().as_str(), "2026-01-02T03:04:05Z");
        clock.advance_seconds(60);
        assert_eq!(clock.timestamp().as_str(), "2026-01-02T03:05:05Z");
        clock.set_nanoseconds(1);
        assert_eq!(clock.timestamp().as_str(), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn ids_count() {
        let (clock, ids) = (FixedClock::at_nanoseconds(7), SequentialIds::default());
        let run_ids = [RunId::generate(&clock, &ids), RunId::generate(&clock, &ids)];
        assert_eq!(
            run_ids.map(|id| id.to_string()),
            ["run_00000000000000000007_000000000001", "run_00000000000000000007_000000000002"]
        );
    }
}
