//! Keys: dotted names of entries.

use std::fmt;

use crate::{Code, Error};

/// Most segments of a key.
const MOST_SEGMENTS: usize = 8;

/// Most characters of a segment.
const LONGEST_SEGMENT: usize = 64;

/// Names an entry: one to eight segments of lower-case letters, digits and hyphens, joined by dots.
///
/// A segment begins with a letter or digit and has at most 64 characters. Source: textus/3 §4.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// Checks a text to be a key. Errors: `usage`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refuse = |why: String| Error::new(Code::Usage, format!("invalid key '{text}': {why}"));
        if text.split('.').count() > MOST_SEGMENTS {
            return Err(refuse(format!("more than {MOST_SEGMENTS} segments")).with("key", text));
        }
        for segment in text.split('.') {
            if let Some(fault) = segment_fault(segment) {
                let hint = "segments are of a-z, 0-9 and '-', and begin with a letter or digit";
                return Err(refuse(fault).with("key", text).hint(hint));
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the segments in order.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }

    /// Tells whether this is the key of that prefix or one below it, segment by segment.
    pub fn is_within(&self, prefix: &str) -> bool {
        match self.0.strip_prefix(prefix) {
            Some(rest) => rest.is_empty() || rest.starts_with('.'),
            None => false,
        }
    }

    /// Returns the segments after a prefix that this key is within; empty for the prefix itself.
    pub fn segments_below<'a>(&'a self, prefix: &Key) -> Option<Vec<&'a str>> {
        let rest = self.0.strip_prefix(prefix.as_str())?;
        match rest.strip_prefix('.') {
            Some(below) => Some(below.split('.').collect()),
            None => rest.is_empty().then(Vec::new),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Tells whether a text may be a segment of a key.
pub fn is_segment(text: &str) -> bool {
    segment_fault(text).is_none()
}

/// Says what keeps a text from being a segment.
fn segment_fault(segment: &str) -> Option<String> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if segment.is_empty() {
        return Some("a segment is empty".to_owned());
    }
    if segment.chars().count() > LONGEST_SEGMENT {
        return Some(format!("segment '{segment}' has more than {LONGEST_SEGMENT} characters"));
    }
    let begins_well = segment.bytes().next().is_some_and(allowed);
    let goes_on_well = segment.bytes().all(|byte| allowed(byte) || byte == b'-');
    (!begins_well || !goes_on_well).then(|| format!("segment '{segment}' is not allowed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_one_to_eight_segments_of_their_alphabet() {
        let longest = "a".repeat(64);
        for text in ["a", "a.b", "a-b.0c", "1.2.3.4.5.6.7.8", longest.as_str()] {
            assert_eq!(Key::parse(text).unwrap().as_str(), text);
        }
        let too_long = "a".repeat(65);
        let wrong = ["", ".", "a.", ".a", "a..b", "A", "a_b", "-a", "a.b/c", "ä", "a b", "a\n"];
        for text in wrong.into_iter().chain(["1.2.3.4.5.6.7.8.9", &too_long]) {
            let error = Key::parse(text).unwrap_err();
            assert_eq!(error.code(), Code::Usage, "{text}");
            assert!(error.message().contains(text), "{}", error.message());
        }
        assert!(Key::parse("1.2.3.4.5.6.7.8.9").unwrap_err().message().contains("8 segments"));
    }

    #[test]
    fn a_prefix_ends_at_a_segment() {
        let key = Key::parse("a.bc.d").unwrap();
        assert!(key.is_within("a") && key.is_within("a.bc") && key.is_within("a.bc.d"));
        assert!(!key.is_within("a.b") && !key.is_within("a.bc.d.e"));
        assert_eq!(key.segments_below(&Key::parse("a").unwrap()).unwrap(), ["bc", "d"]);
        assert_eq!(key.segments_below(&key).unwrap(), Vec::<&str>::new());
        assert_eq!(key.segments_below(&Key::parse("b").unwrap()), None);
    }
}
