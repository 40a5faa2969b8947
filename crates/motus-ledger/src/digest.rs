//! The one digest form of the Store: `sha256:` and 64 lower-case hexadecimal digits.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A SHA-256 digest as the Store spells it.
///
/// Shape: `sha256:` followed by 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(String);

impl Digest {
    const PREFIX: &'static str = "sha256:";

    /// Hashes the given bytes.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self::of_parts(&[bytes.as_ref()])
    }

    /// Hashes the concatenation of the given parts.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = DigestHasher::default();
        for part in parts {
            hasher.update(part);
        }
        hasher.finish()
    }

    /// Returns the digest with its `sha256:` prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the 64 hexadecimal digits alone.
    pub fn hex(&self) -> &str {
        self.0.strip_prefix(Self::PREFIX).unwrap_or(&self.0)
    }
}

/// Digests bytes that come in pieces, as [`Digest::of`] does their concatenation.
#[derive(Debug, Clone, Default)]
pub struct DigestHasher(Sha256);

impl DigestHasher {
    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the digest of all of them.
    pub fn finish(self) -> Digest {
        let mut text = String::with_capacity(Digest::PREFIX.len() + 64);
        text.push_str(Digest::PREFIX);
        for byte in self.0.finalize() {
            text.push(hex_digit(byte >> 4));
            text.push(hex_digit(byte & 0x0f));
        }
        Digest(text)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Returns the lower-case hexadecimal digit of a value below sixteen.
pub(crate) fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_object_has_the_published_digest() {
        let digest = Digest::of("{}");
        assert_eq!(
            digest.as_str(),
            "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
    }

    #[test]
    fn parts_hash_as_their_concatenation() {
        assert_eq!(Digest::of_parts(&[b"a", b"\0", b"b"]), Digest::of(b"a\0b"));
    }
}
