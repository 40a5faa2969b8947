//! The only code of this workspace that changes files, SQLite and child processes aside.
//!
//! A write is whole or absent: a temporary file beside the target is filled, synced and renamed, and
//! its directory is synced. What holds a user's state is private to that user. Links are not followed
//! at the place that is opened, unless a function says so. The crate knows no product type.

mod atomic;
mod copy;
mod error;
mod filesystem;
mod inspect;
mod private;
mod probe;
mod read;

pub use atomic::{NewFile, leftovers_in, leftovers_of, remove, replace, write_if_absent};
pub use copy::PrivateCopy;
pub use error::{FileError, Operation};
pub use filesystem::{FilesystemKind, free_bytes, kind_of_filesystem};
pub use inspect::{FileIdentity, FileType, Inspection, inspect};
pub use private::{create_private_directory, create_private_path, tighten};
pub use probe::{growth, new_descriptor};
pub use read::{list, read_bounded, read_bounded_through_links, read_named};
