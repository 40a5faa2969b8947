//! `cargo xtask tidy`: what neither the compiler nor clippy checks.
//!
//! Each check is a pure function from files to findings. Nothing is repaired, nothing is
//! suppressed by a comment: a rule that is wrong is changed here, for everyone.

mod architecture;
mod clippy_fence;
mod coverage;
mod error_codes;
mod manifest;
mod modules;
mod purity;
mod rust_files;
mod source;
mod sql;
mod test_modules;
mod text_files;
mod unsafe_code;

use std::ffi::OsString;

use crate::failure::Failure;
use crate::finding::Finding;
use crate::{output, workspace};
#[cfg(test)]
pub(crate) use purity::PURE_CRATES;
use source::SourceFile;

/// A rule that looks at one file.
type FileCheck = fn(&SourceFile) -> Vec<Finding>;
/// A rule that looks at how files agree.
type TreeCheck = fn(&[SourceFile]) -> Vec<Finding>;

const FILE_CHECKS: &[FileCheck] = &[
    text_files::whitespace,
    text_files::machine_paths,
    sql::sql_lives_in_the_store,
    sql::no_statements_in_code,
    rust_files::header,
    rust_files::banned_marks,
    rust_files::length,
    purity::pure_crates,
    purity::no_code_from_elsewhere,
    test_modules::one_test_binary,
];

const TREE_CHECKS: &[TreeCheck] = &[
    test_modules::forgotten_modules,
    purity::needed_exceptions,
    clippy_fence::copies_of_the_fence,
    unsafe_code::lifted_only_where_listed,
    architecture::guarded_invariants,
    architecture::named_crates,
    coverage::shown_requirements,
    error_codes::documented_codes,
];

/// Reads the repository and prints every finding.
pub(crate) fn run(arguments: &[OsString]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err(Failure::Usage("tidy takes no arguments".to_owned()));
    }
    let files = source::read_tree(&workspace::root())?;
    let summary = format!("tidy: {} files, no findings", files.len());
    output::verdict(check(&files), &summary)
}

fn check(files: &[SourceFile]) -> Vec<Finding> {
    let of_files = files.iter().flat_map(|file| FILE_CHECKS.iter().flat_map(|rule| rule(file)));
    let of_tree = TREE_CHECKS.iter().flat_map(|rule| rule(files));
    of_files.chain(of_tree).collect()
}

/// Checks, in tests, that a list of findings reads exactly like `expected`.
#[cfg(test)]
#[track_caller]
fn assert_findings(findings: &[Finding], expected: &[&str]) {
    let printed: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(printed, expected);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree that breaks every rule; a rule that is not wired up would leave its words out.
    #[test]
    fn every_rule_is_applied() {
        let machine_path = format!("see /{}/x \n", "root");
        let files = [
            ("ARCHITECTURE.md", "Architecture Invariant: none.\n"),
            ("README.md", machine_path.as_str()),
            ("docs/spec-coverage.md", "| 1 | nothing | shows it |\n"),
            ("crates/motus-app/x.sql", ""),
            ("crates/motus-json/Cargo.toml", ""),
            ("crates/motus-json/src/lib.rs", "use std::fs;\n#[ignore]\nfn code() { \"a.b\" }\n"),
            ("crates/motus-json/src/long.rs", &"//! Long.\n".repeat(601)),
            ("crates/motus-json/src/sql.rs", "//! SQL.\nconst X: &str = \"SELECT x\";\n"),
            ("crates/motus-json/build.rs", "//! Builds.\n"),
            ("crates/motus-json/tests/it/lost.rs", "//! Lost.\n"),
            ("crates/motus-json/tests/slow.rs", "//! Slow.\n"),
            ("crates/motus-kernel/tests/it/main.rs", "//! Tests.\nmod allocations;\n"),
            // Listed as one that may lift the ban: an entry that nothing needs would be a finding.
            (
                "crates/motus-kernel/tests/it/allocations.rs",
                "//! Counts.\n#![expect(unsafe_code)]\n",
            ),
            (
                "crates/motus-runtime/src/scope/linux/sys.rs",
                "//! Calls.\n#![expect(unsafe_code)]\n",
            ),
        ];
        let files = files.map(|(path, text)| SourceFile::new(path, text));
        let findings: Vec<String> = check(&files).iter().map(ToString::to_string).collect();
        for words in [
            "white space",
            "path of one machine",
            "SQL outside",
            "`SELECT ..` in code",
            "no `//!` header",
            "`#[ignore`",
            "601 lines",
            "`std::fs` in motus-json",
            "build script in motus-json",
            "second test binary",
            "never compiled",
            "remove the exception",
            "no fence",
            "unsafe code let pass",
            "without a guard",
            "not on the map",
            "nothing shows",
            "`a.b` has no row",
        ] {
            let count = findings.iter().filter(|finding| finding.contains(words)).count();
            assert_eq!(count, 1, "{words}: {findings:#?}");
        }
        assert_eq!(findings.len(), FILE_CHECKS.len() + TREE_CHECKS.len());
    }
}
