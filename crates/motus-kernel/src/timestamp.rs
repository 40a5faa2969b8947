//! Points in time as the specification spells them: `2025-12-24T00:00:00Z`, with or without a fraction.

use std::cmp::Ordering;

/// Tells whether a text is a point in time in UTC.
///
/// Shape: `YYYY-MM-DDTHH:MM:SS`, optionally `.` and digits, and `Z`; a real date and a real time.
/// Source: MOTUS-SPEC-V0.1 §1.6, §7.2.
pub fn is_timestamp(text: &str) -> bool {
    split(text).is_some()
}

/// Compares two points in time; a text that is none comes before every other.
pub fn compare(left: &str, right: &str) -> Ordering {
    split(left).cmp(&split(right))
}

/// Does as [`compare`] for texts that are both points in time: those of one length are spelled alike.
pub(crate) fn compare_real(left: &str, right: &str) -> Ordering {
    if left.len() == right.len() { left.cmp(right) } else { compare(left, right) }
}

/// Returns the seconds from 1970-01-01T00:00:00Z to a point in time, its fraction left out.
///
/// Shape: negative before 1970; every day has 86,400 seconds. `None` for a text that is no point in time.
pub fn seconds_since_epoch(text: &str) -> Option<i64> {
    Moment::read(text).map(|moment| moment.seconds)
}

/// A point in time that can be computed with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment<'t> {
    /// Since 1970-01-01T00:00:00Z.
    seconds: i64,
    /// Digits, without zeros that mean nothing.
    fraction: &'t str,
}

impl<'t> Moment<'t> {
    /// Reads a point in time; `None` when the text is none.
    pub(crate) fn read(text: &'t str) -> Option<Self> {
        let (whole, fraction) = split(text)?;
        let [year, month, day, hour, minute, second] = fields(whole)?.map(i64::from);
        let in_the_day = hour * 3600 + minute * 60 + second;
        let seconds = days_since_epoch(year, month, day) * SECONDS_OF_A_DAY + in_the_day;
        Some(Self { seconds, fraction })
    }

    /// Returns the whole days since an earlier moment, rounded toward minus infinity; fractions of a second
    /// count. Source: MOTUS-SPEC-V0.1 §11 Q12, `age_days`.
    pub(crate) fn days_since(&self, earlier: &Self) -> i64 {
        let borrowed = i64::from(self.fraction < earlier.fraction);
        (self.seconds - earlier.seconds - borrowed).div_euclid(SECONDS_OF_A_DAY)
    }
}

const SECONDS_OF_A_DAY: i64 = 86_400;

/// Counts days in years that begin in March, so that the day that leap years add is the last one.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    const DAYS_TO_1970: i64 = 719_468;
    let year = if month > 2 { year } else { year - 1 };
    let months_since_march = (month + 9) % 12;
    let days_of_years =
        year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    days_of_years + (153 * months_since_march + 2) / 5 + day - 1 - DAYS_TO_1970
}

/// Returns what stands before the fraction, and the fraction without zeros that mean nothing.
fn split(text: &str) -> Option<(&str, &str)> {
    let (whole, rest) = text.split_at_checked(19)?;
    let fraction = match rest.strip_suffix('Z')? {
        "" => "",
        fraction => fraction.strip_prefix('.').filter(|digits| is_digits(digits))?,
    };
    is_real(whole).then(|| (whole, fraction.trim_end_matches('0')))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_real(whole: &str) -> bool {
    fields(whole).is_some()
}

/// Returns year, month, day, hour, minute and second of a real date and time.
fn fields(whole: &str) -> Option<[u32; 6]> {
    let Ok([y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', i1, i2, b':', s1, s2]) =
        <[u8; 19]>::try_from(whole.as_bytes())
    else {
        return None;
    };
    let (century, of_century) = (two_digits(y1, y2), two_digits(y3, y4));
    let (month, day) = (two_digits(m1, m2), two_digits(d1, d2));
    let (hour, minute, second) = (two_digits(h1, h2), two_digits(i1, i2), two_digits(s1, s2));
    let year = century * 100 + of_century;
    let is_real = century < 100
        && of_century < 100
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    is_real.then_some([year, month, day, hour, minute, second])
}

/// Returns a number of two digits, or one that is too large.
fn two_digits(tens: u8, ones: u8) -> u32 {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    if tens < 10 && ones < 10 { u32::from(tens) * 10 + u32::from(ones) } else { 1000 }
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_points_in_time_are_accepted() {
        for text in [
            "2025-12-24T00:00:00Z",
            "2024-02-29T23:59:59Z",
            "2000-02-29T00:00:00.123456789Z",
            "0001-01-01T00:00:00.0Z",
        ] {
            assert!(is_timestamp(text), "{text}");
        }
    }

    #[test]
    fn everything_else_is_not() {
        for text in [
            "",
            "2025-12-24",
            "2025-12-24T00:00:00",
            "2025-12-24T00:00:00z",
            "2025-12-24t00:00:00Z",
            "2025-12-24 00:00:00Z",
            "2025-12-24T00:00:00+00:00",
            "2025-12-24T00:00:00.Z",
            "2025-12-24T00:00:00.1aZ",
            "2025-12-24T24:00:00Z",
            "2025-12-24T00:00:60Z",
            "2025-13-01T00:00:00Z",
            "2025-00-01T00:00:00Z",
            "2025-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2025-04-31T00:00:00Z",
            "2025-12-24T00:00:00ZZ",
            "+025-12-24T00:00:00Z",
            "2025-12-24T00:00:0éZ",
        ] {
            assert!(!is_timestamp(text), "{text}");
        }
    }

    #[test]
    fn order_is_the_order_of_time() {
        let before = |left, right| {
            assert_eq!(compare(left, right), compare_real(left, right), "{left} {right}");
            compare(left, right) == Ordering::Less
        };
        assert!(before("2025-12-24T00:00:00.09Z", "2025-12-24T00:00:00.10Z"));
        assert!(before("2025-12-24T00:00:00.10Z", "2025-12-24T00:00:01.00Z"));
        assert!(before("2025-12-24T00:00:00Z", "2025-12-24T00:00:00.1Z"));
        assert!(before("2025-12-24T00:00:00.09Z", "2025-12-24T00:00:00.1Z"));
        assert!(before("2025-12-24T00:00:00.9Z", "2025-12-24T00:00:01Z"));
        assert_eq!(compare("2025-12-24T00:00:00.10Z", "2025-12-24T00:00:00.1Z"), Ordering::Equal);
        assert_eq!(compare("2025-12-24T00:00:00.0Z", "2025-12-24T00:00:00Z"), Ordering::Equal);
    }

    #[test]
    fn seconds_are_counted_from_1970() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:00.999Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2000-03-01T00:00:00Z", 951_868_800),
            ("2025-12-24T00:00:01Z", 1_766_534_401),
            ("0000-01-01T00:00:00Z", -62_167_219_200),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            assert_eq!(seconds_since_epoch(text), Some(seconds), "{text}");
        }
        assert_eq!(seconds_since_epoch("2025-02-29T00:00:00Z"), None);
    }

    #[test]
    fn every_day_is_one_after_the_day_before() {
        let mut before = days_since_epoch(1895, 12, 31);
        for (year, month) in (1896..2105).flat_map(|year| (1..=12).map(move |month| (year, month)))
        {
            for day in 1..=days_in(year, month) {
                let days = days_since_epoch(year.into(), month.into(), day.into());
                assert_eq!(days, before + 1, "{year}-{month}-{day}");
                before = days;
            }
        }
    }

    #[test]
    fn days_are_whole_ones_and_negative_ones_round_down() {
        let now = "2025-12-24T00:00:00.5Z";
        let days_between =
            |earlier, later| Some(Moment::read(later)?.days_since(&Moment::read(earlier)?));
        for (earlier, days) in [
            (now, 0),
            ("2025-12-23T00:00:00.5Z", 1),
            ("2025-12-23T00:00:00.50Z", 1),
            ("2025-12-23T00:00:00.51Z", 0),
            ("2025-12-24T00:00:00.6Z", -1),
            ("2025-12-25T00:00:00.5Z", -1),
            ("2025-12-25T00:00:00.6Z", -2),
        ] {
            assert_eq!(days_between(earlier, now), Some(days), "{earlier}");
        }
        assert_eq!(days_between("now", now), None);
        assert_eq!(days_between(now, "now"), None);
    }
}
