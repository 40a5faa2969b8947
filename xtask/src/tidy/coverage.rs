//! Rules that keep the pages of what is covered true: each test and each path that they name is there; of the
//! specification each departure too, and no row is without one.
//!
//! That a test shows what its row says is for reviewers; that it is a test of that crate is for this file.

use std::collections::BTreeSet;

use super::source::SourceFile;
use crate::finding::Finding;
use crate::rust_text;

/// The page of the specification, on which every row is shown.
const SPEC: &str = "docs/spec-coverage.md";
/// The pages that name tests.
const PAGES: [&str; 2] = [SPEC, "docs/textus-coverage.md"];
/// Where the bundles are that a test verifies, each by its name.
const VECTORS: &str = "vectors/";

/// Checks every name between back quotes; of the specification every departure, and every row.
pub(super) fn shown_requirements(files: &[SourceFile]) -> Vec<Finding> {
    let pages = files.iter().filter(|file| PAGES.contains(&file.path.as_str()));
    pages.flat_map(|page| check(page, files)).collect()
}

fn check(page: &SourceFile, files: &[SourceFile]) -> Vec<Finding> {
    let known = Known::of(files, &page.text);
    let mut findings = Vec::new();
    for (line, text) in (1..).zip(page.text.lines()) {
        let mut note = |message: String| findings.push(Finding::new(&page.path, line, message));
        for name in names(text).filter(|name| !known.has(name)) {
            note(format!("`{name}` does not exist: name a test of its crate, or a path"));
        }
        if page.path != SPEC {
            continue;
        }
        for number in departures(text).filter(|number| !known.departures.contains(number)) {
            note(format!("{number} has no row of its own: say there what is otherwise or missing"));
        }
        if is_row(text) && !is_shown(text) {
            note("a row that nothing shows: name a test, or a departure".to_owned());
        }
    }
    findings
}

/// What a page may name.
struct Known<'f> {
    files: &'f [SourceFile],
    /// Tests as `crate::name`.
    tests: BTreeSet<String>,
    /// Those with a row of their own.
    departures: BTreeSet<&'f str>,
}

impl<'f> Known<'f> {
    fn of(files: &'f [SourceFile], page: &'f str) -> Self {
        let named = |file: &'f SourceFile| {
            let folder =
                file.crate_name().or_else(|| file.path.split_once('/').map(|(top, _)| top));
            tests(&file.code).map(move |test| format!("{}::{test}", folder.unwrap_or_default()))
        };
        let rows = page.lines().filter_map(|line| departures(line.split('|').nth(1)?).next());
        Self {
            files,
            tests: files.iter().filter(|file| file.is_rust()).flat_map(named).collect(),
            departures: rows.collect(),
        }
    }

    fn has(&self, name: &str) -> bool {
        if name.contains("::") {
            return self.tests.contains(name);
        }
        let below = format!("crates/{name}");
        let begins = |file: &SourceFile, path: &str| {
            file.path
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.files.iter().any(|file| begins(file, name) || begins(file, &below))
    }
}

/// Yields what a line names between back quotes and means as a test or a path.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let quoted = line.split('`').skip(1).step_by(2);
    quoted.filter(|name| {
        let is_test =
            name.split_once("::").is_some_and(|(of, test)| is_plain(of) && is_plain(test));
        let is_path = name.contains('/') && name.split('/').all(is_plain);
        is_test || is_path
    })
}

/// Says whether something could be part of a path, or a crate, or a test.
fn is_plain(name: &str) -> bool {
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(is_usual)
}

/// Yields the departures that a line names: `D` and a number.
fn departures(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|character: char| !character.is_ascii_alphanumeric());
    words.filter(|word| {
        word.strip_prefix('D').is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}

/// Says whether a line is a row of a table, and neither its head nor the line below that.
fn is_row(line: &str) -> bool {
    let head = line.starts_with("| § |") || line.starts_with("| | ") || line.starts_with("|---");
    line.starts_with('|') && !head
}

fn is_shown(row: &str) -> bool {
    let shows = |name: &str| name.contains("::") || name.starts_with(VECTORS);
    names(row).any(shows) || departures(row).next().is_some()
}

/// Yields the functions behind `#[test]`. Where a macro names them, every name with a colon behind it counts.
fn tests(code: &str) -> impl Iterator<Item = String> + '_ {
    let marked = code.match_indices("#[test]").filter_map(|(at, _)| {
        let rest = &code[at..];
        let from = rust_text::words(rest, "fn").next()? + "fn".len();
        Some(rest[from..].trim_start())
    });
    marked.flat_map(move |rest| {
        if rest.starts_with('$') {
            return before_colons(code).collect::<Vec<_>>();
        }
        vec![identifier(rest).to_owned()]
    })
}

fn before_colons(code: &str) -> impl Iterator<Item = String> + '_ {
    code.lines().filter_map(|line| {
        let line = line.trim_start();
        let name = identifier(line);
        (!name.is_empty() && line[name.len()..].starts_with(": ")).then(|| name.to_owned())
    })
}

fn identifier(text: &str) -> &str {
    let end = text.find(|character: char| !character.is_alphanumeric() && character != '_');
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::super::assert_findings;
    use super::*;

    #[track_caller]
    fn expect(page: &str, expected: &[&str]) {
        expect_on(SPEC, page, expected);
    }

    #[track_caller]
    fn expect_on(path: &str, page: &str, expected: &[&str]) {
        let code = "#[test]\nfn order_is_kept() {}\nfn helper() {}\n// #[test] fn a_comment() {}\n";
        let made = "macro_rules! all { ($($name:ident: $text:literal),*) => { $(#[test]\nfn $name() {})* } }\n\
            all! {\n    p01_made: \"p01\",\n}\n";
        let files = [
            SourceFile::new(path, page),
            SourceFile::new("crates/a-b/src/lib.rs", code),
            SourceFile::new("crates/c/tests/it/made.rs", made),
            SourceFile::new("xtask/src/main.rs", "#[test]\n#[should_hold]\nfn of_chores() {}\n"),
            SourceFile::new("vectors/0.1/bad/torn/manifest.json", "{}"),
        ];
        assert_findings(&shown_requirements(&files), expected);
    }

    #[test]
    fn a_page_that_names_what_is_there_passes() {
        expect(
            "| § | What | Tests |\n|---|---|---|\n\
             | 1 | x | `a-b/src/lib.rs` | `a-b::order_is_kept`, `xtask::of_chores` |\n\
             | 2 | y | `xtask/src` | `vectors/0.1/bad/torn` |\n\
             | 3 | z | `c::p01_made` |\n\
             | 4 | `{type,data}`, `evidence/…` and `Receipt` are no names | D1 |\n\n\
             | | Otherwise |\n|---|---|\n| D1 | `evi_ms` has a sign |\n",
            &[],
        );
    }

    #[test]
    fn what_is_not_there_is_found() {
        let missing = |line: usize, name: &str| {
            format!(
                "docs/spec-coverage.md:{line}: `{name}` does not exist: name a test of its crate, or a path"
            )
        };
        let names = [
            "a-b::helper",
            "a-b::a_comment",
            "c::order_is_kept",
            "d::order_is_kept",
            "c::p01",
            "a-b/src/other.rs",
            "a-b/src/li",
            "vectors/0.1/bad/tor",
        ];
        let page: Vec<String> = names.iter().map(|name| format!("Shown by `{name}`.\n")).collect();
        let expected: Vec<String> =
            (1..).zip(names).map(|(line, name)| missing(line, name)).collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        expect(&page.concat(), &expected);
    }

    #[test]
    fn a_row_that_nothing_shows_and_a_departure_without_a_row_are_found() {
        expect(
            "| 1 | x | `a-b/src/lib.rs` | |\n| 2 | y | D2 |\n| D1 | as in D3 |\n",
            &[
                "docs/spec-coverage.md:1: a row that nothing shows: name a test, or a departure",
                "docs/spec-coverage.md:2: D2 has no row of its own: say there what is otherwise or missing",
                "docs/spec-coverage.md:3: D3 has no row of its own: say there what is otherwise or missing",
            ],
        );
    }

    #[test]
    fn on_another_page_names_are_there_and_rows_may_be_without() {
        expect_on(
            "docs/textus-coverage.md",
            "| 1 | D9 | `a-b::order_is_kept` |\n| 2 | not yet |\n| 3 | `a-b::helper` |\n",
            &[
                "docs/textus-coverage.md:3: `a-b::helper` does not exist: name a test of its crate, or a path",
            ],
        );
    }

    #[test]
    fn without_the_page_nothing_is_found() {
        assert_findings(&shown_requirements(&[SourceFile::new("docs/other.md", "D9")]), &[]);
    }
}
