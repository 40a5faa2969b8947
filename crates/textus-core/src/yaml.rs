//! YAML as textus/3 reads and writes it: the model of YAML 1.1 in the syntax of a strict reader.
//!
//! A document is one tree of plain data: aliases, tags, symbols, merge keys, directives, repeated
//! keys, a second document and deep nesting are refused by line. Nothing here knows entries or
//! manifests.

mod edit;
mod fault;
mod read;
mod resolve;
mod write;

pub use edit::set;
pub use fault::Fault;
pub use read::{Tree, read};
pub use write::{document, write, write_timed};

pub(crate) use write::write_within;

/// The deepest nesting of mappings and lists that is read; `[[]]` is 2.
pub const MOST_LEVELS: usize = 100;

#[cfg(test)]
mod tests;
