//! Taking out of a text what differs from run to run and from machine to machine.

use std::path::Path;

use regex_lite::Regex;

/// What is masked everywhere: pattern and replacement, in the order in which they apply.
const PATTERNS: [(&str, &str); 7] = [
    (r"run_[0-9]{20}_[0-9a-f]{12}", "run_[ID]"),
    (r"sha256:[0-9a-f]{64}", "sha256:[HASH]"),
    (r"\b(lease|outcome|evidence|decision)-[0-9a-f]{12}\b", "${1}-[ID]"),
    (
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})?",
        "[TIME]",
    ),
    (r#""duration_ms": ?[0-9]+"#, r#""duration_ms": [DURATION]"#),
    (r#"\\"duration_ms\\": ?[0-9]+"#, r#"\"duration_ms\":[DURATION]"#),
    (r"\b[0-9]+(\.[0-9]+)? ?(ns|µs|us|ms|s)\b", "[DURATION]"),
];

/// Says what to take out of a text.
///
/// Run, lease and record identifiers, digests, times and durations are always taken out.
#[derive(Debug)]
pub struct Mask {
    patterns: Vec<(Regex, &'static str)>,
    texts: Vec<(String, String)>,
}

impl Mask {
    /// Makes a mask that knows no path.
    pub fn new() -> Self {
        let compile = |(pattern, replacement): (&str, &'static str)| {
            (Regex::new(pattern).expect("the patterns are constants that compile"), replacement)
        };
        Self { patterns: PATTERNS.map(compile).into(), texts: Vec::new() }
    }

    /// Replaces a directory's path, in both its spellings when a link leads to it.
    #[must_use]
    pub fn directory(self, path: &Path, name: &str) -> Self {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        self.text(&real.to_string_lossy(), name).text(&path.to_string_lossy(), name)
    }

    /// Replaces a text; longer ones go first, whatever the order in which they were named.
    #[must_use]
    pub fn text(mut self, text: &str, name: &str) -> Self {
        self.texts.push((text.to_owned(), format!("[{name}]")));
        self.texts.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        self
    }

    /// Returns the text without what differs.
    pub fn apply(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        for (text, name) in &self.texts {
            masked = masked.replace(text, name);
        }
        for (pattern, replacement) in &self.patterns {
            masked = pattern.replace_all(&masked, *replacement).into_owned();
        }
        masked
    }
}

impl Default for Mask {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_masked() {
        let mask = Mask::new().text("/tmp/x", "DIR").text("/tmp/x/home", "HOME");
        let hash = format!("sha256:{}", "0a".repeat(32));
        for (text, masked) in [
            ("run_01795203251551531422_5572f2f2c561.", "run_[ID]."),
            (hash.as_str(), "sha256:[HASH]"),
            ("lease-0123456789ab: evidence-0123456789ab", "lease-[ID]: evidence-[ID]"),
            ("at 2026-01-02T03:04:05Z", "at [TIME]"),
            ("2026-01-02T03:04:05.157676Z", "[TIME]"),
            ("2026-01-02T03:04:05.1+00:00", "[TIME]"),
            (r#"{"duration_ms":12}"#, r#"{"duration_ms": [DURATION]}"#),
            (r#""{\"duration_ms\":12}""#, r#""{\"duration_ms\":[DURATION]}""#),
            ("took 1.5 s, 12ms", "took [DURATION], [DURATION]"),
            ("/tmp/x/home/a and /tmp/x/b", "[HOME]/a and [DIR]/b"),
            ("3 events, sequence 12, run_1", "3 events, sequence 12, run_1"),
        ] {
            assert_eq!(mask.apply(text), masked);
        }
    }
}
