//! Dates and times as people write them: one grammar for ISO 8601 and unquoted YAML.
//!
//! It reads what is written and guesses nothing: no month names, no two-digit years, no local zone.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// A date, with a time of day where one was written.
pub(super) struct Written<'a> {
    date: Date,
    time: Option<TimeOfDay<'a>>,
}

struct TimeOfDay<'a> {
    time: Time,
    /// The digits after the point, as written.
    fraction: &'a str,
    /// Seconds east of UTC.
    offset: i64,
}

impl<'a> Written<'a> {
    /// Reads the whole of a text.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let (date, rest) = date(text)?;
        if rest.is_empty() {
            return Some(Self { date, time: None });
        }
        let rest = match rest.strip_prefix(['T', 't']) {
            Some(rest) => rest,
            None => some_blanks(rest)?,
        };
        let (time, fraction, rest) = time(rest)?;
        let offset = zone(rest.trim_start_matches([' ', '\t']))?;
        Some(Self { date, time: Some(TimeOfDay { time, fraction, offset }) })
    }

    /// Returns the seconds since 1970-01-01T00:00:00Z.
    pub(super) fn seconds(&self) -> i64 {
        let (time, offset) =
            self.time.as_ref().map_or((Time::midnight(), 0), |of_day| (of_day.time, of_day.offset));
        let local = Offset::UTC.to_timestamp(self.date.to_datetime(time));
        // Only what lies after the greatest moment is out of range.
        local.unwrap_or(jiff::Timestamp::MAX).as_second() - offset
    }

    /// Returns the same date or time in the form of RFC 3339.
    pub(super) fn rfc3339(&self) -> String {
        let (year, month, day) = (self.date.year(), self.date.month(), self.date.day());
        let mut text = format!("{year:04}-{month:02}-{day:02}");
        if let Some(TimeOfDay { time, fraction, offset }) = &self.time {
            let (hour, minute, second) = (time.hour(), time.minute(), time.second());
            text.push_str(&format!("T{hour:02}:{minute:02}:{second:02}"));
            if !fraction.is_empty() {
                text.push('.');
                text.push_str(fraction);
            }
            text.push_str(&zone_text(*offset));
        }
        text
    }
}

fn date(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = digits(text, 4, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some((date, rest))
}

/// Reads hours, minutes and perhaps seconds, and the digits of their fraction.
fn time(text: &str) -> Option<(Time, &str, &str)> {
    let (hour, rest) = digits(text, 1, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
    let (second, rest) = match rest.strip_prefix(':') {
        Some(rest) => digits(rest, 2, 2)?,
        None => (0, rest),
    };
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest.split_at_checked(end)?
        }
        None => ("", rest),
    };
    // A leap second is told as the one before it.
    let second = if second == 60 { 59 } else { second };
    let part = |number: i16| i8::try_from(number).ok();
    let time = Time::new(part(hour)?, part(minute)?, part(second)?, 0).ok()?;
    Some((time, fraction, rest))
}

/// Reads the rest of a text as a zone and returns its seconds east of UTC.
fn zone(text: &str) -> Option<i64> {
    if matches!(text, "" | "Z" | "z" | "UTC") {
        return Some(0);
    }
    let is_west = text.starts_with('-');
    let (hours, rest) = digits(text.strip_prefix(['+', '-'])?, 1, 2)?;
    let (minutes, rest) = match rest.strip_prefix(':').unwrap_or(rest) {
        "" if rest.is_empty() => (0, ""),
        rest => digits(rest, 2, 2)?,
    };
    if hours > 23 || minutes > 59 || !rest.is_empty() {
        return None;
    }
    let seconds = i64::from(hours) * 3_600 + i64::from(minutes) * 60;
    Some(if is_west { -seconds } else { seconds })
}

fn zone_text(offset: i64) -> String {
    let sign = match offset {
        0 => return "Z".to_owned(),
        1.. => '+',
        _ => '-',
    };
    let minutes = offset.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Takes so many digits off the front of a text.
fn digits(text: &str, fewest: usize, most: usize) -> Option<(i16, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(count)?;
    (count >= fewest).then_some(())?;
    Some((number.parse().ok()?, rest))
}

fn some_blanks(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches([' ', '\t']);
    (rest.len() < text.len()).then_some(rest)
}
