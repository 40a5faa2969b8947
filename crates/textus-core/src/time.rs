//! Moments in UTC as the protocol writes them, and the forms in which people write them.
//!
//! Whole seconds only: a fraction is dropped. Nothing here knows what time it is.

mod written;

use std::fmt;

use written::Written;

use crate::duration;

/// The first moment whose year has four digits.
const FIRST: i64 = -62_167_219_200;

/// The last moment whose year has four digits in every time zone.
const LAST: i64 = 253_402_207_200;

/// Names a moment, in whole seconds.
///
/// Shape: displayed as `YYYY-MM-DDTHH:MM:SSZ`; years 0000 to 9999, and what lies outside counts as the
/// nearest moment inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Utc(i64);

impl Utc {
    /// Takes seconds since 1970-01-01T00:00:00Z.
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.clamp(FIRST, LAST))
    }

    /// Takes nanoseconds since 1970-01-01T00:00:00Z.
    pub fn from_nanoseconds(nanoseconds: i128) -> Self {
        let seconds = nanoseconds.div_euclid(1_000_000_000);
        let nearest = if seconds < 0 { i64::MIN } else { i64::MAX };
        Self::from_seconds(i64::try_from(seconds).unwrap_or(nearest))
    }

    /// Reads a date or a time as ISO 8601 or YAML have it; anything else is `None`.
    ///
    /// Shape: `2026-01-02`, which is its midnight; `2026-01-02T03:04:05Z`, `.. 03:04:05`, `.. 3:04 +02:00`,
    /// `.. 03:04:05.678 UTC`. Without a zone it is UTC.
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self::from_seconds(Written::read(text)?.seconds()))
    }

    /// Reads the start of a span that ends now: a date or time, or a number and one of `s m h d`.
    ///
    /// Anything else is `None`, which callers take for no bound at all.
    pub fn parse_since(text: &str, now: Self) -> Option<Self> {
        let text = text.trim();
        let ends_with_unit = text.ends_with(|last: char| last.is_ascii_lowercase());
        let span = || duration::parse(text).filter(|_| ends_with_unit);
        Self::parse(text).or_else(|| Some(now.minus(span()?)))
    }

    /// Returns the seconds since 1970-01-01T00:00:00Z.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// Returns the moment so many seconds later.
    #[must_use]
    pub fn plus(self, seconds: u64) -> Self {
        Self::from_seconds(self.0.saturating_add_unsigned(seconds))
    }

    /// Returns the moment so many seconds earlier.
    #[must_use]
    pub fn minus(self, seconds: u64) -> Self {
        Self::from_seconds(self.0.saturating_sub_unsigned(seconds))
    }

    /// Returns how many seconds before another moment this was; 0 when it is not yet.
    pub fn age_at(self, now: Self) -> u64 {
        u64::try_from(now.0.saturating_sub(self.0)).unwrap_or(0)
    }
}

impl fmt::Display for Utc {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_second(self.0).unwrap_or(jiff::Timestamp::MAX);
        write!(formatter, "{}", moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

/// Returns an unquoted YAML time as RFC 3339 has it, its fraction and zone kept; a bare date stays.
///
/// What is no date or time is `None`.
pub fn rfc3339(text: &str) -> Option<String> {
    Written::read(text).map(|written| written.rfc3339())
}

#[cfg(test)]
mod tests;
