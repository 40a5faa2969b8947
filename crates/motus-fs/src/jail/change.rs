//! Making, renaming and removing below a directory.
//!
//! Nothing here replaces content; that is what staging is for.

use rustix::fs::{Access, AtFlags, FileType, Mode, statat};
use rustix::io::Errno;

use super::{Jail, JailError};
use crate::Operation;

impl Jail {
    /// Makes a directory with the missing ones above it, which all follow the umask.
    ///
    /// Returns the ones that it made, the outermost first; each is synced into its parent.
    pub fn create_directories(&self, relative: &str) -> Result<Vec<String>, JailError> {
        let mut made = Vec::new();
        if relative.is_empty() || self.below(relative).is_ok() {
            return Ok(made);
        }
        let ends = relative.match_indices('/').map(|(at, _)| at).chain([relative.len()]);
        for prefix in ends.filter_map(|end| relative.get(..end)) {
            let created = match self.below(prefix) {
                Ok(_) => continue,
                Err(JailError::Missing { .. }) => self.create_directory(prefix, &mut made),
                Err(error) => Err(error),
            };
            if let Err(error) = created {
                self.remove_directories(&made);
                return Err(error);
            }
        }
        Ok(made)
    }

    fn create_directory(&self, relative: &str, made: &mut Vec<String>) -> Result<(), JailError> {
        let failed = |error: Errno| self.failed_to(Operation::CreateDirectory, relative, error);
        let (parent, name) = self.parent_of(relative)?;
        match rustix::fs::mkdirat(parent.directory(), name, Mode::from_raw_mode(0o777)) {
            // Somebody else was faster with the same directory, unless it is something else.
            Err(error @ Errno::EXIST) => {
                return self.below(relative).map(drop).map_err(|_| failed(error));
            }
            created => created.map_err(failed)?,
        }
        made.push(relative.to_owned());
        rustix::fs::fsync(parent.directory()).map_err(failed)
    }

    /// Removes directories that are empty, the last one first; others stay.
    pub fn remove_directories(&self, made: &[String]) {
        for relative in made.iter().rev() {
            let Ok((parent, name)) = self.parent_of(relative) else { continue };
            // What somebody has put a file into meanwhile is theirs.
            let _ = rustix::fs::unlinkat(parent.directory(), name, AtFlags::REMOVEDIR);
        }
    }

    /// Removes a name that is no directory; `false` when nothing was there. A link is not followed.
    pub fn remove(&self, relative: &str) -> Result<bool, JailError> {
        let (parent, name) = match self.parent_of(relative) {
            Err(JailError::Missing { .. }) => return Ok(false),
            found => found?,
        };
        match rustix::fs::unlinkat(parent.directory(), name, AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(self.failed_to(Operation::Remove, relative, error)),
        }
    }

    /// Removes a name with all that lies below it; `false` when nothing was there. No link is followed.
    pub fn remove_tree(&self, relative: &str) -> Result<bool, JailError> {
        let (parent, name) = match self.parent_of(relative) {
            Err(JailError::Missing { .. }) => return Ok(false),
            found => found?,
        };
        let parent = parent.without_links();
        let failed = |error: Errno| self.failed_to(Operation::Remove, relative, error);
        let facts = match statat(parent.directory(), name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => return Ok(false),
            facts => facts.map_err(failed)?,
        };
        if !FileType::from_raw_mode(facts.st_mode).is_dir() {
            return parent.remove(name);
        }
        let mut below = parent.below(name)?;
        for name in below.names()? {
            below.remove_tree(&name)?;
        }
        let removed = rustix::fs::unlinkat(parent.directory(), name, AtFlags::REMOVEDIR);
        removed.map(|()| true).map_err(failed)
    }

    /// Lists the names in the directory; one that is no text cannot be named to this crate.
    fn names(&mut self) -> Result<Vec<String>, JailError> {
        let mut names = Vec::new();
        self.list(&mut |name, _| {
            names.extend(std::str::from_utf8(name).ok().map(str::to_owned));
        })?;
        Ok(names)
    }

    /// Gives a file another name, and replaces what has that name.
    pub fn rename(&self, from: &str, to: &str) -> Result<(), JailError> {
        let ((source, old), (target, new)) = (self.parent_of(from)?, self.parent_of(to)?);
        rustix::fs::renameat(source.directory(), old, target.directory(), new)
            .map_err(|error| self.failed_to(Operation::Write, to, error))
    }

    /// Syncs the directory that something lies in, so that its name outlasts a power failure.
    pub fn sync_parent(&self, relative: &str) -> Result<(), JailError> {
        let (parent, _) = self.parent_of(relative)?;
        rustix::fs::fsync(parent.directory())
            .map_err(|error| self.failed_to(Operation::Write, relative, error))
    }

    /// Makes sure that names may be added to and removed from the directory of something.
    pub fn require_writable_parent(&self, relative: &str) -> Result<(), JailError> {
        let (parent, _) = self.parent_of(relative)?;
        let access = Access::WRITE_OK | Access::EXEC_OK;
        rustix::fs::accessat(parent.directory(), ".", access, AtFlags::EACCESS)
            .map_err(|error| self.failed_to(Operation::Write, relative, error))
    }
}
