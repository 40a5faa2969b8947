//! A quick look at whether a text is worth a search for credentials, which costs far more.
//!
//! It may be wrong in one way only: a text in which something is found is always worth it.

/// How credentials begin, in lower case.
const BEGINNINGS: [&str; 21] = [
    "-----begin",
    "aiza",
    "akia",
    "asia",
    "authorization",
    "api-key",
    "bearer",
    "cookie",
    "eyj",
    "glpat-",
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "ghr_",
    "github_pat_",
    "pypi-",
    "private-key",
    "sk-",
    "xapp-",
    "xox",
];

/// Names, in lower case, whose value is a credential.
const NAMES: [&str; 7] =
    ["apikey", "api_key", "passw", "privatekey", "private_key", "secret", "token"];

/// Returns the letters, as [`bit`] has them, that follow this one in any of these words.
///
/// Hardly any two letters of a text begin one, so that most of it is passed after one look at both.
fn seconds(first: u8) -> u32 {
    match first.to_ascii_lowercase() {
        b'-' => bit(b'-'),
        b'a' => bit(b'i') | bit(b'k') | bit(b'p') | bit(b's') | bit(b'u'),
        b'b' | b's' => bit(b'e') | bit(b'k'),
        b'c' | b't' | b'x' => bit(b'a') | bit(b'o'),
        b'e' => bit(b'y'),
        b'g' => bit(b'h') | bit(b'i') | bit(b'l'),
        b'p' => bit(b'a') | bit(b'r') | bit(b'y'),
        _ => 0,
    }
}

/// Returns the bit of a letter or a hyphen; others have none.
const fn bit(letter: u8) -> u32 {
    match letter {
        b'a'..=b'z' => 1 << (letter - b'a'),
        b'A'..=b'Z' => 1 << (letter - b'A'),
        b'-' => 1 << 26,
        _ => 0,
    }
}

/// From here on a word of letters and digits may be a credential whose shape is not known yet.
const LONG_WORD: usize = 20;

/// Tells whether a credential of a known shape may be in a text. Cost: linear, a few steps a byte.
pub(super) fn may_hold_a_credential(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |byte: u8| bytes.contains(&byte);
    if has(b'@') && text.contains("://") {
        return true;
    }
    let has_a_flag = has(b'-') && text.contains("--");
    let (mut word, mut name) = (Word::default(), Name::None);
    let behind = bytes.iter().skip(1).chain(std::iter::once(&0));
    for (at, (&byte, &second)) in bytes.iter().zip(behind).enumerate() {
        let may_begin = seconds(byte) & bit(second) != 0;
        let begins = |words: &[&str]| {
            let rest = bytes.get(at..).unwrap_or_default();
            may_begin && words.iter().any(|word| starts_with(rest, word))
        };
        name = if begins(&NAMES) { Name::Inside } else { name.after(byte) };
        let is_named = name == Name::Assigned || (has_a_flag && name == Name::Behind);
        if is_named || begins(&BEGINNINGS) || word.is_opaque_after(byte) {
            return true;
        }
    }
    false
}

fn starts_with(text: &[u8], word: &str) -> bool {
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
}

/// Where the text stands with a name whose value would be a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    None,
    /// In the word that holds it.
    Inside,
    /// In the space behind that word, or behind its quotation.
    Behind,
    /// Its value follows.
    Assigned,
}

impl Name {
    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::None, _) => Self::None,
            (_, b':' | b'=') => Self::Assigned,
            (Self::Inside, b'_' | b'-') => Self::Inside,
            (Self::Inside, _) if byte.is_ascii_alphanumeric() => Self::Inside,
            // What the patterns take for a space; a vertical tab is one for them. A name may be quoted.
            (_, b' ' | b'\t'..=b'\r' | b'"' | b'\'' | b'\\') => Self::Behind,
            _ => Self::None,
        }
    }
}

/// The word that is being passed.
#[derive(Default)]
struct Word {
    length: usize,
    /// Whether it has a letter that no digest has.
    is_no_digest: bool,
}

impl Word {
    fn is_opaque_after(&mut self, byte: u8) -> bool {
        if byte.is_ascii_alphanumeric() {
            self.length += 1;
            self.is_no_digest |= !byte.is_ascii_hexdigit();
        } else {
            *self = Self::default();
        }
        self.is_no_digest && self.length >= LONG_WORD
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::redact::redact_all;

    #[test]
    fn ordinary_texts_are_not_searched() {
        for text in [
            "test_result: passed=12 failed=0 skipped=3",
            "stdout: content omitted by motus wrap policy (123 bytes, 4 lines)",
            "sha256:7193250e751bc32dab28bf557b12c8a3cfc66f078517cbc4d9adf072c50f1e62",
            "motus work released success: RELEASED_OK",
            "a token of thanks",
            "https://example.org/a",
            "bob@example.org",
        ] {
            assert!(!may_hold_a_credential(text), "{text}");
        }
    }

    #[test]
    fn every_word_is_found_by_its_first_two_letters() {
        for word in BEGINNINGS.into_iter().chain(NAMES) {
            let [first, second, ..] = *word.as_bytes() else { panic!("{word}") };
            for [first, second] in
                [[first, second], [first, second].map(|it| it.to_ascii_uppercase())]
            {
                assert_ne!(seconds(first) & bit(second), 0, "{word}");
            }
        }
    }

    #[test]
    fn a_long_word_of_unknown_shape_is_searched() {
        assert!(may_hold_a_credential("yoyb1234567890abcdefgh"));
        assert!(!may_hold_a_credential(&"0a".repeat(40)));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None, cases: 4096, ..ProptestConfig::default()
        })]

        #[test]
        fn whatever_is_found_is_searched(
            text in "(?i)(bearer |authorization: |set-cookie:|cookie :|gh[posur]_|github_pat_|sk-|\
                     AKIA|ASIA|pypi-|-----BEGIN PRIVATE KEY-----|my_?token|password|passwd|secret|\
                     api[_-]?key|private[_-]?key|https://|user:x@|--|eyJ|xoxb-|xapp-|glpat-|AIza|\
                     [ \n:=\"'\\\\.a-zA-Z0-9_-]{1,14}){1,5}",
        ) {
            prop_assert!(redact_all(&text).text == text || may_hold_a_credential(&text), "{}", text);
        }
    }
}
