//! The only code of this workspace that changes files, SQLite and child processes aside.
//!
//! A write is whole or absent: a temporary file beside the target is filled, synced and renamed, and
//! its directory is synced. What holds a user's state is private to that user. Links are not followed
//! at the place that is opened. The crate knows no product type.

mod atomic;
mod copy;
mod error;
mod filesystem;
mod inspect;
mod private;
mod read;

pub use atomic::{NewFile, remove, replace};
pub use copy::PrivateCopy;
pub use error::{FileError, Operation};
pub use filesystem::{FilesystemKind, free_bytes, kind_of_filesystem};
pub use inspect::{FileType, Inspection, inspect};
pub use private::{create_private_directory, tighten};
pub use read::{list, read_bounded};
