//! A directory of one's own among the temporary ones, gone when it is no longer needed.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{FileError, FileType, Operation, inspect, list};

/// An empty directory that only the user may enter; removed, with all that is in it, when dropped.
#[derive(Debug)]
pub struct TemporaryDirectory {
    directory: TempDir,
}

impl TemporaryDirectory {
    /// Makes it in the user's temporary directory, under a name that begins with `prefix`.
    pub fn new(prefix: &str) -> Result<Self, FileError> {
        let place = tempfile::env::temp_dir();
        let private = || Permissions::from_mode(0o700);
        let make = || {
            let mut builder = tempfile::Builder::new();
            let directory = builder.prefix(prefix).permissions(private()).tempdir_in(&place)?;
            // The umask may have taken the user's own access away.
            fs::set_permissions(directory.path(), private())?;
            Ok(directory)
        };
        // The library's own error names the random name, which says nothing to anybody.
        let directory = make()
            .map_err(|error: io::Error| FileError::new(Operation::Write, &place, error.kind()))?;
        Ok(Self { directory })
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Removes it, as dropping it does, and tells when something of it is left.
    pub fn remove(self) -> Result<(), FileError> {
        let path = self.directory.path().to_owned();
        self.directory.close().map_err(|source| FileError::new(Operation::Remove, &path, source))
    }
}

/// Lists directories that a killed process left of [`TemporaryDirectory::new`]: the user's own, and no
/// links.
pub fn temporary_leftovers(prefix: &str) -> Result<Vec<PathBuf>, FileError> {
    leftovers_below(&tempfile::env::temp_dir(), prefix)
}

fn leftovers_below(place: &Path, prefix: &str) -> Result<Vec<PathBuf>, FileError> {
    let user = rustix::process::geteuid().as_raw();
    let mut paths = list(place)?;
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        name.starts_with(prefix.as_bytes())
            && matches!(inspect(path), Ok(Some(found))
                if found.file_type == FileType::Directory && found.owner == user)
    });
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn it_is_private_and_goes_with_its_content() {
        let directory = TemporaryDirectory::new("motus-test-").unwrap();
        let path = directory.path().to_owned();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        fs::create_dir(path.join("deep")).unwrap();
        fs::write(path.join("deep/file"), "x").unwrap();
        directory.remove().unwrap();
        assert!(!path.exists());
        let dropped = TemporaryDirectory::new("motus-test-").unwrap();
        let path = dropped.path().to_owned();
        drop(dropped);
        assert!(!path.exists());
    }

    #[test]
    fn what_cannot_be_removed_is_told() {
        let directory = TemporaryDirectory::new("motus-test-").unwrap();
        fs::remove_dir(directory.path()).unwrap();
        assert_eq!(directory.remove().unwrap_err().code(), "file.missing");
    }

    #[test]
    fn leftovers_are_directories_of_the_user_and_no_links() {
        let place = TemporaryDirectory::new("motus-test-").unwrap();
        let at = |name: &str| place.path().join(name);
        fs::create_dir(at("trial-a")).unwrap();
        fs::create_dir(at("elsewhere")).unwrap();
        fs::write(at("elsewhere/kept"), "x").unwrap();
        fs::write(at("trial-file"), "x").unwrap();
        symlink(at("elsewhere"), at("trial-link")).unwrap();
        symlink(at("elsewhere"), at("trial-a/link")).unwrap();
        assert_eq!(leftovers_below(place.path(), "trial-").unwrap(), [at("trial-a")]);
    }
}
