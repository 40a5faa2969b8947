//! Files of the runner to which a step appends: its outputs and its summary.

use std::path::{Path, PathBuf};
use std::time::Duration;

use motus_fs::{AppendError, FileError, Jail, JailError, LockError, LogFile};
use thiserror::Error;

/// How long another writer of the file is waited for.
const WAIT: Duration = Duration::from_secs(2);

/// Why nothing was appended, or not all of it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ChannelError {
    /// The path names no file.
    #[error("this is no path of a file: {}", .0.display())]
    NoFile(PathBuf),
    /// The directory cannot be opened.
    #[error(transparent)]
    Directory(#[from] FileError),
    /// The file cannot be opened, or is none.
    #[error(transparent)]
    Open(#[from] LockError),
    /// The file cannot be read back.
    #[error(transparent)]
    Read(#[from] JailError),
    /// The file cannot be written.
    #[error(transparent)]
    Append(#[from] AppendError),
}

impl ChannelError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoFile(_) | Self::Open(LockError::Held { .. }) => "file.failed",
            Self::Directory(error) => error.code(),
            Self::Open(LockError::Refused(error)) | Self::Read(error) => error.code(),
            Self::Append(error) => error.source.code(),
        }
    }
}

/// Appends to a file in one write, on a line of its own; a missing one is made.
///
/// A link, a device and a pipe are refused: the runner makes plain files, and waits for none.
pub fn append(file: &Path, bytes: &[u8]) -> Result<(), ChannelError> {
    let no_file = || ChannelError::NoFile(file.to_owned());
    let name = file.file_name().and_then(|name| name.to_str()).ok_or_else(no_file)?;
    let directory = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let jail = Jail::open(directory)?;
    let mut log = LogFile::open(&jail, name, true, WAIT)?.ok_or_else(no_file)?;
    let bytes = log.closing(bytes)?;
    Ok(log.append(&bytes)?)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests prepare files")]
mod tests {
    use std::fs;

    use motus_testkit::harness::{Scratch, skip};

    use super::*;

    #[test]
    fn what_is_appended_begins_a_line() {
        let scratch = Scratch::new();
        let file = scratch.write("output", "left=open");
        append(&file, b"a\n").expect("appended");
        append(&file, b"b\n").expect("appended");
        assert_eq!(fs::read_to_string(&file).expect("read"), "left=open\na\nb\n");
        let new = scratch.project().join("new");
        append(&new, b"a\n").expect("appended");
        assert_eq!(fs::read_to_string(&new).expect("read"), "a\n");
    }

    #[test]
    fn what_is_no_file_is_refused_and_not_waited_for() {
        let scratch = Scratch::new();
        let target = scratch.write("target", "kept");
        let place = |name: &str| scratch.project().join(name);
        std::os::unix::fs::symlink(&target, place("link")).expect("linked");
        let made = scratch.command("mkfifo").arg(place("pipe")).status().expect("mkfifo runs");
        assert!(made.success());
        for (path, code) in [
            (scratch.project(), "file.failed"),
            (place("link"), "file.failed"),
            (place("pipe"), "file.failed"),
            (place("nowhere/output"), "file.missing"),
            (place("target/output"), "file.failed"),
            (PathBuf::from("/"), "file.failed"),
            (PathBuf::new(), "file.failed"),
            (PathBuf::from("/dev/null"), "file.failed"),
        ] {
            if path.starts_with("/dev") && fs::read_dir("/dev").is_err() {
                skip("what_is_no_file_is_refused_and_not_waited_for", "/dev cannot be read here");
                continue;
            }
            let refused = append(&path, b"x").expect_err("no plain file");
            assert_eq!(refused.code(), code, "{}: {refused}", path.display());
        }
        assert_eq!(fs::read_to_string(&target).expect("read"), "kept");
    }
}
