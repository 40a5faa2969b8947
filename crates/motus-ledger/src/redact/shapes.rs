//! The shapes of credentials: those of the published release, whose bytes are fixed, and what else is known.

/// What a credential looks like, and what stands in its place.
pub(super) struct Shape {
    /// The pattern.
    pub(super) pattern: &'static str,
    /// What every text that it matches has one of, of each list and in any case: in small letters. To compile a
    /// pattern costs more than to record a command, and to run it more than a thousand times as much as to look.
    pub(super) needs: &'static [&'static [&'static str]],
    /// What is put in the place of a match.
    pub(super) replacement: &'static str,
    /// The reason code.
    pub(super) reason: &'static str,
}

const fn shape(
    pattern: &'static str,
    needs: &'static [&'static [&'static str]],
    replacement: &'static str,
    reason: &'static str,
) -> Shape {
    Shape { pattern, needs, replacement, reason }
}

/// What white space of a pattern may be.
const BLANKS: &[&str] = &[" ", "\t", "\n", "\x0b", "\x0c", "\r"];

/// What stands between a name and its value.
const ASSIGNS: &[&str] = &[":", "="];

/// What the name of a secret has in it.
const SECRETS: &[&str] = &[
    "token",
    "passw",
    "secret",
    "apikey",
    "api_key",
    "api-key",
    "privatekey",
    "private_key",
    "private-key",
];

/// The shapes of the published release, in the order in which they apply.
pub(super) const PUBLISHED: [Shape; 10] = [
    shape(
        r"(?i)\bbearer\s+[A-Za-z0-9._~+/=-]{8,}",
        &[&["bearer"], BLANKS],
        "Bearer [REDACTED]",
        "bearer_token",
    ),
    shape(
        r"(?im)^[ \t]*authorization[ \t]*:[^\r\n]*",
        &[&[":"], &["authorization"]],
        "Authorization: [REDACTED]",
        "authorization_header",
    ),
    shape(
        r"(?im)^[ \t]*(set-cookie|cookie)[ \t]*:[^\r\n]*",
        &[&[":"], &["cookie"]],
        "$1: [REDACTED]",
        "cookie_header",
    ),
    shape(
        r"\b(?:gh[posur]_|github_pat_)[A-Za-z0-9_]{8,}\b",
        &[&["ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_"]],
        "[REDACTED]",
        "github_token",
    ),
    shape(r"\bsk-[A-Za-z0-9_-]{12,}", &[&["sk-"]], "[REDACTED]", "openai_api_key"),
    shape(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b", &[&["akia", "asia"]], "[REDACTED]", "aws_access_key"),
    shape(r"\bpypi-[A-Za-z0-9_-]{12,}", &[&["pypi-"]], "[REDACTED]", "pypi_token"),
    shape(
        r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)",
        &[&["-----begin "], &["private key-----"]],
        "[REDACTED]",
        "pem_private_key",
    ),
    shape(
        concat!(
            r"(?i)\b([A-Za-z0-9_]*(?:token|password|passwd|secret|api[_-]?key|private[_-]?key)",
            r"[A-Za-z0-9_]*)\s*[:=]\s*\S+",
        ),
        &[ASSIGNS, SECRETS],
        "$1=[REDACTED]",
        "generic_secret_assignment",
    ),
    shape(
        r"\b([A-Za-z][A-Za-z0-9+.-]*://)(?:[^/\s@:]*:[^\s@]+|[^/\s@]+)@",
        &[&["://"], &["@"]],
        "${1}[REDACTED]@",
        "url_userinfo",
    ),
];

/// What else is looked for, after those.
pub(super) const FURTHER: [Shape; 6] = [
    shape(
        // A quoted key and its value, as in JSON and in the JSON of a text in it.
        concat!(
            r#"(?is)(\\*["'][A-Za-z0-9_-]*(?:token|passw(?:or)?d|secret|api[_-]?key|private[_-]?key)"#,
            r#"[A-Za-z0-9_-]*\\*["'])\s*[:=]>?\s*"#,
            r#"(?:"(?:[^"\\]|\\.)*(?:"|\z)|'(?:[^'\\]|\\.)*(?:'|\z)|\\+["'][^"'\\]*(?:\\+["'])?|"#,
            r#"[^\s,{}\[\]"'\\][^\s,{}\[\]"']*)"#,
        ),
        &[ASSIGNS, &["\"", "'"], SECRETS],
        "$1: \"[REDACTED]\"",
        "generic_secret_assignment",
    ),
    shape(
        concat!(
            r#"(?i)(^|[^A-Za-z0-9_-])(--(?:[A-Za-z0-9]+-)*(?:token|passw(?:or)?d|secret|api-?key|"#,
            r#"private-?key))[ \t]+(?:"[^"]*(?:"\S*|\z)|'[^']*(?:'\S*|\z)|[^\s"'-]\S*)"#,
        ),
        &[&["--"], BLANKS, SECRETS],
        "$1$2 [REDACTED]",
        "secret_like_argv_flag",
    ),
    shape(r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4}", &[&["eyj"]], "[REDACTED]", "jwt"),
    shape(
        r"\b(?:xox[a-z]|xapp)-[A-Za-z0-9-]{8,}",
        &[&["xox", "xapp-"]],
        "[REDACTED]",
        "slack_token",
    ),
    shape(r"\bglpat-[A-Za-z0-9_-]{8,}", &[&["glpat-"]], "[REDACTED]", "gitlab_token"),
    shape(r"\bAIza[A-Za-z0-9_-]{20,}", &[&["aiza"]], "[REDACTED]", "google_api_key"),
];
