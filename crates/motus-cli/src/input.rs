//! Documents that a command reads: from standard input, or from a file that the person named.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// How messages call standard input.
pub(crate) const STANDARD: &str = "standard input";

/// The longest document.
const LIMIT: u64 = 256 << 20;

/// Reads standard input to its end.
pub(crate) fn standard() -> Result<Vec<u8>, Failure> {
    standard_within(LIMIT).map_err(|error| Failure::NoInput(PathBuf::from(STANDARD), error))
}

/// Reads a file; a link or a pipe that the person named is what the person wanted.
pub(crate) fn file(path: &Path) -> Result<Vec<u8>, Failure> {
    motus_app::document(path, LIMIT).map_err(|error| Failure::NoInput(path.to_owned(), error))
}

/// Reads standard input where the person named `-`, else a file, of at most `limit` bytes; returns how messages
/// call it, too.
pub(crate) fn named(path: &Path, limit: u64) -> Result<(Vec<u8>, PathBuf), Failure> {
    read_by(motus_app::document, path, limit)
}

/// Reads as [`named`] does, and no pipe: nothing tells a person that somebody else is waited for.
pub(crate) fn plain(path: &Path, limit: u64) -> Result<(Vec<u8>, PathBuf), Failure> {
    read_by(motus_app::plain_document, path, limit)
}

fn read_by(
    document: fn(&Path, u64) -> io::Result<Vec<u8>>,
    path: &Path,
    limit: u64,
) -> Result<(Vec<u8>, PathBuf), Failure> {
    let is_standard = path.as_os_str() == "-";
    let place = if is_standard { PathBuf::from(STANDARD) } else { path.to_owned() };
    let read = if is_standard { standard_within(limit) } else { document(path, limit) };
    match read {
        Ok(bytes) => Ok((bytes, place)),
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            let message = format!("it has more than {limit} bytes");
            Err(Failure::NoInput(place, io::Error::new(error.kind(), message)))
        }
        Err(error) => Err(Failure::NoInput(place, error)),
    }
}

fn standard_within(limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}
