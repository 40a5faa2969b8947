//! The rules of integration tests: a crate has one binary for them, and a file below `tests/it/`
//! that nobody declares is a test that never runs.

use super::manifest;
use super::modules::{declaration, declares};
use super::source::SourceFile;
use crate::finding::Finding;

/// Checks that each file of an integration test binary is declared by its parent module.
pub(super) fn forgotten_modules(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.path.contains("/tests/it/")) {
        let Some(needed) = declaration(&file.path) else {
            continue;
        };
        let mut parents = files.iter().filter(|file| needed.parents.contains(&file.path));
        if !parents.any(|parent| declares(&parent.code, &needed.module)) {
            let (module, parent) = (&needed.module, &needed.parents[0]);
            let message = format!("never compiled: declare `mod {module};` in {parent}");
            findings.push(Finding::new(&file.path, 1, message));
        }
    }
    findings
}

/// Checks that no crate has integration tests beside those of `tests/it/main.rs`.
pub(super) fn one_test_binary(file: &SourceFile) -> Vec<Finding> {
    if file.is_rust() && is_another_binary(&file.path) {
        let message = "second test binary: make it a module of tests/it/main.rs";
        return vec![Finding::new(&file.path, 1, message)];
    }
    manifest::settings(file)
        .filter(|(_, key, _)| matches!(*key, "[[test]]" | "autotests"))
        .map(|(line, key, _)| {
            let message = format!("`{key}`: remove it, cargo finds tests/it/main.rs by itself");
            Finding::new(&file.path, line, message)
        })
        .collect()
}

/// Says whether cargo makes a test binary of a Rust file although it is not the one in `tests/it`.
fn is_another_binary(path: &str) -> bool {
    let inside = path.split_once("/tests/").filter(|(member, _)| is_member(member));
    inside.is_some_and(|(_, inside)| match inside.split_once('/') {
        None => true,
        Some((folder, rest)) => folder != "it" && rest == "main.rs",
    })
}

fn is_member(folder: &str) -> bool {
    !folder.strip_prefix("crates/").unwrap_or(folder).contains('/')
}

#[cfg(test)]
mod tests {
    use super::super::assert_findings;
    use super::*;

    #[track_caller]
    fn check(tree: &[(&str, &str)], expected: &[&str]) {
        let files: Vec<SourceFile> =
            tree.iter().map(|(path, text)| SourceFile::new(path, text)).collect();
        assert_findings(&forgotten_modules(&files), expected);
    }

    #[test]
    fn a_file_that_nobody_declares_is_found() {
        check(
            &[
                ("crates/a/tests/it/main.rs", "// mod wrap;\nmod other;\n"),
                ("crates/a/tests/it/wrap.rs", ""),
            ],
            &[
                "crates/a/tests/it/wrap.rs:1: never compiled: declare `mod wrap;` in crates/a/tests/it/main.rs",
            ],
        );
        check(
            &[
                ("crates/a/tests/it/main.rs", "mod wrap;\n"),
                ("crates/a/tests/it/wrap.rs", ""),
                ("crates/a/tests/it/wrap/signals.rs", ""),
            ],
            &[
                "crates/a/tests/it/wrap/signals.rs:1: never compiled: declare `mod signals;` in crates/a/tests/it/wrap.rs",
            ],
        );
    }

    #[test]
    fn declared_files_pass_in_either_layout() {
        check(
            &[
                ("crates/a/tests/it/main.rs", "mod wrap;\nmod run;\n"),
                ("crates/a/tests/it/wrap.rs", "mod signals;\n"),
                ("crates/a/tests/it/wrap/signals.rs", ""),
                ("crates/a/tests/it/run/mod.rs", "mod list;\n"),
                ("crates/a/tests/it/run/list.rs", ""),
            ],
            &[],
        );
    }

    #[test]
    fn the_integration_tests_of_every_crate_are_watched() {
        for member in ["crates/motus-cli", "crates/motus-runtime", "xtask"] {
            let main = format!("{member}/tests/it/main.rs");
            let lost = format!("{member}/tests/it/lost.rs");
            let finding = format!("{lost}:1: never compiled: declare `mod lost;` in {main}");
            check(&[(&main, "mod kept;\n"), (&lost, "")], &[&finding]);
        }
        check(&[("crates/a/src/lib.rs", ""), ("crates/a/src/lost.rs", "")], &[]);
    }

    #[track_caller]
    fn check_binary(path: &str, text: &str, is_found: bool) {
        let findings = one_test_binary(&SourceFile::new(path, text));
        assert_eq!(findings.len(), usize::from(is_found), "{path}: {findings:?}");
    }

    #[test]
    fn a_second_test_binary_is_found() {
        check_binary("crates/a/tests/slow.rs", "", true);
        check_binary("crates/a/tests/slow/main.rs", "", true);
        check_binary("xtask/tests/it.rs", "", true);
        check_binary("crates/a/Cargo.toml", "[package]\nautotests = false\n", true);
        check_binary("crates/a/Cargo.toml", "[[test]]\nname = \"slow\"\n", true);
    }

    #[test]
    fn the_one_test_binary_and_its_helpers_pass() {
        check_binary("crates/a/tests/it/main.rs", "", false);
        check_binary("crates/a/tests/it/slow/main.rs", "", false);
        check_binary("crates/a/tests/bin/helper.rs", "", false);
        check_binary("crates/a/tests/it/data.json", "", false);
        check_binary("crates/a/src/tests/main.rs", "", false);
        check_binary("crates/a/Cargo.toml", "[[bin]]\ntest = false\n", false);
    }
}
