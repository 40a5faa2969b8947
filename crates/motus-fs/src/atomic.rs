//! Files that appear whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, TempPath};

use crate::{FileError, Operation, list};

/// What stands between the name of a target and the random end of its temporary name.
const INFIX: &str = ".new-";

/// Writes `bytes` to `path`, replacing what is there; readable by the user alone.
///
/// Durable when it returns: the file and its directory are synced.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let failed = |source: io::Error| FileError::new(Operation::Write, path, source);
    let mut file = temporary_beside(path).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    sync_directory(path).map_err(failed)
}

/// Removes a file and syncs its directory; one that is not there is removed already.
pub fn remove(path: &Path) -> Result<(), FileError> {
    let removed = match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_directory(path),
    };
    removed.map_err(|source| FileError::new(Operation::Remove, path, source))
}

/// Writes a small file that is not there yet, without waiting for the disk; `false` when something is.
///
/// A link at the place is not followed.
pub fn write_if_absent(path: &Path, bytes: &[u8]) -> Result<bool, FileError> {
    let failed = |source| FileError::new(Operation::Write, path, source);
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => file.write_all(bytes).map(|()| true).map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

/// Lists what a killed process left of writing `target`, files of another library included.
pub fn leftovers_of(target: &Path) -> Result<Vec<PathBuf>, FileError> {
    let prefix = temporary_prefix(target);
    let mut paths = list(directory_of(target))?;
    paths.retain(|path| name_of(path).starts_with(prefix.as_bytes()));
    Ok(paths)
}

/// Lists what killed processes left of writing any file of a directory.
pub fn leftovers_in(directory: &Path) -> Result<Vec<PathBuf>, FileError> {
    let infix = INFIX.as_bytes();
    let mut paths = list(directory)?;
    paths.retain(|path| {
        let name = name_of(path);
        name.starts_with(b".") && name.windows(infix.len()).any(|part| part == infix)
    });
    Ok(paths)
}

/// An empty private file beside its target, for another library to fill.
///
/// Nothing stands at the target until [`NewFile::publish`]; dropped before, the file is removed.
#[derive(Debug)]
pub struct NewFile {
    temporary: TempPath,
    target: PathBuf,
}

impl NewFile {
    /// Makes the empty file, readable by the user alone.
    pub fn beside(target: &Path) -> Result<Self, FileError> {
        Self::left_of(target, target)
    }

    /// Makes the empty file as [`NewFile::beside`] does; left behind, it is one of `owner`'s leftovers,
    /// which is in the same directory.
    pub fn left_of(owner: &Path, target: &Path) -> Result<Self, FileError> {
        let file = temporary_of(owner, directory_of(target))
            .map_err(|source| FileError::new(Operation::Write, target, source))?;
        Ok(Self { temporary: file.into_temp_path(), target: target.to_owned() })
    }

    /// Returns where the file is until it is published.
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// Copies the bytes of another file into it.
    pub fn fill_from(&self, source: &Path) -> Result<(), FileError> {
        let mut from =
            File::open(source).map_err(|error| FileError::new(Operation::Read, source, error))?;
        let mut copy = || {
            let mut to = OpenOptions::new().write(true).truncate(true).open(&self.temporary)?;
            io::copy(&mut from, &mut to)
        };
        copy().map(drop).map_err(|error| FileError::new(Operation::Write, &self.target, error))
    }

    /// Gives the file its name, durably; `false` when another process was first with that name.
    pub fn publish(self) -> Result<bool, FileError> {
        let failed = |source: io::Error| FileError::new(Operation::Write, &self.target, source);
        File::open(&self.temporary).and_then(|file| file.sync_all()).map_err(failed)?;
        // A link, unlike a rename, never replaces what a faster process has put there.
        match fs::hard_link(&self.temporary, &self.target) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
            Err(error) => return Err(failed(error)),
        }
        sync_directory(&self.target).map_err(failed)?;
        Ok(true)
    }
}

fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    temporary_of(path, directory_of(path))
}

fn temporary_of(owner: &Path, directory: &Path) -> io::Result<NamedTempFile> {
    let file = Builder::new().prefix(&temporary_prefix(owner)).tempfile_in(directory)?;
    // The umask may have taken the user's own access away.
    file.as_file().set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

pub(crate) fn temporary_prefix(target: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(target.file_name().unwrap_or_default());
    prefix.push(INFIX);
    prefix
}

fn name_of(path: &Path) -> &[u8] {
    path.file_name().unwrap_or_default().as_bytes()
}

fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(directory_of(path))?.sync_all()
}

pub(crate) fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn replace_leaves_one_private_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.json");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(directory.path()), ["a.json"]);
    }

    #[test]
    fn replace_fails_without_a_trace() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("missing/a.json");
        let error = replace(&path, b"one").unwrap_err();
        assert_eq!(error.code(), "file.missing");
        assert!(names(directory.path()).is_empty());
    }

    #[test]
    fn only_the_first_new_file_is_published() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("store.db");
        let (first, second) = (NewFile::beside(&target), NewFile::beside(&target));
        let (first, second) = (first.unwrap(), second.unwrap());
        fs::write(first.path(), "first").unwrap();
        fs::write(second.path(), "second").unwrap();
        assert!(first.publish().unwrap());
        assert!(!second.publish().unwrap());
        assert_eq!(fs::read(&target).unwrap(), b"first");
        assert_eq!(names(directory.path()), ["store.db"]);
    }

    #[test]
    fn a_new_file_takes_the_bytes_of_another() {
        let directory = tempfile::tempdir().unwrap();
        let (source, target) = (directory.path().join("source"), directory.path().join("target"));
        fs::write(&source, "bytes").unwrap();
        let file = NewFile::beside(&target).unwrap();
        file.fill_from(&source).unwrap();
        assert!(file.publish().unwrap());
        assert_eq!(fs::read(&target).unwrap(), b"bytes");
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
        let absent = NewFile::beside(&target).unwrap().fill_from(&directory.path().join("no"));
        assert_eq!(absent.unwrap_err().code(), "file.missing");
    }

    #[test]
    fn only_what_is_absent_is_written() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        assert!(write_if_absent(&path, b"one").unwrap());
        assert!(!write_if_absent(&path, b"two").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"one");
        let (link, target) = (directory.path().join("link"), directory.path().join("target"));
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert!(!write_if_absent(&link, b"one").unwrap());
        assert!(!target.exists());
    }

    #[test]
    fn what_a_killed_process_left_is_found_by_its_name() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("store.db");
        let left = NewFile::beside(&target).unwrap();
        for name in ["store.db", "store.db-wal", ".other.new-abc", ".gitignore", "a.new-b"] {
            fs::write(directory.path().join(name), "").unwrap();
        }
        let journal = PathBuf::from(format!("{}-journal", left.path().display()));
        fs::write(&journal, "").unwrap();
        assert_eq!(leftovers_of(&target).unwrap(), [left.path().to_owned(), journal]);
        assert_eq!(leftovers_in(directory.path()).unwrap().len(), 3);
        let copy = NewFile::left_of(&target, &directory.path().join("copy.db")).unwrap();
        assert!(leftovers_of(&target).unwrap().contains(&copy.path().to_owned()));
        assert!(copy.publish().unwrap() && directory.path().join("copy.db").exists());
    }

    #[test]
    fn removing_twice_is_fine() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        fs::write(&path, "x").unwrap();
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert!(names(directory.path()).is_empty());
    }
}
