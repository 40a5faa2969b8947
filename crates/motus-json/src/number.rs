//! Numbers that remember how they were written: integers of any size, and floats.
//!
//! No conversion crosses the two classes: `1` and `1.0` have different digests.

mod float;

use std::fmt;

pub(crate) use float::Spelling;

/// Holds one JSON number and its lexical class.
///
/// Shape: an integer of any size (those of 64 bits take no allocation) or a 64-bit float.
/// Two numbers are equal when they are written alike: `1` is not `1.0`, `0.0` is not `-0.0`, and
/// `NaN` is `NaN`.
#[derive(Clone)]
pub struct Number(Repr);

/// Each number has one representation: the first variant that can hold it.
#[derive(Clone)]
enum Repr {
    Signed(i64),
    Unsigned(u64),
    Digits(Box<str>),
    Float(f64),
}

impl Number {
    /// Returns a float, or `None` for NaN and the infinities, which no new document may hold.
    pub fn float(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self(Repr::Float(value)))
    }

    /// Takes a float as read, finite or not.
    pub(crate) fn from_float(value: f64) -> Self {
        Self(Repr::Float(value))
    }

    /// Takes an integer as the grammar has it; `-0` is 0.
    pub(crate) fn from_integer(token: &str) -> Self {
        if let Ok(value) = token.parse::<i64>() {
            Self(Repr::Signed(value))
        } else if let Ok(value) = token.parse::<u64>() {
            Self(Repr::Unsigned(value))
        } else {
            Self(Repr::Digits(token.into()))
        }
    }

    /// Appends the number as the Store form spells it.
    pub(crate) fn write_to(&self, out: &mut String) {
        match &self.0 {
            Repr::Signed(value) => {
                if *value < 0 {
                    out.push('-');
                }
                push_digits(value.unsigned_abs(), out);
            }
            Repr::Unsigned(value) => push_digits(*value, out),
            Repr::Digits(digits) => out.push_str(digits),
            Repr::Float(value) => out.push_str(Spelling::of(*value).as_str()),
        }
    }

    /// Returns the integer when it fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Signed(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the integer when it fits.
    pub fn as_u64(&self) -> Option<u64> {
        match self.0 {
            Repr::Signed(value) => value.try_into().ok(),
            Repr::Unsigned(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the float; an integer is not one.
    pub fn as_f64(&self) -> Option<f64> {
        match self.0 {
            Repr::Float(value) => Some(value),
            _ => None,
        }
    }

    /// Tells whether the number was written without fraction and exponent.
    pub fn is_integer(&self) -> bool {
        !self.is_float()
    }

    /// Tells whether the number was written with a fraction or an exponent, or is not finite.
    pub fn is_float(&self) -> bool {
        matches!(self.0, Repr::Float(_))
    }
}

/// Appends an integer in decimal, without the machinery of `write!`.
fn push_digits(mut rest: u64, out: &mut String) {
    let mut digits = [0_u8; 20];
    let mut from = digits.len();
    for place in digits.iter_mut().rev() {
        let digit = (rest % 10) as u8;
        *place = b'0' + digit;
        from -= 1;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.push_str(str::from_utf8(digits.get(from..).unwrap_or_default()).unwrap_or_default());
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Signed(left), Repr::Signed(right)) => left == right,
            (Repr::Unsigned(left), Repr::Unsigned(right)) => left == right,
            (Repr::Digits(left), Repr::Digits(right)) => left == right,
            (Repr::Float(left), Repr::Float(right)) => left.to_bits() == right.to_bits(),
            _ => false,
        }
    }
}

impl Eq for Number {}

impl fmt::Display for Number {
    /// Writes the number as the Store form does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.write_to(&mut out);
        f.write_str(&out)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(Repr::Signed(value))
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        match value.try_into() {
            Ok(value) => Self(Repr::Signed(value)),
            Err(_) => Self(Repr::Unsigned(value)),
        }
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Self {
        i64::from(value).into()
    }
}

impl From<u32> for Number {
    fn from(value: u32) -> Self {
        i64::from(value).into()
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        (value as u64).into()
    }
}
