//! The summary of a command line: its program's name and how many arguments were left out.

use crate::redact::redact;
use crate::wrap::extend_unique;

/// What stands for a secret.
const REDACTED: &str = "[REDACTED]";

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
    /// The program's name, `[ARGUMENTS_OMITTED:n]`, and `[REDACTED]` when a secret was seen.
    pub parts: Vec<String>,
    /// The parts quoted for a POSIX shell, cut at 4096 bytes.
    pub display: String,
    /// Why a secret was suspected, each reason once.
    pub reasons: Vec<&'static str>,
}

/// Summarizes a command line; `program` is its first word.
///
/// Of a program that holds a secret nothing is told; of `NAME=VALUE`, a mistaken way to set a
/// variable, the name alone. Otherwise the program's name is the last part of its path.
pub fn summarize(program: &str, arguments: &[String]) -> CommandSummary {
    let mut reasons = Vec::new();
    let words = std::iter::once(program).chain(arguments.iter().map(String::as_str));
    find_secrets(words, &mut reasons);
    let mut parts = vec![program_name(program, &mut reasons)];
    if !arguments.is_empty() {
        parts.push(format!("[ARGUMENTS_OMITTED:{}]", arguments.len()));
    }
    if !reasons.is_empty() {
        parts.push(REDACTED.to_owned());
    }
    let display = cut(parts.iter().map(|part| shell_quote(part)).collect::<Vec<_>>().join(" "));
    CommandSummary { parts, display, reasons }
}

/// Returns what may be told of the program. The whole word is looked at: a secret may have slashes.
fn program_name(program: &str, reasons: &mut Vec<&'static str>) -> String {
    let found = redact(program).reasons;
    extend_unique(reasons, &found);
    if let Some(name) = assigned_name(program) {
        return assignment(name, reasons);
    }
    if !found.is_empty() {
        return REDACTED.to_owned();
    }
    let name = base_name(program);
    match assigned_name(name) {
        Some(name) => assignment(name, reasons),
        None if name.is_empty() => "[COMMAND]".to_owned(),
        None => name.to_owned(),
    }
}

/// Returns the name in a word like `NAME=VALUE`, unless the name itself holds a secret.
fn assigned_name(word: &str) -> Option<&str> {
    let (name, value) = word.split_once('=')?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let is_name = !name.is_empty() && name.bytes().all(is_plain);
    (is_name && !value.is_empty() && redact(name).reasons.is_empty()).then_some(name)
}

/// Tells an assignment without its value; what stood there is unknown, so it counts as a secret.
fn assignment(name: &str, reasons: &mut Vec<&'static str>) -> String {
    if reasons.is_empty() {
        reasons.push("generic_secret_assignment");
    }
    format!("{name}={REDACTED}")
}

/// Returns the last part of a path that names something; a lone `.` names nothing.
fn base_name(program: &str) -> &str {
    program.split('/').rfind(|part| !matches!(*part, "" | ".")).unwrap_or_default()
}

fn find_secrets<'a>(mut words: impl Iterator<Item = &'a str>, reasons: &mut Vec<&'static str>) {
    while let Some(word) = words.next() {
        let (flag, value) = word.split_once('=').map_or((word, None), |(f, v)| (f, Some(v)));
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
pub fn shell_quote(word: &str) -> String {
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
        check(&["a/./b"], "b", &[]);
        check(&["a/."], "a", &[]);
        check(&["a/.."], "..", &[]);
        for nothing in ["", "/", "//", ".", "./", "/."] {
            check(&[nothing], "'[COMMAND]'", &[]);
        }
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
        check(&["true", "--keyx=1"], "true '[ARGUMENTS_OMITTED:1]'", &[]);
        check(&["true", "-p", "password=x"], &omitted(2), &["generic_secret_assignment"]);
        check(&["true", "https://u:p@h/"], &omitted(1), &["url_userinfo"]);
        check(
            &["true", "AKIA0123456789AB", "pypi-aaaaaaaaaaaaaa"],
            &omitted(2),
            &["aws_access_key", "pypi_token"],
        );
        check(&["true", "GITHUB_TOKEN=x"], &omitted(1), &["generic_secret_assignment"]);
        check(&["true", "cookie :x"], &omitted(1), &["cookie_header"]);
    }

    #[test]
    fn of_a_program_that_holds_a_secret_nothing_is_told() {
        let nothing = "'[REDACTED]' '[REDACTED]'";
        for (word, reason) in [
            ("sk-0123456789abcdef0123", "openai_api_key"),
            ("sk-0123456789abcdef0123/x", "openai_api_key"),
            ("AKIA0123456789AB=x", "aws_access_key"),
            ("https://user:hunter2secret@host", "url_userinfo"),
            ("https://user:hunter2/secret@host", "url_userinfo"),
            ("./GITHUB_TOKEN=a/b", "generic_secret_assignment"),
            ("bearer abcdefghij/tail", "bearer_token"),
        ] {
            check(&[word], nothing, &[reason]);
        }
    }

    #[test]
    fn of_an_assignment_the_name_alone_is_told() {
        let reason = "generic_secret_assignment";
        for (word, name) in [
            ("token=abcd", "token"),
            ("GITHUB_TOKEN=hunter2x", "GITHUB_TOKEN"),
            ("DB_PASSWORD=zz", "DB_PASSWORD"),
            ("AWS_SECRET_ACCESS_KEY=a/b/c", "AWS_SECRET_ACCESS_KEY"),
            ("password=ab/tail", "password"),
            ("PGURI=a/b", "PGURI"),
            ("./PGURI=b", "PGURI"),
        ] {
            check(&[word], &format!("'{name}=[REDACTED]' '[REDACTED]'"), &[reason]);
        }
        check(&["PGURI="], "PGURI=", &[]);
        check(&["/opt/a=b/tool"], "tool", &[]);
    }

    #[test]
    fn a_program_that_is_a_secret_flag_is_noticed() {
        let flag = "secret_like_argv_flag";
        check(&["--token", "x"], "--token '[ARGUMENTS_OMITTED:1]' '[REDACTED]'", &[flag]);
        check(&["--key=abc"], "'--key=[REDACTED]' '[REDACTED]'", &[flag]);
        let both = [flag, "generic_secret_assignment"];
        check(&["--token=a/b"], "'--token=[REDACTED]' '[REDACTED]'", &both);
    }

    #[test]
    fn a_long_name_is_cut_at_a_character() {
        let summary = summarize(&"é".repeat(4096), &[]);
        assert!(summary.display.len() <= DISPLAY_LIMIT + "...[truncated]".len());
        assert!(summary.display.ends_with("é...[truncated]"));
    }
}
