//! An output that nobody reads.

use std::io;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

/// Returns an output whose reader has gone before anything is written.
///
/// Dropping the end of a pipe is not enough: a child that another thread is just starting may still have
/// it, and whoever writes would write into the pipe.
///
/// # Errors
///
/// Returns the error of the system that makes no socket.
pub fn unread_output() -> io::Result<Stdio> {
    let (reader, writer) = UnixStream::pair()?;
    reader.shutdown(Shutdown::Both)?;
    Ok(OwnedFd::from(writer).into())
}
