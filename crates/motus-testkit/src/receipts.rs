//! Finished pieces of work of our own, and documents that were changed after they were made.

mod change;
mod sample;

pub use change::{Change, changes};
pub use sample::{Sample, samples};
