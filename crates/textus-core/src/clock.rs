//! Where time and randomness come in.

/// Tells the time.
pub trait Clock {
    /// Returns the nanoseconds since 1970-01-01T00:00:00Z.
    fn unix_nanoseconds(&self) -> i128;
}

/// Makes identifiers that nobody can guess.
pub trait Ids {
    /// Returns the eight random bytes of a new uid.
    fn uid(&self) -> [u8; 8];

    /// Returns the sixteen random bytes of what correlates the rows of one invocation.
    fn correlation(&self) -> [u8; 16];
}
