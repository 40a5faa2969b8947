//! Removing a directory with all that is in it, however deep that is.
//!
//! What is found below is moved up before it is emptied, so that neither the stack nor the descriptors that are open grow
//! with the depth, which a command chooses: a path of a hundred thousand names can be made, and none so long opened.

use std::ffi::{CStr, CString};
use std::io;
#[cfg(target_os = "linux")]
use std::os::fd::AsRawFd as _;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{
    AtFlags, CWD, Dir, Mode, OFlags, RenameFlags, chmodat, fchmod, openat, renameat_with, unlinkat,
};
use rustix::io::Errno;
use rustix::path::Arg;

use crate::{FileError, Operation};

const DIRECTORY: OFlags =
    OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::RDONLY).union(OFlags::CLOEXEC);

/// Removes a directory with all that is in it; links in it are removed, not followed. What is not there is no error.
///
/// Directories of the user's own that are closed to their user are opened first.
pub fn remove_directory(path: &Path) -> Result<(), FileError> {
    let failed = |error: Errno| FileError::new(Operation::Remove, path, io::Error::from(error));
    match openat(CWD, path, DIRECTORY, Mode::empty()) {
        Err(Errno::NOENT) => return Ok(()),
        Err(Errno::ACCESS) => {
            let _ = open_up(CWD, path);
        }
        Err(error) => return Err(failed(error)),
        Ok(_) => {}
    }
    Emptying::of(path).and_then(Emptying::all).map_err(failed)?;
    match unlinkat(CWD, path, AtFlags::REMOVEDIR) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

/// A directory while it is emptied.
struct Emptying {
    root: OwnedFd,
    /// Directories in it that could not be removed at once.
    full: Vec<CString>,
    /// How many have been moved up.
    moved: u64,
    /// Why something of it will be left.
    trouble: Option<Errno>,
}

impl Emptying {
    fn of(path: &Path) -> Result<Self, Errno> {
        let root = openat(CWD, path, DIRECTORY, Mode::empty())?;
        Ok(Self { root, full: Vec::new(), moved: 0, trouble: None })
    }

    fn all(mut self) -> Result<(), Errno> {
        self.full = match remove_entries(&self.root) {
            // It may be listed and not be changed, or not be entered.
            Err(Errno::ACCESS) => {
                fchmod(&self.root, Mode::RWXU)?;
                remove_entries(&self.root)?
            }
            full => full?,
        };
        while let Some(name) = self.full.pop() {
            if let Err(error) = self.empty(&name) {
                self.trouble.get_or_insert(error);
            }
        }
        self.trouble.map_or(Ok(()), Err)
    }

    /// Removes a directory of the root, and moves up those in it that are not empty.
    fn empty(&mut self, name: &CStr) -> Result<(), Errno> {
        let inner = match openat(&self.root, name, DIRECTORY, Mode::empty()) {
            Err(Errno::ACCESS) => {
                open_up(&self.root, name)?;
                openat(&self.root, name, DIRECTORY, Mode::empty())?
            }
            opened => opened?,
        };
        let full = match remove_entries(&inner) {
            Err(Errno::ACCESS) => {
                fchmod(&inner, Mode::RWXU)?;
                remove_entries(&inner)?
            }
            full => full?,
        };
        for below in full {
            match self.move_up(&inner, &below) {
                Err(Errno::ACCESS) => {
                    open_up(&inner, &below)?;
                    self.move_up(&inner, &below)?;
                }
                moved => moved?,
            }
        }
        drop(inner);
        unlinkat(&self.root, name, AtFlags::REMOVEDIR)
    }

    fn move_up(&mut self, inner: &OwnedFd, below: &CStr) -> Result<(), Errno> {
        loop {
            self.moved += 1;
            let name =
                CString::new(format!(".removed-{}", self.moved)).map_err(|_| Errno::INVAL)?;
            match renameat_with(inner, below, &self.root, &name, RenameFlags::NOREPLACE) {
                // The command may have used such a name.
                Err(Errno::EXIST) => {}
                // Not every file system knows the flag.
                Err(Errno::INVAL) => {
                    rustix::fs::renameat(inner, below, &self.root, &name)?;
                    self.full.push(name);
                    return Ok(());
                }
                moved => {
                    moved?;
                    self.full.push(name);
                    return Ok(());
                }
            }
        }
    }
}

/// Removes what is in a directory; returns the names of directories that are not empty.
fn remove_entries(directory: &OwnedFd) -> Result<Vec<CString>, Errno> {
    let mut full = Vec::new();
    for entry in Dir::read_from(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let flags = match entry.file_type() {
            rustix::fs::FileType::Directory => AtFlags::REMOVEDIR,
            _ => AtFlags::empty(),
        };
        match unlinkat(directory, name, flags) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(Errno::NOTEMPTY | Errno::EXIST | Errno::ISDIR) => full.push(name.to_owned()),
            Err(error) => return Err(error),
        }
    }
    Ok(full)
}

/// Lets its user into a directory that was closed; where somebody has put a link in its place, that is not followed.
#[cfg(target_os = "linux")]
fn open_up(above: impl AsFd, name: impl Arg) -> Result<(), Errno> {
    let closed = openat(above, name, DIRECTORY.union(OFlags::PATH), Mode::empty())?;
    // What is opened like that is changed by no other name before Linux 6.6.
    let name = format!("/proc/self/fd/{}", closed.as_raw_fd());
    chmodat(CWD, name, Mode::RWXU, AtFlags::empty())
}

/// Lets its user into a directory that was closed; where somebody has put a link in its place, that is not followed.
#[cfg(not(target_os = "linux"))]
fn open_up(above: impl AsFd, name: impl Arg) -> Result<(), Errno> {
    chmodat(above, name, Mode::RWXU, AtFlags::SYMLINK_NOFOLLOW)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use rustix::fs::mkdirat;

    use super::*;

    #[test]
    fn all_of_it_goes_and_what_links_lead_to_stays() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        fs::create_dir_all(at("gone/a/b/c")).unwrap();
        fs::create_dir_all(at("gone/.removed-1")).unwrap();
        fs::create_dir_all(at("gone/x/.removed-2/y")).unwrap();
        fs::write(at("gone/a/b/c/file"), "x").unwrap();
        fs::create_dir(at("kept")).unwrap();
        fs::write(at("kept/file"), "x").unwrap();
        symlink(at("kept"), at("gone/a/link")).unwrap();
        symlink(at("kept"), at("link")).unwrap();
        remove_directory(&at("gone")).unwrap();
        assert!(!at("gone").exists() && at("kept/file").exists());
        assert!(remove_directory(&at("link")).is_err(), "a link is no directory");
        remove_directory(&at("gone")).unwrap();
    }

    #[test]
    fn closed_directories_go_as_well() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        let modes = [(0o000, "shut"), (0o500, "fixed"), (0o600, "blind")];
        for (outer, _) in modes {
            for (mode, name) in modes {
                fs::create_dir_all(at("gone").join(name).join("in/side")).unwrap();
                fs::write(at("gone").join(name).join("file"), "x").unwrap();
                for closed in ["in", ""] {
                    let closed = at("gone").join(name).join(closed);
                    fs::set_permissions(closed, Permissions::from_mode(mode)).unwrap();
                }
            }
            fs::set_permissions(at("gone"), Permissions::from_mode(outer)).unwrap();
            remove_directory(&at("gone")).unwrap();
            assert!(!at("gone").exists(), "{outer:o}");
        }
    }

    #[test]
    fn a_link_in_the_place_of_a_closed_directory_is_not_followed() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        fs::create_dir(at("kept")).unwrap();
        fs::set_permissions(at("kept"), Permissions::from_mode(0o750)).unwrap();
        symlink(at("kept"), at("link")).unwrap();
        assert!(open_up(CWD, at("link")).is_err() || cfg!(not(target_os = "linux")));
        let mode = |name: &str| fs::metadata(at(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("kept"), 0o750);
        open_up(CWD, at("kept")).unwrap();
        assert_eq!(mode("kept"), 0o700);
    }

    #[test]
    fn it_may_be_deeper_than_any_path() {
        let place = tempfile::tempdir().unwrap();
        let gone = place.path().join("gone");
        fs::create_dir(&gone).unwrap();
        let mut deepest = openat(CWD, &gone, DIRECTORY, Mode::empty()).unwrap();
        for _ in 0..2500 {
            let made = mkdirat(&deepest, "d", Mode::RWXU);
            deepest = match made.and_then(|()| openat(&deepest, "d", DIRECTORY, Mode::empty())) {
                // What has no path that can be told is opened by nobody who is held to a scope.
                Err(Errno::ACCESS) => {
                    return crate::skipped("it_may_be_deeper_than_any_path", "none can be made");
                }
                deeper => deeper.unwrap(),
            };
        }
        drop(deepest);
        let small = std::thread::Builder::new().stack_size(128 << 10);
        small.spawn(move || remove_directory(&gone)).unwrap().join().unwrap().unwrap();
        assert!(!place.path().join("gone").exists());
    }
}
