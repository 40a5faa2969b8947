//! The end of copies. A socket may be told to linger when it is closed, for as long as the command likes, and ours may be the
//! last copy: then somebody else closes it, who is not waited for.
//!
//! Before a question is answered its copy is gone: what the command closes next is closed.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::CWD;
use rustix::net::sockopt::{set_socket_linger, socket_linger};

use super::errand;

/// A descriptor that nobody waits for when it is closed; it is there until this is dropped.
#[derive(Debug)]
pub(super) struct Copied(Option<OwnedFd>);

impl From<OwnedFd> for Copied {
    fn from(copy: OwnedFd) -> Self {
        Self(Some(copy))
    }
}

impl Copied {
    /// Makes another one of the same.
    pub(super) fn try_clone(&self) -> io::Result<Self> {
        Ok(self.as_fd().try_clone_to_owned()?.into())
    }
}

impl AsFd for Copied {
    fn as_fd(&self) -> BorrowedFd<'_> {
        // No socket has this number.
        self.0.as_ref().map_or(CWD, AsFd::as_fd)
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        let lingers = |copy: &OwnedFd| !matches!(socket_linger(copy), Ok(None) | Err(_));
        if let Some(copy) = self.0.take_if(|copy| lingers(copy)) {
            close_soon(copy);
        }
    }
}

fn close_soon(copy: OwnedFd) {
    let slot = Arc::new(Mutex::new(Some(copy)));
    let take = |slot: &Mutex<Option<OwnedFd>>| {
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.take()
    };
    let theirs = Arc::clone(&slot);
    let close = move || drop(take(&theirs));
    if !errand::run("scope-close", close)
        && let Some(copy) = take(&slot)
    {
        let_go(copy);
    }
}

/// Where there is nobody to close it: what it was told to do is worth less than that somebody answers.
fn let_go(copy: OwnedFd) {
    let _ = set_socket_linger(&copy, None);
    drop(copy);
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn who_drops_a_copy_that_lingers_does_not_wait_as_long() {
        // As the thread that does so: signals are the supervisor's.
        let _ = nix::sys::signal::SigSet::all().thread_block();
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(server.local_addr().unwrap()).unwrap();
        client.set_nonblocking(true).unwrap();
        // Nobody reads there, so that closing waits for as long as was said.
        while client.write(&[0; 1 << 12]).is_ok() {}
        client.set_nonblocking(false).unwrap();
        set_socket_linger(&client, Some(Duration::from_mins(10))).unwrap();
        let began = Instant::now();
        drop(Copied::from(OwnedFd::from(client)));
        assert!(began.elapsed() < errand::LEAVING, "{:?}", began.elapsed());
        assert!(server.accept().unwrap().0.read(&mut [0]).unwrap() > 0);
    }

    #[test]
    fn what_was_dropped_is_closed() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        for lingers in [None, Some(Duration::from_mins(10))] {
            let client = TcpStream::connect(address).unwrap();
            set_socket_linger(&client, lingers).unwrap();
            let (mut peer, _) = server.accept().unwrap();
            drop(Copied::from(OwnedFd::from(client)));
            peer.set_nonblocking(true).unwrap();
            assert_eq!(peer.read(&mut [0]).unwrap(), 0, "{lingers:?}");
        }
    }
}
