//! Where a Store is, and what may stand there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use motus_fs::{FileType, inspect};
use motus_ledger::{StoreError, StoreErrorKind};

use crate::error::from_file;

/// The path of a Store file, with the files that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorePlace {
    path: PathBuf,
}

/// Something that was changed about a Store's files while opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Group or others could use this place, and no longer can.
    Tightened(PathBuf),
}

impl StorePlace {
    /// Names the Store file; an absolute path keeps its meaning when the directory changes.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Returns the Store file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path of the write-ahead log.
    pub fn wal(&self) -> PathBuf {
        self.beside("-wal")
    }

    /// Returns the path of the log's shared index.
    pub fn shm(&self) -> PathBuf {
        self.beside("-shm")
    }

    /// Returns the directory of records that could not be written to the Store.
    pub fn spool(&self) -> PathBuf {
        self.beside("-spool")
    }

    /// Returns the directory of the Store, when it is Motus's own to keep private.
    pub fn state_directory(&self) -> Option<&Path> {
        self.path.parent().filter(|parent| parent.file_name().is_some_and(|name| name == ".motus"))
    }

    /// Returns the log's size in bytes, 0 when there is none.
    pub fn wal_bytes(&self) -> u64 {
        inspect(&self.wal()).ok().flatten().map_or(0, |found| found.bytes)
    }

    /// Tells whether a Store file is there, refusing everything that cannot be one.
    ///
    /// Errors: `store.not_a_file` for a link, a directory or a device, in the place of the file, of
    /// one that belongs to it, or of its `.motus` directory; `store.empty`; `store.denied`.
    pub fn check(&self) -> Result<bool, StoreError> {
        for directory in
            self.state_directory().map(Path::to_owned).into_iter().chain([self.spool()])
        {
            refuse_unless(&directory, FileType::Directory)?;
        }
        for path in [self.wal(), self.shm()] {
            refuse_unless(&path, FileType::File)?;
        }
        let Some(bytes) = refuse_unless(&self.path, FileType::File)? else {
            return Ok(false);
        };
        // SQLite takes a file of one byte for an empty one, and would fill it.
        if bytes <= 1 {
            let message = format!("the Store file is empty: {}", self.path.display());
            return Err(StoreError::new(StoreErrorKind::Empty, message));
        }
        Ok(true)
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut path = OsString::from(&self.path);
        path.push(suffix);
        PathBuf::from(path)
    }
}

/// Returns the size of what is there, `None` when nothing is.
fn refuse_unless(path: &Path, expected: FileType) -> Result<Option<u64>, StoreError> {
    let Some(found) = inspect(path).map_err(from_file)? else {
        return Ok(None);
    };
    if found.file_type == expected {
        return Ok(Some(found.bytes));
    }
    let actual = match found.file_type {
        FileType::Link => "a symbolic link",
        FileType::Directory => "a directory",
        FileType::File => "a plain file",
        FileType::Special => "a device, pipe or socket",
    };
    let message = format!("{actual} stands where the Store belongs: {}", path.display());
    Err(StoreError::new(StoreErrorKind::NotAFile, message))
}
