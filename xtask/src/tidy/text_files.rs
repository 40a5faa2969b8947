//! Rules for every text file: white space and machine paths.
//!
//! White space is judged only in files people write by hand; recorded data keeps its bytes.

use super::source::SourceFile;
use crate::finding::Finding;

const HAND_WRITTEN: &[&str] = &["md", "rs", "sh", "sql", "toml", "yaml", "yml"];

/// Top-level folders of machines this project was written on; no file may depend on them.
const MACHINE_FOLDERS: &[&str] = &["root", "work"];

/// Checks for trailing white space, tabs in Rust and a missing final newline.
pub(super) fn whitespace(file: &SourceFile) -> Vec<Finding> {
    if !is_hand_written(file) {
        return Vec::new();
    }
    let mut findings: Vec<Finding> = lines_with_code(file)
        .filter_map(|(line, text, code)| {
            let message = whitespace_of_line(file, text, code)?;
            Some(Finding::new(&file.path, line, message))
        })
        .collect();
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        let last = file.text.lines().count();
        findings.push(Finding::new(&file.path, last, "no newline at the end: add one"));
    }
    findings
}

/// Checks that no file names an absolute path of one machine.
pub(super) fn machine_paths(file: &SourceFile) -> Vec<Finding> {
    let numbered = file.text.lines().enumerate();
    let mut findings = Vec::new();
    for (index, line) in numbered {
        for folder in MACHINE_FOLDERS.iter().filter(|folder| names_root_folder(line, folder)) {
            let message = format!("path of one machine (/{folder}/): use a relative path");
            findings.push(Finding::new(&file.path, index + 1, message));
        }
    }
    findings
}

fn is_hand_written(file: &SourceFile) -> bool {
    file.path == ".ci/run" || HAND_WRITTEN.contains(&file.extension())
}

/// Yields number, text and masked code of each line; outside Rust, code is empty.
fn lines_with_code(file: &SourceFile) -> impl Iterator<Item = (usize, &str, &str)> {
    let code = file.code.lines().chain(std::iter::repeat(""));
    file.text.split('\n').zip(code).enumerate().map(|(index, (text, code))| (index + 1, text, code))
}

/// Says what is wrong with one line; white space inside a Rust literal is the program's business.
fn whitespace_of_line(file: &SourceFile, text: &str, code: &str) -> Option<&'static str> {
    let in_literal = |offset: usize| code.as_bytes().get(offset) == Some(&b'"');
    let ends_blank = text.ends_with([' ', '\t', '\r']);
    if ends_blank && !in_literal(text.len() - 1) {
        return Some("white space at the end of the line: remove it");
    }
    let mut tabs = text.match_indices('\t').map(|(offset, _)| offset);
    if file.is_rust() && tabs.any(|offset| !in_literal(offset)) {
        return Some("tab: indent with spaces");
    }
    None
}

/// Says whether `/folder/` stands in the line as the beginning of an absolute path.
fn names_root_folder(line: &str, folder: &str) -> bool {
    let needle = format!("/{folder}/");
    line.match_indices(&needle).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-~/}>*)".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::super::assert_findings;
    use super::*;

    #[test]
    fn trailing_white_space_is_found_outside_literals() {
        let file = SourceFile::new("a.rs", "fn f() {} \n// note \nlet x = \"kept \n\";\n");
        assert_findings(
            &whitespace(&file),
            &[
                "a.rs:1: white space at the end of the line: remove it",
                "a.rs:2: white space at the end of the line: remove it",
            ],
        );
        assert_findings(&whitespace(&SourceFile::new("a.rs", "fn f() {}\n")), &[]);
    }

    #[test]
    fn a_tab_is_found_in_rust_only() {
        let finding = "a.rs:1: tab: indent with spaces";
        assert_findings(&whitespace(&SourceFile::new("a.rs", "\tf();\n")), &[finding]);
        assert_findings(&whitespace(&SourceFile::new("a.md", "\tcode\n")), &[]);
    }

    #[test]
    fn a_missing_final_newline_is_found_in_hand_written_files() {
        let finding = "b.md:2: no newline at the end: add one";
        assert_findings(&whitespace(&SourceFile::new("b.md", "one\ntwo")), &[finding]);
        assert_findings(&whitespace(&SourceFile::new("b.json", "{}")), &[]);
    }

    #[test]
    fn machine_paths_are_found_only_at_the_root() {
        for folder in MACHINE_FOLDERS {
            let absolute = format!("see `/{folder}/x`\n");
            let finding = format!("a.md:1: path of one machine (/{folder}/): use a relative path");
            assert_findings(&machine_paths(&SourceFile::new("a.md", &absolute)), &[&finding]);
            let relative = format!("see crates/{folder}/x and ~/{folder}/x and $X}}/{folder}/x\n");
            assert_findings(&machine_paths(&SourceFile::new("a.md", &relative)), &[]);
        }
    }
}
