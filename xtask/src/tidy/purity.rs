//! The fence around the pure crates, in text: no disk, environment, process, network, clock or
//! hash order.
//!
//! Clippy bans calls; this bans the names themselves, so that a type cannot slip into a
//! signature. It reads what is written, not what a macro of a dependency expands to.

use super::source::SourceFile;
use crate::finding::Finding;
use crate::rust_text;

/// Crates whose promise is: same input, same output, nothing else.
const PURE_CRATES: &[&str] = &["motus-json", "motus-ledger"];

/// Modules of `std` that are effects.
const EFFECTS: &[&str] = &["env", "fs", "net", "process"];

/// Names that carry a clock or an unstable order, wherever they come from.
const NAMES: &[(&str, &str)] = &[
    ("SystemTime", "take the time as an argument"),
    ("Instant", "take the time as an argument"),
    ("Timestamp::now", "take the time as an argument"),
    ("Zoned::now", "take the time as an argument"),
    ("HashMap", "use BTreeMap: its order is the same everywhere"),
    ("HashSet", "use BTreeSet: its order is the same everywhere"),
];

/// Checks that product code of a pure crate names no effect.
pub(super) fn pure_crates(file: &SourceFile) -> Vec<Finding> {
    let Some(name) = file.crate_source().filter(|name| PURE_CRATES.contains(name)) else {
        return Vec::new();
    };
    let code = file.product_code();
    let mut findings = Vec::new();
    let mut found = |offset: usize, what: &str, instead: &str| {
        let line = rust_text::line_of(&code, offset);
        let message = format!("`{what}` in {name}, which is pure: {instead}");
        findings.push(Finding::new(&file.path, line, message));
    };
    for (word, instead) in NAMES {
        rust_text::words(&code, word).for_each(|offset| found(offset, word, instead));
    }
    for module in EFFECTS {
        let path = format!("std::{module}");
        let instead = "move the effect to the crate that promises it";
        rust_text::words(&code, &path).for_each(|offset| found(offset, &path, instead));
        grouped(&code, module).for_each(|offset| found(offset, &path, instead));
    }
    findings
}

/// Yields where `module` is named inside a `std::{..}` group.
fn grouped<'a>(code: &'a str, module: &'a str) -> impl Iterator<Item = usize> + 'a {
    rust_text::words(code, "std::").filter_map(move |offset| {
        let start = offset + "std::".len();
        let group = code[start..].starts_with('{').then(|| rust_text::block(code, start))??;
        let inside = rust_text::words(&code[group.clone()], module).next()?;
        Some(group.start + inside)
    })
}

#[cfg(test)]
mod tests {
    use super::super::assert_findings;
    use super::*;

    #[track_caller]
    fn check(code: &str, expected: &[&str]) {
        assert_findings(
            &pure_crates(&SourceFile::new("crates/motus-json/src/a.rs", code)),
            expected,
        );
    }

    #[test]
    fn every_effect_is_found() {
        for module in EFFECTS {
            let instead = "move the effect to the crate that promises it";
            let expected = format!(
                "crates/motus-json/src/a.rs:2: `std::{module}` in motus-json, which is pure: {instead}"
            );
            check(&format!("\nuse std::{module};\n"), &[&expected]);
            check(&format!("\nuse std::{{fmt, {module}::X}};\n"), &[&expected]);
        }
    }

    #[test]
    fn every_name_is_found() {
        for (name, instead) in NAMES {
            let expected = format!(
                "crates/motus-json/src/a.rs:1: `{name}` in motus-json, which is pure: {instead}"
            );
            check(&format!("fn f() {{ {name}(); }}\n"), &[&expected]);
        }
    }

    #[test]
    fn comments_literals_tests_and_other_crates_are_free() {
        check("//! No std::fs, no HashMap.\nlet s = \"Instant\";\n", &[]);
        check("#[cfg(test)]\nmod tests { use std::fs; }\n", &[]);
        check("use std::{collections::BTreeMap, fmt};\nuse std::process_like;\n", &[]);
        let other = SourceFile::new("crates/motus-fs/src/lib.rs", "use std::fs;\n");
        assert_findings(&pure_crates(&other), &[]);
    }
}
