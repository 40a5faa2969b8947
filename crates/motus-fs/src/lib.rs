//! The only code of this workspace that changes files, SQLite and child processes aside.
//!
//! A write is whole or absent: a temporary file beside the target is filled, synced and renamed, and
//! its directory is synced. What holds a user's state is private to that user; what people share, in a
//! [`Jail`], follows the umask. Links are not followed at the place that is opened, unless a function
//! says so. The crate knows no product type.

mod atomic;
mod blank;
mod copy;
mod directory;
mod error;
mod filesystem;
mod inspect;
mod jail;
mod kept;
mod lock;
mod log;
mod private;
mod probe;
mod read;
mod removal;
mod shared;
mod stage;
mod temporary;

pub use atomic::{NewFile, leftovers_in, leftovers_of, remove, replace, write_if_absent};
pub use blank::blank;
pub use copy::PrivateCopy;
pub use directory::NewDirectory;
pub use error::{FileError, Operation};
pub use filesystem::{FilesystemKind, free_bytes, kind_of_filesystem};
pub use inspect::{FileIdentity, FileType, Inspection, inspect};
pub use jail::{Found, Jail, JailError, PlainFile};
pub use kept::{KeptStream, TooMuch};
pub use lock::{DirectoryLock, FileLock, LockError};
pub use log::{AppendError, Line, LineBack, Lines, LinesBack, LogFile, read_at};
pub use private::{create_private_directory, create_private_path, let_through, tighten};
pub use probe::{growth, is_permitted, new_descriptor};
pub use read::{list, read_bounded, read_bounded_through_links, read_named};
pub use removal::remove_directory;
pub use shared::{create_shared_directory, create_shared_path, remove_empty_directory};
pub use stage::Staged;
pub use temporary::{TemporaryDirectory, temporary_leftovers};

/// Says loudly what a test did not look at.
#[cfg(test)]
fn skipped(test: &str, why: &str) {
    eprintln!("SKIPPED {test}: {why}");
}
