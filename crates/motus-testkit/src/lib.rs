//! Test doubles, the Store contract suite and the harnesses of this workspace.
//!
//! Only tests may depend on this crate. It answers a broken expectation with a panic, which is how a
//! test fails, and it knows no rule of its own: what it expects is written out as literal rows,
//! messages and digests of the published Store format.
#![expect(clippy::missing_panics_doc, reason = "a panic is how a test says what it found")]

pub mod clock;
pub mod contract;
pub mod harness;
pub mod ledger;
pub mod memory;
pub mod sample;

pub use clock::{FixedClock, SequentialIds};
pub use ledger::TestLedger;
pub use memory::MemoryStore;
