//! What the published validator takes for a point in time: more than RFC 3339 has, and less.
//!
//! It puts `+00:00` in the place of every `Z` and asks `datetime.fromisoformat` of Python 3.11. That takes
//! dates by month or by week, with or without hyphens; any character between date and time; hours alone or
//! with minutes, seconds and a fraction behind a point or a comma; and an offset of the same forms. It takes
//! no second 60, no hour 24, no small `z` and no year 0. Where it takes what nobody would write, as a
//! colon behind the last number, so does this: `python3` is asked by a test.

use crate::portable::date::days_in;

/// Tells whether a text passes the published validator's look at times.
pub fn published_date(text: &str) -> bool {
    let text = text.replace('Z', "+00:00");
    // The length is that in characters; everything else is about bytes.
    if text.chars().count() < 7 {
        return false;
    }
    let bytes = Bytes(text.as_bytes());
    let Some(separator) = bytes.separator() else { return false };
    is_date(bytes, separator) && is_rest(bytes, separator)
}

/// The text; a NUL stands behind its end, as for the reader that is imitated.
#[derive(Clone, Copy)]
struct Bytes<'t>(&'t [u8]);

impl Bytes<'_> {
    fn at(self, place: usize) -> u8 {
        self.0.get(place).copied().unwrap_or(0)
    }

    fn len(self) -> usize {
        self.0.len()
    }

    fn from(self, place: usize) -> Self {
        Self(self.0.get(place..).unwrap_or_default())
    }

    fn is_digit(self, place: usize) -> bool {
        self.at(place).is_ascii_digit()
    }

    fn number(self, place: usize, digits: usize) -> Option<u32> {
        (place..place.saturating_add(digits)).try_fold(0_u32, |number, place| {
            let digit = char::from(self.at(place)).to_digit(10)?;
            Some(number.saturating_mul(10).saturating_add(digit))
        })
    }

    /// Returns where the date ends.
    fn separator(self) -> Option<usize> {
        match (self.at(4), self.at(5)) {
            _ if self.len() == 7 => Some(7),
            (b'-', b'W') => self.behind_week(),
            (b'-', _) => Some(10),
            (b'W', _) => Some(self.behind_bare_week()),
            _ => Some(8),
        }
    }

    /// `YYYY-Www-D`, or `YYYY-Www` and a hyphen before the hours.
    fn behind_week(self) -> Option<usize> {
        match self.len() {
            0..=7 => None,
            8 => Some(8),
            _ if self.at(8) != b'-' => Some(8),
            9 => None,
            length if length > 10 && self.is_digit(10) => Some(8),
            _ => Some(10),
        }
    }

    /// `YYYYWww` or `YYYYWwwD`: numbers come in pairs, so that the count of digits tells.
    fn behind_bare_week(self) -> usize {
        let end = (7..self.len()).find(|place| !self.is_digit(*place)).unwrap_or(self.len());
        match end {
            0..=8 => end,
            _ if end.is_multiple_of(2) => 7,
            _ => 8,
        }
    }
}

fn is_date(text: Bytes<'_>, end: usize) -> bool {
    let Some(year @ 1..=9999) = text.number(0, 4) else { return false };
    let hyphen = usize::from(text.at(4) == b'-');
    let place = 4 + hyphen;
    if text.at(place) == b'W' {
        return is_week(text, year, place + 1, hyphen, end);
    }
    let day = place + 2 + hyphen;
    let (Some(month), Some(number)) = (text.number(place, 2), text.number(day, 2)) else {
        return false;
    };
    let has_hyphens = hyphen == 0 || text.at(place + 2) == b'-';
    has_hyphens && day + 2 == end && (1..=days_in(year, month)).contains(&number)
}

fn is_week(text: Bytes<'_>, year: u32, place: usize, hyphen: usize, end: usize) -> bool {
    let Some(week) = text.number(place, 2) else { return false };
    let day = place + 2;
    let weekday = if day >= end {
        Some(1)
    } else if hyphen == 1 && text.at(day) != b'-' {
        None
    } else {
        text.number(day + hyphen, 1)
    };
    let Some(weekday @ 1..=7) = weekday else { return false };
    let weeks = if has_53_weeks(year) { 53 } else { 52 };
    // The last days of the last week may be those of a year that there is not.
    let is_past_all = year == 9999 && week == 52 && weekday > 5;
    (1..=weeks).contains(&week) && !is_past_all
}

/// A year has 53 weeks when it begins on a Thursday, or on a Wednesday and is a leap year.
fn has_53_weeks(year: u32) -> bool {
    let before = year.saturating_sub(1);
    // Days since a Monday.
    let first = (before * 365 + before / 4 - before / 100 + before / 400) % 7;
    first == 3 || (first == 2 && days_in(year, 2) == 29)
}

/// The time and the offset, if anything stands behind the date.
fn is_rest(text: Bytes<'_>, separator: usize) -> bool {
    if text.len() <= separator {
        return true;
    }
    let width = match text.at(separator) {
        0..=0x7f => 1,
        byte if byte & 0xf0 == 0xe0 => 3,
        byte if byte & 0xf0 == 0xf0 => 4,
        _ => 2,
    };
    is_time(text.from(separator + width))
}

fn is_time(text: Bytes<'_>) -> bool {
    let sign = (0..text.len()).find(|place| matches!(text.at(*place), b'+' | b'-'));
    let Some(clock) = Clock::read(text, sign.unwrap_or(text.len())) else { return false };
    let is_in_a_day = clock.hour < 24 && clock.minute < 60 && clock.second < 60;
    let Some(sign) = sign else { return is_in_a_day && clock.is_whole };
    let offset = text.from(sign + 1);
    let is_offset = Clock::read(offset, offset.len()).is_some_and(|offset| {
        offset.is_whole && offset.hour * 3600 + offset.minute * 60 + offset.second < 86_400
    });
    is_in_a_day && is_offset
}

/// `HH[:MM[:SS[.f…]]]`, the colons all there or none.
#[derive(Default)]
struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    /// Whether nothing stands behind it.
    is_whole: bool,
}

impl Clock {
    /// Reads what stands before `end`; what the last number is followed by is looked at behind it, too.
    fn read(text: Bytes<'_>, end: usize) -> Option<Self> {
        let mut clock = Self::default();
        let mut place = 0;
        let mut has_colons = true;
        for part in 0..3 {
            let number = text.number(place, 2)?;
            match part {
                0 => clock.hour = number,
                1 => clock.minute = number,
                _ => clock.second = number,
            }
            let next = text.at(place + 2);
            place += 3;
            if part == 0 {
                has_colons = next == b':';
            }
            if place >= end {
                clock.is_whole = next == 0;
                return Some(clock);
            }
            match next {
                b':' if has_colons => {}
                b'.' | b',' => break,
                _ if !has_colons => place -= 1,
                _ => return None,
            }
        }
        let digits = end.saturating_sub(place).min(6);
        text.number(place, digits)?;
        place += digits;
        while text.is_digit(place) {
            place += 1;
        }
        clock.is_whole = text.at(place) == 0;
        Some(clock)
    }
}
