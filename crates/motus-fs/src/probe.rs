//! Asking the system for its own reason where a library gave none.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use rustix::fs::{Access, access};

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
    // Whoever may open anything may open this.
    let path = Path::new("/dev/null");
    match File::open(path) {
        Ok(_) => Ok(()),
        Err(source) => Err(FileError::new(Operation::Read, path, source)),
    }
}

/// Tells whether owner and mode of a place let this user read and write it; of what is not there, those of the nearest
/// directory.
///
/// A sandbox around this process may keep it from that place all the same.
pub fn is_permitted(path: &Path) -> bool {
    let mut there = path.ancestors().filter(|path| access(*path, Access::EXISTS).is_ok());
    let nearest = there.next().unwrap_or(Path::new("."));
    access(nearest, Access::READ_OK | Access::WRITE_OK).is_ok()
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

    #[test]
    fn a_place_is_permitted_by_the_nearest_that_is_there() {
        let directory = tempfile::tempdir().unwrap();
        let (file, absent) = (directory.path().join("file"), directory.path().join("absent/x"));
        std::fs::write(&file, "").unwrap();
        assert!([directory.path(), &file, &absent].into_iter().all(is_permitted));
        let mode = |mode| std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(&file, mode(0o400)).unwrap();
        std::fs::set_permissions(directory.path(), mode(0o500)).unwrap();
        // Modes do not hold root.
        let is_root = rustix::process::geteuid().is_root();
        assert_eq!([&file, &absent].map(|path| is_permitted(path)), [is_root; 2]);
        std::fs::set_permissions(directory.path(), mode(0o700)).unwrap();
    }
}
