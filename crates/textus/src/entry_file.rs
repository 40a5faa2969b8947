//! The bytes of one entry, and nothing that could block or lead out of `zones/`.

use motus_fs::{Jail, JailError};
use textus_core::format::MOST_BYTES;
use textus_core::resolve::Resolution;
use textus_core::{Error, Etag};

use crate::{Store, failure};

/// The file of an entry as it was at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryFile {
    /// Where it is, below `zones/`.
    pub path: String,
    /// What it holds, at most 1 MB.
    pub bytes: Vec<u8>,
    /// Names the bytes.
    pub etag: Etag,
    /// Seconds since 1970 at which the content was changed last.
    pub modified: i64,
    /// Its permission bits.
    pub mode: u32,
}

impl Store {
    /// Reads the file that a key means; `None` when none of its candidates is there.
    ///
    /// Errors: `io_error` for a directory, a pipe, a socket, a device, a link wherever it leads and whatever
    /// lies behind one, more than 1 MB, and what the file system refuses.
    pub fn read_entry(&self, resolution: &Resolution<'_>) -> Result<Option<EntryFile>, Error> {
        let zones = self.zones()?;
        read_first(zones.as_ref(), &resolution.candidates)
    }

    /// Returns the file that a key means, below `zones/`: the first candidate at whose place something is,
    /// else the one that a write would make.
    ///
    /// Nothing is opened. Errors: `io_error`.
    pub fn place_of(&self, resolution: &Resolution<'_>) -> Result<String, Error> {
        let Some(zones) = self.zones()? else { return Ok(resolution.primary().to_owned()) };
        for path in &resolution.candidates {
            match zones.inspect(path) {
                Ok(None) => {}
                Err(JailError::System(error)) => return Err(failure::of_file(&error)),
                // What may not be read is there all the same.
                Ok(Some(_)) | Err(_) => return Ok(path.clone()),
            }
        }
        Ok(resolution.primary().to_owned())
    }

    /// Reads one file below `zones/`; errors as for [`Store::read_entry`].
    pub fn read_path(&self, path: &str) -> Result<Option<EntryFile>, Error> {
        read(self.zones()?.as_ref(), path)
    }
}

/// Reads the first candidate that is there.
pub(crate) fn read_first(
    zones: Option<&Jail>,
    candidates: &[String],
) -> Result<Option<EntryFile>, Error> {
    for path in candidates {
        if let Some(file) = read(zones, path)? {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// Reads one file; without a directory `zones` there is none.
pub(crate) fn read(zones: Option<&Jail>, path: &str) -> Result<Option<EntryFile>, Error> {
    let limit = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
    let Some(zones) = zones else { return Ok(None) };
    match zones.read(path, limit) {
        Ok(file) => Ok(Some(EntryFile {
            path: path.to_owned(),
            etag: Etag::of(&file.bytes),
            bytes: file.bytes,
            modified: file.facts.modified.0,
            mode: file.facts.mode,
        })),
        Err(JailError::Missing { .. }) => Ok(None),
        Err(error) => Err(failure::of_jail(&error)),
    }
}
