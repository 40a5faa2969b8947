//! The summary of a command line: its program's name and how many arguments were left out.

use crate::redact::redact;
use crate::wrap::extend_unique;

/// The longest command display, in bytes.
const DISPLAY_LIMIT: usize = 4096;

/// Flags whose value is a secret, written `--flag VALUE` or `--flag=VALUE`.
const SECRET_FLAGS: [&str; 11] = [
    "--api-key",
    "--apikey",
    "--auth",
    "--authorization",
    "--bearer",
    "--client-secret",
    "--key",
    "--password",
    "--private-key",
    "--secret",
    "--token",
];

/// What may be told of a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandSummary {
    /// The program's base name, `[ARGUMENTS_OMITTED:n]`, and `[REDACTED]` when a secret was seen.
    pub parts: Vec<String>,
    /// The parts quoted for a POSIX shell, cut at 4096 bytes.
    pub display: String,
    /// Why a secret was suspected, each reason once.
    pub reasons: Vec<&'static str>,
}

/// Summarizes a command line; `program` is its first word.
pub fn summarize(program: &str, arguments: &[String]) -> CommandSummary {
    let mut reasons = Vec::new();
    let name = redact(base_name(program));
    extend_unique(&mut reasons, &name.reasons);
    find_secrets(arguments, &mut reasons);
    let mut parts = vec![if name.text.is_empty() { "[COMMAND]".to_owned() } else { name.text }];
    if !arguments.is_empty() {
        parts.push(format!("[ARGUMENTS_OMITTED:{}]", arguments.len()));
    }
    if !reasons.is_empty() {
        parts.push("[REDACTED]".to_owned());
    }
    let display = cut(parts.iter().map(|part| shell_quote(part)).collect::<Vec<_>>().join(" "));
    CommandSummary { parts, display, reasons }
}

fn base_name(program: &str) -> &str {
    program.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

fn find_secrets(arguments: &[String], reasons: &mut Vec<&'static str>) {
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let (flag, value) = word.split_once('=').map_or((&**word, None), |(f, v)| (f, Some(v)));
        if SECRET_FLAGS.iter().any(|secret| secret.eq_ignore_ascii_case(flag)) {
            extend_unique(reasons, &["secret_like_argv_flag"]);
            if value.is_none() {
                words.next();
            }
        } else {
            extend_unique(reasons, &redact(word).reasons);
        }
    }
}

/// Quotes a word so that a POSIX shell reads it back as it is.
fn shell_quote(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r#"'"'"'"#))
}

fn cut(display: String) -> String {
    if display.len() <= DISPLAY_LIMIT {
        return display;
    }
    let end = display.floor_char_boundary(DISPLAY_LIMIT);
    format!("{}...[truncated]", display.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], display: &str, reasons: &[&str]) {
        let arguments: Vec<String> = words[1..].iter().map(|word| (*word).to_owned()).collect();
        let summary = summarize(words[0], &arguments);
        assert_eq!((summary.display.as_str(), summary.reasons.as_slice()), (display, reasons));
    }

    #[test]
    fn only_the_program_name_and_a_count_are_told() {
        check(&["/bin/sh", "-c", "x"], "sh '[ARGUMENTS_OMITTED:2]'", &[]);
        check(&["true"], "true", &[]);
        check(&["dir/"], "dir", &[]);
        check(&["/"], "'[COMMAND]'", &[]);
        check(&["printf", ""], "printf '[ARGUMENTS_OMITTED:1]'", &[]);
        check(&["it's"], r#"'it'"'"'s'"#, &[]);
        check(&["é"], "'é'", &[]);
        check(&["task-0123456789abcdef0123"], "task-0123456789abcdef0123", &[]);
    }

    #[test]
    fn secrets_are_told_by_their_reason_alone() {
        let omitted = |count| format!("true '[ARGUMENTS_OMITTED:{count}]' '[REDACTED]'");
        let flag = "secret_like_argv_flag";
        check(&["true", "--token", "x"], &omitted(2), &[flag]);
        check(&["true", "--Token=x", "--key", "y"], &omitted(3), &[flag]);
        check(&["true", "--token"], &omitted(1), &[flag]);
        check(&["true", "--tokenx=1"], "true '[ARGUMENTS_OMITTED:1]'", &[]);
        check(&["true", "-p", "password=x"], &omitted(2), &["generic_secret_assignment"]);
        check(&["true", "https://u:p@h/"], &omitted(1), &["url_userinfo"]);
        check(
            &["true", "AKIA0123456789AB", "pypi-aaaaaaaaaaaaaa"],
            &omitted(2),
            &["aws_access_key", "pypi_token"],
        );
        check(&["sk-0123456789abcdef0123"], "'[REDACTED]' '[REDACTED]'", &["openai_api_key"]);
        check(&["token=abcd"], "'token=[REDACTED]' '[REDACTED]'", &["generic_secret_assignment"]);
    }

    #[test]
    fn a_long_name_is_cut_at_a_character() {
        let summary = summarize(&"é".repeat(4096), &[]);
        assert!(summary.display.len() <= DISPLAY_LIMIT + "...[truncated]".len());
        assert!(summary.display.ends_with("é...[truncated]"));
    }
}
