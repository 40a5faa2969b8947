//! Which directory is the store.
//!
//! What the command line and the environment say comes in as arguments; nothing is opened.

use std::path::{Path, PathBuf};

use textus_core::{Code, Error};

use crate::layout::{MANIFEST, STORE};

/// Where a store may be told to be, the strongest first. Source: textus/3 §3.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// What the flag `--root` says: the `.textus` directory itself.
    pub flag: Option<&'a Path>,
    /// What the environment variable `TEXTUS_ROOT` says, likewise.
    pub environment: Option<&'a Path>,
    /// The absolute current directory, from which relative paths count and the search begins.
    pub directory: &'a Path,
}

/// Finds the store: where it is told to be, else the nearest `.textus` with a manifest upwards.
///
/// A directory `.textus` without one is passed over. Errors: `io_error`, `{path}`.
pub fn locate(places: Places<'_>) -> Result<PathBuf, Error> {
    if let Some(told) = places.flag.or(places.environment) {
        let root = absolute(places.directory, told);
        return if has_manifest(&root) { Ok(root) } else { Err(no_manifest(&root)) };
    }
    let candidates = places.directory.ancestors().map(|directory| directory.join(STORE));
    candidates.into_iter().find(|root| has_manifest(root)).ok_or_else(|| nowhere(places.directory))
}

fn has_manifest(root: &Path) -> bool {
    root.join(MANIFEST).exists()
}

/// Joins without looking at links; `.` pieces drop out.
fn absolute(directory: &Path, told: &Path) -> PathBuf {
    directory.join(told).components().collect()
}

fn no_manifest(root: &Path) -> Error {
    let root = root.display();
    Error::new(Code::IoError, format!("no textus store at {root}: it has no {MANIFEST}"))
        .with("path", root.to_string())
        .hint("name the .textus directory itself")
}

fn nowhere(directory: &Path) -> Error {
    let directory = directory.display();
    let message = format!("no textus store in {directory} or any directory above it");
    Error::new(Code::IoError, message)
        .with("path", directory.to_string())
        .hint("run 'textus init', or name a .textus directory with --root")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]

    use std::fs;

    use super::*;

    fn store(directory: &Path) -> PathBuf {
        let root = directory.join(STORE);
        fs::create_dir_all(&root).unwrap();
        fs::write(root.join(MANIFEST), "").unwrap();
        root
    }

    #[test]
    fn the_flag_wins_over_the_environment_and_that_over_the_search() {
        let folder = tempfile::tempdir().unwrap();
        let [here, other, third] = ["here", "other", "third"].map(|name| {
            let directory = folder.path().join(name);
            (directory.clone(), store(&directory))
        });
        let places = Places { flag: None, environment: None, directory: &here.0 };
        assert_eq!(locate(places).unwrap(), here.1);
        let places = Places { environment: Some(&other.1), ..places };
        assert_eq!(locate(places).unwrap(), other.1);
        let places = Places { flag: Some(&third.1), ..places };
        assert_eq!(locate(places).unwrap(), third.1);
        let places = Places { flag: Some(Path::new("./.textus")), ..places };
        assert_eq!(locate(places).unwrap(), here.1);
    }

    #[test]
    fn the_search_goes_up_and_passes_over_what_has_no_manifest() {
        let folder = tempfile::tempdir().unwrap();
        let root = store(folder.path());
        let deep = folder.path().join("a/b");
        fs::create_dir_all(deep.join(STORE)).unwrap();
        let places = Places { flag: None, environment: None, directory: &deep };
        assert_eq!(locate(places).unwrap(), root);
    }

    #[test]
    fn an_error_names_the_place() {
        let folder = tempfile::tempdir().unwrap();
        let told = Path::new("sub/.textus");
        let places = Places { flag: Some(told), environment: None, directory: folder.path() };
        let error = locate(places).unwrap_err();
        let expected = folder.path().join(told).display().to_string();
        assert_eq!(error.code(), Code::IoError);
        assert!(error.message().contains(&expected), "{error}");
        let nowhere = Places { flag: None, environment: None, directory: Path::new("/proc") };
        assert!(locate(nowhere).unwrap_err().message().contains("/proc"));
    }
}
