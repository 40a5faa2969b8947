//! `cargo xtask vectors`: the corpus of test vectors, written to the repository or compared with it.
//!
//! What stands in the folder is made from the test kit and from nothing else: files that no vector has are
//! removed, and `--check` tells every file that differs.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use motus_testkit::vectors;

use crate::failure::Failure;
use crate::finding::Finding;
use crate::{output, workspace};

/// Where the corpus lies, from the root of the repository.
const FOLDER: &str = "vectors/0.1";

/// The files of a folder by their paths below it.
type Files = BTreeMap<String, Vec<u8>>;

/// Writes the corpus, or with `--check` compares it.
pub(crate) fn run(arguments: &[OsString]) -> Result<(), Failure> {
    let folder = workspace::root().join(FOLDER);
    let corpus = vectors::folder();
    match arguments {
        [] => write(&folder, &corpus).map_err(|error| cannot(&error)),
        [flag] if flag == "--check" => {
            let findings = check(&folder, &corpus).map_err(|error| cannot(&error))?;
            output::verdict(findings, &format!("vectors: {} files, as generated", corpus.len()))
        }
        _ => Err(Failure::Usage("vectors takes only `--check`".to_owned())),
    }
}

fn cannot(error: &io::Error) -> Failure {
    Failure::Failed(format!("cannot use {FOLDER}: {error}"))
}

/// Makes the folder hold the corpus and nothing else; files that are right are left alone.
fn write(folder: &Path, corpus: &Files) -> io::Result<()> {
    let found = read(folder)?;
    for path in found.keys().filter(|path| !corpus.contains_key(*path)) {
        fs::remove_file(folder.join(path))?;
    }
    remove_empty(folder)?;
    for (path, bytes) in corpus.iter().filter(|(path, bytes)| found.get(*path) != Some(bytes)) {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(folder))?;
        fs::write(file, bytes)?;
    }
    output::talk(&format!("vectors: {} files in {FOLDER}", corpus.len()));
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

/// Tells every file that is missing, that should not be there or has other bytes.
fn check(folder: &Path, corpus: &Files) -> io::Result<Vec<Finding>> {
    let found = read(folder)?;
    let paths: BTreeSet<&String> = found.keys().chain(corpus.keys()).collect();
    let finding = |path: &String| {
        let what = match (found.get(path), corpus.get(path)) {
            (found, generated) if found == generated => return None,
            (None, _) => "is missing",
            (_, None) => "belongs to no vector",
            _ => "is not as generated",
        };
        let message = format!("{what}: run `cargo xtask vectors`");
        Some(Finding::new(&format!("{FOLDER}/{path}"), 1, message))
    };
    Ok(paths.into_iter().filter_map(finding).collect())
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
fn entries(folder: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(files: &[(&str, &str)]) -> Files {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn what_was_written_passes_the_check_and_what_is_no_longer_listed_goes() {
        let folder = tempfile::tempdir().unwrap();
        let before = corpus(&[("index.json", "{}"), ("bad/old/evidence/a.txt", "a\n")]);
        let after = corpus(&[("index.json", "[]"), ("ok/new/receipt.json", "")]);
        for files in [&before, &after, &after] {
            write(folder.path(), files).unwrap();
            assert_eq!(check(folder.path(), files).unwrap(), []);
            assert_eq!(read(folder.path()).unwrap(), *files);
        }
        assert!(!folder.path().join("bad").exists(), "an empty folder stayed");
    }

    #[test]
    fn the_check_tells_every_difference() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &corpus(&[("a", "1\n"), ("b/c", "2\r\n"), ("d", "3")])).unwrap();
        let generated = corpus(&[("a", "1\n"), ("b/c", "2\n"), ("e/f", "")]);
        let findings = check(folder.path(), &generated).unwrap();
        let printed: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(
            printed,
            [
                "vectors/0.1/b/c:1: is not as generated: run `cargo xtask vectors`",
                "vectors/0.1/d:1: belongs to no vector: run `cargo xtask vectors`",
                "vectors/0.1/e/f:1: is missing: run `cargo xtask vectors`",
            ]
        );
        assert_eq!(check(folder.path(), &Files::new()).unwrap().len(), 3);
    }

    #[test]
    fn only_the_check_can_be_asked_for() {
        for wrong in [&["--force"] as &[&str], &["--check", "x"], &["x"]] {
            let arguments: Vec<OsString> = wrong.iter().map(OsString::from).collect();
            assert_eq!(run(&arguments).unwrap_err().exit_code(), 2, "{wrong:?}");
        }
    }
}
