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
    let Ok([y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', i1, i2, b':', s1, s2]) =
        <[u8; 19]>::try_from(whole.as_bytes())
    else {
        return false;
    };
    let (month, day) = (two_digits(m1, m2), two_digits(d1, d2));
    let century = two_digits(y1, y2);
    let year = century * 100 + two_digits(y3, y4);
    century < 100
        && two_digits(y3, y4) < 100
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && two_digits(h1, h2) < 24
        && two_digits(i1, i2) < 60
        && two_digits(s1, s2) < 60
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
}
