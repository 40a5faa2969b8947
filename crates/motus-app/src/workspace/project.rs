//! What tells of a workspace that was laid over a directory in use.

use std::path::Path;

use motus_fs::{FileType, Jail};
use motus_json::{Value, compact};
use motus_ledger::Clock;

use super::InitError;

/// The file, below `.motus`.
pub(super) const FILE: &str = "project/config/init.yaml";

const TEMPORARY: &str = ".init.yaml.new-motus";

/// Tells whether nothing has the file's name; what is no plain file is refused.
pub(super) fn is_missing(jail: &Jail) -> Result<bool, InitError> {
    match jail.inspect(FILE)? {
        None => Ok(true),
        Some(found) if found.file_type == FileType::File => Ok(false),
        // Opening it says what it is.
        Some(_) => jail.open_file(FILE).map(|_| false).map_err(InitError::from),
    }
}

/// Writes the file unless somebody was faster.
pub(super) fn write(jail: &Jail, root: &Path, clock: &dyn Clock) -> Result<bool, InitError> {
    let text = document(&root.to_string_lossy(), clock.timestamp().as_str());
    let mut staged = jail.stage(FILE, TEMPORARY, text.as_bytes(), Some(0o600))?;
    let is_new = staged.publish_new()?;
    staged.sync()?;
    Ok(is_new)
}

/// Shape: the published members in their order; a time is quoted, as it would be one of YAML otherwise.
fn document(root: &str, created_at: &str) -> String {
    let root = scalar(root);
    format!("created_at: '{created_at}'\ninit_mode: integrate\nworkspace_root: {root}\n")
}

/// Spells a path as a YAML scalar: bare where nothing in it means anything, else as a JSON string, which
/// is one of YAML.
fn scalar(path: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "/._-".contains(character);
    if path.starts_with('/') && path.chars().all(is_plain) {
        return path.to_owned();
    }
    compact::write(&Value::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_the_published_form() {
        let text = document("/home/you/project", "2026-01-02T03:04:05Z");
        let expected = "created_at: '2026-01-02T03:04:05Z'\n\
            init_mode: integrate\n\
            workspace_root: /home/you/project\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_path_that_yaml_would_read_otherwise_is_quoted() {
        for (path, expected) in [
            ("/a b: #c", r#""/a b: #c""#),
            ("/a\nmode: x", r#""/a\nmode: x""#),
            ("/\u{85}\u{1b}é\"", "\"/\\u0085\\u001bé\\\"\""),
            ("/plain-1.2_3", "/plain-1.2_3"),
        ] {
            assert_eq!(scalar(path), expected);
        }
    }
}
