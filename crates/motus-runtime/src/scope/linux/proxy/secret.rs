//! The secret of one run: who has it was told by the command's environment. Other users of this machine can reach the
//! proxy's port, and have it not.

use std::fmt;
use std::hint::black_box;
use std::io;

use rustix::rand::{GetRandomFlags, getrandom};

/// The name that goes with the secret.
const USER: &str = "motus";

/// A secret of 128 bits.
pub(super) struct Secret {
    /// In hexadecimal, so that it stands in an address as it is.
    word: String,
    /// What a program sends that has it.
    expected: String,
}

impl Secret {
    /// Makes one. Errors: the system has no randomness.
    pub(super) fn random() -> io::Result<Self> {
        let mut bytes = [0_u8; 16];
        let got = getrandom(&mut bytes[..], GetRandomFlags::empty())?;
        if got != bytes.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Self::of(&bytes))
    }

    fn of(bytes: &[u8; 16]) -> Self {
        let word = format!("{:032x}", u128::from_be_bytes(*bytes));
        let expected = base64(format!("{USER}:{word}").as_bytes());
        Self { word, expected }
    }

    /// Returns user and secret, as they stand in an address.
    pub(super) fn credentials(&self) -> String {
        format!("{USER}:{}", self.word)
    }

    /// Tells whether a `Proxy-Authorization` is the right one, in a time that does not tell how much of it is.
    pub(super) fn is_in(&self, field: &[u8]) -> bool {
        let Some((scheme, given)) = field.split_at_checked(5) else { return false };
        let expected = self.expected.as_bytes();
        let given = given.trim_ascii();
        if !scheme.eq_ignore_ascii_case(b"basic") || given.len() != expected.len() {
            return false;
        }
        let difference =
            given.iter().zip(expected).fold(0, |sum, (one, other)| sum | (one ^ other));
        black_box(difference) == 0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let byte = |at: usize| group.get(at).copied().map_or(0, u32::from);
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4_u32 {
            let digit = (bits >> (18 - 6 * at)) & 63;
            let is_there = at as usize <= group.len();
            let digit = usize::try_from(digit).ok().and_then(|digit| DIGITS.get(digit));
            text.push(digit.filter(|_| is_there).map_or('=', |digit| char::from(*digit)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
        assert_eq!(base64(&[0xff, 0xef, 0xbe]), "/+++");
    }

    #[test]
    fn only_the_secret_is_the_secret() {
        let secret = Secret::of(&[0x5a; 16]);
        let word = "5a".repeat(16);
        assert_eq!(secret.credentials(), format!("motus:{word}"));
        let coded = |text: &str| base64(text.as_bytes());
        let right = coded(&format!("motus:{word}"));
        for (field, is_right) in [
            (format!("Basic {right}"), true),
            (format!("bAsIc  {right}"), true),
            (format!("Bearer {right}"), false),
            (right.clone(), false),
            (format!("Basic {right}="), false),
            (format!("Basic {}", &right[..right.len() - 4]), false),
            (format!("Basic {}", coded(&format!("motus:{}", "5b".repeat(16)))), false),
            (format!("Basic {}", coded(&format!("motuz:{word}"))), false),
            ("Basic".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(secret.is_in(field.as_bytes()), is_right, "{field}");
        }
    }

    #[test]
    fn two_runs_have_two_secrets_and_neither_is_told_to_a_log() {
        let (one, other) = (Secret::random().unwrap(), Secret::random().unwrap());
        assert_ne!(one.word, other.word);
        assert_eq!(one.word.len(), 32);
        assert_eq!(format!("{one:?}"), "Secret");
    }
}
