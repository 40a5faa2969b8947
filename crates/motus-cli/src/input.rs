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
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes);
    let place = PathBuf::from(STANDARD);
    match read {
        Err(error) => Err(Failure::NoInput(place, error)),
        Ok(_) if bytes.len() as u64 > LIMIT => {
            Err(Failure::NoInput(place, io::ErrorKind::FileTooLarge.into()))
        }
        Ok(_) => Ok(bytes),
    }
}

/// Reads a file; a link or a pipe that the person named is what the person wanted.
pub(crate) fn file(path: &Path) -> Result<Vec<u8>, Failure> {
    motus_app::document(path, LIMIT).map_err(|error| Failure::NoInput(path.to_owned(), error))
}
