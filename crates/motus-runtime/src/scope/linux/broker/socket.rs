//! Copies of the command's sockets, and what is done with them. What is done to a copy is done to the socket.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::os::fd::{AsFd as _, AsRawFd, OwnedFd};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::getsockopt;
use nix::sys::socket::sockopt::PeerCredentials;
use nix::unistd::getpid;
use rustix::fs::{AtFlags, Stat, StatxFlags, fstat, readlink, statx};
use rustix::io::Errno;
use rustix::net::sockopt::{socket_acceptconn, socket_domain, socket_type};
use rustix::net::{
    AddressFamily, Shutdown, SocketAddrUnix, SocketFlags, SocketType, accept_with, connect,
    connect_unspec, getsockname, listen, shutdown, socket_with,
};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};

use super::super::metadata::Standing;
use super::super::{kin, unlinked};
use super::clerk::errno;
use super::copied::Copied;
use super::errand;
use super::underway::STACK;

/// `PIDFD_THREAD`: a thread may have descriptors of its own. Since Linux 6.9.
const THREAD: PidfdFlags = PidfdFlags::from_bits_retain(libc::O_EXCL.unsigned_abs());

/// A copy of a socket.
#[derive(Debug)]
pub(super) struct Socket {
    copy: Copied,
    family: AddressFamily,
}

/// Where a connection leads.
#[derive(Debug)]
pub(super) enum Goal {
    /// To nobody: it is ended.
    Nobody,
    /// To an address.
    Internet(SocketAddr),
    /// To a socket in the file system, which sees who that is.
    File(Place, Standing),
}

/// A file that is held, so that it stays the one that was judged.
#[derive(Debug)]
pub(super) struct Place {
    handle: OwnedFd,
    pub(super) path: PathBuf,
}

/// The numbers of a file. They are another file's once nobody has it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FileIdentity {
    device: u64,
    number: u64,
}

impl Socket {
    /// Copies a descriptor of a thread.
    ///
    /// Errors: EBADF and ENOTSOCK as for the thread itself; EPERM and ENOSYS when this machine allows no copy.
    pub(super) fn copy(thread: u32, descriptor: i32) -> Result<Self, Errno> {
        if descriptor < 0 {
            return Err(Errno::BADF);
        }
        let process = match pidfd_open(number(thread)?, THREAD) {
            // Before 6.9: the process, whose descriptors are its threads' as well but for those that want it otherwise.
            // Such a thread has another socket handled, which is the command's as well.
            Err(Errno::INVAL) => {
                let process = kin::process_of(thread).ok_or(Errno::SRCH)?;
                pidfd_open(number(process)?, PidfdFlags::empty())?
            }
            opened => opened?,
        };
        let copy = pidfd_getfd(process, descriptor, PidfdGetfdFlags::empty())?;
        let copy = Copied::from(copy);
        let family = socket_domain(&copy)?;
        Ok(Self { copy, family })
    }

    pub(super) fn is_internet(&self) -> bool {
        matches!(self.family, AddressFamily::INET | AddressFamily::INET6)
    }

    pub(super) fn is_version_4(&self) -> bool {
        self.family == AddressFamily::INET
    }

    pub(super) fn is_unix(&self) -> bool {
        self.family == AddressFamily::UNIX
    }

    /// Tells whether it sends datagrams: what it is connected to is no connection.
    pub(super) fn is_of_datagrams(&self) -> bool {
        socket_type(&self.copy) == Ok(SocketType::DGRAM)
    }

    pub(super) fn is_listening(&self) -> bool {
        socket_acceptconn(&self.copy).unwrap_or(false)
    }

    /// Returns what tells this socket from all others.
    pub(super) fn identity(&self) -> Result<u64, Errno> {
        Ok(fstat(&self.copy)?.st_ino)
    }

    /// Connects, as the one that this is done for; takes as long as it takes. This thread is to do nothing else.
    pub(super) fn connect(&self, goal: &Goal) -> Result<(), Errno> {
        match goal {
            Goal::Nobody => connect_unspec(&self.copy),
            Goal::Internet(address) => connect(&self.copy, address),
            Goal::File(place, standing) => {
                standing.become_it()?;
                connect(&self.copy, &place.address()?)
            }
        }
    }

    pub(super) fn bind(&self, address: SocketAddr) -> Result<(), Errno> {
        rustix::net::bind(&self.copy, &address)
    }

    pub(super) fn listen(&self, backlog: i32) -> Result<(), Errno> {
        listen(&self.copy, backlog)
    }

    /// Returns the address that it is bound to, if that is one of the internet.
    pub(super) fn bound(&self) -> Result<SocketAddr, Errno> {
        SocketAddr::try_from(getsockname(&self.copy)?)
    }

    /// Has a socket of the file system listen; whoever connects sees who asked.
    pub(super) fn listen_as(&self, standing: &Standing, backlog: i32) -> Result<(), Errno> {
        // Whatever else somebody gave up, its user is ours.
        if !matches!(standing, Standing::Other { .. }) {
            return self.listen(backlog);
        }
        thread::scope(|threads| {
            let listening = thread::Builder::new()
                .name("scope-listen".to_owned())
                .stack_size(STACK)
                .spawn_scoped(threads, || {
                    standing.become_it()?;
                    self.listen(backlog)
                });
            listening.map_err(|_| Errno::AGAIN)?.join().unwrap_or(Err(Errno::ACCESS))
        })
    }

    /// Tells whether its name is one without a file. It may have none at all.
    ///
    /// Read by the standard library: rustix panics at a path that fills an address to its end.
    pub(super) fn is_abstract(&self) -> Result<bool, Errno> {
        let named = UnixStream::from(
            self.copy.as_fd().try_clone_to_owned().map_err(|error| errno(&error))?,
        );
        let name = named.local_addr().map_err(|error| errno(&error))?;
        Ok(name.as_abstract_name().is_some())
    }

    /// Tells whether this process set that listening which waits at a file: this socket, if it has just begun to.
    ///
    /// Whoever waits there gets a connection, which is taken out again if it waits at this socket.
    pub(super) fn is_waited_at_by_us(&self, place: &Place) -> Result<bool, Errno> {
        let kind = socket_type(&self.copy)?;
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let client = socket_with(AddressFamily::UNIX, kind, flags, None)?;
        connect(&client, &place.address()?)?;
        // By nix: the number is 0 for who is in no namespace of ours.
        let peer = getsockopt(&client, PeerCredentials).map_err(|_| Errno::ACCESS)?;
        let is_ours = peer.pid() == getpid().as_raw();
        if is_ours {
            self.take_out();
        }
        Ok(is_ours)
    }

    /// Takes a connection that waits out of the queue. Should somebody else take it first, nobody waits for another: how
    /// long a socket waits is a matter of the socket, which the command has as well, so that whoever waits is interrupted.
    fn take_out(&self) {
        let mut asked = [PollFd::new(self.copy.as_fd(), PollFlags::POLLIN)];
        if poll(&mut asked, PollTimeout::ZERO) == Ok(1) {
            self.accept_soon();
        }
    }

    fn accept_soon(&self) {
        let Ok(copy) = self.copy.try_clone() else { return };
        errand::run("scope-accept", move || drop(accept_with(&copy, SocketFlags::CLOEXEC)));
    }

    /// Ends whatever it is doing.
    pub(super) fn shut(&self) {
        let _ = shutdown(&self.copy, Shutdown::Both);
    }
}

impl Place {
    /// Takes hold of what lies at a path without links, and says where that is.
    pub(super) fn hold(path: &Path) -> Result<Self, Errno> {
        // Nor are links that came to be on the way followed: one of `/proc` might lead where paths mean something else.
        let handle = unlinked::open(path)?;
        let path = readlink(own(&handle), Vec::new())?.into_bytes();
        Ok(Self { handle, path: OsString::from_vec(path).into() })
    }

    /// Returns what tells this file from all others, by whatever name, as long as it is held.
    pub(super) fn identity(&self) -> Result<FileIdentity, Errno> {
        let Stat { st_dev, st_ino, .. } = fstat(&self.handle)?;
        Ok(FileIdentity { device: st_dev, number: st_ino })
    }

    /// Returns when it was made, in seconds since the epoch; `None` where the file system does not know.
    pub(super) fn born(&self) -> Option<i64> {
        let born = statx(&self.handle, "", AtFlags::EMPTY_PATH, StatxFlags::BTIME).ok()?;
        let tells = StatxFlags::from_bits_retain(born.stx_mask).contains(StatxFlags::BTIME);
        tells.then_some(born.stx_btime.tv_sec)
    }

    /// Tells whether no socket has it: none ever will. Nobody notices that it was asked: who has one of another kind
    /// is told by an error, and who has one of this kind by nothing.
    pub(super) fn is_nobodys(&self) -> bool {
        let flags = SocketFlags::CLOEXEC;
        let client = socket_with(AddressFamily::UNIX, SocketType::DGRAM, flags, None);
        let connected = client.and_then(|client| connect(&client, &self.address()?));
        connected == Err(Errno::CONNREFUSED)
    }

    /// Returns an address that leads to what is held, however long its path is.
    fn address(&self) -> Result<SocketAddrUnix, Errno> {
        SocketAddrUnix::new(own(&self.handle))
    }
}

fn own(handle: &OwnedFd) -> String {
    format!("/proc/self/fd/{}", handle.as_raw_fd())
}

fn number(thread: u32) -> Result<Pid, Errno> {
    i32::try_from(thread).ok().and_then(Pid::from_raw).ok_or(Errno::SRCH)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
mod tests {
    use std::fs;
    use std::net::TcpListener;
    use std::os::unix::net::UnixListener;
    use std::time::Instant;

    use super::*;

    fn thread() -> u32 {
        nix::unistd::gettid().as_raw().unsigned_abs()
    }

    #[test]
    fn a_copy_is_the_same_socket() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = Socket::copy(thread(), listener.as_raw_fd()).unwrap();
        assert_eq!(socket.bound().unwrap(), listener.local_addr().unwrap());
        assert_eq!(socket.identity().unwrap(), fstat(&listener).unwrap().st_ino);
        assert!(socket.is_internet() && socket.is_version_4() && !socket.is_unix());
    }

    #[test]
    fn what_is_no_socket_is_told_so() {
        let file = fs::File::open("/dev/null").unwrap();
        let error = |descriptor| Socket::copy(thread(), descriptor).unwrap_err();
        assert_eq!(error(file.as_raw_fd()), Errno::NOTSOCK);
        assert_eq!(error(-1), Errno::BADF);
        assert_eq!(error(i32::MAX), Errno::BADF);
        assert_eq!(Socket::copy(0, 0).unwrap_err(), Errno::SRCH);
    }

    #[test]
    fn nobody_waits_for_a_connection_that_somebody_else_has_taken() {
        let root = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(root.path().join("s")).unwrap();
        let socket = Socket::copy(thread(), listener.as_raw_fd()).unwrap();
        // As the thread that does so: signals are the supervisor's.
        let _ = nix::sys::signal::SigSet::all().thread_block();
        let began = Instant::now();
        socket.accept_soon();
        assert!(began.elapsed() < errand::LEAVING, "{:?}", began.elapsed());
        // One that waits is taken.
        let client = UnixStream::connect(root.path().join("s")).unwrap();
        socket.accept_soon();
        client.set_nonblocking(true).unwrap();
        assert_eq!(std::io::Read::read(&mut &client, &mut [0]).unwrap(), 0, "it is closed");
    }

    #[test]
    fn a_socket_is_reached_by_what_is_held_however_long_its_path_is() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().canonicalize().unwrap().join("d".repeat(200));
        fs::create_dir(&directory).unwrap();
        let path = directory.join("s");
        // The address of a socket has no room for this path: it is bound from within.
        let inside = fs::File::open(&directory).unwrap();
        let short = format!("/proc/self/fd/{}/s", inside.as_raw_fd());
        let listener = UnixListener::bind(short).unwrap();
        let place = Place::hold(&path).unwrap();
        assert_eq!(place.path, path);
        // Whoever puts something else there meanwhile changes nothing.
        fs::rename(&path, directory.join("moved")).unwrap();
        fs::write(&path, "").unwrap();
        let stream = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
        let socket = Socket::copy(thread(), stream.as_raw_fd()).unwrap();
        socket.connect(&Goal::File(place, Standing::Same)).unwrap();
        assert!(listener.accept().is_ok());
    }
}
