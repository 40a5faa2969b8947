//! The rules of textus/3 as pure functions.
//!
//! Bytes and times come in, plain data goes out: [`manifest`] reads what a store declares, [`key`] and
//! [`resolve`] say which file a key means, [`guard`] who may change it, [`schema`] what it must hold,
//! [`mod@format`] how it is spelled, [`audit`] what is written down about it, [`envelope`] how it is told.
//! Nothing here reads a clock, a disk, the environment or randomness.
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

pub mod audit;
pub mod boot;
pub mod duration;
pub mod envelope;
pub mod error;
pub mod format;
pub mod freshness;
pub mod guard;
pub mod key;
pub mod manifest;
pub mod pattern;
pub mod policy;
pub mod proposal;
pub mod request;
pub mod resolve;
pub mod role;
pub mod rules;
pub mod schema;
pub mod suggestion;
pub mod time;
pub mod uid;
pub mod yaml;

mod clock;
mod etag;
#[cfg(test)]
mod fixture;

pub use clock::{Clock, Ids};
pub use error::{Code, Error};
pub use etag::Etag;
pub use key::Key;
