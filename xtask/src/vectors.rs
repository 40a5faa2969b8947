//! `cargo xtask vectors`: the corpus of test vectors, written to the repository or compared with it.
//!
//! What stands in the folder is made from the test kit and from nothing else.

use std::ffi::OsString;

use motus_testkit::vectors;

use crate::failure::Failure;
use crate::generated::Folder;

const FOLDER: Folder = Folder { path: "vectors/0.1", command: "vectors", owner: "vector" };

/// Writes the corpus, or with `--check` compares it.
pub(crate) fn run(arguments: &[OsString]) -> Result<(), Failure> {
    FOLDER.run(arguments, &vectors::folder())
}
