//! Etags: which bytes a file holds.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// Names the bytes of a file: `sha256:` and 64 lower-case hexadecimal digits.
///
/// An etag that a caller claims may be any text; it then equals none that was computed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Etag(String);

impl Etag {
    /// Computes the etag of a file's raw bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut text = String::with_capacity(71);
        text.push_str("sha256:");
        for byte in Sha256::digest(bytes) {
            text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or_default());
            text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or_default());
        }
        Self(text)
    }

    /// Takes an etag as somebody wrote it.
    pub fn claimed(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_is_the_digest_of_the_raw_bytes() {
        let etag = Etag::of(b"x\n");
        let published = "sha256:73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac";
        assert_eq!(etag.as_str(), published);
    }
}
