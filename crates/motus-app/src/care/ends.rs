//! Ends of runs that wait beside a Store to be recorded in it.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use motus_fs::list;
use motus_store::StorePlace;

/// Counts the ends that a wrapper has put there whole, temporary files left out; `None` when the directory
/// cannot be read.
pub(super) fn kept_ends(place: &StorePlace) -> Option<usize> {
    let is_end = |path: &&Path| {
        let name = path.file_name().unwrap_or_default().as_bytes();
        name.starts_with(b"run_") && name.ends_with(b".json")
    };
    let files = list(&place.spool()).ok()?;
    Some(files.iter().map(AsRef::as_ref).filter(is_end).count())
}
