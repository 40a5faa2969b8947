//! The files of the repository as text.
//!
//! Walks the working tree rather than asking git, so that an exported tree is checked alike.
//! Leaves out build output, local state and whatever is not UTF-8; follows no links.

use std::fs;
use std::path::Path;

use super::modules;
use crate::failure::Failure;
use crate::rust_text;

/// Folders that never hold files of the repository.
const SKIPPED_FOLDERS: &[&str] = &[".git", ".idea", ".motus", ".venv", ".vscode", "target"];

/// One text file, with what the checks need to know about it.
pub(crate) struct SourceFile {
    /// Path from the repository root, with `/`.
    pub(crate) path: String,
    /// The file as it is.
    pub(crate) text: String,
    /// For Rust files the text with comments and literals masked, otherwise empty.
    pub(crate) code: String,
    /// Whether the whole file is compiled for tests alone.
    is_test: bool,
}

impl SourceFile {
    /// Takes a path from the repository root and the file's text.
    ///
    /// Alone, only a file in a crate's `tests` folder counts as a test.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let is_rust = extension(path) == "rs";
        let code = if is_rust { rust_text::mask(text) } else { String::new() };
        let is_test = path.contains("/tests/") && !path.contains("/src/");
        Self { path: path.to_owned(), text: text.to_owned(), code, is_test }
    }

    /// Returns what follows the last dot of the path, or nothing.
    pub(crate) fn extension(&self) -> &str {
        extension(&self.path)
    }

    /// Says whether this is Rust.
    pub(crate) fn is_rust(&self) -> bool {
        self.extension() == "rs"
    }

    /// Returns the masked code without test items; empty for test files and other languages.
    pub(crate) fn product_code(&self) -> String {
        if self.is_test { String::new() } else { rust_text::hide_tests(&self.code) }
    }

    /// Returns the folder name under `crates/` that holds this file.
    pub(crate) fn crate_name(&self) -> Option<&str> {
        Some(self.path.strip_prefix("crates/")?.split_once('/')?.0)
    }

    /// Returns the folder name under `crates/` whose `src` holds this file.
    pub(crate) fn crate_source(&self) -> Option<&str> {
        let (name, rest) = self.path.strip_prefix("crates/")?.split_once('/')?;
        rest.starts_with("src/").then_some(name)
    }
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Reads every text file below `root`, in path order.
pub(crate) fn read_tree(root: &Path) -> Result<Vec<SourceFile>, Failure> {
    let mut files = Vec::new();
    read_folder(root, "", &mut files)
        .map_err(|error| Failure::Failed(format!("cannot read the tree: {error}")))?;
    files.sort_by(|left, right| left.path.cmp(&right.path));
    mark_tests(&mut files);
    Ok(files)
}

/// Marks the files below `src` that are unit tests: what they are called says nothing, only
/// `#[cfg(test)]` where they are declared.
fn mark_tests(files: &mut [SourceFile]) {
    let are_tests: Vec<bool> =
        files.iter().map(|file| modules::is_only_for_tests(files, &file.path)).collect();
    for (file, is_test) in files.iter_mut().zip(are_tests) {
        file.is_test |= is_test;
    }
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() && !SKIPPED_FOLDERS.contains(&name.as_str()) {
            read_folder(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file()
            && let Ok(text) = String::from_utf8(fs::read(entry.path())?)
        {
            files.push(SourceFile::new(&path, &text));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_leaves_out_build_output_and_binary_files() {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in [
            ("b.md", b"text\n".as_slice()),
            ("a/lib.rs", b"//! x\n"),
            ("target/out.rs", b"x"),
            (".git/HEAD", b"x"),
            ("picture.bin", &[0xff, 0xfe]),
        ] {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        }
        let paths: Vec<String> =
            read_tree(folder.path()).unwrap().into_iter().map(|file| file.path).collect();
        assert_eq!(paths, ["a/lib.rs", "b.md"]);
    }

    #[test]
    fn product_code_is_empty_in_test_files() {
        let text = "fn kept() {}\n#[cfg(test)]\nmod tests;\nmod late;\n";
        let names = ["src/lib.rs", "src/late/tests.rs", "src/tests.rs", "tests/it/main.rs"];
        let mut files = names.map(|name| SourceFile::new(&format!("crates/a/{name}"), text));
        mark_tests(&mut files);
        let product = files.each_ref().map(|file| !file.product_code().is_empty());
        assert_eq!(product, [true, true, false, false], "{names:?}");
        assert!(!files[0].product_code().contains("tests"));
    }

    #[test]
    fn a_file_knows_its_crate() {
        let names = |path| {
            let file = SourceFile::new(path, "");
            (file.crate_name().map(str::to_owned), file.crate_source().map(str::to_owned))
        };
        let a = || Some("a".to_owned());
        assert_eq!(names("crates/a/src/lib.rs"), (a(), a()));
        assert_eq!(names("crates/a/build.rs"), (a(), None));
        assert_eq!(names("xtask/src/main.rs"), (None, None));
    }
}
