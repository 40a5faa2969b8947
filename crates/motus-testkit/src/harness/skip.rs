//! Saying that a test could not be made.

use std::io::Write;

/// Writes `SKIPPED test: why` to the real standard error, where no harness hides it.
pub fn skip(test: &str, why: &str) {
    // A test that cannot even say so has nobody left to tell.
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {why}");
}
