//! Rules that keep `ARCHITECTURE.md` true: each invariant names a guard that exists, each crate
//! is on the map.
//!
//! A guard is the name of a test or of a check here. That the guard tests the right thing is for
//! reviewers; that it exists is for this file.

use super::source::SourceFile;
use crate::finding::Finding;
use crate::rust_text;

const MAP: &str = "ARCHITECTURE.md";
const INVARIANT: &str = "Architecture Invariant:";
const GUARD: &str = "(guard:";

/// Checks that each invariant ends with `(guard: path::name)` and that `fn name` exists.
///
/// Several guards are separated by commas; back quotes are ignored.
pub(super) fn guarded_invariants(files: &[SourceFile]) -> Vec<Finding> {
    let Some(map) = files.iter().find(|file| file.path == MAP) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for (line, invariant) in invariants(&map.text) {
        let guards = guards(&invariant);
        if guards.is_empty() {
            let message = "invariant without a guard: end it with `(guard: path::test_name)`";
            findings.push(Finding::new(MAP, line, message));
        }
        for guard in guards.iter().filter(|guard| !exists(files, guard)) {
            let message = format!("guard `{guard}` does not exist: name a test or an xtask check");
            findings.push(Finding::new(MAP, line, message));
        }
    }
    findings
}

/// Checks that the map names every crate of the workspace.
pub(super) fn named_crates(files: &[SourceFile]) -> Vec<Finding> {
    let map = files.iter().find(|file| file.path == MAP).map_or("", |file| file.text.as_str());
    let mut findings = Vec::new();
    for file in files {
        let inside = file.path.strip_prefix("crates/");
        let Some(name) = inside.and_then(|path| path.strip_suffix("/Cargo.toml")) else {
            continue;
        };
        if !map.contains(name) {
            let message = format!("crate is not on the map: describe {name} in {MAP}");
            findings.push(Finding::new(&file.path, 1, message));
        }
    }
    findings
}

/// Returns each invariant's line and its paragraph, joined to one line.
fn invariants(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| line.contains(INVARIANT));
    starts
        .map(|(start, first)| {
            let rest = lines[start + 1..].iter();
            let more = rest.take_while(|line| !line.trim().is_empty() && !line.contains(INVARIANT));
            let paragraph: Vec<&str> =
                std::iter::once(first).chain(more).map(|line| line.trim()).collect();
            (start + 1, paragraph.join(" "))
        })
        .collect()
}

fn guards(invariant: &str) -> Vec<String> {
    let listed = invariant.split(GUARD).skip(1).filter_map(|rest| rest.split(')').next());
    let names = listed.flat_map(|list| list.split(','));
    names
        .map(|name| name.replace('`', "").trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// Says whether some Rust file defines a function with the guard's last name.
fn exists(files: &[SourceFile], guard: &str) -> bool {
    let name = guard.rsplit([':', '/', ' ']).next().unwrap_or(guard);
    let definition = format!("fn {name}");
    files.iter().any(|file| rust_text::words(&file.code, &definition).next().is_some())
}

#[cfg(test)]
mod tests {
    use super::super::assert_findings;
    use super::*;

    #[track_caller]
    fn check(map: &str, expected: &[&str]) {
        let code = "fn order_is_kept() {}\n// fn only_a_comment\n";
        let files = [SourceFile::new(MAP, map), SourceFile::new("crates/a/src/lib.rs", code)];
        assert_findings(&guarded_invariants(&files), expected);
    }

    #[test]
    fn an_invariant_with_an_existing_guard_passes() {
        check("Architecture Invariant: order. (guard: `a::tests::order_is_kept`)\n", &[]);
        check("**Architecture Invariant:** order\nis kept (guard: a/order_is_kept).\n", &[]);
        check("No invariant here.\n", &[]);
    }

    #[test]
    fn an_invariant_without_a_guard_is_found() {
        check(
            "# Map\n\nArchitecture Invariant: order.\n\n(guard: a::order_is_kept)\n",
            &[
                "ARCHITECTURE.md:3: invariant without a guard: end it with `(guard: path::test_name)`",
            ],
        );
    }

    #[test]
    fn a_guard_that_does_not_exist_is_found() {
        check(
            "Architecture Invariant: x. (guard: a::order_is_kept, a::only_a_comment)\n",
            &[
                "ARCHITECTURE.md:1: guard `a::only_a_comment` does not exist: name a test or an xtask check",
            ],
        );
    }

    #[test]
    fn a_crate_missing_from_the_map_is_found() {
        let manifest = SourceFile::new("crates/motus-new/Cargo.toml", "");
        let map = SourceFile::new(MAP, "`motus-new` does something.\n");
        assert_findings(
            &named_crates(std::slice::from_ref(&manifest)),
            &[
                "crates/motus-new/Cargo.toml:1: crate is not on the map: describe motus-new in ARCHITECTURE.md",
            ],
        );
        assert_findings(&named_crates(&[manifest, map]), &[]);
    }
}
