//! A textus/3 store on disk: every verb as a use case that returns plain data.
//!
//! Below the verbs, [`locate`] finds a store, [`Store::open`] reads what it declares, [`Store::list`] and
//! [`Store::read_entry`] find and read entries, [`Journal`] reads the audit log, and [`Store::write`]
//! changes any of it. Rules live in `textus-core`; the calls that change files, in `motus-fs`. Nothing here
//! reads a clock, randomness or the environment, and nothing of a store is ever run.
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

pub mod doctor;
mod entry_file;
mod failure;
mod init;
mod journal;
pub mod layout;
mod locate;
mod store;
pub mod verb;
mod walk;
mod write;

pub use entry_file::EntryFile;
pub use init::init;
pub use journal::{Journal, Scanned};
pub use locate::{Places, locate};
pub use store::Store;
pub use walk::{Listed, Listing, Selection, Unnamed};
pub use write::{Record, Transaction, Unfinished, WhyUnfinished};
