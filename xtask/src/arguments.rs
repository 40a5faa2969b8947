//! Command lines as the tests of the commands write them.

use std::ffi::OsString;

/// Returns the words as a command gets them.
pub(crate) fn of(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}
