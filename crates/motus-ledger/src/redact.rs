//! Replacing secrets in text before anything of it is recorded or hashed.
//!
//! The patterns find credentials by their published shapes. They do not find a secret that looks
//! like any other word, which is why adapters record as little text as they can in the first place.
//! Commit hashes and digests have none of these shapes and stay.

use std::sync::OnceLock;

use regex_lite::Regex;

/// A text without the secrets that were found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The text, each secret replaced.
    pub text: String,
    /// Why something was replaced, in the order of the patterns, each once.
    pub reasons: Vec<&'static str>,
}

/// Replaces every secret in `text`.
pub fn redact(text: &str) -> Redacted {
    let mut redacted = Redacted { text: text.to_owned(), reasons: Vec::new() };
    for pattern in patterns() {
        if pattern.shape.is_match(&redacted.text) {
            redacted.text =
                pattern.shape.replace_all(&redacted.text, pattern.replacement).into_owned();
            redacted.reasons.push(pattern.reason);
        }
    }
    redacted
}

struct Pattern {
    shape: Regex,
    replacement: &'static str,
    reason: &'static str,
}

/// Shape, replacement and reason code, in the order in which they apply.
const PATTERNS: [(&str, &str, &str); 10] = [
    (r"(?i)\bbearer\s+[A-Za-z0-9._~+/=-]{8,}", "Bearer [REDACTED]", "bearer_token"),
    (
        r"(?im)^[ \t]*authorization[ \t]*:[^\r\n]*",
        "Authorization: [REDACTED]",
        "authorization_header",
    ),
    (r"(?im)^[ \t]*(set-cookie|cookie)[ \t]*:[^\r\n]*", "$1: [REDACTED]", "cookie_header"),
    (r"\b(?:gh[posur]_|github_pat_)[A-Za-z0-9_]{8,}\b", "[REDACTED]", "github_token"),
    (r"\bsk-[A-Za-z0-9_-]{12,}", "[REDACTED]", "openai_api_key"),
    (r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b", "[REDACTED]", "aws_access_key"),
    (r"\bpypi-[A-Za-z0-9_-]{12,}", "[REDACTED]", "pypi_token"),
    (
        r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)",
        "[REDACTED]",
        "pem_private_key",
    ),
    (
        concat!(
            r"(?i)\b([A-Za-z0-9_]*(?:token|password|passwd|secret|api[_-]?key|private[_-]?key)",
            r"[A-Za-z0-9_]*)\s*[:=]\s*\S+",
        ),
        "$1=[REDACTED]",
        "generic_secret_assignment",
    ),
    (
        r"\b([A-Za-z][A-Za-z0-9+.-]*://)(?:[^/\s@:]*:[^\s@]+|[^/\s@]+)@",
        "${1}[REDACTED]@",
        "url_userinfo",
    ),
];

fn patterns() -> &'static [Pattern] {
    static COMPILED: OnceLock<Vec<Pattern>> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let compile = |(shape, replacement, reason)| {
            let shape = Regex::new(shape).expect("a pattern of the table above compiles: tested");
            Pattern { shape, replacement, reason }
        };
        PATTERNS.into_iter().map(compile).collect()
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

    proptest! {
        #[test]
        fn hashes_stay(hash in "[0-9a-f]{40}|[0-9a-f]{64}|sha256:[0-9a-f]{64}|[0-9A-F]{64}") {
            prop_assert_eq!(redact(&hash).text, hash);
        }

        #[test]
        fn redacting_twice_changes_no_more_text(text in "(sk-|token=|ghp_|bearer |[a-z0-9 =:\n-]){0,12}") {
            let once = redact(&text).text;
            prop_assert_eq!(redact(&once).text, once);
        }
    }
}
