//! Pipes towards the command. It sets up the read end only; the write end belongs to the command.

use std::io::{self, PipeReader, PipeWriter};

use nix::fcntl::{FcntlArg, OFlag, fcntl};

/// What we ask the system for: fewer switches between writer and relay on large outputs.
#[cfg(target_os = "linux")]
const WANTED_CAPACITY: i32 = 1 << 20;

/// The capacity taken for granted where the system does not tell.
const ASSUMED_CAPACITY: u64 = 1 << 20;

/// Returns a pipe whose read end does not block, with as large a buffer as the system grants.
pub(crate) fn wide_pipe() -> io::Result<(PipeReader, PipeWriter)> {
    let (reader, writer) = io::pipe()?;
    fcntl(&reader, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    #[cfg(target_os = "linux")]
    {
        // Refused when the user's pipe quota is spent; the default size only costs speed.
        let _ = fcntl(&reader, FcntlArg::F_SETPIPE_SZ(WANTED_CAPACITY));
    }
    Ok((reader, writer))
}

/// Returns the most bytes that can be waiting in the pipe.
#[cfg(target_os = "linux")]
pub(crate) fn capacity(reader: &PipeReader) -> u64 {
    fcntl(reader, FcntlArg::F_GETPIPE_SZ)
        .ok()
        .and_then(|bytes| u64::try_from(bytes).ok())
        .unwrap_or(ASSUMED_CAPACITY)
}

/// Returns the most bytes that can be waiting in the pipe.
#[cfg(not(target_os = "linux"))]
pub(crate) fn capacity(_reader: &PipeReader) -> u64 {
    ASSUMED_CAPACITY
}
