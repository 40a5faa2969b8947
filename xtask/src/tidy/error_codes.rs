//! Rules that keep `docs/error-codes.md` true: every code that `fn code` returns has a row, and
//! every row has a code that the source still holds.
//!
//! A code is a literal like `store.busy`. A row is a table line that begins with the code in back
//! quotes. A code that is put together from parts would not be seen: write each one whole.

use std::collections::BTreeMap;

use super::source::SourceFile;
use crate::finding::Finding;
use crate::rust_text;

const TABLE: &str = "docs/error-codes.md";

/// A code and the place that states it.
type Places = BTreeMap<String, (String, usize)>;

/// Checks both directions between the table and the source of the crates.
pub(super) fn documented_codes(files: &[SourceFile]) -> Vec<Finding> {
    let table = files.iter().find(|file| file.path == TABLE);
    let rows = table.map(|file| rows(&file.text)).unwrap_or_default();
    let returned = returned_codes(files);
    let missing = returned.iter().filter(|(code, _)| !rows.iter().any(|(_, row)| row == *code));
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
        } else if !returned.contains_key(code) && !is_written_somewhere(files, code) {
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

/// Returns the codes that functions called `code` hold, with the first place of each.
fn returned_codes(files: &[SourceFile]) -> Places {
    let mut codes = Places::new();
    for file in files.iter().filter(|file| file.crate_source().is_some()) {
        let product = file.product_code();
        for start in rust_text::words(&product, "fn code") {
            let Some(body) = rust_text::block(&product, start) else {
                continue;
            };
            for (offset, literal) in rust_text::literals(&file.text, &product, body) {
                if is_code(literal) {
                    let place = (file.path.clone(), rust_text::line_of(&file.text, offset));
                    codes.entry(literal.to_owned()).or_insert(place);
                }
            }
        }
    }
    codes
}

/// Says whether product code of some crate holds `code` as a literal, outside any `fn code`.
fn is_written_somewhere(files: &[SourceFile], code: &str) -> bool {
    files.iter().filter(|file| file.crate_source().is_some()).any(|file| {
        let product = file.product_code();
        let held = rust_text::literals(&file.text, &product, 0..product.len());
        held.iter().any(|(_, literal)| *literal == code)
    })
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
