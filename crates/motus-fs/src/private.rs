//! State that only its user may read.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use crate::{FileError, FileType, Operation, inspect};

/// Makes a directory that only the user may enter, under any umask; `true` when it was not there.
///
/// A directory that is there already is left as it is; anything else at the place is refused. The
/// directory above must be there.
pub fn create_private_directory(path: &Path) -> Result<bool, FileError> {
    let failed = |source| FileError::new(Operation::CreateDirectory, path, source);
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {
            // The umask may have taken the user's own access away.
            fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(failed)?;
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let is_directory =
                inspect(path)?.is_some_and(|found| found.file_type == FileType::Directory);
            if is_directory { Ok(false) } else { Err(failed(error)) }
        }
        Err(error) => Err(failed(error)),
    }
}

/// Makes a directory as [`create_private_directory`] does, with the missing ones above it, which
/// follow the umask.
pub fn create_private_path(path: &Path) -> Result<bool, FileError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)
            .map_err(|source| FileError::new(Operation::CreateDirectory, parent, source))?;
    }
    create_private_directory(path)
}

/// Lets everybody pass through a directory of root's to what they know to be in it; nobody else's is changed.
///
/// A command of root may go on as another user, who finds nothing behind a directory that is closed to it. What is in
/// there has modes of its own, and still nobody else may list it.
pub fn let_through(path: &Path) -> Result<(), FileError> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(0o711))
        .map_err(|source| FileError::new(Operation::Restrict, path, source))
}

/// Takes all access from group and others; `true` when there was any.
///
/// Only what the user owns is changed, and a link is left alone.
pub fn tighten(path: &Path) -> Result<bool, FileError> {
    let Some(found) = inspect(path)? else {
        return Ok(false);
    };
    let ours = found.owner == rustix::process::geteuid().as_raw();
    let changeable = matches!(found.file_type, FileType::File | FileType::Directory);
    if found.mode & 0o077 == 0 || !ours || !changeable {
        return Ok(false);
    }
    fs::set_permissions(path, Permissions::from_mode(found.mode & 0o700))
        .map_err(|source| FileError::new(Operation::Restrict, path, source))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        inspect(path).unwrap().unwrap().mode
    }

    #[test]
    fn directories_are_private_and_stay_as_they_were() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/.motus");
        assert_eq!(create_private_directory(&path).unwrap_err().code(), "file.missing");
        assert!(create_private_path(&path).unwrap());
        assert_eq!(mode(&path), 0o700);
        fs::set_permissions(&path, Permissions::from_mode(0o750)).unwrap();
        assert!(!create_private_path(&path).unwrap());
        assert!(!create_private_directory(&path).unwrap());
        assert_eq!(mode(&path), 0o750);
    }

    #[test]
    fn what_is_roots_may_be_passed_through_and_not_listed() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("private");
        create_private_directory(&path).unwrap();
        let_through(&path).unwrap();
        let is_root = rustix::process::geteuid().is_root();
        assert_eq!(mode(&path), if is_root { 0o711 } else { 0o700 });
    }

    #[test]
    fn a_link_is_no_directory_of_ours() {
        let root = tempfile::tempdir().unwrap();
        let (target, link) = (root.path().join("target"), root.path().join("link"));
        fs::create_dir(&target).unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert_eq!(create_private_directory(&link).unwrap_err().code(), "file.failed");
        fs::remove_dir(&target).unwrap();
        assert_eq!(create_private_directory(&link).unwrap_err().code(), "file.failed");
        assert!(!target.exists());
    }

    #[test]
    fn tightening_takes_away_only_foreign_access() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        fs::write(&path, "x").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        assert!(tighten(&path).unwrap());
        assert_eq!(mode(&path), 0o600);
        assert!(!tighten(&path).unwrap());
        assert!(!tighten(&root.path().join("absent")).unwrap());
    }
}
