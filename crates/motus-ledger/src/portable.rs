//! Portable receipts: what a run comes to, in a form that other systems read without a Store.
//!
//! Source: Work Receipt Envelope v0.1. An envelope is sealed by a digest over its canonical bytes; it
//! names the digest of a portable export of the run, which a projection manifest ties to it. All three are
//! made from Store facts alone, so they are the same bytes wherever the Store lies and whenever they are
//! asked for.

pub mod canon;
pub mod date;
pub mod documents;
pub mod event;
pub mod export;
pub mod privacy;
pub mod seal;
pub mod shape;
pub mod shapes;
pub mod story;
pub mod verify;
pub mod work;

pub(crate) mod blank;
