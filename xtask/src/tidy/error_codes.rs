//! Rules that keep `docs/error-codes.md` true: every code that `fn code` returns or the front door
//! names has a row, and every row has a code that the source still holds.
//!
//! A code is a literal like `store.busy`. A row is a table line that begins with the code in back
//! quotes. A code that is put together from parts would not be seen: write each one whole.

use std::collections::BTreeMap;
use std::ops::Range;

use super::source::SourceFile;
use crate::finding::Finding;
use crate::rust_text;

const TABLE: &str = "docs/error-codes.md";

/// The crate that makes failures of literals and gives hints by code: all its codes count.
const FRONT_DOOR: &str = "motus-cli";

/// What the names of event kinds begin with, which look like codes.
const KINDS: &str = "adapter.";

/// A code and the place that states it.
type Places = BTreeMap<String, (String, usize)>;

/// Checks both directions between the table and the source of the crates.
pub(super) fn documented_codes(files: &[SourceFile]) -> Vec<Finding> {
    let table = files.iter().find(|file| file.path == TABLE);
    let rows = table.map(|file| rows(&file.text)).unwrap_or_default();
    let stated = stated_codes(files);
    let missing = stated.iter().filter(|(code, _)| !rows.iter().any(|(_, row)| row == *code));
    let mut findings: Vec<Finding> = missing
        .map(|(code, (path, line))| {
            let message = format!("error code `{code}` has no row: describe it in {TABLE}");
            Finding::new(path, *line, message)
        })
        .collect();
    for (index, (line, code)) in rows.iter().enumerate() {
        if rows[..index].iter().any(|(_, earlier)| earlier == code) {
            let message = format!("second row for `{code}`: keep one meaning per code");
            findings.push(Finding::new(TABLE, *line, message));
        } else if !is_written_somewhere(files, code) {
            let message = format!("no source holds `{code}`: remove the row, never reuse the code");
            findings.push(Finding::new(TABLE, *line, message));
        }
    }
    findings
}

/// Returns line and code of each table row.
fn rows(text: &str) -> Vec<(usize, String)> {
    let numbered = text.lines().enumerate();
    numbered
        .filter_map(|(index, line)| {
            let code = line.strip_prefix("| `")?.split('`').next()?;
            is_code(code).then(|| (index + 1, code.to_owned()))
        })
        .collect()
}

/// Returns the codes that functions called `code` and the front door hold, with the first place
/// of each.
fn stated_codes(files: &[SourceFile]) -> Places {
    let mut codes = Places::new();
    for file in files {
        let Some(name) = file.crate_source() else {
            continue;
        };
        let product = file.product_code();
        let ranges = if name == FRONT_DOOR {
            std::iter::once(0..product.len()).collect()
        } else {
            bodies(&product, "fn code")
        };
        for range in ranges {
            for (offset, literal) in rust_text::literals(&file.text, &product, range) {
                if is_code(literal) && !literal.starts_with(KINDS) {
                    let place = (file.path.clone(), rust_text::line_of(&file.text, offset));
                    codes.entry(literal.to_owned()).or_insert(place);
                }
            }
        }
    }
    codes
}

/// Says whether product code of some crate holds `code` as a literal; a hint for a code does not
/// count, because nobody may return the code any more.
fn is_written_somewhere(files: &[SourceFile], code: &str) -> bool {
    files.iter().filter(|file| file.crate_source().is_some()).any(|file| {
        let product = file.product_code();
        let hints = bodies(&product, "fn hint");
        let held = rust_text::literals(&file.text, &product, 0..product.len());
        let mut held = held.iter().filter(|(_, literal)| *literal == code);
        held.any(|(offset, _)| !hints.iter().any(|body| body.contains(offset)))
    })
}

/// Returns the body of each function whose definition begins with `definition`.
fn bodies(code: &str, definition: &str) -> Vec<Range<usize>> {
    rust_text::words(code, definition).filter_map(|start| rust_text::block(code, start)).collect()
}

/// Says whether a literal has the form `area.reason`: lower-case words joined by dots.
fn is_code(literal: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.bytes().all(|b| b == b'_' || b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    literal.contains('.') && literal.split('.').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::super::assert_findings;
    use super::*;

    const SOURCE: &str = r#"//! X.
impl E {
    /// Returns `store.not_this_one`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy => "store.busy",
            Self::Other(inner) => inner.code(),
        }
    }
}
const LATE: &str = "cli.usage";
#[cfg(test)]
mod tests { fn code() -> &'static str { "test.only" } }
"#;

    #[track_caller]
    fn check(table: &str, expected: &[&str]) {
        let source = SourceFile::new("crates/a/src/error.rs", SOURCE);
        let files = [source, SourceFile::new(TABLE, table)];
        assert_findings(&documented_codes(&files), expected);
    }

    #[test]
    fn a_table_that_agrees_passes() {
        check("| Code | Meaning |\n|---|---|\n| `store.busy` | .. |\n| `cli.usage` | .. |\n", &[]);
    }

    #[test]
    fn a_code_without_a_row_is_found() {
        check(
            "Codes such as `store.busy` in prose are no rows.\n",
            &[
                "crates/a/src/error.rs:6: error code `store.busy` has no row: describe it in docs/error-codes.md",
            ],
        );
    }

    #[test]
    fn a_row_without_a_code_is_found() {
        check(
            "| `store.busy` | .. |\n| `store.gone` | .. |\n| `store.busy` | again |\n",
            &[
                "docs/error-codes.md:2: no source holds `store.gone`: remove the row, never reuse the code",
                "docs/error-codes.md:3: second row for `store.busy`: keep one meaning per code",
            ],
        );
    }

    /// Checks the table of `store.busy` and `cli.usage` beside a source of the front door.
    #[track_caller]
    fn check_front_door(source: &str, expected: &[&str]) {
        let front_door = SourceFile::new("crates/motus-cli/src/failure.rs", source);
        let table = "| `store.busy` | .. |\n| `cli.usage` | .. |\n";
        let files = [
            SourceFile::new("crates/a/src/error.rs", SOURCE),
            front_door,
            SourceFile::new(TABLE, table),
        ];
        assert_findings(&documented_codes(&files), expected);
    }

    #[test]
    fn every_code_of_the_front_door_needs_a_row() {
        for source in [
            "fn f() { Failure::usage(\"cli.lost\", \"no command\") }\n",
            "fn f() { Failure { code: \"cli.lost\", causes } }\n",
            "fn hint(code: &str) -> &str { match code { \"cli.lost\" => \"try again\" } }\n",
        ] {
            let finding = "crates/motus-cli/src/failure.rs:1: error code `cli.lost` has no row: describe it in docs/error-codes.md";
            check_front_door(source, &[finding]);
            check_front_door(&source.replace("cli.lost", "cli.usage"), &[]);
        }
    }

    #[test]
    fn kinds_and_tests_of_the_front_door_are_no_codes() {
        check_front_door("fn f() { kind == \"adapter.wrap.start\" }\n", &[]);
        check_front_door("#[cfg(test)]\nmod tests { fn t() { f(\"cli.lost\") } }\n", &[]);
    }

    #[test]
    fn a_row_that_only_a_hint_still_names_is_found() {
        let hint = "fn hint(code: &str) -> &str { match code { \"store.gone\" => \"wait\" } }\n";
        let files = [
            SourceFile::new("crates/motus-cli/src/failure.rs", hint),
            SourceFile::new(TABLE, "| `store.gone` | .. |\n"),
        ];
        let finding = "docs/error-codes.md:1: no source holds `store.gone`: remove the row, never reuse the code";
        assert_findings(&documented_codes(&files), &[finding]);
    }

    #[test]
    fn codes_are_lower_case_words_joined_by_dots() {
        for code in ["store.busy", "json.number.too_big", "wrap.exit2"] {
            assert!(is_code(code), "{code}");
        }
        for other in ["store", "Store.busy", "store.", ".busy", "a b.c", "run {0}.x"] {
            assert!(!is_code(other), "{other}");
        }
    }
}
