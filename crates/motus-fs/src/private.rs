//! State that only its user may read.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use crate::{FileError, FileType, Operation, inspect};

/// Makes a directory that only the user may enter; its missing parents follow the umask.
///
/// A directory that is there already is left as it is.
pub fn create_private_directory(path: &Path) -> Result<(), FileError> {
    let failed = |source| FileError::new(Operation::CreateDirectory, path, source);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        result => result.map_err(failed),
    }
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
        create_private_directory(&path).unwrap();
        create_private_directory(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
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
