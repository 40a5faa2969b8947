//! Bundles in directories: what is opened, what is refused, and what motus-verify says about it.
#![expect(
    clippy::disallowed_methods,
    reason = "tests prepare files, run programs and measure how long they took"
)]

mod command;
mod damaged;
mod directory;
mod flips;
mod goldens;
mod isolation;
mod limits;
mod listing;
mod race;
mod scene;
mod several;
mod telling;
