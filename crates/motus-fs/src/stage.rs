//! New content that waits beside its target until the caller decides.
//!
//! Staging is for files that people share: new ones follow the umask, and who may read an existing one
//! does not change. For private state see [`replace`](crate::replace). The caller names the temporary
//! file, so that another process can find what a killed one left.

use std::fs::File;
use std::io::Write;

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;

use crate::{Found, Jail, JailError, Operation};

/// A synced temporary file beside its target; dropped before [`Staged::publish`], it is removed.
#[derive(Debug)]
pub struct Staged {
    directory: Jail,
    temporary: String,
    target: String,
    is_waiting: bool,
}

impl Jail {
    /// Writes and syncs `bytes` beside a target, whose directory must be there.
    ///
    /// `temporary` is a bare name; what has it is removed, a directory is refused. The file gets the permission bits `mode`, or
    /// those of the plain file at the target, or 0666 without the umask.
    pub fn stage(
        &self,
        target: &str,
        temporary: &str,
        bytes: &[u8],
        mode: Option<u32>,
    ) -> Result<Staged, JailError> {
        let (directory, name) = self.parent_of(target)?;
        let (temporary, target) = (temporary.to_owned(), name.to_owned());
        let file = directory.create_new(&temporary)?;
        // From here on dropping removes the file.
        let staged = Staged { directory, temporary, target, is_waiting: true };
        staged.fill(file, bytes, mode).map(|()| staged)
    }

    /// Makes an empty file where there is none afterwards; a stale one is removed first.
    fn create_new(&self, name: &str) -> Result<File, JailError> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(0o666);
        let create = || rustix::fs::openat(self.directory(), name, flags, mode);
        let created = match create() {
            Err(Errno::EXIST) if self.is_directory(name) => {
                return Err(JailError::NotAFile {
                    path: self.path_of(name),
                    found: Found::Directory,
                });
            }
            Err(Errno::EXIST) => rustix::fs::unlinkat(self.directory(), name, AtFlags::empty())
                .and_then(|()| create()),
            created => created,
        };
        created.map(File::from).map_err(|error| self.failed_to(Operation::Write, name, error))
    }

    fn is_directory(&self, name: &str) -> bool {
        let facts = rustix::fs::statat(self.directory(), name, AtFlags::SYMLINK_NOFOLLOW);
        facts.is_ok_and(|facts| rustix::fs::FileType::from_raw_mode(facts.st_mode).is_dir())
    }
}

impl Staged {
    fn fill(&self, mut file: File, bytes: &[u8], mode: Option<u32>) -> Result<(), JailError> {
        let failed = |error| self.directory.failed_to(Operation::Write, &self.target, error);
        if let Some(mode) = mode.or_else(|| self.mode_of_target()) {
            let mode = Mode::from_raw_mode(mode & 0o777);
            rustix::fs::fchmod(&file, mode).map_err(|error| failed(error.into()))?;
        }
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)
    }

    fn mode_of_target(&self) -> Option<u32> {
        let directory = self.directory.directory();
        let facts = rustix::fs::statat(directory, &*self.target, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let kind = rustix::fs::FileType::from_raw_mode(facts.st_mode);
        kind.is_file().then_some(facts.st_mode)
    }

    /// Gives the file its name, and replaces what has it; a link there is replaced, not followed.
    pub fn publish(&mut self) -> Result<(), JailError> {
        let directory = self.directory.directory();
        rustix::fs::renameat(directory, &*self.temporary, directory, &*self.target)
            .map_err(|error| self.directory.failed_to(Operation::Write, &self.target, error))?;
        self.is_waiting = false;
        Ok(())
    }

    /// Gives the file its name where nothing has it; `false` when something does, which stays as it is.
    pub fn publish_new(&mut self) -> Result<bool, JailError> {
        match self.take_free_name() {
            Ok(()) => {
                self.is_waiting = false;
                Ok(true)
            }
            Err(Errno::EXIST) => Ok(false),
            Err(error) => Err(self.directory.failed_to(Operation::Write, &self.target, error)),
        }
    }

    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    fn take_free_name(&self) -> Result<(), Errno> {
        use rustix::fs::{RenameFlags, renameat_with};

        let directory = self.directory.directory();
        let (temporary, target) = (&*self.temporary, &*self.target);
        match renameat_with(directory, temporary, directory, target, RenameFlags::NOREPLACE) {
            // Some file systems and old kernels cannot.
            Err(Errno::INVAL | Errno::NOSYS) => self.link_to_free_name(),
            renamed => renamed,
        }
    }

    #[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
    fn take_free_name(&self) -> Result<(), Errno> {
        self.link_to_free_name()
    }

    /// A link, unlike a rename, never replaces what has the name.
    fn link_to_free_name(&self) -> Result<(), Errno> {
        let directory = self.directory.directory();
        let (temporary, target) = (&*self.temporary, &*self.target);
        rustix::fs::linkat(directory, temporary, directory, target, AtFlags::empty())?;
        // The file has its name; that it has another one as well does no harm.
        let _ = rustix::fs::unlinkat(directory, temporary, AtFlags::empty());
        Ok(())
    }

    /// Syncs the directory, so that the new name outlasts a power failure.
    pub fn sync(&self) -> Result<(), JailError> {
        rustix::fs::fsync(self.directory.directory())
            .map_err(|error| self.directory.failed_to(Operation::Write, &self.target, error))
    }

    /// Leaves the temporary file where it is, for another process to find.
    pub fn leave(mut self) {
        self.is_waiting = false;
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if self.is_waiting {
            let directory = self.directory.directory();
            // Nobody reads a temporary file by its name; one that stays does no harm.
            let _ = rustix::fs::unlinkat(directory, &*self.temporary, AtFlags::empty());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::path::Path;

    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn nothing_is_seen_before_it_is_published_and_nothing_is_left_of_what_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let jail = Jail::open(folder.path()).unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        let target = folder.path().join("a/b");
        let mut staged = jail.stage("a/b", ".b-1", b"one", None).unwrap();
        assert_eq!(names(&folder.path().join("a")), [".b-1"]);
        staged.publish().unwrap();
        staged.sync().unwrap();
        drop(staged);
        assert_eq!(fs::read(&target).unwrap(), b"one");
        drop(jail.stage("a/b", ".b-2", b"two", None).unwrap());
        assert_eq!(fs::read(&target).unwrap(), b"one");
        assert_eq!(names(&folder.path().join("a")), ["b"]);
        jail.stage("a/b", ".b-3", b"two", None).unwrap().leave();
        assert_eq!(names(&folder.path().join("a")), [".b-3", "b"]);
        assert_eq!(jail.stage("no/b", ".b", b"", None).unwrap_err().code(), "file.missing");
    }

    #[test]
    fn what_a_killed_process_left_is_replaced_and_a_link_is_not_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let jail = Jail::open(folder.path()).unwrap();
        let precious = folder.path().join("precious");
        fs::write(&precious, "kept").unwrap();
        symlink(&precious, folder.path().join(".b-1")).unwrap();
        symlink(&precious, folder.path().join("b")).unwrap();
        jail.stage("b", ".b-1", b"one", None).unwrap().publish().unwrap();
        assert_eq!(fs::read(&precious).unwrap(), b"kept");
        assert_eq!(fs::read(folder.path().join("b")).unwrap(), b"one");
        assert_eq!(names(folder.path()), ["b", "precious"]);
    }

    #[test]
    fn new_files_follow_the_umask_and_existing_ones_keep_their_mode() {
        let folder = tempfile::tempdir().unwrap();
        let jail = Jail::open(folder.path()).unwrap();
        let path = folder.path().join("b");
        let plain = folder.path().join("plain");
        fs::write(&plain, "").unwrap();
        jail.stage("b", ".b", b"one", None).unwrap().publish().unwrap();
        assert_eq!(mode(&path), mode(&plain));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).unwrap();
        jail.stage("b", ".b", b"two", None).unwrap().publish().unwrap();
        assert_eq!(mode(&path), 0o751);
        jail.stage("b", ".b", b"three", Some(0o640)).unwrap().publish().unwrap();
        assert_eq!(mode(&path), 0o640);
    }

    #[test]
    fn a_name_that_is_taken_is_left_to_who_has_it() {
        let ways: [fn(&mut Staged) -> bool; 2] = [
            |staged| staged.publish_new().unwrap(),
            |staged| staged.link_to_free_name().map(|()| staged.is_waiting = false).is_ok(),
        ];
        for publish in ways {
            let folder = tempfile::tempdir().unwrap();
            let jail = Jail::open(folder.path()).unwrap();
            let mut first = jail.stage("b", ".b-1", b"one", None).unwrap();
            let mut second = jail.stage("b", ".b-2", b"two", None).unwrap();
            assert!(publish(&mut first));
            assert!(!publish(&mut second));
            drop((first, second));
            assert_eq!(fs::read(folder.path().join("b")).unwrap(), b"one");
            assert_eq!(names(folder.path()), ["b"]);
            symlink("nowhere", folder.path().join("c")).unwrap();
            assert!(!publish(&mut jail.stage("c", ".c", b"", None).unwrap()));
            assert_eq!(names(folder.path()), ["b", "c"]);
        }
    }

    #[test]
    fn a_directory_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let jail = Jail::open(folder.path()).unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        let mut staged = jail.stage("b", ".b", b"one", None).unwrap();
        assert_eq!(staged.publish().unwrap_err().code(), "file.failed");
        drop(staged);
        assert_eq!(names(folder.path()), ["b"]);
        for bad in ["", ".", "..", "a/..", "a/"] {
            assert!(jail.stage(bad, ".b", b"", None).is_err(), "{bad}");
        }
    }
}
