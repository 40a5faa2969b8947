//! What the probe's child finds: files that are there anyway, and two listeners of ours. Nothing is written to.

use std::ffi::CString;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::os::fd::{AsRawFd as _, OwnedFd};

use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, UnixAddr, bind, getsockname, listen, socket,
};

use super::super::super::{Access, Rule, Rules, Scope};
use super::attempt::{Attempt, COUNT, Outcomes};

/// The one file that the child may write.
pub(super) const DECLARED: &str = "/dev/null";
/// A file that anybody may write and cut without effect, and the child may not.
const UNDECLARED: &str = "/proc/self/comm";
/// A file that may be read even inside of another scope, which has started it.
const PROGRAM: &str = "/proc/self/exe";
/// A name that nobody listens at.
const NOBODY: &[u8] = b"motus-probe";

/// The places of the attempts.
pub(super) const OPENS_DECLARED: usize = 0;
pub(super) const OPENS_UNDECLARED: usize = 1;
pub(super) const TRUNCATES: usize = 2;
pub(super) const CONNECTS: usize = 3;
pub(super) const BINDS: usize = 4;
pub(super) const LISTENS: usize = 5;
pub(super) const CONNECTS_ABSTRACT: usize = 6;
pub(super) const SIGNALS: usize = 7;
pub(super) const IS_CONNECTED: usize = 8;
pub(super) const READS_UNDECLARED: usize = 9;

/// The calls of a child that are asked about, in their order; the last one is its start.
pub(super) const ASKED: [&str; 9] =
    ["openat", "openat", "truncate", "connect", "bind", "listen", "connect", "connect", "execve"];
/// Which of them is done on the child's behalf.
pub(super) const BROKERED: usize = 7;

/// The other sides.
#[derive(Debug)]
pub(super) struct Scene {
    /// Where no loopback is, or in another scope, nobody can listen; that nobody is reached shows all the same.
    listener: Option<TcpListener>,
    address: SocketAddrV4,
    _abstract_listener: Option<OwnedFd>,
    abstract_address: UnixAddr,
}

impl Scene {
    pub(super) fn set() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok();
        let port = match &listener {
            Some(listener) => {
                listener.set_nonblocking(true)?;
                listener.local_addr()?.port()
            }
            None => 1,
        };
        let (abstract_listener, abstract_address) = match listen_abstract() {
            Ok((listener, address)) => (Some(listener), address),
            Err(_) => (None, UnixAddr::new_abstract(NOBODY)?),
        };
        Ok(Self {
            listener,
            address: SocketAddrV4::new(Ipv4Addr::LOCALHOST, port),
            _abstract_listener: abstract_listener,
            abstract_address,
        })
    }

    /// The scope of the child.
    pub(super) fn scope() -> Scope {
        let rule = Rule { access: Access::Write, path: DECLARED.into() };
        Scope { rules: Rules(vec![rule]), ..Scope::default() }
    }

    /// Where a connection is made to on the child's behalf.
    pub(super) fn address(&self) -> SocketAddrV4 {
        self.address
    }

    /// Makes the attempts ready, each with a socket of its own.
    pub(super) fn attempts(&self) -> io::Result<[Attempt; COUNT]> {
        let anywhere = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);
        Ok([
            Attempt::OpenForWriting(CString::new(DECLARED)?),
            Attempt::OpenForWriting(CString::new(UNDECLARED)?),
            Attempt::Truncate(CString::new(UNDECLARED)?),
            Attempt::Connect(internet_socket()?, self.address),
            Attempt::Bind(internet_socket()?, anywhere),
            Attempt::Listen(bound_socket(anywhere)?),
            Attempt::ConnectAbstract(unix_socket()?, self.abstract_address),
            Attempt::Signal(std::process::id().cast_signed()),
            Attempt::Connect(internet_socket()?, self.address),
            Attempt::OpenForReading(CString::new(PROGRAM)?),
        ])
    }

    /// Makes the attempts here, where nothing stops them: what fails here as well proves nothing.
    pub(super) fn outcomes_outside(&self) -> io::Result<Outcomes> {
        let outcomes = self.attempts()?.each_ref().map(Attempt::make);
        while self.was_reached() {}
        Ok(outcomes)
    }

    /// Tells whether somebody has connected, and takes the connection.
    pub(super) fn was_reached(&self) -> bool {
        self.listener.as_ref().is_some_and(|listener| listener.accept().is_ok())
    }
}

fn listen_abstract() -> io::Result<(OwnedFd, UnixAddr)> {
    let listener = unix_socket()?;
    // Without a name the kernel chooses one.
    bind(listener.as_raw_fd(), &UnixAddr::new_unnamed())?;
    listen(&listener, Backlog::new(4)?)?;
    let address = getsockname(listener.as_raw_fd())?;
    Ok((listener, address))
}

fn internet_socket() -> io::Result<OwnedFd> {
    Ok(socket(AddressFamily::Inet, SockType::Stream, SockFlag::SOCK_CLOEXEC, None)?)
}

/// Makes a socket that has a port, as far as it is allowed here.
fn bound_socket(address: SocketAddrV4) -> io::Result<OwnedFd> {
    let socket = internet_socket()?;
    let _ = rustix::net::bind(&socket, &address);
    Ok(socket)
}

fn unix_socket() -> io::Result<OwnedFd> {
    Ok(socket(AddressFamily::Unix, SockType::Stream, SockFlag::SOCK_CLOEXEC, None)?)
}
