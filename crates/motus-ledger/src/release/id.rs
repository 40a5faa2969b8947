//! Names of releases.

use std::fmt;

/// The name of a release: a letter or a digit, then letters, digits, `.`, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseId(String);

/// Why a text is no name of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdError {
    /// There is none.
    Empty,
    /// It begins or ends with white space.
    Padded,
    /// It has other characters, or begins with a sign.
    NoSlug,
    /// No directory has such a long name.
    TooLong,
}

/// The longest name of a directory, in bytes.
const LONGEST: usize = 255;

impl IdError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        "release.id_invalid"
    }
}

impl fmt::Display for IdError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = match self {
            Self::Empty => "non-empty slug using only letters, digits, '.', '_' or '-'",
            Self::Padded => "canonical slug without leading or trailing whitespace",
            Self::NoSlug => "slug using only letters, digits, '.', '_' or '-'",
            Self::TooLong => "slug of at most 255 characters",
        };
        write!(formatter, "invalid release_id: expected a {expected}")
    }
}

impl std::error::Error for IdError {}

impl ReleaseId {
    /// Reads a name.
    ///
    /// Shape: `a..b` is one; at most as long as the name of a directory.
    /// Errors: [`IdError`].
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if text.is_empty() {
            return Err(IdError::Empty);
        }
        if text.trim() != text {
            return Err(IdError::Padded);
        }
        let begins_well = text.starts_with(|first: char| first.is_ascii_alphanumeric());
        let is_slug = |character: char| {
            character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
        };
        if !begins_well || !text.chars().all(is_slug) {
            return Err(IdError::NoSlug);
        }
        if text.len() > LONGEST {
            return Err(IdError::TooLong);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReleaseId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_names() {
        for text in ["0.4.0", "a", "1", "a..b", "A_b-c.d", "9-"] {
            assert_eq!(ReleaseId::parse(text).map(|id| id.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn everything_else_is_refused_by_what_is_wrong() {
        for (text, expected) in [
            ("", IdError::Empty),
            ("  ", IdError::Padded),
            (" a", IdError::Padded),
            ("a\n", IdError::Padded),
            (".", IdError::NoSlug),
            ("..", IdError::NoSlug),
            ("-a", IdError::NoSlug),
            ("a/b", IdError::NoSlug),
            ("a b", IdError::NoSlug),
            ("é", IdError::NoSlug),
            ("a\0", IdError::NoSlug),
            ("../x", IdError::NoSlug),
        ] {
            assert_eq!(ReleaseId::parse(text), Err(expected), "{text:?}");
        }
        assert_eq!(
            IdError::Padded.to_string(),
            "invalid release_id: expected a canonical slug without leading or trailing whitespace"
        );
    }
}
