//! Test doubles, the Store contract suite and the harnesses of this workspace.
//!
//! Only tests may depend on this crate. It answers a broken expectation with a panic, which is how a
//! test fails, and it knows no rule of its own: what it expects is written out as literal rows,
//! messages and digests of the published Store format.
#![expect(clippy::missing_panics_doc, reason = "a panic is how a test says what it found")]

pub mod any;
pub mod bundle;
pub mod contract;
pub mod fuzzing;
pub mod goldens;
pub mod harness;
pub mod levels;
pub mod loops;
pub mod properties;
pub mod receipts;
pub mod sample;
pub mod simulation;
pub mod textus;
pub mod vectors;

mod calendar;
mod clock;
mod ledger;
mod memory;
mod random;
mod wall_clock;

pub use clock::{FixedClock, SequentialIds};
pub use ledger::{TestLedger, events_of};
pub use memory::MemoryStore;
pub use random::Random;
pub use wall_clock::WallClock;
