//! What was measured, what it had to be, and whether it was.

use std::fmt;

/// Two things of one kind, measured one right after the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    pub(super) ours: f64,
    pub(super) theirs: f64,
}

impl Pair {
    pub(super) fn ratio(self) -> f64 {
        self.ours / self.theirs
    }
}

/// What a ratio has to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Bound {
    AtMost(f64),
    AtLeast(f64),
    /// Printed to be looked at.
    None,
}

/// What was measured, with every sample.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Measured {
    /// Exact counts; each has to be the expected one.
    Count { expected: u64, unit: &'static str, found: Vec<u64> },
    /// Peak memory in bytes; the largest counts.
    Memory { at_most: u64, found: Vec<u64> },
    /// A ratio; the median of the pairs counts.
    Ratio {
        bound: Bound,
        /// What it is a ratio to.
        against: &'static str,
        /// Of both members of each pair.
        unit: &'static str,
        pairs: Vec<Pair>,
    },
    /// Could not be measured here, and why.
    Skipped(String),
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measurement {
    pub(super) name: String,
    pub(super) measured: Measured,
}

/// What the table says in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Holds,
    Missed,
    Skipped,
    /// Nothing was demanded.
    Told,
}

impl Measurement {
    pub(super) fn skipped(name: &str, why: impl Into<String>) -> Self {
        Self { name: name.to_owned(), measured: Measured::Skipped(why.into()) }
    }

    /// Makes a ratio from pairs of ours and theirs; `name` is the row and, after a space, the case.
    pub(super) fn ratio(
        name: &str,
        bound: Bound,
        against: &'static str,
        unit: &'static str,
        pairs: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        let pairs = pairs.into_iter();
        let pairs = pairs.map(|(ours, theirs)| Pair { ours, theirs }).collect();
        Self { name: name.to_owned(), measured: Measured::Ratio { bound, against, unit, pairs } }
    }

    pub(super) fn verdict(&self) -> Verdict {
        let holds = match &self.measured {
            Measured::Skipped(_) => return Verdict::Skipped,
            Measured::Count { expected, found, .. } => {
                !found.is_empty() && found.iter().all(|count| count == expected)
            }
            Measured::Memory { at_most, found } => {
                found.iter().max().is_some_and(|most| most <= at_most)
            }
            Measured::Ratio { bound, pairs, .. } => match bound {
                Bound::AtMost(most) => median_ratio(pairs) <= *most,
                Bound::AtLeast(least) => median_ratio(pairs) >= *least,
                Bound::None => return Verdict::Told,
            },
        };
        if holds { Verdict::Holds } else { Verdict::Missed }
    }

    /// Says what had to be.
    pub(super) fn must(&self) -> String {
        match &self.measured {
            Measured::Skipped(_) => "-".to_owned(),
            Measured::Count { expected, unit, .. } => format!("exactly {expected} {unit}"),
            Measured::Memory { at_most, .. } => format!("<= {}", megabytes(*at_most)),
            Measured::Ratio { bound, against, .. } => match bound {
                Bound::AtMost(most) => format!("<= {most:.3} x {against}"),
                Bound::AtLeast(least) => format!(">= {least:.3} x {against}"),
                Bound::None => format!("- x {against}"),
            },
        }
    }

    /// Says what was found: the deciding figure, then the range of the samples.
    pub(super) fn found(&self) -> String {
        match &self.measured {
            Measured::Skipped(why) => why.clone(),
            Measured::Count { found, .. } => {
                let (least, most) = (found.iter().min(), found.iter().max());
                match (least, most) {
                    (Some(least), Some(most)) if least != most => format!("{least} to {most}"),
                    (_, most) => most.map_or_else(no_sample, u64::to_string),
                }
            }
            Measured::Memory { found, .. } => {
                found.iter().max().map_or_else(no_sample, |most| megabytes(*most))
            }
            Measured::Ratio { pairs, unit, .. } => {
                let ratios = sorted(pairs.iter().map(|pair| pair.ratio()));
                let (first, last) = (ratios.first(), ratios.last());
                format!(
                    "{:.3} ({:.3} to {:.3}; {} : {} {unit})",
                    median(&ratios),
                    first.unwrap_or(&f64::NAN),
                    last.unwrap_or(&f64::NAN),
                    figure(median(&sorted(pairs.iter().map(|pair| pair.ours)))),
                    figure(median(&sorted(pairs.iter().map(|pair| pair.theirs)))),
                )
            }
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Holds => "ok",
            Self::Missed => "MISSED",
            Self::Skipped => "SKIPPED",
            Self::Told => "-",
        })
    }
}

/// Returns the median of the pairwise ratios; with no pair it is not a number and holds no bound.
pub(super) fn median_ratio(pairs: &[Pair]) -> f64 {
    median(&sorted(pairs.iter().map(|pair| pair.ratio())))
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// Returns the middle of sorted values, the upper one of two.
fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

fn no_sample() -> String {
    "no sample".to_owned()
}

fn megabytes(bytes: u64) -> String {
    let kilobytes = bytes.div_ceil(1000);
    format!("{}.{:03} MB", kilobytes / 1000, kilobytes % 1000)
}

/// Writes a figure with about three digits.
fn figure(value: f64) -> String {
    let digits = match value.abs() {
        large if large >= 100.0 => 0,
        middle if middle >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(bound: Bound, ratios: &[f64]) -> Measurement {
        let pairs = ratios.iter().map(|ratio| (ratio * 2.0, 2.0));
        Measurement::ratio("row case", bound, "raw", "ms", pairs)
    }

    #[test]
    fn the_median_decides_and_not_one_bad_moment() {
        let most = Bound::AtMost(1.3);
        assert_eq!(ratio(most, &[9.0, 1.0, 1.2]).verdict(), Verdict::Holds);
        assert_eq!(ratio(most, &[9.0, 1.4, 1.2]).verdict(), Verdict::Missed);
        let least = Bound::AtLeast(0.9);
        assert_eq!(ratio(least, &[0.1, 0.9, 1.2]).verdict(), Verdict::Holds);
        assert_eq!(ratio(least, &[0.1, 0.8, 1.2]).verdict(), Verdict::Missed);
        assert_eq!(ratio(Bound::None, &[7.0]).verdict(), Verdict::Told);
    }

    fn count(found: &[u64]) -> Measurement {
        let measured = Measured::Count { expected: 3, unit: "calls", found: found.to_vec() };
        Measurement { name: "a".to_owned(), measured }
    }

    fn memory(found: &[u64]) -> Measurement {
        let measured = Measured::Memory { at_most: 10_000_000, found: found.to_vec() };
        Measurement { name: "a".to_owned(), measured }
    }

    #[test]
    fn no_sample_holds_no_bound() {
        assert_eq!(ratio(Bound::AtMost(1.0), &[]).verdict(), Verdict::Missed);
        assert_eq!(ratio(Bound::AtLeast(1.0), &[]).verdict(), Verdict::Missed);
        for empty in [count(&[]), memory(&[])] {
            assert_eq!(empty.verdict(), Verdict::Missed);
            assert_eq!(empty.found(), "no sample");
        }
    }

    #[test]
    fn every_count_and_the_largest_size_have_to_hold() {
        assert_eq!(count(&[3, 3]).verdict(), Verdict::Holds);
        assert_eq!(count(&[3, 2]).verdict(), Verdict::Missed);
        assert_eq!(count(&[3, 2]).found(), "2 to 3");
        assert_eq!(memory(&[1, 10_000_000]).verdict(), Verdict::Holds);
        assert_eq!(memory(&[1, 10_000_001]).verdict(), Verdict::Missed);
    }

    #[test]
    fn a_line_says_what_had_to_be_and_what_was() {
        let line = ratio(Bound::AtMost(1.3), &[1.0, 1.25, 30.0]);
        assert_eq!(line.must(), "<= 1.300 x raw");
        assert_eq!(line.found(), "1.250 (1.000 to 30.000; 2.50 : 2.00 ms)");
    }
}
