//! How a float is spelled: as Python's `repr` does, which is what the published Store hashes.

use std::fmt::{self, Write};

/// Holds the one spelling of a float, on the stack.
///
/// Shape: the shortest digits that read back as the same float, of those the nearest, of two equally
/// near the even one; plain notation for `1e-4 <= |x| < 1e16`, with `.0` when it is a whole number;
/// otherwise an exponent with a sign and at least two digits. Not finite: `NaN`, `Infinity`,
/// `-Infinity`.
/// Source: published Store format, floats.
pub(crate) struct Spelling {
    bytes: [u8; Self::LONGEST],
    length: usize,
}

#[derive(Clone, Copy)]
enum Notation {
    Plain,
    Exponent,
}

impl Spelling {
    /// The longest spelling has 24 bytes (`-2.2250738585072014e-308`).
    const LONGEST: usize = 32;

    /// The fewest digits that can lie half-way: two decimals of at most 15 digits, one of them the
    /// float itself, never read as the same float.
    const FEWEST_HALF_WAY: usize = 15;

    pub(crate) fn of(value: f64) -> Self {
        let mut spelling = Self::empty();
        // Cannot fail: every spelling is shorter than the buffer.
        let _ = spelling.spell(value);
        spelling
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    fn empty() -> Self {
        Self { bytes: [0; Self::LONGEST], length: 0 }
    }

    fn spell(&mut self, value: f64) -> fmt::Result {
        let magnitude = value.abs();
        if value.is_nan() {
            self.write_str("NaN")
        } else if value.is_infinite() {
            self.write_str(if value > 0.0 { "Infinity" } else { "-Infinity" })
        } else if magnitude == 0.0 || (1e-4..1e16).contains(&magnitude) {
            self.spell_plain(value)
        } else {
            self.spell_exponent(value)
        }
    }

    fn spell_plain(&mut self, value: f64) -> fmt::Result {
        *self = Self::shortest(value, Notation::Plain)?;
        if self.as_bytes().contains(&b'.') { Ok(()) } else { self.write_str(".0") }
    }

    /// Rust writes `1e16` and `1e-7` where Python writes `1e+16` and `1e-07`.
    fn spell_exponent(&mut self, value: f64) -> fmt::Result {
        *self = Self::shortest(value, Notation::Exponent)?;
        let (mantissa, exponent) = self.as_str().split_once('e').ok_or(fmt::Error)?;
        let exponent: i32 = exponent.parse().map_err(|_| fmt::Error)?;
        self.length = mantissa.len();
        write!(self, "e{exponent:+03}")
    }

    /// Returns the shortest digits as Rust writes them.
    ///
    /// Rust rounds up where the float lies exactly half-way between two shortest spellings, Python to
    /// the even digit, as Rust does too when told the number of digits. Those digits are taken if
    /// they read back; next to a power of two the nearest ones need not.
    fn shortest(value: f64, notation: Notation) -> Result<Self, fmt::Error> {
        let mut shortest = Self::empty();
        match notation {
            Notation::Plain => write!(shortest, "{value}")?,
            Notation::Exponent => write!(shortest, "{value:e}")?,
        }
        let (digits, decimals) = shortest.count_digits();
        if digits < Self::FEWEST_HALF_WAY {
            return Ok(shortest);
        }
        let mut even = Self::empty();
        match notation {
            Notation::Plain => write!(even, "{value:.decimals$}")?,
            Notation::Exponent => write!(even, "{value:.decimals$e}")?,
        }
        let reads_back = even.as_str().parse() == Ok(value);
        Ok(if reads_back { even } else { shortest })
    }

    /// Counts the digits before an exponent, and those of them behind the point.
    fn count_digits(&self) -> (usize, usize) {
        let mantissa = self.as_str().split('e').next().unwrap_or_default();
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        (whole.trim_start_matches('-').len() + fraction.len(), fraction.len())
    }
}

impl Write for Spelling {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        let room = self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}
