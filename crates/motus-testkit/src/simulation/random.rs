//! Choices that a seed repeats: the generator `SplitMix64`.

/// A stream of choices.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// Begins the stream that belongs to all of these numbers together.
    pub(crate) fn of(parts: &[u64]) -> Self {
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
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or_default()
    }

    /// Tells yes `percent` times of a hundred.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Picks one of several.
    pub(crate) fn pick<T: Copy, const N: usize>(&mut self, several: [T; N]) -> T {
        let index = usize::try_from(self.below(N as u64)).unwrap_or_default();
        several[index]
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
        let picked: std::collections::BTreeSet<_> =
            (0..100).map(|_| random.pick([1, 2, 3])).collect();
        assert_eq!(picked.into_iter().collect::<Vec<_>>(), [1, 2, 3]);
    }
}
