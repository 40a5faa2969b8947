//! Looking at a place without opening or following what is there.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::{FileError, Operation};

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileType {
    /// A plain file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, wherever it points.
    Link,
    /// A device, a pipe or a socket.
    Special,
}

/// Which file stands at a place: another one of the same name has another identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileIdentity {
    device: u64,
    inode: u64,
}

/// The facts about what stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inspection {
    /// What it is.
    pub file_type: FileType,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its permission bits.
    pub mode: u32,
    /// How many names it has: hard links.
    pub names: u64,
    /// The user that owns it.
    pub owner: u32,
    /// Which file it is.
    pub identity: FileIdentity,
    /// When its content was changed, in seconds and nanoseconds since the epoch.
    pub modified: (i64, i64),
}

/// Looks at a place; `None` when nothing is there. A link is not followed.
pub fn inspect(path: &Path) -> Result<Option<Inspection>, FileError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(FileError::new(Operation::Read, path, error)),
    };
    Ok(Some(Inspection::of(&metadata)))
}

impl Inspection {
    pub(crate) fn of(metadata: &fs::Metadata) -> Self {
        let file_type = if metadata.is_file() {
            FileType::File
        } else if metadata.is_dir() {
            FileType::Directory
        } else if metadata.is_symlink() {
            FileType::Link
        } else {
            FileType::Special
        };
        Self {
            file_type,
            bytes: metadata.len(),
            mode: metadata.mode() & 0o7777,
            names: metadata.nlink(),
            owner: metadata.uid(),
            identity: FileIdentity { device: metadata.dev(), inode: metadata.ino() },
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_seen_as_links() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        let link = directory.path().join("link");
        fs::write(&file, "abc").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let file_type = |path: &Path| inspect(path).unwrap().map(|found| found.file_type);
        assert_eq!(file_type(&file), Some(FileType::File));
        assert_eq!(file_type(&link), Some(FileType::Link));
        assert_eq!(file_type(directory.path()), Some(FileType::Directory));
        assert_eq!(file_type(&directory.path().join("absent")), None);
        assert_eq!(inspect(&file).unwrap().unwrap().bytes, 3);
    }

    #[test]
    fn another_file_of_the_same_name_has_another_identity() {
        let directory = tempfile::tempdir().unwrap();
        let (path, moved) = (directory.path().join("file"), directory.path().join("moved"));
        fs::write(&path, "one").unwrap();
        let before = inspect(&path).unwrap().unwrap().identity;
        fs::write(&path, "two").unwrap();
        assert_eq!(inspect(&path).unwrap().unwrap().identity, before);
        fs::rename(&path, &moved).unwrap();
        fs::write(&path, "one").unwrap();
        assert_ne!(inspect(&path).unwrap().unwrap().identity, before);
        assert_eq!(inspect(&moved).unwrap().unwrap().identity, before);
    }
}
