//! Runs the real binary on real stores: what it prints, how it exits, and what it leaves on disk.
//!
//! What the protocol pins is compared byte for byte. Nothing here looks inside the program.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![expect(clippy::disallowed_methods, reason = "tests prepare files and run programs")]

mod bad_input;
mod broken_store;
mod byte_examples;
mod command_line;
mod doctor;
mod fixtures;
mod freshness;
mod guards;
mod hostile_files;
mod init;
mod kill;
mod log;
mod no_effects;
mod people;
mod places;
mod proposals;
mod race;
mod reading;
mod streams;
mod support;
mod tour;
mod writing;
