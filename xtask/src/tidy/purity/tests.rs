//! What the fence finds, and what it lets pass.

use super::super::assert_findings;
use super::*;

const SOURCE: &str = "crates/motus-json/src/a.rs";

/// Checks that `code` breaks the rule once for each `(line, what)`, in this order.
#[track_caller]
fn check(code: &str, expected: &[(usize, &str)]) {
    let findings = pure_crates(&SourceFile::new(SOURCE, code));
    check_starts(&findings, SOURCE, expected);
}

#[track_caller]
fn check_starts(findings: &[Finding], path: &str, expected: &[(usize, &str)]) {
    assert_eq!(findings.len(), expected.len(), "{findings:?}");
    for (finding, (line, what)) in findings.iter().zip(expected) {
        let start = format!("{path}:{line}: {what} in motus-json, which is pure: ");
        assert!(finding.to_string().starts_with(&start), "{finding}");
    }
}

#[test]
fn every_effect_is_found() {
    for module in ["env", "fs", "net", "os", "path", "process", "thread", "time"] {
        let what = format!("`std::{module}`");
        check(&format!("\nuse std::{module};\n"), &[(2, &what)]);
        check(&format!("\nlet x = ::std::{module}::f();\n"), &[(2, &what)]);
        check(&format!("\nuse std::{{fmt, {module}::X}};\n"), &[(2, &what)]);
        check(
            &format!("use std::{{\n    io::{{self, Write}},\n    {module},\n}};\n"),
            &[(3, &what)],
        );
    }
}

#[test]
fn another_name_for_std_is_found() {
    check("use std as x;\n", &[(1, "`std`")]);
    check("extern crate std as x;\n", &[(1, "`std`")]);
    check("use std::{self as x};\n", &[(1, "`std::self`")]);
    check("use std::*;\n", &[(1, "`std::*`")]);
}

#[test]
fn every_name_is_found() {
    for (name, _) in NAMES {
        check(&format!("fn f() {{ {name}(); }}\n"), &[(1, &format!("`{name}`"))]);
    }
    check("use std::io::{self, stdin};\n", &[(1, "`stdin`")]);
    check("let x = std::collections::hash_map::RandomState::new();\n", &[(1, "`RandomState`")]);
}

#[test]
fn comments_literals_tests_and_other_crates_are_free() {
    check("//! No std::fs, no HashMap.\nlet s = \"Instant\";\n", &[]);
    check("#[cfg(test)]\nmod tests { use std::fs; }\n", &[]);
    check("use std::{collections::BTreeMap, fmt};\nuse std::io::{self, Write};\n", &[]);
    check("fn my_std() { core::mem::take(x) }\n", &[]);
    let other = SourceFile::new("crates/motus-fs/src/lib.rs", "use std::fs;\n");
    assert_findings(&pure_crates(&other), &[]);
}

#[test]
fn a_file_is_no_test_because_of_its_name() {
    let path = "crates/motus-json/src/tests.rs";
    let findings = pure_crates(&SourceFile::new(path, "use std::fs;\n"));
    check_starts(&findings, path, &[(1, "`std::fs`")]);
}

#[test]
fn an_exception_holds_for_its_name_and_file_alone() {
    for Exception { path, name, .. } in EXCEPTIONS {
        let code = format!("use x::{{{name}, HashMap}};\n");
        let findings = pure_crates(&SourceFile::new(path, &code));
        check_starts(&findings, path, &[(1, "`HashMap`")]);
        check(&code, &[(1, "`HashMap`"), (1, &format!("`{name}`"))]);
    }
}

#[test]
fn an_exception_that_is_not_needed_is_found() {
    let files = |code: &str| EXCEPTIONS.iter().map(|e| SourceFile::new(e.path, code)).collect();
    let used: Vec<SourceFile> = files("use std::hash::RandomState;\n");
    assert_findings(&needed_exceptions(&used), &[]);
    let unused: Vec<SourceFile> = files("// RandomState\n");
    assert_eq!(needed_exceptions(&unused).len(), EXCEPTIONS.len());
    assert_eq!(needed_exceptions(&[]).len(), EXCEPTIONS.len());
}

/// Checks what [`no_code_from_elsewhere`] finds in a file of a pure crate.
#[track_caller]
fn check_elsewhere(name: &str, text: &str, expected: &[(usize, &str)]) {
    let path = format!("crates/motus-json/{name}");
    let findings = no_code_from_elsewhere(&SourceFile::new(&path, text));
    check_starts(&findings, &path, expected);
}

#[test]
fn code_from_outside_src_is_found() {
    check_elsewhere("build.rs", "", &[(1, "build script")]);
    check_elsewhere("Cargo.toml", "[package]\nbuild = \"x.rs\"\n", &[(2, "`build`")]);
    check_elsewhere("Cargo.toml", "[lib]\npath = \"x.rs\"\n", &[(2, "`path`")]);
    check_elsewhere("src/a.rs", "#[path = \"../x.rs\"]\nmod x;\n", &[(1, "`#[path]`")]);
    let conditional = "#[cfg_attr(unix,\n    path = \"x.rs\")]\nmod x;\n";
    check_elsewhere("src/a.rs", conditional, &[(2, "`#[path]`")]);
    check_elsewhere("src/a.rs", "\ninclude!(\"../x.rs\");\n", &[(2, "`include!`")]);
}

#[test]
fn other_code_may_name_paths() {
    check_elsewhere("src/a.rs", "let path = \"x\";\n#[doc = \"path = x\"]\nfn f() {}\n", &[]);
    check_elsewhere("src/a.rs", "let x = include_str!(\"x.json\");\n", &[]);
    check_elsewhere("tests/it/main.rs", "#[path = \"x.rs\"]\nmod x;\n", &[]);
    check_elsewhere("Cargo.toml", "[dependencies]\nx = { path = \"../x\" }\n", &[]);
    let other = SourceFile::new("crates/motus-fs/build.rs", "");
    assert_findings(&no_code_from_elsewhere(&other), &[]);
}
