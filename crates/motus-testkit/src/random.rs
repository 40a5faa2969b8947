//! Choices that a seed repeats: the generator `SplitMix64`, which is short and good enough for tests.

use std::time::Duration;

/// A stream of choices.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// Begins the stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Begins the stream that belongs to all of these numbers together.
    pub fn of(parts: &[u64]) -> Self {
        parts.iter().fold(Self(0), |mut stream, part| Self(stream.next() ^ *part))
    }

    /// Returns any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`, or 0 when there is none.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or_default()
    }

    /// Tells yes `percent` times of a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Returns the index of one of so many, or 0 when there is none.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or_default()
    }

    /// Returns a time below `end`, to the microsecond.
    pub fn time(&mut self, end: Duration) -> Duration {
        let end = u64::try_from(end.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.below(end))
    }

    /// Picks one of several.
    pub fn pick<T: Copy, const N: usize>(&mut self, several: [T; N]) -> T {
        several[self.index(N)]
    }

    /// Returns one of a list, which is not empty.
    pub fn one_of<T: Clone>(&mut self, several: &[T]) -> T {
        several[self.index(several.len())].clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_decide_the_stream() {
        let choices = |parts: &[u64]| {
            let mut random = Random::of(parts);
            (0..8).map(|_| random.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(choices(&[7, 1]), choices(&[7, 1]));
        for other in [[1, 7], [7, 2], [8, 1]] {
            assert_ne!(choices(&[7, 1]), choices(&other));
        }
    }

    #[test]
    fn choices_stay_below_their_end_and_vary() {
        let mut random = Random::of(&[1]);
        assert_eq!(random.below(0), 0);
        let yes = (0..1000).filter(|_| random.chance(30)).count();
        assert!((200..400).contains(&yes), "{yes}");
        let end = Duration::from_millis(3);
        let times: Vec<Duration> = (0..200).map(|_| random.time(end)).collect();
        assert!(times.iter().all(|time| *time < end));
        assert!(times.iter().max() > times.iter().min());
        assert_eq!(random.time(Duration::ZERO), Duration::ZERO);
        let picked: std::collections::BTreeSet<_> =
            (0..100).map(|_| random.pick([1, 2, 3])).collect();
        assert_eq!(picked.into_iter().collect::<Vec<_>>(), [1, 2, 3]);
    }
}
