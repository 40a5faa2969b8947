//! Bundles as they lie on a disk: read without leaving their directory, verified and reported.
//!
//! The crate reads and never writes: no Store, no network, no clock, no environment. `motus-verify` is
//! this crate with a `main`, light enough to be read and built by whoever does not trust the rest.
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

pub mod report;

mod directory;
mod error;
mod request;

pub use directory::Directory;
pub use error::OpenError;
pub use request::{Request, verify};
