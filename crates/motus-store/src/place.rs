//! Where a Store is, and what may stand there.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use motus_fs::{FileError, FileType, Inspection, Jail, Operation, inspect, leftovers_in};
use motus_ledger::{StoreError, StoreErrorKind};

use crate::error::from_file;

/// The longest path that SQLite takes, in bytes.
const LONGEST_PATH: usize = 512;

/// The longest name that file systems take, in bytes.
const LONGEST_NAME: usize = 255;

/// The longest ending that SQLite gives a file beside the database.
const LONGEST_SUFFIX: &str = "-journal";

/// How much longer the temporary name of a new Store is.
const TEMPORARY_BYTES: usize = ".".len() + ".new-".len() + 6;

/// The path of a Store file, with the files that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorePlace {
    path: PathBuf,
    /// Where its directory was without links when that was looked at.
    settled: Option<PathBuf>,
}

/// Something worth telling about a Store that was opened for writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Group or others could use this place, and no longer can.
    Tightened(PathBuf),
    /// This guard's place is taken by a trigger that no release has written; it was left there.
    ChangedGuard(&'static str),
}

impl StorePlace {
    /// Names the Store file; an absolute path keeps its meaning when the directory changes.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), settled: None }
    }

    /// Looks where the directory is: once another way leads there, nothing is made beside the Store any more.
    ///
    /// For whoever lets others have the files: a link that they put on the way would lead out of what is theirs.
    #[must_use]
    pub(crate) fn settled(&self) -> Self {
        Self { path: self.path.clone(), settled: self.directory().canonicalize().ok() }
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

    /// Returns the path of the rollback journal, which a Store of another journal mode may have.
    pub fn journal(&self) -> PathBuf {
        self.beside(LONGEST_SUFFIX)
    }

    /// Returns the directory of records that could not be written to the Store.
    pub fn spool(&self) -> PathBuf {
        self.beside("-spool")
    }

    /// Opens the spool directory, and makes it where it is missing; the directory of the Store must be there.
    ///
    /// Nothing is made through a link in the place of a directory of Motus's own, nor, in the place of a Store that was
    /// opened for writing, where another way leads there than then.
    pub fn create_spool(&self) -> Result<Jail, FileError> {
        self.create_beside(&self.spool())
    }

    /// Returns the directory of lists that are too long for a record: what commands in scopes did.
    pub fn scope_lists(&self) -> PathBuf {
        self.beside("-scope")
    }

    /// Opens that directory, and makes it where it is missing, as [`StorePlace::create_spool`] does.
    pub fn create_scope_lists(&self) -> Result<Jail, FileError> {
        self.create_beside(&self.scope_lists())
    }

    fn create_beside(&self, made: &Path) -> Result<Jail, FileError> {
        let (operation, path) = (Operation::CreateDirectory, made.to_owned());
        let failed = |source: io::Error| FileError { operation, path, source };
        if let Some(directory) = self.state_directory() {
            let found = inspect(directory)?;
            if found.is_some_and(|found| found.file_type != FileType::Directory) {
                return Err(failed(ErrorKind::NotADirectory.into()));
            }
        }
        let now = match self.directory().canonicalize() {
            Err(error) => return Err(failed(error)),
            Ok(now) => now,
        };
        if self.settled.as_ref().is_some_and(|before| *before != now) {
            return Err(failed(io::Error::other("another way leads there than before")));
        }
        Jail::make_private_unlinked(&now.join(made.file_name().unwrap_or_default()))
    }

    fn directory(&self) -> &Path {
        let parent = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
        parent.unwrap_or(Path::new("."))
    }

    /// Returns the directory of the Store, when it is Motus's own to keep private.
    pub fn state_directory(&self) -> Option<&Path> {
        self.path.parent().filter(|parent| parent.file_name().is_some_and(|name| name == ".motus"))
    }

    /// Returns the log's size in bytes, 0 when there is none.
    pub fn wal_bytes(&self) -> Result<u64, StoreError> {
        bytes_of(&self.wal())
    }

    /// Returns the rollback journal's size in bytes, 0 when there is none.
    pub(crate) fn journal_bytes(&self) -> Result<u64, StoreError> {
        bytes_of(&self.journal())
    }

    /// Tells whether a Store file is there that may be written, refusing everything that cannot be one.
    ///
    /// Errors: `store.linked` for a file that has another name, and those of [`StorePlace::is_there`].
    pub fn check(&self) -> Result<bool, StoreError> {
        let is_there = self.is_there()?;
        if is_there {
            self.refuse_other_names()?;
        }
        Ok(is_there)
    }

    /// Refuses a database with another name: under it, SQLite would keep another log for the same pages.
    ///
    /// What a killed process left of publishing the file is no name that anybody opens it by.
    pub(crate) fn refuse_other_names(&self) -> Result<(), StoreError> {
        if self.others().map_err(from_file)? == 0 {
            return Ok(());
        }
        let message = format!(
            "the Store has another name, and what is committed under one of them is lost to the other: {}",
            self.path.display()
        );
        Err(StoreError::new(StoreErrorKind::Linked, message))
    }

    /// Counts the names that the file has besides this one and temporary ones of ours.
    fn others(&self) -> Result<u64, FileError> {
        let look = || inspect(&self.path);
        let Some(found) = look()?.filter(|found| found.names > 1) else {
            return Ok(0);
        };
        let is_same = |it: &Inspection| it.identity == found.identity;
        let mut names = 1;
        for path in leftovers_in(self.directory())? {
            names += u64::from(inspect(&path)?.as_ref().is_some_and(is_same));
        }
        // A temporary name that went meanwhile was not found, and does not count any more.
        let now = look()?.filter(is_same).map_or(1, |now| now.names);
        Ok(now.min(found.names).saturating_sub(names))
    }

    /// Tells whether a Store file is there to be read, refusing everything that cannot be one.
    ///
    /// Errors: `store.not_a_file` for a link, a directory or a device, in the place of the file, of
    /// one that belongs to it, or of its `.motus` directory; `store.empty`; `store.orphaned_log`;
    /// `store.corrupt` for a file that is too small; `store.denied`; `store.io` for a path that is too
    /// long.
    pub fn is_there(&self) -> Result<bool, StoreError> {
        self.refuse_too_long(0)?;
        for directory in
            self.state_directory().map(Path::to_owned).into_iter().chain([self.spool()])
        {
            refuse_unless(&directory, FileType::Directory)?;
        }
        refuse_unless(&self.shm(), FileType::File)?;
        // The logs before the database: they never come to be before it.
        let mut log = None;
        for path in [self.wal(), self.journal()] {
            let bytes = refuse_unless(&path, FileType::File)?;
            if bytes.is_some_and(|bytes| bytes > 0) {
                log = log.or(Some(path));
            }
        }
        match (refuse_unless(&self.path, FileType::File)?, log) {
            (None | Some(0), Some(log)) => Err(self.orphaned(&log)),
            (None, None) => Ok(false),
            (Some(0), None) => {
                let message = format!("the Store file is empty: {}", self.path.display());
                Err(StoreError::new(StoreErrorKind::Empty, message))
            }
            // SQLite takes a file of one byte for an empty one, and would fill it.
            (Some(1), _) => {
                let message = format!("not a Store, or a damaged one: {}", self.path.display());
                Err(StoreError::new(StoreErrorKind::Corrupt, message))
            }
            _ => Ok(true),
        }
    }

    /// Refuses a place without a Store to be read.
    ///
    /// Errors: `store.missing`, and those of [`StorePlace::is_there`].
    pub fn require(&self) -> Result<(), StoreError> {
        if self.is_there()? {
            return Ok(());
        }
        let message = format!("there is no Store yet: {}", self.path.display());
        Err(StoreError::new(StoreErrorKind::Missing, message))
    }

    /// SQLite would replay the log into whatever stands in the place of its database.
    fn orphaned(&self, log: &Path) -> StoreError {
        let (log, database) = (log.display(), self.path.display());
        let message = format!("the log is there and its database is not: {log} without {database}");
        StoreError::new(StoreErrorKind::OrphanedLog, message)
    }

    /// Refuses a path whose temporary name SQLite or the system cannot take.
    pub(crate) fn refuse_too_long_to_create(&self) -> Result<(), StoreError> {
        self.refuse_too_long(TEMPORARY_BYTES)
    }

    fn refuse_too_long(&self, added: usize) -> Result<(), StoreError> {
        let added = added + LONGEST_SUFFIX.len();
        let name = self.path.file_name().unwrap_or_default().len() + added;
        let path = self.path.as_os_str().len() + added;
        let beyond = path.saturating_sub(LONGEST_PATH).max(name.saturating_sub(LONGEST_NAME));
        if beyond == 0 {
            return Ok(());
        }
        let message =
            format!("the path of the Store is {beyond} bytes too long: {}", self.path.display());
        Err(StoreError::new(StoreErrorKind::Io, message))
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut path = OsString::from(&self.path);
        path.push(suffix);
        PathBuf::from(path)
    }
}

fn bytes_of(path: &Path) -> Result<u64, StoreError> {
    Ok(inspect(path).map_err(from_file)?.map_or(0, |found| found.bytes))
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
