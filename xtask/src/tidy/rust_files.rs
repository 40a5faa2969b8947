//! Rules for every Rust file: a header that says what it is for, no marks of unfinished work, a
//! readable length.

use super::source::SourceFile;
use crate::finding::Finding;
use crate::rust_text;

/// Lines after which a file must say why it is long.
const LONG: usize = 600;

/// What may not stand in code, and what to do instead.
const BANNED: &[(&str, &str)] = &[
    ("#[ignore", "a test that cannot run here says SKIPPED on stderr and passes"),
    ("todo!(", "finish it or leave it out"),
    ("unimplemented!(", "finish it or return an error with a code"),
    ("should_panic", "return an error and assert on it"),
    ("#[allow(", "use #[expect(lint, reason = \"..\")]"),
    ("#![allow(", "use #![expect(lint, reason = \"..\")]"),
];

/// Checks that a file begins by saying what it is for.
pub(super) fn header(file: &SourceFile) -> Vec<Finding> {
    if !file.is_rust() || file.text.starts_with("//! ") {
        return Vec::new();
    }
    let message = "no `//!` header: begin with what the file is for and what it refuses to do";
    vec![Finding::new(&file.path, 1, message)]
}

/// Checks that no code carries one of the banned marks; comments and literals may name them.
pub(super) fn banned_marks(file: &SourceFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (mark, instead) in BANNED {
        for (offset, _) in file.code.match_indices(mark) {
            let line = rust_text::line_of(&file.code, offset);
            findings.push(Finding::new(&file.path, line, format!("`{mark}`: {instead}")));
        }
    }
    findings
}

/// Checks that a long source file says why it is long.
pub(super) fn length(file: &SourceFile) -> Vec<Finding> {
    let lines = file.text.lines().count();
    let is_source = file.is_rust() && file.path.contains("src/");
    let says_why = || file.text.lines().any(|line| line.starts_with("//! Long because:"));
    if !is_source || lines <= LONG || says_why() {
        return Vec::new();
    }
    let message = format!("{lines} lines: split it, or say why in a line `//! Long because: ..`");
    vec![Finding::new(&file.path, 1, message)]
}

#[cfg(test)]
mod tests {
    use super::super::assert_findings;
    use super::*;

    #[test]
    fn a_file_without_a_header_is_found() {
        assert_eq!(header(&SourceFile::new("src/a.rs", "use std::fmt;\n")).len(), 1);
        assert_eq!(header(&SourceFile::new("src/a.rs", "")).len(), 1);
        assert_findings(&header(&SourceFile::new("src/a.rs", "//! Says so.\n")), &[]);
        assert_findings(&header(&SourceFile::new("a.md", "# Title\n")), &[]);
    }

    #[test]
    fn banned_marks_are_found_in_code_only() {
        for (mark, instead) in BANNED {
            let code =
                SourceFile::new("a.rs", &format!("//! {mark}\nlet s = \"{mark}\";\n{mark}\n"));
            let expected = format!("a.rs:3: `{mark}`: {instead}");
            assert_findings(&banned_marks(&code), &[&expected]);
        }
        assert_findings(&banned_marks(&SourceFile::new("a.rs", "#[expect(dead_code)]\n")), &[]);
    }

    #[test]
    fn a_long_file_must_say_why() {
        let body = "\n".repeat(LONG);
        let long = SourceFile::new("crates/a/src/a.rs", &format!("//! A.\n{body}"));
        assert_eq!(length(&long).len(), 1);
        let excused = format!("//! A.\n//! Long because: one table.\n{body}");
        assert_findings(&length(&SourceFile::new("crates/a/src/a.rs", &excused)), &[]);
        assert_findings(&length(&SourceFile::new("crates/a/src/a.rs", &body)), &[]);
        assert_findings(&length(&SourceFile::new("crates/a/tests/it/a.rs", &long.text)), &[]);
    }
}
