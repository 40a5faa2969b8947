//! Times as the Store spells them.

use std::fmt;

use jiff::SignedDuration;
use jiff::civil::DateTime;

/// Where seconds are counted from.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A UTC time in the Store's text form.
///
/// Shape: `YYYY-MM-DDTHH:MM:SSZ`; a reader also meets up to nine fractional digits, which release
/// 0.6.5 writes. Times made here are whole seconds, truncated, because release 0.5.3 reads no other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Timestamp(String);

impl Timestamp {
    /// Spells the given seconds since 1970-01-01T00:00:00Z.
    ///
    /// Seconds after the year 9999 are spelled as its last one.
    pub(crate) fn from_unix_seconds(seconds: u64) -> Self {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        let last = DateTime::constant(9999, 12, 31, 23, 59, 59, 0);
        let spelled = EPOCH.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(last);
        Self(spelled.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    }

    /// Reads a time in one of the Store's two forms; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let timestamp = Self(text.to_owned());
        timestamp.is_well_formed().then_some(timestamp)
    }

    /// Returns the text as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the whole seconds since 1970-01-01T00:00:00Z.
    pub fn unix_seconds(&self) -> i64 {
        self.instant().map_or(0, |instant| instant.duration_since(EPOCH).as_secs())
    }

    /// Returns the time that lies this many seconds later; nothing after the year 9999.
    pub(crate) fn after_seconds(&self, seconds: i64) -> Option<Self> {
        let later = u64::try_from(self.unix_seconds().checked_add(seconds)?).ok()?;
        let spelled = Self::from_unix_seconds(later);
        (u64::try_from(spelled.unix_seconds()) == Ok(later)).then_some(spelled)
    }

    /// Returns the last time that can be spelled.
    pub(crate) fn last() -> Self {
        Self::from_unix_seconds(u64::MAX)
    }

    /// Tells whether this moment is not after the other, whatever fractions both are spelled with.
    pub fn is_no_later_than(&self, other: &Self) -> bool {
        self.instant() <= other.instant()
    }

    /// A civil time of UTC: it reaches the end of the year 9999, which a moment of every zone does not.
    fn instant(&self) -> Option<DateTime> {
        self.0.strip_suffix('Z')?.parse().ok()
    }

    fn is_well_formed(&self) -> bool {
        let shape = |(index, byte): (usize, u8)| match index {
            4 | 7 => byte == b'-',
            10 => byte == b'T',
            13 | 16 => byte == b':',
            _ => byte.is_ascii_digit(),
        };
        let Some(body) = self.0.strip_suffix('Z') else {
            return false;
        };
        let (whole, fraction) = body.split_once('.').unwrap_or((body, "0"));
        whole.len() == 19
            && whole.bytes().enumerate().all(shape)
            && (1..=9).contains(&fraction.len())
            && fraction.bytes().all(|byte| byte.is_ascii_digit())
            && self.instant().is_some()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_seconds_are_spelled_with_z() {
        assert_eq!(Timestamp::from_unix_seconds(0).as_str(), "1970-01-01T00:00:00Z");
        assert_eq!(Timestamp::from_unix_seconds(1_767_323_045).as_str(), "2026-01-02T03:04:05Z");
        assert_eq!(Timestamp::from_unix_seconds(u64::MAX).as_str(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn both_published_forms_are_read() {
        for (text, seconds) in [
            ("2026-01-02T03:04:05Z", 1_767_323_045),
            ("2026-01-02T03:04:05.157676Z", 1_767_323_045),
            ("1969-12-31T23:59:59.5Z", 0),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            assert_eq!(Timestamp::parse(text).map(|time| time.unix_seconds()), Some(seconds));
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "2026-01-02",
            "2026-01-02 03:04:05Z",
            "2026-01-02T03:04:05",
            "2026-01-02T03:04:05+00:00",
            "2026-13-02T03:04:05Z",
            "2026-01-02T03:04:05.Z",
            "2026-01-02T25:04:05Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text:?}");
        }
    }
}
