//! A private copy of files that may not be used in place.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::{FileError, Inspection, Operation, TemporaryDirectory, inspect};

/// How often a copy is begun again because the files changed meanwhile.
const ATTEMPTS: u32 = 20;

/// How many bytes at the beginning of a file are compared: databases and their logs count there.
const HEAD: u64 = 128;

/// Copies in a temporary directory of the user's; removed when dropped.
#[derive(Debug)]
pub struct PrivateCopy {
    directory: TemporaryDirectory,
}

/// What is different once a file was changed.
#[derive(Debug, PartialEq, Eq)]
struct Fingerprint {
    facts: Inspection,
    head: Vec<u8>,
}

impl PrivateCopy {
    /// Copies each file that exists, under its own name, as they were all at one moment.
    ///
    /// Files that do not stay the same for as long as copying takes are an error: `file.failed`, of
    /// kind `ResourceBusy`.
    pub fn of(files: &[PathBuf]) -> Result<Self, FileError> {
        for _ in 0..ATTEMPTS {
            let before = fingerprints(files)?;
            let copy = Self::attempt(files)?;
            if fingerprints(files)? == before {
                return Ok(copy);
            }
        }
        let path = files.first().map_or(Path::new(""), PathBuf::as_path);
        Err(FileError::new(Operation::Read, path, io::ErrorKind::ResourceBusy))
    }

    /// Returns where the copy of a file is.
    pub fn path_of(&self, file: &Path) -> PathBuf {
        self.directory.path().join(file.file_name().unwrap_or_default())
    }

    fn attempt(files: &[PathBuf]) -> Result<Self, FileError> {
        let copy = Self { directory: TemporaryDirectory::new("motus-copy-")? };
        for file in files {
            copy_file(file, &copy.path_of(file))?;
        }
        Ok(copy)
    }
}

fn fingerprints(files: &[PathBuf]) -> Result<Vec<Option<Fingerprint>>, FileError> {
    files.iter().map(|file| fingerprint(file)).collect()
}

fn fingerprint(path: &Path) -> Result<Option<Fingerprint>, FileError> {
    let (Some(facts), Some(file)) = (inspect(path)?, open(path)?) else {
        return Ok(None);
    };
    let mut head = Vec::new();
    file.take(HEAD)
        .read_to_end(&mut head)
        .map_err(|source| FileError::new(Operation::Read, path, source))?;
    Ok(Some(Fingerprint { facts, head }))
}

/// Copies by hand, so that it is known which of the two files failed.
fn copy_file(source: &Path, target: &Path) -> Result<(), FileError> {
    let Some(mut from) = open(source)? else {
        return Ok(());
    };
    let cannot_write = |error| FileError::new(Operation::Write, target, error);
    let mut to = File::create_new(target).map_err(cannot_write)?;
    let mut piece = vec![0; 1 << 16];
    loop {
        let length = from
            .read(&mut piece)
            .map_err(|error| FileError::new(Operation::Read, source, error))?;
        let Some(read) = piece.get(..length).filter(|read| !read.is_empty()) else {
            return Ok(());
        };
        to.write_all(read).map_err(cannot_write)?;
    }
}

fn open(path: &Path) -> Result<Option<File>, FileError> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::new(Operation::Read, path, error)),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::thread;

    use super::*;

    #[test]
    fn copies_what_is_there_and_cleans_up() {
        let source = tempfile::tempdir().unwrap();
        let (present, absent) = (source.path().join("a.db"), source.path().join("a.db-wal"));
        fs::write(&present, "bytes").unwrap();
        let copy = PrivateCopy::of(&[present.clone(), absent.clone()]).unwrap();
        let copied = copy.path_of(&present);
        assert_eq!(fs::read(&copied).unwrap(), b"bytes");
        let directory = inspect(copied.parent().unwrap()).unwrap().unwrap();
        assert_eq!(directory.mode & 0o777, 0o700, "others may enter");
        assert!(!copy.path_of(&absent).exists());
        drop(copy);
        assert!(!copied.exists());
    }

    #[test]
    fn a_file_that_changes_while_it_is_copied_is_copied_again_or_refused() {
        let source = tempfile::tempdir().unwrap();
        let path = source.path().join("a.db");
        let write = |number: u64| fs::write(&path, format!("{number:020}").repeat(50_000)).unwrap();
        write(0);
        thread::scope(|scope| {
            let writer = scope.spawn(|| (1..=300).for_each(write));
            while !writer.is_finished() {
                match PrivateCopy::of(std::slice::from_ref(&path)) {
                    Ok(copy) => {
                        let bytes = fs::read(copy.path_of(&path)).unwrap();
                        let torn = bytes.chunks_exact(20).any(|chunk| chunk != &bytes[..20]);
                        assert!(!torn, "a torn copy");
                    }
                    Err(error) => assert_eq!(error.source.kind(), io::ErrorKind::ResourceBusy),
                }
            }
        });
    }
}
