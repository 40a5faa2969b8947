//! Which plain scalars are dates or times. It checks the calendar and computes nothing.

/// Tells whether a text is a date, or a date with a time and perhaps an offset, that exists.
///
/// Shape: `2026-01-02`, then `T`, `t` or blanks, `3:04:05`, a fraction, and `Z` or `+1`, `+01:00`.
pub(super) fn is_time(text: &str) -> bool {
    read(text).is_some_and(|parts| parts.exists())
}

/// Tells whether a text is spelled as a date or time, be there such a day or not.
pub(in crate::yaml) fn looks_like_time(text: &str) -> bool {
    read(text).is_some()
}

fn read(text: &str) -> Option<Parts> {
    let mut cursor = Cursor(text.as_bytes());
    cursor.time().filter(|_| cursor.0.is_empty())
}

#[derive(Default)]
struct Parts {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    offset_exists: bool,
}

impl Parts {
    fn exists(&self) -> bool {
        let century = self.year.is_multiple_of(100);
        let leap = self.year.is_multiple_of(if century { 400 } else { 4 });
        let days = match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        let day_exists = (1..=days).contains(&self.day);
        day_exists && self.hour < 24 && self.minute < 60 && self.second <= 60 && self.offset_exists
    }
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn time(&mut self) -> Option<Parts> {
        let mut parts = self.date()?;
        if self.0.is_empty() {
            return Some(parts);
        }
        if !self.eat(b'T') && !self.eat(b't') && !self.blanks() {
            return None;
        }
        parts.hour = self.digits(1, 2)?;
        parts.minute = self.colon_and_two()?;
        parts.second = self.colon_and_two()?;
        if self.eat(b'.') {
            while self.digits(1, 1).is_some() {}
        }
        self.blanks();
        if self.eat(b'Z') {
            return Some(parts);
        }
        if self.eat(b'+') || self.eat(b'-') {
            let hour = self.digits(1, 2)?;
            let colon = self.eat(b':');
            let minute = if colon || !self.0.is_empty() { self.digits(2, 2)? } else { 0 };
            parts.offset_exists = hour < 24 && minute < 60;
            return Some(parts);
        }
        Some(parts)
    }

    fn date(&mut self) -> Option<Parts> {
        let year = self.digits(4, 4)?;
        let month = self.hyphen_and_digits()?;
        let day = self.hyphen_and_digits()?;
        Some(Parts { year, month, day, offset_exists: true, ..Parts::default() })
    }

    fn hyphen_and_digits(&mut self) -> Option<u32> {
        if self.eat(b'-') { self.digits(1, 2) } else { None }
    }

    fn colon_and_two(&mut self) -> Option<u32> {
        if self.eat(b':') { self.digits(2, 2) } else { None }
    }

    fn eat(&mut self, byte: u8) -> bool {
        match self.0.split_first() {
            Some((&first, rest)) if first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn blanks(&mut self) -> bool {
        let mut any = false;
        while self.eat(b' ') || self.eat(b'\t') {
            any = true;
        }
        any
    }

    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let count = self.0.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at_checked(count)?;
        if count < least {
            return None;
        }
        self.0 = rest;
        Some(digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0')))
    }
}
