//! Identifiers of loops and events: UUIDs in their one spelling.

use std::fmt;

use crate::digest::decode;

/// A UUID of a loop or an event.
///
/// Shape in text: lower-case hexadecimal digits in groups of 8, 4, 4, 4 and 12.
/// Source: MOTUS-SPEC-V0.1 §1.1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Uuid(u128);

impl Uuid {
    /// Takes the 128 bits.
    pub fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// Returns the 128 bits.
    pub fn bits(self) -> u128 {
        self.0
    }

    /// Reads the one spelling; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let text: &[u8; 36] = text.as_bytes().try_into().ok()?;
        let (first, rest) = text.split_first_chunk::<8>()?;
        let (second, rest) = rest.strip_prefix(b"-")?.split_first_chunk::<4>()?;
        let (third, rest) = rest.strip_prefix(b"-")?.split_first_chunk::<4>()?;
        let (fourth, rest) = rest.strip_prefix(b"-")?.split_first_chunk::<4>()?;
        let fifth: &[u8; 12] = rest.strip_prefix(b"-")?.try_into().ok()?;
        let (first, second) = (u32::from_be_bytes(decode(first)?), decode(second)?);
        let (third, fourth, [high, low, last @ ..]) =
            (decode(third)?, decode(fourth)?, decode::<6>(fifth)?);
        let ends = [second, third, fourth, [high, low]].map(u16::from_be_bytes).map(u128::from);
        let middle = ends.into_iter().fold(u128::from(first), |bits, end| bits << 16 | end);
        Some(Self(middle << 32 | u128::from(u32::from_be_bytes(last))))
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0;
        write!(
            formatter,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            bits >> 96,
            bits >> 80 & 0xFFFF,
            bits >> 64 & 0xFFFF,
            bits >> 48 & 0xFFFF,
            bits & 0xFFFF_FFFF_FFFF
        )
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::Uuid;

    #[test]
    fn there_is_one_spelling() {
        let text = "e1111111-0000-0000-0000-00000000000a";
        let read = Uuid::parse(text).unwrap();
        assert_eq!(read.to_string(), text);
        assert_eq!(Uuid::from_bits(read.bits()), read);
        for wrong in [
            "E1111111-0000-0000-0000-00000000000a",
            "e111111100000000000000000000000a",
            "{e111111-0000-0000-0000-00000000000}",
            "e1111111-0000-0000-0000-00000000000",
            "e11111110-000-0000-0000-00000000000a",
            "g1111111-0000-0000-0000-00000000000a",
            "",
        ] {
            assert_eq!(Uuid::parse(wrong), None, "{wrong}");
        }
    }
}
