//! Reading small files, bounded; links are followed only where the caller says so.

use std::fs;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use crate::{FileError, Operation};

/// Reads a plain file of at most `limit` bytes; a larger one is `file.too_large`.
///
/// A link at the place is refused, and a pipe or a device never blocks.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    read_with(path, limit, OFlags::NOFOLLOW)
}

/// Reads as [`read_bounded`] does and follows a link: for what the user wrote and only reading needs.
pub fn read_bounded_through_links(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    read_with(path, limit, OFlags::empty())
}

/// Reads whatever the caller named, of at most `limit` bytes: a pipe is waited for, as `<(..)` in a shell
/// gives one.
pub fn read_named(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let failed = |source: io::Error| FileError::new(Operation::Read, path, source);
    read_to_limit(fs::File::open(path).map_err(failed)?, limit).map_err(failed)
}

fn read_with(path: &Path, limit: u64, flags: OFlags) -> Result<Vec<u8>, FileError> {
    let failed = |source: io::Error| FileError::new(Operation::Read, path, source);
    let flags = flags | OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let descriptor: OwnedFd =
        rustix::fs::open(path, flags, Mode::empty()).map_err(|error| failed(error.into()))?;
    let file = fs::File::from(descriptor);
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(failed(io::Error::other("not a plain file")));
    }
    read_to_limit(file, limit).map_err(failed)
}

fn read_to_limit(file: fs::File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

/// Lists the entries of a directory, sorted; a directory that is not there has none.
pub fn list(directory: &Path) -> Result<Vec<PathBuf>, FileError> {
    let failed = |source| FileError::new(Operation::Read, directory, source);
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_links_and_pipes_are_bounded() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        let link = directory.path().join("link");
        let pipe = directory.path().join("pipe");
        fs::write(&file, "abcd").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, Mode::RUSR, 0)
            .unwrap();
        assert_eq!(read_bounded(&file, 4).unwrap(), b"abcd");
        assert_eq!(read_bounded(&file, 3).unwrap_err().code(), "file.too_large");
        assert_eq!(read_bounded(&link, 4).unwrap_err().code(), "file.failed");
        assert_eq!(read_bounded_through_links(&link, 4).unwrap(), b"abcd");
        assert_eq!(read_bounded_through_links(&pipe, 4).unwrap_err().code(), "file.failed");
        assert_eq!(read_bounded(&pipe, 4).unwrap_err().code(), "file.failed");
        assert_eq!(
            read_bounded(&directory.path().join("no"), 4).unwrap_err().code(),
            "file.missing"
        );
    }

    #[test]
    fn what_was_named_may_be_a_pipe_and_is_bounded() {
        let directory = tempfile::tempdir().unwrap();
        let pipe = directory.path().join("pipe");
        let mode = Mode::RUSR | Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        for (limit, expected) in [(4, Ok(b"abcd".to_vec())), (3, Err("file.too_large"))] {
            let writer = std::thread::spawn({
                let pipe = pipe.clone();
                move || fs::write(pipe, "abcd")
            });
            assert_eq!(read_named(&pipe, limit).map_err(|error| error.code()), expected);
            writer.join().unwrap().unwrap();
        }
        let code = |path: &Path| read_named(path, 4).unwrap_err().code();
        assert_eq!(code(directory.path()), "file.failed");
        assert_eq!(code(&directory.path().join("no")), "file.missing");
        assert_eq!(code(Path::new("/dev/zero")), "file.too_large");
    }

    #[test]
    fn a_missing_directory_lists_nothing() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("b"), "").unwrap();
        fs::write(directory.path().join("a"), "").unwrap();
        let names: Vec<PathBuf> = list(directory.path()).unwrap();
        assert_eq!(names, [directory.path().join("a"), directory.path().join("b")]);
        assert!(list(&directory.path().join("absent")).unwrap().is_empty());
    }
}
