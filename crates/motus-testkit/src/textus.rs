//! Torture of project memory: writers that race, that are killed, and whose system calls fail.
//!
//! It drives a program `textus` as anybody would, and reads what is left with its own eyes: the rules of
//! a store are written down here a second time. It says what it found and judges no panic; how many
//! rounds are enough is for its callers to say. A kill tests crashes of programs, not of machines.

mod hindered;
mod history;
mod memory;
#[cfg(test)]
mod planted;
mod race;
mod scenario;
mod verdict;

pub use hindered::{Hindrance, Walked, walk, walk_settling};
pub use race::race;
pub use scenario::Scenario;
