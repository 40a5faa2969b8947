//! The file of a scope that was learned: a new one, since a document that a person wrote is worth more.

use std::path::{Path, PathBuf};

use motus_fs::{FileError, inspect, write_if_absent};
use thiserror::Error;

/// Why a scope that was learned is not kept.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeepError {
    /// Something has this name.
    #[error("there is something at {} already", .0.display())]
    Exists(PathBuf),
    /// The directory of the file is not there.
    #[error("the directory of what is to be learned is not there: {}", .0.display())]
    NoDirectory(PathBuf),
    /// The file cannot be made.
    #[error(transparent)]
    File(#[from] FileError),
}

impl KeepError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exists(_) => "scope.file_exists",
            Self::NoDirectory(_) => "scope.directory_missing",
            Self::File(error) => error.code(),
        }
    }
}

/// Refuses a name that something has, or that is in no directory, before anything is run.
///
/// Errors: `scope.file_exists`, `scope.directory_missing`, and those of looking at a file.
pub fn check_free(file: &Path) -> Result<(), KeepError> {
    let directory = file.parent().filter(|above| !above.is_dir());
    match (inspect(file)?, directory) {
        (Some(_), _) => Err(KeepError::Exists(file.to_owned())),
        (None, Some(directory)) => Err(KeepError::NoDirectory(directory.to_owned())),
        (None, None) => Ok(()),
    }
}

/// Writes the document to a file that is not there; whole, synced, and readable by its owner alone.
///
/// Errors: `scope.file_exists`, and those of writing a file.
pub fn keep(document: &str, file: &Path) -> Result<(), KeepError> {
    if write_if_absent(file, document.as_bytes())? {
        return Ok(());
    }
    Err(KeepError::Exists(file.to_owned()))
}

#[cfg(test)]
mod tests {
    use motus_testkit::harness::Scratch;

    use super::*;

    #[test]
    fn nothing_is_replaced() {
        let scratch = Scratch::new();
        let file = scratch.project().join("scope.yaml");
        check_free(&file).expect("nothing is there");
        keep("one", &file).expect("kept");
        assert_eq!(check_free(&file).unwrap_err().code(), "scope.file_exists");
        assert_eq!(keep("two", &file).unwrap_err().code(), "scope.file_exists");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "one");
        let nowhere = scratch.project().join("no/scope.yaml");
        assert_eq!(check_free(&nowhere).unwrap_err().code(), "scope.directory_missing");
        let missing = keep("one", &nowhere);
        assert_eq!(missing.unwrap_err().code(), "file.missing");
    }
}
