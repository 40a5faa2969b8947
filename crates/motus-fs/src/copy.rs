//! A private copy of files that may not be used in place.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{FileError, Operation};

/// Copies in a temporary directory of the user's; removed when dropped.
#[derive(Debug)]
pub struct PrivateCopy {
    directory: TempDir,
}

impl PrivateCopy {
    /// Copies each file that exists, under its own name.
    pub fn of(files: &[PathBuf]) -> Result<Self, FileError> {
        let directory = tempfile::Builder::new().prefix("motus-copy-").tempdir();
        let directory =
            directory.map_err(|source| FileError::new(Operation::Write, Path::new("."), source))?;
        for file in files {
            let failed = |source| FileError::new(Operation::Read, file, source);
            if file.try_exists().map_err(failed)? {
                let target = directory.path().join(file.file_name().unwrap_or_default());
                fs::copy(file, target).map_err(failed)?;
            }
        }
        Ok(Self { directory })
    }

    /// Returns where the copy of a file is.
    pub fn path_of(&self, file: &Path) -> PathBuf {
        self.directory.path().join(file.file_name().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_what_is_there_and_cleans_up() {
        let source = tempfile::tempdir().unwrap();
        let (present, absent) = (source.path().join("a.db"), source.path().join("a.db-wal"));
        fs::write(&present, "bytes").unwrap();
        let copy = PrivateCopy::of(&[present.clone(), absent.clone()]).unwrap();
        let copied = copy.path_of(&present);
        assert_eq!(fs::read(&copied).unwrap(), b"bytes");
        assert!(!copy.path_of(&absent).exists());
        drop(copy);
        assert!(!copied.exists());
    }
}
