//! What a child of the probe attempts between fork and exec. Everything is made ready before the fork: an attempt is one
//! system call, and a report one more.

use std::ffi::CString;
use std::io::{self, PipeReader, PipeWriter, Read as _};
use std::net::SocketAddrV4;
use std::os::fd::{AsRawFd as _, OwnedFd};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::signal::kill;
use nix::sys::socket::UnixAddr;
use nix::sys::stat::Mode;
use nix::unistd::{Pid, truncate, write};
use rustix::net;

/// How many attempts one child makes.
pub(super) const COUNT: usize = 10;

/// One system call.
#[derive(Debug)]
pub(super) enum Attempt {
    /// Opens a file for writing, and writes nothing.
    OpenForWriting(CString),
    /// Opens a file for reading, and reads nothing.
    OpenForReading(CString),
    /// Cuts a file to nothing.
    Truncate(CString),
    /// Connects to an address.
    Connect(OwnedFd, SocketAddrV4),
    /// Takes a free port of an address.
    Bind(OwnedFd, SocketAddrV4),
    /// Waits for connections.
    Listen(OwnedFd),
    /// Connects to a socket without a file.
    ConnectAbstract(OwnedFd, UnixAddr),
    /// Asks whether a process may be signalled, and sends nothing.
    Signal(i32),
}

/// What came of an attempt: 0, or the error number.
pub(super) type Outcomes = [i32; COUNT];

/// All attempts of a child, and where it reports to.
#[derive(Debug)]
pub(in super::super) struct Attempts {
    list: [Attempt; COUNT],
    report: PipeWriter,
}

impl Attempt {
    /// Makes the call. It neither allocates nor locks.
    pub(super) fn make(&self) -> i32 {
        let told = |error: rustix::io::Errno| Errno::from_raw(error.raw_os_error());
        let reading = OFlag::O_RDONLY | OFlag::O_CLOEXEC;
        let writing = OFlag::O_WRONLY | OFlag::O_CLOEXEC;
        let outcome = match self {
            // The descriptor is closed again at once.
            Self::OpenForWriting(path) => open(path.as_c_str(), writing, Mode::empty()).map(drop),
            Self::OpenForReading(path) => open(path.as_c_str(), reading, Mode::empty()).map(drop),
            Self::Truncate(path) => truncate(path.as_c_str(), 0),
            Self::Connect(socket, address) => net::connect(socket, address).map_err(told),
            Self::Bind(socket, address) => net::bind(socket, address).map_err(told),
            Self::Listen(socket) => net::listen(socket, 1).map_err(told),
            Self::ConnectAbstract(socket, address) => {
                nix::sys::socket::connect(socket.as_raw_fd(), address)
            }
            Self::Signal(process) => kill(Pid::from_raw(*process), None),
        };
        outcome.err().map_or(0, |error| error as i32)
    }
}

impl Attempts {
    /// Makes them ready; what is read from the other value is for [`outcomes`].
    pub(super) fn new(list: [Attempt; COUNT]) -> io::Result<(Self, PipeReader)> {
        let (reader, report) = io::pipe()?;
        Ok((Self { list, report }, reader))
    }

    /// Makes all calls, one after the other, and tells what came of them. It neither allocates nor locks.
    pub(in super::super) fn make_and_report(&self) -> io::Result<()> {
        for attempt in &self.list {
            let outcome = attempt.make().to_ne_bytes();
            if write(&self.report, &outcome)? != outcome.len() {
                return Err(Errno::EIO.into());
            }
        }
        Ok(())
    }
}

/// Reads what a child reported that has ended.
pub(super) fn outcomes(mut report: PipeReader) -> io::Result<Outcomes> {
    let mut outcomes = [0; COUNT];
    for outcome in &mut outcomes {
        let mut bytes = [0; 4];
        report.read_exact(&mut bytes)?;
        *outcome = i32::from_ne_bytes(bytes);
    }
    Ok(outcomes)
}
