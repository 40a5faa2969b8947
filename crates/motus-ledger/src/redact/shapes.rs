//! The shapes of credentials: those of the published release, whose bytes are fixed, and what else is known.

/// Shape, replacement and reason code of the published release, in the order in which they apply.
pub(super) const PUBLISHED: [(&str, &str, &str); 10] = [
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

/// What else is looked for, after those.
pub(super) const FURTHER: [(&str, &str, &str); 6] = [
    (
        // A quoted key and its value, as in JSON and in the JSON of a text in it.
        concat!(
            r#"(?is)(\\*["'][A-Za-z0-9_-]*(?:token|passw(?:or)?d|secret|api[_-]?key|private[_-]?key)"#,
            r#"[A-Za-z0-9_-]*\\*["'])\s*[:=]>?\s*"#,
            r#"(?:"(?:[^"\\]|\\.)*(?:"|\z)|'(?:[^'\\]|\\.)*(?:'|\z)|\\+["'][^"'\\]*(?:\\+["'])?|"#,
            r#"[^\s,{}\[\]"'\\][^\s,{}\[\]"']*)"#,
        ),
        "$1: \"[REDACTED]\"",
        "generic_secret_assignment",
    ),
    (
        concat!(
            r#"(?i)(^|[^A-Za-z0-9_-])(--(?:[A-Za-z0-9]+-)*(?:token|passw(?:or)?d|secret|api-?key|"#,
            r#"private-?key))[ \t]+(?:"[^"]*(?:"\S*|\z)|'[^']*(?:'\S*|\z)|[^\s"'-]\S*)"#,
        ),
        "$1$2 [REDACTED]",
        "secret_like_argv_flag",
    ),
    (r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4}", "[REDACTED]", "jwt"),
    (r"\b(?:xox[a-z]|xapp)-[A-Za-z0-9-]{8,}", "[REDACTED]", "slack_token"),
    (r"\bglpat-[A-Za-z0-9_-]{8,}", "[REDACTED]", "gitlab_token"),
    (r"\bAIza[A-Za-z0-9_-]{20,}", "[REDACTED]", "google_api_key"),
];
