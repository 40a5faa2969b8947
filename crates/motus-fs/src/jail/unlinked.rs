//! Directories by a path that was free of links when somebody looked: what has become one since leads elsewhere.
//!
//! A path here is absolute, and no step on it leads over a link; jails that come of it follow none below either.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, Mode, OFlags, mkdirat, openat, renameat, unlinkat};
use rustix::io::Errno;

use super::Jail;
use super::beneath::Links;
use crate::atomic::temporary_prefix;
use crate::directory::{DIRECTORY, make_directory};
use crate::shared::{LOOK, names, open_unlinked, root, split};
use crate::{FileError, Operation};

/// So many temporary names are tried.
const MOST_NAMES: u32 = 1000;

impl Jail {
    /// Opens a directory.
    pub fn open_unlinked(path: &Path) -> Result<Self, FileError> {
        let opened = open_unlinked(path).and_then(readable);
        Self::unlinked(path, Operation::Read, opened)
    }

    /// Opens a directory, and makes what is missing of it, which follows the umask.
    pub fn make_unlinked(path: &Path) -> Result<Self, FileError> {
        let make = || {
            let mut here = root()?;
            for name in names(path)? {
                here = open_or_make(&here, name?)?;
            }
            readable(here)
        };
        Self::unlinked(path, Operation::CreateDirectory, make())
    }

    /// Opens a directory, and makes it, for the user alone, where nothing but it is missing.
    pub fn make_private_unlinked(path: &Path) -> Result<Self, FileError> {
        let make = || {
            let (above, name) = split(path)?;
            let above = open_unlinked(above)?;
            match make_directory(above.as_fd(), name) {
                Err(Errno::EXIST) => openat(&above, name, DIRECTORY, Mode::empty()),
                made => made,
            }
        };
        Self::unlinked(path, Operation::CreateDirectory, make())
    }

    /// Writes a file of this directory as [`replace`](crate::replace) does: whole, durably, and for the user alone.
    pub fn replace_private(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        self.put(name, bytes)
            .map_err(|source| FileError::new(Operation::Write, &self.path_of(name), source))
    }

    fn unlinked(
        path: &Path,
        operation: Operation,
        opened: Result<OwnedFd, Errno>,
    ) -> Result<Self, FileError> {
        let directory =
            opened.map_err(|error| FileError::new(operation, path, io::Error::from(error)))?;
        Ok(Self { directory, path: path.to_owned(), listed: false, links: Links::Refused })
    }

    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if matches!(name, "" | "." | "..") || name.contains('/') {
            return Err(io::ErrorKind::InvalidFilename.into());
        }
        let (temporary, mut file) = self.new_private(name)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        let placed = written
            .and_then(|()| Ok(renameat(&self.directory, &temporary, &self.directory, name)?));
        if let Err(error) = placed {
            // One that stays is found as a leftover.
            let _ = unlinkat(&self.directory, &temporary, AtFlags::empty());
            return Err(error);
        }
        Ok(rustix::fs::fsync(&self.directory)?)
    }

    /// Makes an empty file, for the user alone, under a name that nobody has.
    fn new_private(&self, target: &str) -> io::Result<(std::ffi::OsString, File)> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let private = Mode::RUSR | Mode::WUSR;
        for number in 0..MOST_NAMES {
            let mut name = temporary_prefix(Path::new(target));
            name.push(format!("{}-{number}", std::process::id()));
            match openat(&self.directory, &name, flags, private) {
                Err(Errno::EXIST) => {}
                opened => {
                    let file = File::from(opened?);
                    // The umask may have taken the user's own access away.
                    rustix::fs::fchmod(&file, private)?;
                    return Ok((name, file));
                }
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

fn open_or_make(above: &OwnedFd, name: &OsStr) -> Result<OwnedFd, Errno> {
    let open = || openat(above, name, LOOK, Mode::empty());
    match open() {
        Err(Errno::NOENT) => match mkdirat(above, name, Mode::from_raw_mode(0o777)) {
            // Somebody else was faster.
            Ok(()) | Err(Errno::EXIST) => open(),
            Err(error) => Err(error),
        },
        opened => opened,
    }
}

/// Opens a directory again, so that it can be listed and synced.
fn readable(directory: OwnedFd) -> Result<OwnedFd, Errno> {
    openat(directory, ".", DIRECTORY, Mode::empty())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, symlink};
    use std::path::PathBuf;

    use super::*;

    struct Place {
        _folder: tempfile::TempDir,
        root: PathBuf,
    }

    fn place() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir(root.join("elsewhere")).unwrap();
        symlink(root.join("elsewhere"), root.join("link")).unwrap();
        Place { _folder: folder, root }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn what_is_missing_is_made_and_no_link_is_followed() {
        let Place { root, .. } = &place();
        fs::create_dir(root.join("plain")).unwrap();
        for _ in 0..2 {
            assert_eq!(Jail::make_unlinked(&root.join("a/b")).unwrap().path(), root.join("a/b"));
        }
        assert_eq!(mode(&root.join("a/b")), mode(&root.join("plain")));
        let private = root.join("a/private");
        for _ in 0..2 {
            assert!(Jail::make_private_unlinked(&private).is_ok());
        }
        assert_eq!(mode(&private), 0o700);
        let missing = Jail::make_private_unlinked(&root.join("none/private")).unwrap_err();
        assert_eq!(missing.code(), "file.missing");
        for path in ["link", "link/new", "a/../a", "elsewhere/../link"] {
            let path = root.join(path);
            assert!(Jail::open_unlinked(&path).is_err(), "{}", path.display());
            assert!(Jail::make_unlinked(&path).is_err(), "{}", path.display());
            assert!(Jail::make_private_unlinked(&path).is_err(), "{}", path.display());
        }
        assert_eq!(fs::read_dir(root.join("elsewhere")).unwrap().count(), 0);
        assert!(Jail::make_unlinked(Path::new("relative")).is_err());
    }

    #[test]
    fn a_private_file_is_whole_and_replaces_what_has_its_name() {
        let Place { root, .. } = &place();
        let jail = Jail::open_unlinked(root).unwrap();
        let path = root.join("file");
        jail.replace_private("file", b"one").unwrap();
        jail.replace_private("file", b"two").unwrap();
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"two".to_vec(), 0o600));
        let precious = root.join("elsewhere/precious");
        fs::write(&precious, "kept").unwrap();
        fs::remove_file(&path).unwrap();
        symlink(&precious, &path).unwrap();
        jail.replace_private("file", b"three").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read(&precious).unwrap(), b"kept");
        assert!(jail.replace_private("elsewhere", b"").is_err(), "a directory is not replaced");
        for name in ["", ".", "..", "a/b"] {
            assert!(jail.replace_private(name, b"").is_err(), "{name}");
        }
        let mut left: Vec<_> =
            fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["elsewhere", "file", "link"]);
    }
}
