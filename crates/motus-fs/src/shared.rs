//! Directories that people share.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::path::{Component, Path};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, mkdirat, openat, unlinkat};
use rustix::io::Errno;

use crate::{FileError, Operation};

/// Opens nothing but the place itself, where the system can do that.
#[cfg(target_os = "linux")]
pub(crate) const LOOK: OFlags =
    OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// Opens nothing but the place itself, where the system can do that.
#[cfg(not(target_os = "linux"))]
pub(crate) const LOOK: OFlags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// Makes a directory with the missing ones above it, which all follow the umask.
///
/// For a place that the person named: links on the way are followed.
pub fn create_shared_path(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path)
        .map_err(|source| FileError::new(Operation::CreateDirectory, path, source))
}

/// Makes a directory, which follows the umask, in one that is there. That it is there already is no error.
///
/// The path is absolute, and no link on it is followed: what has become one since somebody looked leads elsewhere.
pub fn create_shared_directory(path: &Path) -> Result<(), FileError> {
    let make = || {
        let (above, name) = split(path)?;
        match mkdirat(open_unlinked(above)?, name, Mode::from_raw_mode(0o777)) {
            Err(Errno::EXIST) => open_unlinked(path).map(drop),
            made => made,
        }
    };
    make().map_err(|error| FileError::new(Operation::CreateDirectory, path, io::Error::from(error)))
}

/// Removes an empty directory; `false` when something is in it, or it is not there. The path is as above.
pub fn remove_empty_directory(path: &Path) -> Result<bool, FileError> {
    let remove = || {
        let (above, name) = split(path)?;
        unlinkat(open_unlinked(above)?, name, AtFlags::REMOVEDIR)
    };
    match remove().map_err(io::Error::from) {
        Ok(()) => Ok(true),
        Err(error)
            if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty) =>
        {
            Ok(false)
        }
        Err(error) => Err(FileError::new(Operation::Remove, path, error)),
    }
}

/// Splits a path into a directory and a name there.
pub(crate) fn split(path: &Path) -> Result<(&Path, &OsStr), Errno> {
    path.parent().zip(path.file_name()).ok_or(Errno::INVAL)
}

/// Opens a directory one step after the other; no step leads over a link.
pub(crate) fn open_unlinked(path: &Path) -> Result<OwnedFd, Errno> {
    let mut here = root()?;
    for name in names(path)? {
        here = openat(&here, name?, LOOK, Mode::empty())?;
    }
    Ok(here)
}

pub(crate) fn root() -> Result<OwnedFd, Errno> {
    openat(CWD, "/", LOOK, Mode::empty())
}

/// Returns the names on an absolute path; one that climbs is refused.
pub(crate) fn names(
    path: &Path,
) -> Result<impl Iterator<Item = Result<&OsStr, Errno>> + '_, Errno> {
    let mut components = path.components();
    if components.next() != Some(Component::RootDir) {
        return Err(Errno::INVAL);
    }
    Ok(components.map(|component| match component {
        Component::Normal(name) => Ok(name),
        _ => Err(Errno::INVAL),
    }))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;

    #[test]
    fn where_a_link_has_been_put_nothing_is_made_or_removed() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let at = |name: &str| root.join(name);
        fs::create_dir_all(at("elsewhere/empty")).unwrap();
        create_shared_directory(&at("real")).unwrap();
        create_shared_directory(&at("real")).unwrap();
        create_shared_directory(&at("real/below")).unwrap();
        assert!(at("real/below").is_dir());
        symlink(at("elsewhere"), at("link")).unwrap();
        symlink(at("gone"), at("loose")).unwrap();
        for path in ["link", "link/new", "link/empty/new", "loose", "loose/new", "none/new"] {
            assert!(create_shared_directory(&at(path)).is_err(), "{path}");
        }
        assert!(remove_empty_directory(&at("link/empty")).is_err());
        assert_eq!(fs::read_dir(at("elsewhere")).unwrap().count(), 1);
        assert!(at("elsewhere/empty").is_dir() && !at("gone").exists());
        assert!(create_shared_directory(Path::new("relative")).is_err());
        assert!(create_shared_directory(Path::new("/")).is_err());
    }

    #[test]
    fn only_what_is_empty_is_removed() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let (above, below) = (root.join("a"), root.join("a/b"));
        create_shared_path(&below).unwrap();
        assert!(!remove_empty_directory(&above).unwrap());
        assert!(remove_empty_directory(&below).unwrap());
        assert!(!remove_empty_directory(&below).unwrap());
        fs::write(&below, "").unwrap();
        assert!(remove_empty_directory(&below).is_err());
    }

    #[test]
    fn directories_follow_the_umask_and_may_be_there() {
        let root = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        fs::create_dir(root.path().join("plain")).unwrap();
        for _ in 0..2 {
            create_shared_path(&root.path().join("a/b")).unwrap();
        }
        assert_eq!(mode(&root.path().join("a/b")), mode(&root.path().join("plain")));
        fs::write(root.path().join("file"), "").unwrap();
        assert_eq!(
            create_shared_path(&root.path().join("file")).unwrap_err().code(),
            "file.failed"
        );
    }
}
