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

/// A file of the runner, by the directory that it lay in before the command: a link in its place later leads nowhere.
#[derive(Debug)]
pub struct Channel {
    file: PathBuf,
    directory: Result<Jail, FileError>,
}

impl Channel {
    /// Opens the directory of a file; that it cannot be opened is told when something is appended.
    pub fn to(file: &Path) -> Self {
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = Jail::open(parent.unwrap_or(Path::new(".")));
        Self { file: file.to_owned(), directory }
    }

    /// Appends to the file in one write, on a line of its own; a missing one is made.
    ///
    /// A link, a device and a pipe are refused: the runner makes plain files, and waits for none.
    pub fn append(self, bytes: &[u8]) -> Result<(), ChannelError> {
        let no_file = || ChannelError::NoFile(self.file.clone());
        let name = self.file.file_name().and_then(|name| name.to_str()).ok_or_else(no_file)?;
        let mut log = LogFile::open(&self.directory?, name, true, WAIT)?.ok_or_else(no_file)?;
        let bytes = log.closing(bytes)?;
        Ok(log.append(&bytes)?)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests prepare files")]
mod tests {
    use std::fs;

    use motus_testkit::harness::{Scratch, skip};

    use super::*;

    fn append(file: &Path, bytes: &[u8]) -> Result<(), ChannelError> {
        Channel::to(file).append(bytes)
    }

    #[test]
    fn a_link_that_comes_in_the_place_of_the_directory_is_not_followed() {
        let scratch = Scratch::new();
        let file = scratch.write("runner/output", "");
        scratch.write("other/kept", "");
        let at = |name: &str| scratch.project().join(name);
        let channel = Channel::to(&file);
        fs::rename(at("runner"), at("moved")).expect("renamed");
        std::os::unix::fs::symlink(at("other"), at("runner")).expect("linked");
        channel.append(b"a\n").expect("appended");
        assert_eq!(fs::read_to_string(at("moved/output")).expect("read"), "a\n");
        assert_eq!(fs::read_dir(at("other")).expect("listed").count(), 1);
    }

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
