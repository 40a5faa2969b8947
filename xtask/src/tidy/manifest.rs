//! The lines of a `Cargo.toml`, as far as a rule needs them: which keys it sets, and where.
//!
//! Reads one line at a time and knows no tables: a key is what stands before the `=`.

use super::source::SourceFile;

/// Yields line, key and value of each setting, and each table's header as a key without a value.
///
/// A file that is no manifest has none.
pub(super) fn settings(file: &SourceFile) -> impl Iterator<Item = (usize, &str, &str)> {
    let is_manifest = file.path.rsplit('/').next() == Some("Cargo.toml");
    let lines = file.text.lines().enumerate().filter(move |_| is_manifest);
    lines.filter_map(|(index, line)| {
        let line = line.trim();
        let (key, value) = match line.split_once('=') {
            _ if line.starts_with('#') => return None,
            _ if line.starts_with('[') => (line, ""),
            Some((key, value)) => (key.trim_end(), value.trim_start()),
            None => return None,
        };
        Some((index + 1, key, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_and_headers_come_with_their_line() {
        let text = "[package]\nname = \"a\"\n# build = \"b\"\nlint.workspace = true\n  \"x\",\n";
        let file = SourceFile::new("crates/a/Cargo.toml", text);
        let found: Vec<_> = settings(&file).collect();
        let expected = [(1, "[package]", ""), (2, "name", "\"a\""), (4, "lint.workspace", "true")];
        assert_eq!(found, expected);
        assert_eq!(settings(&SourceFile::new("clippy.toml", text)).count(), 0);
    }
}
