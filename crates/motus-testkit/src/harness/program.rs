//! A copy of a program, to be run elsewhere or by somebody else.

use std::io;
use std::path::Path;
use std::process::Command;

/// Copies a program so that it can be run at once.
///
/// Another process copies it: were the file open for writing in this one, a child that another thread is just
/// starting would have it open too, and a file that is being written cannot be run.
///
/// # Errors
///
/// Returns what the copying process said.
pub fn copy_program(from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
    let copied = Command::new("cp").arg(from.as_ref()).arg(to.as_ref()).output()?;
    if copied.status.success() {
        return Ok(());
    }
    Err(io::Error::other(String::from_utf8_lossy(&copied.stderr).into_owned()))
}
