//! Replacing secrets in text before anything of it is recorded or hashed.
//!
//! The patterns find credentials by their published shapes. They do not find a secret that looks
//! like any other word, which is why adapters record as little text as they can in the first place.
//! Commit hashes and digests have none of these shapes and stay.

mod shapes;

use std::sync::OnceLock;

use regex_lite::Regex;

use shapes::{FURTHER, PUBLISHED, Shape};

/// A text without the secrets that were found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The text, each secret replaced.
    pub text: String,
    /// Why something was replaced, in the order of the patterns, each once.
    pub reasons: Vec<&'static str>,
}

/// Replaces every secret in `text` that the published release knows, and nothing else.
///
/// For what it records as well: the bytes of a wrapped command are those that it writes.
pub fn redact(text: &str) -> Redacted {
    redacted(text, patterns().iter().take(PUBLISHED.len()))
}

/// Replaces every secret in `text`. For what only this release writes so.
pub fn redact_all(text: &str) -> Redacted {
    redacted(text, patterns().iter())
}

/// Tells at little cost, in one pass, that [`redact_all`] would replace nothing.
///
/// Shape: true for a few texts that hold no secret.
pub fn may_hold_a_secret(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    patterns().iter().any(|pattern| pattern.may_match(&text))
}

fn redacted<'p>(text: &str, patterns: impl Iterator<Item = &'p Pattern>) -> Redacted {
    let mut redacted = Redacted { text: text.to_owned(), reasons: Vec::new() };
    let mut small = text.to_ascii_lowercase();
    for pattern in patterns {
        let Shape { replacement, reason, .. } = pattern.shape;
        if pattern.may_match(&small) && pattern.compiled().is_match(&redacted.text) {
            redacted.text =
                pattern.compiled().replace_all(&redacted.text, replacement).into_owned();
            small = redacted.text.to_ascii_lowercase();
            if !redacted.reasons.contains(&reason) {
                redacted.reasons.push(reason);
            }
        }
    }
    redacted
}

/// A shape, and its pattern once something was held against it.
struct Pattern {
    shape: Shape,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// Tells at little cost that a text, in small letters, has nothing of this shape.
    fn may_match(&self, text: &str) -> bool {
        let has_one = |needed: &&[&str]| needed.iter().any(|needed| text.contains(needed));
        self.shape.needs.iter().all(has_one)
    }

    fn compiled(&self) -> &Regex {
        self.compiled.get_or_init(|| {
            Regex::new(self.shape.pattern).expect("a pattern of the tables compiles: tested")
        })
    }
}

fn patterns() -> &'static [Pattern] {
    static PATTERNS: OnceLock<Vec<Pattern>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let pattern = |shape| Pattern { shape, compiled: OnceLock::new() };
        PUBLISHED.into_iter().chain(FURTHER).map(pattern).collect()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_shape_is_replaced_with_its_reason() {
        for (text, replaced, reason) in [
            ("BEARER abcdefgh", "Bearer [REDACTED]", "bearer_token"),
            (
                "x\nauthorization: Basic abc\ny",
                "x\nAuthorization: [REDACTED]\ny",
                "authorization_header",
            ),
            ("Set-Cookie: a=b", "Set-Cookie: [REDACTED]", "cookie_header"),
            ("cookie: a=b", "cookie: [REDACTED]", "cookie_header"),
            ("a ghp_0123456789 b", "a [REDACTED] b", "github_token"),
            ("github_pat_0123456789", "[REDACTED]", "github_token"),
            ("sk-0123456789ab", "[REDACTED]", "openai_api_key"),
            ("AKIA0123456789AB", "[REDACTED]", "aws_access_key"),
            ("pypi-0123456789ab", "[REDACTED]", "pypi_token"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- z",
                "[REDACTED] z",
                "pem_private_key",
            ),
            ("-----BEGIN PRIVATE KEY-----\nabc", "[REDACTED]", "pem_private_key"),
            ("authorization\t: x", "Authorization: [REDACTED]", "authorization_header"),
            ("cookie :x", "cookie: [REDACTED]", "cookie_header"),
            ("x-token=abc", "x-token=[REDACTED]", "generic_secret_assignment"),
            ("mytoken=abc", "mytoken=[REDACTED]", "generic_secret_assignment"),
            ("GITHUB_TOKEN=abc", "GITHUB_TOKEN=[REDACTED]", "generic_secret_assignment"),
            (
                "AWS_SECRET_ACCESS_KEY=a/b",
                "AWS_SECRET_ACCESS_KEY=[REDACTED]",
                "generic_secret_assignment",
            ),
            ("api_key : abc", "api_key=[REDACTED]", "generic_secret_assignment"),
            ("https://u:p@host/x", "https://[REDACTED]@host/x", "url_userinfo"),
            ("https://u:p/q@host/x", "https://[REDACTED]@host/x", "url_userinfo"),
            ("https://token@host", "https://[REDACTED]@host", "url_userinfo"),
        ] {
            let redacted = redact(text);
            assert_eq!((redacted.text.as_str(), redacted.reasons), (replaced, vec![reason]));
        }
    }

    #[test]
    fn similar_text_stays() {
        for text in [
            "tokens abc",
            "bearer short",
            "xghp_0123456789abcdef",
            "task-0123456789abcdef0123",
            "password=",
            "https://host/a@b",
            "the authorization: header",
        ] {
            assert_eq!(redact(text), Redacted { text: text.to_owned(), reasons: Vec::new() });
        }
    }

    /// What a wrapped command leaves is what the published release would have left.
    #[test]
    fn what_only_this_release_knows_stays_where_bytes_are_fixed() {
        for (text, replaced, reason) in [
            (
                r#"{"password": "hunter2", "x": 1}"#,
                r#"{"password": "[REDACTED]", "x": 1}"#,
                "generic_secret_assignment",
            ),
            (
                r"{'db-password':'hunter two'}",
                r#"{'db-password': "[REDACTED]"}"#,
                "generic_secret_assignment",
            ),
            (
                r#"{\"api_key\":\"hunter2\",\"x\":1}"#,
                r#"{\"api_key\": "[REDACTED]",\"x\":1}"#,
                "generic_secret_assignment",
            ),
            (r#"{"token":12345}"#, r#"{"token": "[REDACTED]"}"#, "generic_secret_assignment"),
            (r"'secret' => 'x\'y'", r#"'secret': "[REDACTED]""#, "generic_secret_assignment"),
            ("\"passwd\": \"cut off", r#""passwd": "[REDACTED]""#, "generic_secret_assignment"),
            (
                "mysql --password hunter2 -x",
                "mysql --password [REDACTED] -x",
                "secret_like_argv_flag",
            ),
            ("--db-token 'a b' c", "--db-token [REDACTED] c", "secret_like_argv_flag"),
            ("--db-token 'a b'c d", "--db-token [REDACTED] d", "secret_like_argv_flag"),
            ("--db-token \"cut off", "--db-token [REDACTED]", "secret_like_argv_flag"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "[REDACTED]", "jwt"),
            ("xoxb-1234567890-abc", "[REDACTED]", "slack_token"),
            ("glpat-0123456789_-x", "[REDACTED]", "gitlab_token"),
            ("AIzaSyA0123456789abcdefghijklmnopqrstuv", "[REDACTED]", "google_api_key"),
        ] {
            assert_eq!(redact(text), Redacted { text: text.to_owned(), reasons: Vec::new() });
            let redacted = redact_all(text);
            assert_eq!((redacted.text.as_str(), redacted.reasons), (replaced, vec![reason]));
        }
    }

    #[test]
    fn text_that_is_similar_to_further_shapes_stays() {
        for text in [
            r#"{"passed": 3, "secrets": {"x": 1}}"#,
            "the flags --password, --token.",
            "--token --verbose",
            "x--token y",
            "eyJ is how it begins",
            "xoxb-short",
            "glpat-",
            "AIza0123",
        ] {
            assert_eq!(redact_all(text).text, text);
        }
    }

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(patterns().iter().filter(|it| it.compiled().as_str() != "").count(), 16);
    }

    #[test]
    fn what_only_has_a_letter_in_common_is_held_against_nothing() {
        for text in
            ["src/right:a=b c", "--release task: 'x'", "https://host/a", "a -- monkey: \"b\""]
        {
            assert!(!may_hold_a_secret(text), "{text}");
        }
        assert!(may_hold_a_secret("MY_TOKEN=x") && may_hold_a_secret("a/GHP_0"));
    }

    proptest! {
        /// What is not even held against a pattern would not match it.
        #[test]
        fn what_a_pattern_matches_has_what_it_needs(
            text in r#"(?is)(bearer|authorization|cookie|gh|gh[posur]_|github_pat_|sk-|akia|ASIA|pypi-|-----BEGIN |PRIVATE KEY-----|token|passwd|password|secret|api[_-]?key|private[_-]?key|--|eyJ|xox|xapp|glpat-|AIza|://|@|=>|[a-zA-Z0-9_ \t\n\x0b\x0c\r\u{85}\u{a0}:='".\\-]{0,14}){0,6}"#,
        ) {
            let small = text.to_ascii_lowercase();
            for pattern in patterns() {
                prop_assert!(pattern.may_match(&small) || !pattern.compiled().is_match(&text));
            }
        }

        #[test]
        fn hashes_stay(hash in "[0-9a-f]{40}|[0-9a-f]{64}|sha256:[0-9a-f]{64}|[0-9A-F]{64}") {
            prop_assert_eq!(redact(&hash).text, &*hash);
            prop_assert_eq!(redact_all(&hash).text, hash);
        }

        #[test]
        fn redacting_all_twice_changes_no_more_text(
            text in r#"(sk-|token|--password |eyJ|xoxb-|glpat-|[a-z0-9 =:\n."'\\-]){0,12}"#,
        ) {
            let once = redact_all(&text).text;
            prop_assert_eq!(redact_all(&once).text, once);
        }

        #[test]
        fn redacting_twice_changes_no_more_text(text in "(sk-|token=|ghp_|bearer |[a-z0-9 =:\n-]){0,12}") {
            let once = redact(&text).text;
            prop_assert_eq!(redact(&once).text, once);
        }
    }
}
