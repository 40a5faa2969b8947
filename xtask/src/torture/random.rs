//! Choices that a seed repeats: the generator `SplitMix64`, which is short and good enough to pick moments.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A stream of choices.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`, or 0 when there is none.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or_default()
    }

    /// Tells yes `percent` times of a hundred.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Returns a time below `end`, to the microsecond.
    pub(super) fn time(&mut self, end: Duration) -> Duration {
        let end = u64::try_from(end.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.below(end))
    }
}

/// Returns a seed that differs from run to run and is short enough to type.
pub(super) fn seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Random::new(since.map_or(0, |since| u64::from(since.subsec_nanos()))).below(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_choices() {
        let choices = |seed| {
            let mut random = Random::new(seed);
            (0..8).map(|_| random.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(choices(7), choices(7));
        assert_ne!(choices(7), choices(8));
    }

    #[test]
    fn choices_stay_below_their_end_and_vary() {
        let mut random = Random::new(1);
        let end = Duration::from_millis(3);
        let times: Vec<Duration> = (0..200).map(|_| random.time(end)).collect();
        assert!(times.iter().all(|time| *time < end));
        assert!(times.iter().max() > times.iter().min());
        assert_eq!(random.time(Duration::ZERO), Duration::ZERO);
        let yes = (0..1000).filter(|_| random.chance(30)).count();
        assert!((200..400).contains(&yes), "{yes}");
    }
}
