//! Who may lift the ban on unsafe code: the files of one table, each with its reason.
//!
//! The compiler finds unsafe code; this finds the attribute or the setting that would let it pass.

use super::manifest;
use super::source::SourceFile;
use crate::finding::Finding;
use crate::rust_text;

const LINT: &str = "unsafe_code";

/// What a manifest may set the lint to.
const STRICT: &[&str] = &["\"deny\"", "\"forbid\""];

/// The modules with unsafe code, and what each needs it for.
const MAY_LIFT: &[(&str, &str)] = &[
    ("crates/motus-kernel/tests/it/allocations.rs", "an allocator that counts, in tests alone"),
    ("crates/motus-runtime/src/scope/linux/sys.rs", "seccomp and the step between fork and exec"),
];

/// Checks that no other file lifts the ban, and that each of the table does.
pub(super) fn lifted_only_where_listed(files: &[SourceFile]) -> Vec<Finding> {
    check(files, MAY_LIFT)
}

fn check(files: &[SourceFile], may_lift: &[(&str, &str)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut lifting = Vec::new();
    for file in files {
        let lines = lifts(file);
        if !lines.is_empty() {
            lifting.push(file.path.as_str());
        }
        if may_lift.iter().any(|(path, _)| *path == file.path) {
            continue;
        }
        findings.extend(lines.into_iter().map(|line| {
            let message = "unsafe code let pass: do without it, or give this file a row in \
                           xtask/src/tidy/unsafe_code.rs";
            Finding::new(&file.path, line, message)
        }));
    }
    let stale = may_lift.iter().filter(|(path, _)| !lifting.contains(path));
    findings.extend(stale.map(|(path, what_for)| {
        let message = format!("no unsafe code here: remove the row for \"{what_for}\"");
        Finding::new(path, 1, message)
    }));
    findings
}

/// Returns the lines on which a file lifts the ban; 1 for a manifest that does not take it over.
fn lifts(file: &SourceFile) -> Vec<usize> {
    let mut lines = Vec::new();
    if file.path.ends_with("/Cargo.toml") && !inherits_lints(file) {
        lines.push(1);
    }
    let settings = manifest::settings(file);
    let weaker = settings.filter(|(_, key, value)| names_lint(key) && !STRICT.contains(value));
    lines.extend(weaker.map(|(line, ..)| line));
    lines.extend(attributes(&file.code));
    lines
}

/// Says whether a crate's manifest takes over the lints of the workspace.
fn inherits_lints(file: &SourceFile) -> bool {
    let mut settings = manifest::settings(file).skip_while(|(_, key, _)| *key != "[lints]").skip(1);
    settings.next().is_some_and(|(_, key, value)| (key, value) == ("workspace", "true"))
}

fn names_lint(key: &str) -> bool {
    key.trim_matches(['[', ']']).split('.').any(|part| part == LINT)
}

/// Yields the line of each attribute that sets another level than a strict one.
fn attributes(code: &str) -> impl Iterator<Item = usize> {
    rust_text::attributes(code).filter_map(move |range| {
        let attribute = &code[range.clone()];
        let lifted = rust_text::words(attribute, LINT).find(|&at| {
            let level = attribute[..at].rsplit('(').nth(1).unwrap_or_default().trim_end();
            !level.ends_with("deny") && !level.ends_with("forbid")
        })?;
        Some(rust_text::line_of(code, range.start + lifted))
    })
}

#[cfg(test)]
mod tests {
    use super::super::assert_findings;
    use super::*;

    const PATH: &str = "crates/a/src/a.rs";

    #[track_caller]
    fn check_lifts(path: &str, text: &str, lines: &[usize]) {
        assert_eq!(lifts(&SourceFile::new(path, text)), lines, "{text}");
    }

    #[test]
    fn every_way_to_lift_the_ban_is_found() {
        for level in ["allow", "expect", "warn"] {
            check_lifts(PATH, &format!("\n#[{level}(unsafe_code)]\nfn f() {{}}\n"), &[2]);
            check_lifts(PATH, &format!("#![{level}(dead_code,\n  unsafe_code)]\n"), &[2]);
            check_lifts(PATH, &format!("#[cfg_attr(unix, {level}(unsafe_code))]\n"), &[1]);
        }
        check_lifts("Cargo.toml", "[workspace.lints.rust]\nunsafe_code = \"allow\"\n", &[2]);
        check_lifts("Cargo.toml", "rust.unsafe_code = { level = \"warn\" }\n", &[1]);
        check_lifts("Cargo.toml", "[workspace.lints.rust.unsafe_code]\nlevel = \"warn\"\n", &[1]);
    }

    #[test]
    fn a_crate_that_does_not_take_over_the_lints_is_found() {
        check_lifts("crates/a/Cargo.toml", "[package]\n", &[1]);
        check_lifts("crates/a/Cargo.toml", "[lints.rust]\nmissing_docs = \"deny\"\n", &[1]);
        check_lifts("crates/a/Cargo.toml", "[lints]\nworkspace = true\n", &[]);
    }

    #[test]
    fn keeping_or_naming_the_ban_passes() {
        check_lifts(PATH, "#![forbid(unsafe_code)]\n#![cfg_attr(test, deny(unsafe_code))]\n", &[]);
        check_lifts(PATH, "// #[allow(unsafe_code)]\nlet s = \"#[allow(unsafe_code)]\";\n", &[]);
        check_lifts("Cargo.toml", "unsafe_code = \"deny\"\n", &[]);
    }

    #[test]
    fn the_table_alone_may_lift_it_and_only_as_long_as_it_does() {
        let lifting = [SourceFile::new(PATH, "#![expect(unsafe_code)]\n")];
        assert_eq!(check(&lifting, &[]).len(), 1);
        assert_findings(&check(&lifting, &[(PATH, "a system call")]), &[]);
        assert_findings(
            &check(&[SourceFile::new(PATH, "")], &[(PATH, "a system call")]),
            &["crates/a/src/a.rs:1: no unsafe code here: remove the row for \"a system call\""],
        );
    }
}
