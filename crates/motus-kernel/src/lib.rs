//! MOTUS-SPEC-V0.1 as pure functions: how a loop runs, what its bundle must be, and whether one is.
//!
//! Nothing in this crate reads a clock, a disk, the environment or randomness, and nothing writes a
//! bundle's bytes again to check them: writers canonicalise, the verifier checks.
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

pub mod compiler;
pub mod digest;
pub mod effect;
pub mod event;
pub mod fsm;
pub mod hitl;
pub mod lens;
pub mod manifest;
pub mod merkle;
pub mod names;
pub mod policy;
pub mod projection;
pub mod proof;
pub mod receipt;
pub mod roots;
pub mod source;
pub mod strategy;
pub mod timestamp;
pub mod verify;

mod evidence;
mod identifier;
mod shape;

pub use digest::Digest;
pub use identifier::Uuid;
pub use shape::Fault;
