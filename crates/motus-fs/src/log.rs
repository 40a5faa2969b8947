//! Files that only grow: appended to whole, read from their end, taken back when something failed.
//!
//! A line ends with LF. Whoever appends closes a line that somebody else left open. What is in the
//! lines is not this module's business.

mod back;
mod lines;

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::time::Duration;

use rustix::fs::OFlags;
use thiserror::Error;

pub use back::{LineBack, LinesBack};
pub use lines::{Line, Lines};

use crate::lock::{Locked, lock_opened, open_plain};
use crate::{FileError, Jail, JailError, LockError, Operation};

/// A log that is open and locked against whoever locks it too.
#[derive(Debug)]
pub struct LogFile {
    file: File,
    path: PathBuf,
}

/// A failed append, and whether the log is what it was before.
#[derive(Debug, Error)]
#[error("{source}{}", if *is_restored { "" } else { "; the log could not be restored" })]
pub struct AppendError {
    /// What failed.
    #[source]
    pub source: JailError,
    /// Whether nothing of the append is left.
    pub is_restored: bool,
}

impl LogFile {
    /// Opens and locks a log of the jail's own directory; `None` when it is not there.
    ///
    /// With `create` a missing one is made, as the umask has it, and its name is synced. Waits up to
    /// `wait` for others, and begins anew when the file was moved away meanwhile. A link is refused.
    pub fn open(
        jail: &Jail,
        name: &str,
        create: bool,
        wait: Duration,
    ) -> Result<Option<Self>, LockError> {
        loop {
            let file = match open_plain(jail, name, OFlags::APPEND) {
                Err(JailError::Missing { .. }) if !create => return Ok(None),
                Err(JailError::Missing { .. }) => {
                    let file = open_plain(jail, name, OFlags::APPEND | OFlags::CREATE)?;
                    jail.sync_parent(name)?;
                    file
                }
                opened => opened?,
            };
            match lock_opened(jail, name, &file, wait)? {
                Locked::Here => return Ok(Some(Self { file, path: jail.path_of(name) })),
                Locked::Moved => {}
                Locked::Held => {
                    let holder = "another program".to_owned();
                    return Err(LockError::Held { path: jail.path_of(name), holder });
                }
            }
        }
    }

    /// Returns how many bytes it has.
    pub fn length(&self) -> Result<u64, JailError> {
        self.file.metadata().map(|facts| facts.len()).map_err(|error| self.cannot_read(error))
    }

    /// Reads up to `most` bytes from an offset on; fewer where the log ends.
    pub fn read_at(&self, offset: u64, most: usize) -> Result<Vec<u8>, JailError> {
        read_at(&self.file, offset, most).map_err(|error| self.cannot_read(error))
    }

    /// Returns the file, for reading.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Returns the bytes that [`LogFile::append`] would add: `lines`, and LF before them where the last
    /// line is not closed.
    pub fn closing(&self, lines: &[u8]) -> Result<Vec<u8>, JailError> {
        let is_open = match self.length()?.checked_sub(1) {
            None => false,
            Some(last) => self.read_at(last, 1)? != b"\n",
        };
        let mut bytes = Vec::with_capacity(lines.len() + 1);
        if is_open {
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(lines);
        Ok(bytes)
    }

    /// Appends bytes in one write and syncs them; when that fails, takes back what was written.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), AppendError> {
        let before = self.length().map_err(|source| AppendError { source, is_restored: true })?;
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_data());
        written.map_err(|error| {
            let is_restored = self.cut(before).is_ok();
            AppendError { source: self.cannot_write(error), is_restored }
        })
    }

    /// Shortens the log to a length that it had before, and syncs that.
    pub fn cut(&mut self, length: u64) -> Result<(), JailError> {
        let cut = self.file.set_len(length).and_then(|()| self.file.sync_data());
        cut.map_err(|error| self.cannot_write(error))
    }

    fn cannot_read(&self, error: std::io::Error) -> JailError {
        JailError::System(FileError::new(Operation::Read, &self.path, error))
    }

    fn cannot_write(&self, error: std::io::Error) -> JailError {
        JailError::System(FileError::new(Operation::Write, &self.path, error))
    }
}

/// Reads from an offset on until so many bytes are there or the file ends.
///
/// The file's own position does not count and stays as it is.
pub fn read_at(file: &File, offset: u64, most: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; most];
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, offset.saturating_add(u64::try_from(filled).unwrap_or(u64::MAX))) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

#[cfg(test)]
mod tests;
