//! Sockets in the file system at which the command itself waits.
//!
//! Where a command may write, it may use the sockets that it made, and no others: behind one that was there before, or
//! that somebody else makes meanwhile, is a daemon that does for its clients what it can. Neither a name tells them
//! apart, since names are moved and linked, nor a time, nor the number of a file, since it is given again.
//!
//! - **Proof.** Whatever listens inside is set listening by this process, and the kernel says of the other side of a
//!   connection who that was. So once, as soon as a socket listens, we connect to what its name leads to, look, and take
//!   that connection out of the queue again. Where nothing is stopped, the name has to do.
//! - **From then on** the file is held, so that its number is nobody else's, whatever it comes to be called.
//! - **Nobody's.** A file that no socket has any more never gets one again; whoever connects to it is told what the
//!   kernel says, and has reached nobody. So is who is too early for a server of the command's own.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::socket::{FileIdentity, Place, Socket};

/// So many sockets that are bound, and not listened at, are kept in mind.
const MOST_BOUND: usize = 256;

/// So many sockets that are waited at are kept in mind, each by a descriptor.
const MOST_HELD: usize = 256;

/// The sockets of the command.
#[derive(Debug)]
pub(super) struct Own {
    /// What is older than the command, in seconds since the epoch, was not made by it.
    since: i64,
    /// By what tells the socket from others, where its name led when it was asked for.
    bound: VecDeque<(u64, PathBuf)>,
    held: HashMap<FileIdentity, Place>,
}

impl Own {
    /// Begins with none, shortly before the command.
    pub(super) fn of_now() -> Self {
        #[expect(clippy::disallowed_methods, reason = "compared with the times of files")]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        // Times of files are those of the last tick of a clock.
        let since = i64::try_from(now).unwrap_or(i64::MAX).saturating_sub(1);
        Self { since, bound: VecDeque::new(), held: HashMap::new() }
    }

    /// Notes that a socket gets a name that was nobody's.
    pub(super) fn bind(&mut self, socket: &Socket, path: &Path) {
        let Ok(identity) = socket.identity() else { return };
        self.bound.retain(|(bound, _)| *bound != identity);
        if self.bound.len() >= MOST_BOUND {
            self.bound.pop_front();
        }
        self.bound.push_back((identity, path.to_owned()));
    }

    /// Notes that a socket is listened at, or is about to be, where nothing is stopped.
    pub(super) fn listen(&mut self, socket: &Socket, enforces: bool) {
        let Ok(identity) = socket.identity() else { return };
        let Some(index) = self.bound.iter().position(|(bound, _)| *bound == identity) else {
            return;
        };
        let Some((_, path)) = self.bound.remove(index) else { return };
        let Ok(place) = Place::hold(&path) else { return };
        // The kernel's word is a number. Who had that before us, and has gone, was there before the command.
        let is_older = place.born().is_some_and(|born| born < self.since);
        if is_older {
            return;
        }
        if !enforces || socket.is_waited_at_by_us(&place).unwrap_or(false) {
            self.keep(place);
        }
    }

    /// Tells whether the command waits at a file.
    pub(super) fn holds(&self, place: &Place) -> bool {
        place.identity().is_ok_and(|identity| self.held.contains_key(&identity))
    }

    /// Tells whether the command gave a socket this name, and has not come to listen at it.
    pub(super) fn awaits(&self, place: &Place) -> bool {
        self.bound.iter().any(|(_, path)| *path == place.path)
    }

    fn keep(&mut self, place: Place) {
        if self.held.len() >= MOST_HELD {
            self.held.retain(|_, held| !held.is_nobodys());
        }
        if self.held.len() < MOST_HELD
            && let Ok(identity) = place.identity()
        {
            self.held.insert(identity, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd as _;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn what_was_there_before_the_command_is_not_its_own_whoever_set_it_listening() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().canonicalize().unwrap().join("s");
        let listener = UnixListener::bind(&path).unwrap();
        let thread = nix::unistd::gettid().as_raw().unsigned_abs();
        let socket = Socket::copy(thread, listener.as_raw_fd()).unwrap();
        let place = Place::hold(&path).unwrap();
        if super::super::tests::is_held("what_was_there_before_the_command") {
            return;
        }
        if place.born().is_none() {
            return eprintln!("SKIPPED what_was_there_before_the_command: no times of birth here");
        }
        let is_held = |since| {
            let mut own = Own { since, ..Own::of_now() };
            own.bind(&socket, &path);
            own.listen(&socket, true);
            own.holds(&place)
        };
        assert!(is_held(0), "this process listens there");
        assert!(!is_held(i64::MAX));
    }
}
