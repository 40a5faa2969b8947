//! Canonical forms: each value has one spelling, so that its digest can be taken by anyone.
//!
//! Rule: writers canonicalise, readers check. A form is one small type; the walk that writes and the
//! check that builds no tree are the same for all.

mod check;

pub mod cj;
pub mod envelope;
pub mod store;

pub use check::{CheckError, Deviation};
