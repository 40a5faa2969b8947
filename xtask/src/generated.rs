//! Folders of the repository that are made from the code: written, or compared with what is made now.
//!
//! Such a folder holds what was made and nothing else: other files are removed, and a check tells every
//! file that differs.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::finding::Finding;
use crate::{output, workspace};

/// The files of a folder by their paths below it.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A folder that a command makes.
#[derive(Debug)]
pub(crate) struct Folder {
    /// Where it lies, from the root of the repository.
    pub(crate) path: &'static str,
    /// The command of `cargo xtask` that makes it.
    pub(crate) command: &'static str,
    /// What each of its files belongs to.
    pub(crate) owner: &'static str,
}

impl Folder {
    /// Writes the files, or with `--check` compares them.
    pub(crate) fn run(&self, arguments: &[OsString], files: &Files) -> Result<(), Failure> {
        let folder = workspace::root().join(self.path);
        let (command, count) = (self.command, files.len());
        let cannot =
            |error: io::Error| Failure::Failed(format!("cannot use {}: {error}", self.path));
        match arguments {
            [] => {
                write(&folder, files).map_err(cannot)?;
                output::talk(&format!("{command}: {count} files in {}", self.path));
                Ok(())
            }
            [flag] if flag == "--check" => {
                let findings = self.check(&folder, files).map_err(cannot)?;
                output::verdict(findings, &format!("{command}: {count} files, as generated"))
            }
            _ => Err(Failure::Usage(format!("{command} takes only `--check`"))),
        }
    }

    /// Tells every file that is missing, that should not be there or has other bytes.
    fn check(&self, folder: &Path, files: &Files) -> io::Result<Vec<Finding>> {
        let found = read(folder)?;
        let paths: BTreeSet<&String> = found.keys().chain(files.keys()).collect();
        let finding = |path: &String| {
            let what = match (found.get(path), files.get(path)) {
                (found, generated) if found == generated => return None,
                (None, _) => "is missing".to_owned(),
                (_, None) => format!("belongs to no {}", self.owner),
                _ => "is not as generated".to_owned(),
            };
            let message = format!("{what}: run `cargo xtask {}`", self.command);
            Some(Finding::new(&format!("{}/{path}", self.path), 1, message))
        };
        Ok(paths.into_iter().filter_map(finding).collect())
    }
}

/// Makes the folder hold these files and nothing else; files that are right are left alone.
fn write(folder: &Path, files: &Files) -> io::Result<()> {
    let found = read(folder)?;
    for path in found.keys().filter(|path| !files.contains_key(*path)) {
        fs::remove_file(folder.join(path))?;
    }
    remove_empty(folder)?;
    for (path, bytes) in files.iter().filter(|(path, bytes)| found.get(*path) != Some(bytes)) {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(folder))?;
        fs::write(file, bytes)?;
    }
    Ok(())
}

/// Removes folders that hold nothing, those inside them first.
fn remove_empty(folder: &Path) -> io::Result<()> {
    for path in entries(folder)? {
        if path.is_dir() {
            remove_empty(&path)?;
            if entries(&path)?.is_empty() {
                fs::remove_dir(&path)?;
            }
        }
    }
    Ok(())
}

fn read(folder: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    read_below(folder, "", &mut files)?;
    Ok(files)
}

fn read_below(folder: &Path, prefix: &str, files: &mut Files) -> io::Result<()> {
    for path in entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            read_below(&path, &format!("{prefix}{name}/"), files)?;
        } else {
            files.insert(format!("{prefix}{name}"), fs::read(&path)?);
        }
    }
    Ok(())
}

/// Lists a folder; one that is not there has nothing in it.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDER: Folder = Folder { path: "vectors/0.1", command: "vectors", owner: "vector" };

    fn files(texts: &[(&str, &str)]) -> Files {
        texts.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn what_was_written_passes_the_check_and_what_is_no_longer_listed_goes() {
        let folder = tempfile::tempdir().unwrap();
        let before = files(&[("index.json", "{}"), ("bad/old/evidence/a.txt", "a\n")]);
        let after = files(&[("index.json", "[]"), ("ok/new/receipt.json", "")]);
        for made in [&before, &after, &after] {
            write(folder.path(), made).unwrap();
            assert_eq!(FOLDER.check(folder.path(), made).unwrap(), []);
            assert_eq!(read(folder.path()).unwrap(), *made);
        }
        assert!(!folder.path().join("bad").exists(), "an empty folder stayed");
    }

    #[test]
    fn the_check_tells_every_difference() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &files(&[("a", "1\n"), ("b/c", "2\r\n"), ("d", "3")])).unwrap();
        let generated = files(&[("a", "1\n"), ("b/c", "2\n"), ("e/f", "")]);
        let findings = FOLDER.check(folder.path(), &generated).unwrap();
        let printed: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(
            printed,
            [
                "vectors/0.1/b/c:1: is not as generated: run `cargo xtask vectors`",
                "vectors/0.1/d:1: belongs to no vector: run `cargo xtask vectors`",
                "vectors/0.1/e/f:1: is missing: run `cargo xtask vectors`",
            ]
        );
        assert_eq!(FOLDER.check(folder.path(), &Files::new()).unwrap().len(), 3);
    }

    #[test]
    fn only_the_check_can_be_asked_for() {
        for wrong in [&["--force"] as &[&str], &["--check", "x"], &["x"]] {
            let arguments: Vec<OsString> = wrong.iter().map(OsString::from).collect();
            assert_eq!(
                FOLDER.run(&arguments, &Files::new()).unwrap_err().exit_code(),
                2,
                "{wrong:?}"
            );
        }
    }
}
