//! Memory that processes share by a file, made whole again after somebody cut the file short.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::mem;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;

use crate::{FileError, FileIdentity, Inspection, Operation};

/// Fills a file with zeros up to a length: whoever has it mapped, and was about to be ended for what is missing of it, reads
/// those.
///
/// The file stays open for as long as this process lives: closing it would give up every lock that the process has on it.
/// Errors: another file stands there; those of the system.
pub fn blank(path: &Path, identity: FileIdentity, bytes: u64) -> Result<(), FileError> {
    let failed = |source| FileError::new(Operation::Write, path, source);
    // A pipe in its place is not waited for, and a link not followed.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let mut file = OpenOptions::new().write(true).custom_flags(flags).open(path).map_err(failed)?;
    let found = file.metadata().map_err(failed)?;
    if !found.is_file() || Inspection::of(&found).identity != identity {
        return Err(failed(io::ErrorKind::NotFound.into()));
    }
    // Longer first: what is missing may be looked at any moment.
    let filled = file
        .set_len(bytes.max(found.len()))
        .and_then(|()| io::copy(&mut io::Read::take(io::repeat(0), found.len()), &mut file))
        .and_then(|_| file.flush());
    mem::forget(file);
    filled.map_err(failed)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::inspect;

    #[test]
    fn a_file_is_as_long_as_it_was_and_nothing_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("shared"), folder.path().join("other"));
        fs::write(&path, "left").unwrap();
        fs::write(&other, "other").unwrap();
        let identity = inspect(&path).unwrap().unwrap().identity;
        blank(&path, identity, 10).unwrap();
        assert_eq!(fs::read(&path).unwrap(), [0; 10]);
        assert!(blank(&other, identity, 10).is_err());
        assert_eq!(fs::read(&other).unwrap(), b"other");
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(blank(&link, identity, 10).is_err());
        assert!(blank(&folder.path().join("none"), identity, 10).is_err());
    }
}
