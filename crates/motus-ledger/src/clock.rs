//! The two ports through which time and randomness reach the ledger.

use crate::Timestamp;

/// Tells the wall-clock time.
pub trait Clock {
    /// Returns the nanoseconds since 1970-01-01T00:00:00Z.
    fn unix_nanoseconds(&self) -> u64;

    /// Returns the current time as the Store writes it: UTC, whole seconds, truncated.
    fn timestamp(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.unix_nanoseconds() / 1_000_000_000)
    }
}

/// Makes the random part of identifiers.
pub trait Ids {
    /// Returns six random bytes; a run id prints them as twelve hexadecimal digits.
    fn random(&self) -> [u8; 6];
}
