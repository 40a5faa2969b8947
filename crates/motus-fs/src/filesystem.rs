//! What a file system is and how much room it has.

use std::path::Path;

use crate::{FileError, Operation};

/// Whether a file system keeps the promises that a database needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilesystemKind {
    /// One of this machine.
    Local,
    /// One behind a network or another kernel, by name: locks and shared memory may not hold there.
    Network(&'static str),
}

/// Returns the bytes that an ordinary user can still write where `path` is.
pub fn free_bytes(path: &Path) -> Result<u64, FileError> {
    let facts =
        rustix::fs::statvfs(path).map_err(|error| FileError::new(Operation::Read, path, error))?;
    Ok(facts.f_bavail.saturating_mul(facts.f_frsize))
}

/// Tells which kind of file system `path` is on.
#[cfg(target_os = "linux")]
#[expect(clippy::useless_conversion, reason = "the kernel's word is narrower on other machines")]
pub fn kind_of_filesystem(path: &Path) -> Result<FilesystemKind, FileError> {
    let facts =
        rustix::fs::statfs(path).map_err(|error| FileError::new(Operation::Read, path, error))?;
    Ok(kind_of_magic(i64::from(facts.f_type)))
}

/// Tells which kind of file system `path` is on; only Linux can tell.
#[cfg(not(target_os = "linux"))]
pub fn kind_of_filesystem(_path: &Path) -> Result<FilesystemKind, FileError> {
    Ok(FilesystemKind::Local)
}

/// The magic numbers are those of the kernel's `statfs`.
#[cfg(any(target_os = "linux", test))]
fn kind_of_magic(magic: i64) -> FilesystemKind {
    match magic {
        0x6969 => FilesystemKind::Network("nfs"),
        0x517b => FilesystemKind::Network("smb"),
        0xfe53_4d42 => FilesystemKind::Network("smb2"),
        0xff53_4d42 => FilesystemKind::Network("cifs"),
        0x0102_1997 => FilesystemKind::Network("9p"),
        0x00c3_6400 => FilesystemKind::Network("ceph"),
        0x0bd0_0bd0 => FilesystemKind::Network("lustre"),
        0x4750_4653 => FilesystemKind::Network("gpfs"),
        0x6573_5546 => FilesystemKind::Network("fuse"),
        0x5346_414f => FilesystemKind::Network("afs"),
        0x7461_636f => FilesystemKind::Network("ocfs2"),
        0x0116_1970 => FilesystemKind::Network("gfs2"),
        _ => FilesystemKind::Local,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_told_by_their_magic() {
        assert_eq!(kind_of_magic(0x6969), FilesystemKind::Network("nfs"));
        assert_eq!(kind_of_magic(0xff53_4d42), FilesystemKind::Network("cifs"));
        assert_eq!(kind_of_magic(0xef53), FilesystemKind::Local);
    }

    #[test]
    fn a_temporary_directory_has_room() {
        let directory = tempfile::tempdir().unwrap();
        assert!(free_bytes(directory.path()).unwrap() > 0);
        assert!(kind_of_filesystem(directory.path()).is_ok());
    }
}
