//! Documents that the person names.

use std::io;
use std::path::Path;

/// Reads at most `limit` bytes: of a file, or of a link or a pipe, since the person named it.
///
/// Errors: what the system answered, without the path.
pub fn document(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    motus_fs::read_named(path, limit).map_err(|error| error.source)
}
