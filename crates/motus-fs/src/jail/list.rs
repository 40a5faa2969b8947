//! Listing a directory: names and kinds, and nothing is opened.

use std::ffi::CStr;

use rustix::fs::{AtFlags, SeekFrom, statat};
use rustix::io::Errno;

use super::{Jail, JailError, file_type_of};
use crate::FileType;

/// Bytes of names that are asked for at once.
#[cfg(target_os = "linux")]
const BUFFER: usize = 32 << 10;

impl Jail {
    /// Tells each name in the directory, in no order, with what it is; `.` and `..` are left out.
    ///
    /// A link is told as a link, wherever it leads.
    pub fn list(&mut self, visit: &mut dyn FnMut(&[u8], FileType)) -> Result<(), JailError> {
        // A descriptor remembers how far it was listed.
        if self.listed {
            let begin = rustix::fs::seek(&self.directory, SeekFrom::Start(0));
            begin.map_err(|error| self.failed("", error))?;
        }
        self.listed = true;
        self.list_on(visit).map_err(|error| self.failed("", error))
    }

    #[cfg(target_os = "linux")]
    fn list_on(&self, visit: &mut dyn FnMut(&[u8], FileType)) -> Result<(), Errno> {
        let mut buffer = Vec::with_capacity(BUFFER);
        let mut entries = rustix::fs::RawDir::new(&self.directory, buffer.spare_capacity_mut());
        while let Some(entry) = entries.next() {
            let entry = entry?;
            self.tell(entry.file_name(), entry.file_type(), visit)?;
        }
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    fn list_on(&self, visit: &mut dyn FnMut(&[u8], FileType)) -> Result<(), Errno> {
        for entry in rustix::fs::Dir::read_from(&self.directory)? {
            let entry = entry?;
            self.tell(entry.file_name(), entry.file_type(), visit)?;
        }
        Ok(())
    }

    fn tell(
        &self,
        name: &CStr,
        kind: rustix::fs::FileType,
        visit: &mut dyn FnMut(&[u8], FileType),
    ) -> Result<(), Errno> {
        if matches!(name.to_bytes(), b"." | b"..") {
            return Ok(());
        }
        // Some file systems do not tell.
        let kind = if kind == rustix::fs::FileType::Unknown {
            match statat(&self.directory, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(facts) => rustix::fs::FileType::from_raw_mode(facts.st_mode),
                Err(Errno::NOENT) => return Ok(()),
                Err(error) => return Err(error),
            }
        } else {
            kind
        };
        visit(name.to_bytes(), file_type_of(kind));
        Ok(())
    }
}
