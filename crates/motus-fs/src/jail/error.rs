//! Why something below a directory was refused.

use std::fmt;
use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::PathBuf;

use thiserror::Error;

use crate::FileError;

/// What keeps something below a directory from being used.
#[derive(Debug, Error)]
pub enum JailError {
    /// Nothing is there, or a link points to nothing.
    #[error("nothing is at {}", path.display())]
    Missing {
        /// Where.
        path: PathBuf,
    },
    /// Something else than a plain file is there.
    #[error("{} is {found}, not a plain file", path.display())]
    NotAFile {
        /// Where.
        path: PathBuf,
        /// What it is.
        found: Found,
    },
    /// The path, or a link on it, leaves the directory.
    #[error("{} leads out of its directory", path.display())]
    LeadsOutside {
        /// Where.
        path: PathBuf,
    },
    /// The file is longer than the caller takes.
    #[error("{} has more than {limit} bytes", path.display())]
    TooLarge {
        /// Where.
        path: PathBuf,
        /// The most bytes.
        limit: u64,
    },
    /// The operating system refused.
    #[error(transparent)]
    System(#[from] FileError),
}

impl JailError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "file.missing",
            Self::TooLarge { .. } => "file.too_large",
            Self::NotAFile { .. } | Self::LeadsOutside { .. } => "file.failed",
            Self::System(error) => error.code(),
        }
    }

    /// Returns where.
    pub fn path(&self) -> &std::path::Path {
        match self {
            Self::Missing { path }
            | Self::NotAFile { path, .. }
            | Self::LeadsOutside { path }
            | Self::TooLarge { path, .. } => path,
            Self::System(error) => &error.path,
        }
    }
}

/// What stands where a plain file was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A directory.
    Directory,
    /// A named pipe.
    Pipe,
    /// A socket.
    Socket,
    /// A device.
    Device,
    /// A link that may not be followed, or one that leads to itself.
    Link,
    /// A plain file that has other names as well, where it may have one only.
    SharedFile,
}

impl Found {
    pub(super) fn of(kind: fs::FileType) -> Self {
        if kind.is_dir() {
            Self::Directory
        } else if kind.is_fifo() {
            Self::Pipe
        } else if kind.is_socket() {
            Self::Socket
        } else if kind.is_symlink() {
            Self::Link
        } else {
            Self::Device
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Directory => "a directory",
            Self::Pipe => "a pipe",
            Self::Socket => "a socket",
            Self::Device => "a device",
            Self::Link => "a link",
            Self::SharedFile => "a file of several names",
        })
    }
}
