//! Which of two points in time comes first.

use std::cmp::Ordering;

use crate::portable::date::{days_in, is_rfc3339, two};

/// A point in time that can be compared: seconds since the beginning of year 0 in UTC, and the digits of
/// the fraction.
#[derive(Debug, Clone, Copy)]
pub struct PointInTime<'t> {
    seconds: i64,
    fraction: &'t str,
}

impl<'t> PointInTime<'t> {
    /// Reads an RFC 3339 time.
    pub fn parse(text: &'t str) -> Option<Self> {
        if !is_rfc3339(text) {
            return None;
        }
        let number = |from: usize| {
            let pair = text.as_bytes().get(from..from + 2)?;
            let &[tens, ones] = pair else { return None };
            two(tens, ones).map(i64::from)
        };
        let year = number(0)? * 100 + number(2)?;
        let time = (number(11)? * 60 + number(14)?) * 60 + number(17)?;
        let rest = text.get(19..)?;
        let digits = |it: &str| it.find(|it: char| !it.is_ascii_digit()).unwrap_or(it.len());
        let (fraction, offset) = match rest.strip_prefix('.') {
            Some(rest) => rest.split_at_checked(digits(rest))?,
            None => ("", rest),
        };
        let offset_at = text.len() - offset.len();
        let minutes = match offset.as_bytes().first() {
            Some(b'+') => number(offset_at + 1)? * 60 + number(offset_at + 4)?,
            Some(b'-') => -(number(offset_at + 1)? * 60 + number(offset_at + 4)?),
            _ => 0,
        };
        let days = days_before(year, number(5)?) + number(8)?;
        let seconds = days * 86_400 + time - minutes * 60;
        Some(Self { seconds, fraction: fraction.trim_end_matches('0') })
    }

    /// Returns the second that it lies in, counted from the beginning of year 0 in UTC.
    pub fn second(self) -> i64 {
        self.seconds
    }
}

/// Returns how many days lie between the beginning of year 0 and that of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let years = year.max(0);
    let leaps =
        if years == 0 { 0 } else { (years - 1) / 4 - (years - 1) / 100 + (years - 1) / 400 + 1 };
    let months = (1..month).map(|month| {
        let of = |number: i64| u32::try_from(number).unwrap_or_default();
        i64::from(days_in(of(year), of(month)))
    });
    years * 365 + leaps + months.sum::<i64>()
}

impl Ord for PointInTime<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        // Digits behind a point compare as texts once the zeros at the end are gone.
        self.seconds.cmp(&other.seconds).then_with(|| self.fraction.cmp(other.fraction))
    }
}

impl PartialOrd for PointInTime<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for PointInTime<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for PointInTime<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_compared_as_points() {
        for (earlier, later) in [
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z"),
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000001Z"),
            ("2026-01-02T03:04:05.09Z", "2026-01-02T03:04:05.1Z"),
            ("2026-01-02T04:04:05+01:30", "2026-01-02T03:04:05Z"),
            ("2026-01-02T03:04:05Z", "2026-01-02T00:00:00-23:59"),
            ("0000-02-29T00:00:00Z", "0000-03-01T00:00:00Z"),
            ("0000-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
            ("1999-12-31T23:59:59Z", "2000-01-01T00:00:00Z"),
            ("2000-02-29T23:59:59Z", "2000-03-01T00:00:00Z"),
            ("2100-02-28T23:59:59Z", "2100-03-01T00:00:00Z"),
        ] {
            let parse = |text| PointInTime::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert!(parse(earlier) < parse(later), "{earlier} {later}");
        }
    }

    #[test]
    fn one_point_has_several_spellings() {
        for (left, right) in [
            ("2026-01-02T03:04:05Z", "2026-01-02t05:04:05.000+02:00"),
            ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"),
            ("2026-01-02T03:04:60Z", "2026-01-02T03:05:00Z"),
        ] {
            assert_eq!(PointInTime::parse(left), PointInTime::parse(right), "{left} {right}");
        }
        assert!(PointInTime::parse("2026-01-02").is_none());
    }
}
