//! Documents that the person names.

use std::io;
use std::path::Path;

/// Reads at most `limit` bytes: of a file, or of a link or a pipe, since the person named it.
///
/// Errors: what the system answered, without the path.
pub fn document(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    motus_fs::read_named(path, limit).map_err(|error| error.source)
}

/// Reads at most `limit` bytes of a plain file, where a link leads too; nothing is waited for.
///
/// Errors: what the system answered, and what is no plain file, without the path.
pub fn plain_document(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    motus_fs::read_bounded_through_links(path, limit).map_err(|error| error.source)
}
