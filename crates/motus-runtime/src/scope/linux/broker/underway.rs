//! Connections that are being made: each on a thread of its own, since the other side may take its time.
//!
//! The copy cannot be made to return at once: whether a socket waits is a matter of the socket, not of the copy. And
//! whoever asks may change it at any time, so that every connection has its thread, and not only those that seem slow.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use rustix::io::Errno;

use super::socket::{Goal, Socket};
use super::{Desk, outcome};

/// At most so many at once.
const MOST: usize = 1024;

/// At most so many of them to one place: where nobody answers, the way to others stays open.
const MOST_TO_ONE: usize = 256;

/// Such a thread makes one call.
pub(super) const STACK: usize = 64 << 10;

/// The connections that are being made, by the questions that they answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Underway(Arc<Mutex<HashMap<u64, Connecting>>>);

#[derive(Debug)]
struct Connecting {
    socket: Arc<Socket>,
    identity: u64,
    whither: Whither,
}

/// Where a connection leads.
#[derive(Debug, PartialEq, Eq)]
enum Whither {
    Nobody,
    Internet(SocketAddr),
    File(PathBuf),
}

impl Whither {
    fn of(goal: &Goal) -> Self {
        match goal {
            Goal::Nobody => Self::Nobody,
            Goal::Internet(address) => Self::Internet(*address),
            Goal::File(place, _) => Self::File(place.path.clone()),
        }
    }
}

impl Underway {
    /// Connects and answers, on a thread. Errors: EAGAIN when there are too many.
    pub(super) fn start(
        &self,
        desk: &Arc<dyn Desk>,
        question: u64,
        socket: Socket,
        goal: Goal,
    ) -> Result<(), Errno> {
        let identity = socket.identity()?;
        let (socket, whither) = (Arc::new(socket), Whither::of(&goal));
        let mut connecting = self.lock();
        let to_one = || connecting.values().filter(|it| it.whither == whither).count();
        if connecting.len() >= MOST || to_one() >= MOST_TO_ONE {
            return Err(Errno::AGAIN);
        }
        connecting.insert(question, Connecting { socket: Arc::clone(&socket), identity, whither });
        drop(connecting);
        let (desk, underway) = (Arc::clone(desk), self.clone());
        let work = move || {
            let connected = socket.connect(&goal);
            // Before it is answered: the socket is its owner's alone again, to be closed or listened at.
            underway.lock().remove(&question);
            drop((socket, goal));
            desk.answer(question, outcome(connected));
        };
        let started =
            thread::Builder::new().name("scope-connect".to_owned()).stack_size(STACK).spawn(work);
        started.map(drop).map_err(|_| {
            self.lock().remove(&question);
            Errno::AGAIN
        })
    }

    /// Tells whether a socket is being connected.
    pub(super) fn holds(&self, socket: &Socket) -> Result<bool, Errno> {
        let identity = socket.identity()?;
        Ok(self.lock().values().any(|connecting| connecting.identity == identity))
    }

    /// Ends what can be ended; nobody waits for it any more.
    pub(super) fn end(&self) {
        for connecting in self.lock().values() {
            connecting.socket.shut();
        }
    }

    /// Every update leaves the map whole, so a panic elsewhere does not make it wrong.
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Connecting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
