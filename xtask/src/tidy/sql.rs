//! Where SQL may live: in `.sql` files of the crate that owns the database, and nowhere in code.
//!
//! A statement is known by how it begins, so one that is put together from parts would not be
//! seen. Tests may speak SQL: they look at the file from outside.

use super::source::SourceFile;
use crate::finding::Finding;
use crate::rust_text;

/// What a statement begins with, before white space.
const BEGINNINGS: &[&str] =
    &["ATTACH", "BEGIN", "CREATE", "DELETE", "DROP", "INSERT", "PRAGMA", "SELECT", "UPDATE"];

/// Checks that `.sql` files lie only in the crate that owns the database.
pub(super) fn sql_lives_in_the_store(file: &SourceFile) -> Vec<Finding> {
    let is_sql = file.extension() == "sql";
    if !is_sql || file.path.starts_with("crates/motus-store/") {
        return Vec::new();
    }
    vec![Finding::new(&file.path, 1, "SQL outside motus-store: move the statement there")]
}

/// Checks that no literal in product code of a crate is a statement.
pub(super) fn no_statements_in_code(file: &SourceFile) -> Vec<Finding> {
    if file.crate_source().is_none() {
        return Vec::new();
    }
    let code = file.product_code();
    let literals = rust_text::literals(&file.text, &code, 0..code.len()).into_iter();
    let statements = literals.filter_map(|(offset, literal)| Some((offset, beginning(literal)?)));
    statements
        .map(|(offset, word)| {
            let line = rust_text::line_of(&file.text, offset);
            let message =
                format!("`{word} ..` in code: move the statement to an .sql file of motus-store");
            Finding::new(&file.path, line, message)
        })
        .collect()
}

/// Returns the word of [`BEGINNINGS`] that a literal as written begins with.
fn beginning(literal: &str) -> Option<&'static str> {
    let mut text = literal;
    // White space as such, as an escape, or as a line that goes on in the next one.
    while let Some(rest) =
        ["\\n", "\\t", "\\\n", " ", "\n"].iter().find_map(|s| text.strip_prefix(s))
    {
        text = rest;
    }
    let is_blank = |rest: &str| rest.starts_with(char::is_whitespace) || rest.starts_with("\\n");
    BEGINNINGS.iter().copied().find(|word| text.strip_prefix(word).is_some_and(is_blank))
}

#[cfg(test)]
mod tests {
    use super::super::assert_findings;
    use super::*;

    #[test]
    fn sql_is_allowed_in_the_store_only() {
        let inside = SourceFile::new("crates/motus-store/src/sql/schema.sql", "");
        let outside = SourceFile::new("crates/motus-app/src/x.sql", "");
        assert_findings(&sql_lives_in_the_store(&inside), &[]);
        assert_eq!(sql_lives_in_the_store(&outside).len(), 1);
    }

    #[track_caller]
    fn check(path: &str, code: &str, expected: &[&str]) {
        assert_findings(&no_statements_in_code(&SourceFile::new(path, code)), expected);
    }

    #[test]
    fn a_statement_is_found_in_every_crate() {
        for word in BEGINNINGS {
            for path in ["crates/motus-store/src/a.rs", "crates/motus-app/src/a/b.rs"] {
                let finding = format!(
                    "{path}:2: `{word} ..` in code: move the statement to an .sql file of motus-store"
                );
                check(path, &format!("\nf(\"{word} x\");\n"), &[&finding]);
                check(path, &format!("\nf(r#\"{word}\n  x\"#);\n"), &[&finding]);
                check(path, &format!("\nf(\"\\\n    {word} x\");\n"), &[&finding]);
                check(path, &format!("\nf(\"\\n{word}\\nx\");\n"), &[&finding]);
            }
        }
    }

    #[test]
    fn other_words_comments_and_tests_pass() {
        let path = "crates/motus-store/src/a.rs";
        check(
            path,
            "// \"SELECT x\"\nf(\"Select x\", \"SELECTION x\", \"SELECT\", \"a SELECT b\");\n",
            &[],
        );
        check(path, "#[cfg(test)]\nmod tests { fn t() { f(\"SELECT x\") } }\n", &[]);
        check("crates/motus-store/tests/it/a.rs", "f(\"SELECT x\");\n", &[]);
        check("xtask/src/a.rs", "f(\"SELECT x\");\n", &[]);
    }
}
