//! SHA-256 values as the specification spells them: 64 lower-case hexadecimal digits, no prefix.

mod short;

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A SHA-256 value.
///
/// Shape in text: 64 lower-case hexadecimal digits. Source: MOTUS-SPEC-V0.1 §0 and §1.1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Thirty-two zero bytes: what stands before the first event of a chain.
    pub const ZERO: Self = Self([0; 32]);

    /// Hashes the concatenation of the given parts.
    pub fn of(parts: &[&[u8]]) -> Self {
        if let Some(digest) = short::hash(parts) {
            return Self(digest);
        }
        let mut hasher = Hasher::new();
        for part in parts {
            hasher.update(part);
        }
        hasher.finish()
    }

    /// Reads 64 lower-case hexadecimal digits; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        decode(text.as_bytes()).map(Self)
    }

    /// Returns the raw bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Writes the 64 digits into a buffer, without an allocation.
    pub(crate) fn write_hex<'b>(&self, buffer: &'b mut [u8; 64]) -> &'b [u8] {
        let (pairs, _) = buffer.as_chunks_mut::<2>();
        for (pair, byte) in pairs.iter_mut().zip(self.0) {
            *pair = [hex(byte >> 4), hex(byte & 0xF)];
        }
        buffer
    }
}

/// Reads so many pairs of lower-case hexadecimal digits; anything else is `None`.
pub(crate) fn decode<const BYTES: usize>(digits: &[u8]) -> Option<[u8; BYTES]> {
    let (pairs, rest) = digits.as_chunks::<2>();
    if pairs.len() != BYTES || !rest.is_empty() {
        return None;
    }
    let (mut bytes, mut all) = ([0; BYTES], 0);
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (high, low) = (nibble(*high), nibble(*low));
        all |= high | low;
        *byte = high << 4 | low;
    }
    (all < 16).then_some(bytes)
}

/// Returns the value of a lower-case hexadecimal digit; of any other byte one that is not below 16.
///
/// Digits of hashes are random, so that a jump on one is guessed wrong as often as not; this takes none.
fn nibble(byte: u8) -> u8 {
    let (digit, letter) = (byte.wrapping_sub(b'0'), byte.wrapping_sub(b'a'));
    let letter = if letter < 6 { letter + 10 } else { u8::MAX };
    if digit < 10 { digit } else { letter }
}

fn hex(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; 64];
        let digits = self.write_hex(&mut buffer);
        formatter.write_str(str::from_utf8(digits).unwrap_or_default())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Hashes bytes as they come.
#[derive(Debug, Clone, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Starts with nothing hashed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Hashes more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the digest of all that was hashed.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_read_as_they_are_written() {
        let digest = Digest::of(&[b"policy-", b"default"]);
        let text = "0198b7b9a879a1f41aef195acd0294ea5f2a021e816d236e258bef8ed5ef9554";
        assert_eq!(digest.to_string(), text);
        assert_eq!(Digest::parse(text), Some(digest));
        assert_eq!(Digest::parse(&"0".repeat(64)), Some(Digest::ZERO));
        for wrong in [&text[1..], &text.to_uppercase(), &format!("{text}0"), "", &"g".repeat(64)] {
            assert_eq!(Digest::parse(wrong), None, "{wrong}");
        }
    }
}
