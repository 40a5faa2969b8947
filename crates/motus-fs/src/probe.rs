//! Asking the system for its own reason where a library gave none.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use crate::{FileError, Operation};

/// As much as a library asks for at a time.
static PIECE: [u8; 65536] = [0; 65536];

/// Tries whether a file in `directory` could grow beyond `bytes`; nothing of the attempt is left.
///
/// Errors: `file.disk_full`, `file.too_large` beyond a limit of the user's, `file.denied`.
pub fn growth(directory: &Path, bytes: u64) -> Result<(), FileError> {
    let write = || {
        let mut file = tempfile::tempfile_in(directory)?;
        file.seek(SeekFrom::Start(bytes))?;
        file.write_all(&PIECE)
    };
    write().map_err(|source| FileError::new(Operation::Write, directory, source))
}

/// Tries whether this process may open one more file.
pub fn new_descriptor() -> Result<(), FileError> {
    let path = Path::new("/");
    match File::open(path) {
        Ok(_) => Ok(()),
        Err(source) => Err(FileError::new(Operation::Read, path, source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_with_room_lets_a_file_grow() {
        let directory = tempfile::tempdir().unwrap();
        growth(directory.path(), 1 << 20).unwrap();
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
        let absent = growth(&directory.path().join("absent"), 0).unwrap_err();
        assert_eq!(absent.code(), "file.missing");
    }

    #[test]
    fn a_descriptor_is_to_be_had() {
        assert!(new_descriptor().is_ok());
    }
}
