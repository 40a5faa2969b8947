//! Points in time in documents of others.

mod point;
mod published;

pub use point::PointInTime;
pub use published::published_date;

/// The members that say when something was, wherever they stand in a document.
pub const TIME_MEMBERS: [&str; 7] = [
    "accepted_at",
    "closed_at",
    "created_at",
    "exported_at",
    "generated_at",
    "occurred_at",
    "started_at",
];

/// Tells whether a text is a point in time as RFC 3339 has it.
///
/// Shape: `2026-01-02T03:04:05Z`, with any number of fractional digits and with an offset in the place of
/// `Z`; `t` and `z` may be small, and a minute may have a second 60.
pub fn is_rfc3339(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((date, rest)) = bytes.split_at_checked(10) else { return false };
    let Some((&separator, rest)) = rest.split_first() else { return false };
    let Some((time, rest)) = rest.split_at_checked(8) else { return false };
    matches!(separator, b'T' | b't') && is_date(date) && is_time(time) && is_end(rest)
}

fn is_date(date: &[u8]) -> bool {
    let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = date else { return false };
    let (Some(century), Some(rest)) = (two(y0, y1), two(y2, y3)) else { return false };
    let (Some(month), Some(day)) = (two(m0, m1), two(d0, d1)) else { return false };
    let year = century * 100 + rest;
    (1..=days_in(year, month)).contains(&day)
}

fn is_time(time: &[u8]) -> bool {
    let &[h0, h1, b':', m0, m1, b':', s0, s1] = time else { return false };
    let parts = (two(h0, h1), two(m0, m1), two(s0, s1));
    matches!(parts, (Some(0..=23), Some(0..=59), Some(0..=60)))
}

/// An optional fraction, then the offset.
fn is_end(end: &[u8]) -> bool {
    let offset = match end.split_first() {
        Some((b'.', fraction)) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            match fraction.split_at_checked(digits) {
                Some((digits, offset)) if !digits.is_empty() => offset,
                _ => return false,
            }
        }
        _ => end,
    };
    match *offset {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', h0, h1, b':', m0, m1] => {
            matches!((two(h0, h1), two(m0, m1)), (Some(0..=23), Some(0..=59)))
        }
        _ => false,
    }
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    let digit = |byte: u8| char::from(byte).to_digit(10);
    Some(digit(tens)? * 10 + digit(ones)?)
}

/// Returns how many days a month has, 0 for a month that there is not.
fn days_in(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_time_are_known() {
        for text in [
            "2026-01-02T03:04:05Z",
            "2026-01-02t03:04:05z",
            "2026-01-02T03:04:05.1Z",
            "2026-01-02T03:04:05.123456789012+05:30",
            "2024-02-29T23:59:60Z",
            "0000-01-01T00:00:00-00:00",
        ] {
            assert!(is_rfc3339(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not() {
        for text in [
            "",
            "2026-01-02",
            "2026-01-02T03:04Z",
            "2026-01-02T03:04:05",
            "2026-01-02 03:04:05Z",
            "2026-01-02T03:04:05.Z",
            "2026-01-02T03:04:05,1Z",
            "2026-01-02T03:04:05+0000",
            "2026-01-02T24:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-W20-4T00:00:00Z",
            "20260102T030405Z",
            "2026-01-02T03:04:05Z\n",
            " 2026-01-02T03:04:05Z",
            "٢026-01-02T03:04:05Z",
        ] {
            assert!(!is_rfc3339(text), "{text:?}");
        }
    }
}
