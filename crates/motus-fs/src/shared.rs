//! Directories that people share.

use std::fs;
use std::path::Path;

use crate::{FileError, Operation};

/// Makes a directory with the missing ones above it, which all follow the umask.
///
/// For a place that the person named: links on the way are followed.
pub fn create_shared_path(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path)
        .map_err(|source| FileError::new(Operation::CreateDirectory, path, source))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn directories_follow_the_umask_and_may_be_there() {
        let root = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        fs::create_dir(root.path().join("plain")).unwrap();
        for _ in 0..2 {
            create_shared_path(&root.path().join("a/b")).unwrap();
        }
        assert_eq!(mode(&root.path().join("a/b")), mode(&root.path().join("plain")));
        fs::write(root.path().join("file"), "").unwrap();
        assert_eq!(
            create_shared_path(&root.path().join("file")).unwrap_err().code(),
            "file.failed"
        );
    }
}
