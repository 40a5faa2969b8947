//! Symbolic links below a directory: made with a relative target, and read without following them.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use rustix::io::Errno;

use super::{Jail, JailError};
use crate::Operation;

impl Jail {
    /// Makes a link where nothing has the name; `false` when something does, which stays as it is.
    ///
    /// The target is written as it is given and need not be there. An absolute one is refused: it would
    /// lead elsewhere as soon as the directory is moved.
    pub fn create_link(&self, relative: &str, target: &str) -> Result<bool, JailError> {
        let failed = |error: Errno| self.failed_to(Operation::Write, relative, error);
        if target.starts_with('/') {
            return Err(failed(Errno::INVAL));
        }
        let (parent, name) = self.parent_of(relative)?;
        match rustix::fs::symlinkat(target, parent.directory(), name) {
            Err(Errno::EXIST) => return Ok(false),
            made => made.map_err(failed)?,
        }
        rustix::fs::fsync(parent.directory()).map_err(failed)?;
        Ok(true)
    }

    /// Returns what a link says, wherever that leads; `None` when nothing is there, or no link.
    pub fn read_link(&self, relative: &str) -> Result<Option<OsString>, JailError> {
        let (parent, name) = match self.parent_of(relative) {
            Err(JailError::Missing { .. }) => return Ok(None),
            found => found?,
        };
        match rustix::fs::readlinkat(parent.directory(), name, Vec::new()) {
            Ok(target) => Ok(Some(OsString::from_vec(target.into_bytes()))),
            Err(Errno::NOENT | Errno::INVAL) => Ok(None),
            Err(error) => Err(self.failed(relative, error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_link_is_made_where_nothing_is_and_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let jail = Jail::open(folder.path()).unwrap().without_links();
        fs::create_dir(folder.path().join("a")).unwrap();
        assert_eq!(jail.read_link("a/link").unwrap(), None);
        assert!(jail.create_link("a/link", "to/nowhere").unwrap());
        assert_eq!(jail.read_link("a/link").unwrap(), Some("to/nowhere".into()));
        assert!(!jail.create_link("a/link", "elsewhere").unwrap());
        assert_eq!(jail.read_link("a/link").unwrap(), Some("to/nowhere".into()));
        fs::write(folder.path().join("file"), "kept").unwrap();
        assert!(!jail.create_link("file", "a").unwrap());
        assert_eq!(fs::read(folder.path().join("file")).unwrap(), b"kept");
        assert_eq!(jail.read_link("file").unwrap(), None);
        assert_eq!(jail.read_link("no/such").unwrap(), None);
    }

    #[test]
    fn no_link_is_made_out_of_the_directory_or_with_an_absolute_target() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("inside")).unwrap();
        let jail = Jail::open(&folder.path().join("inside")).unwrap();
        assert!(jail.create_link("../out", "a").is_err());
        assert!(jail.create_link("link", "/etc").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(fs::read_dir(folder.path().join("inside")).unwrap().count(), 0);
    }
}
