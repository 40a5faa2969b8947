//! A quick look at whether a text is worth a search for credentials, which costs far more.
//!
//! It may be wrong in one way only: a text in which something is found is always worth it.

/// Returns beginnings of credentials, in lower case, that start with this letter.
fn beginnings(first: u8) -> &'static [&'static str] {
    match first.to_ascii_lowercase() {
        b'-' => &["-----begin"],
        b'a' => &["aiza", "akia", "asia", "authorization", "api-key"],
        b'b' => &["bearer"],
        b'c' => &["cookie"],
        b'e' => &["eyj"],
        b'g' => &["glpat-", "ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_"],
        b'p' => &["pypi-", "private-key"],
        b's' => &["sk-"],
        b'x' => &["xapp-", "xox"],
        _ => &[],
    }
}

/// Returns names, in lower case, that start with this letter and whose value is a credential.
fn names(first: u8) -> &'static [&'static str] {
    match first.to_ascii_lowercase() {
        b'a' => &["apikey", "api_key"],
        b'p' => &["passw", "privatekey", "private_key"],
        b's' => &["secret"],
        b't' => &["token"],
        _ => &[],
    }
}

/// From here on a word of letters and digits may be a credential whose shape is not known yet.
const LONG_WORD: usize = 20;

/// Tells whether a credential of a known shape may be in a text. Cost: linear.
pub(super) fn may_hold_a_credential(text: &str) -> bool {
    let bytes = text.as_bytes();
    let names_a_user = text.contains("://") && text.contains('@');
    let has_a_flag = text.contains("--");
    let (mut word, mut name) = (Word::default(), Name::None);
    let mut is_it = |(at, byte): (usize, u8)| {
        let rest = bytes.get(at..).unwrap_or_default();
        let begins = |words: &[&str]| words.iter().any(|word| starts_with(rest, word));
        name = if begins(names(byte)) { Name::Inside } else { name.after(byte) };
        let is_named = name == Name::Assigned || (has_a_flag && name == Name::Behind);
        begins(beginnings(byte)) || is_named || word.is_opaque_after(byte)
    };
    names_a_user || bytes.iter().copied().enumerate().any(&mut is_it)
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
