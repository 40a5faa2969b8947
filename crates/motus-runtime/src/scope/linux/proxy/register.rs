//! The connections that are open, so that all of them can be ended at once, and what they have asked for.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::super::tally::Tally;
use super::super::super::{Action, Decision, Host, Unreached};

/// At most so many connections are served at once.
pub(super) const MOST: usize = 128;

/// At most so many different requests are kept apart.
const MOST_SEEN: usize = 4096;

/// At most so many hosts are named that were not reached.
const MOST_UNREACHED: usize = 16;

/// What the threads of a proxy share.
#[derive(Debug, Clone)]
pub(super) struct Register(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    is_closed: bool,
    tally: Tally,
    /// What the system said last of a host that was not reached.
    unreached: BTreeMap<Host, String>,
    /// Connections that were ended before anybody knew what for: there were too many.
    unheard: u64,
    open: HashMap<u64, Open>,
    next: u64,
}

#[derive(Debug, Default)]
struct Open {
    streams: Vec<Arc<TcpStream>>,
    /// Whether the secret was shown.
    is_known: bool,
    /// What is recorded if the end comes while a name is looked up, which nothing can cut short.
    pending: Option<(Action, Decision)>,
}

/// The place of one connection; it is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Ticket {
    register: Register,
    number: u64,
}

impl Register {
    pub(super) fn new() -> Self {
        let tally = Tally::new(MOST_SEEN);
        let (unreached, open) = (BTreeMap::new(), HashMap::new());
        let state = State { is_closed: false, tally, unreached, unheard: 0, open, next: 0 };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Admits a connection; `None` when there are too many. Who has not shown the secret yet, for longest, makes room:
    /// every user of this machine finds the port.
    pub(super) fn admit(&self, client: &Arc<TcpStream>) -> Option<Ticket> {
        let mut state = self.lock();
        if state.is_closed {
            return None;
        }
        if state.open.len() >= MOST {
            // Whether for this one or in its place, one goes.
            state.unheard += 1;
            if !state.make_room() {
                return None;
            }
        }
        let number = state.next;
        state.next += 1;
        let streams = vec![Arc::clone(client)];
        state.open.insert(number, Open { streams, ..Open::default() });
        Some(Ticket { register: self.clone(), number })
    }

    /// Ends every connection, and returns what was asked for.
    pub(super) fn close(&self) -> Tally {
        let mut state = self.lock();
        state.is_closed = true;
        let open: Vec<_> = state.open.drain().map(|(_, open)| open).collect();
        for Open { streams, pending, .. } in open {
            for stream in streams {
                let _ = stream.shutdown(Shutdown::Both);
            }
            if let Some((action, decision)) = pending {
                state.tally.add(action, decision);
            }
        }
        std::mem::take(&mut state.tally)
    }

    /// Returns the hosts that were not reached.
    pub(super) fn unreached(&self) -> Vec<Unreached> {
        let found = self.lock().unreached.clone().into_iter();
        found.map(|(host, reason)| Unreached { host, reason }).collect()
    }

    /// Returns how many connections were ended before anybody knew what for.
    pub(super) fn unheard(&self) -> u64 {
        self.lock().unheard
    }

    /// Tells whether [`Register::close`] was called.
    pub(super) fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    /// Every update leaves the state whole, so a panic elsewhere does not make it wrong.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Ends the oldest connection of somebody unknown, if there is one.
    fn make_room(&mut self) -> bool {
        let unknown =
            self.open.iter().filter(|(_, open)| !open.is_known).map(|(number, _)| *number);
        let Some(open) = unknown.min().and_then(|oldest| self.open.remove(&oldest)) else {
            return false;
        };
        for stream in open.streams {
            let _ = stream.shutdown(Shutdown::Both);
        }
        true
    }
}

impl Ticket {
    /// Notes that the secret was shown, so that nobody else takes the place; false when that has happened.
    pub(super) fn becomes_known(&self) -> bool {
        let mut state = self.register.lock();
        let open = state.open.get_mut(&self.number);
        open.map(|open| open.is_known = true).is_some()
    }

    /// Counts what was asked for.
    pub(super) fn add(&self, action: Action, decision: Decision) {
        let mut state = self.register.lock();
        if !state.is_closed {
            state.tally.add(action, decision);
        }
    }

    /// Notes that a host was not reached; the end of the command is no such reason.
    pub(super) fn fails(&self, host: &Host, error: &io::Error) {
        let mut state = self.register.lock();
        let has_room = state.unreached.len() < MOST_UNREACHED;
        if !state.is_closed && (has_room || state.unreached.contains_key(host)) {
            state.unreached.insert(host.clone(), error.to_string());
        }
    }

    /// Says what is to be recorded if the end comes now.
    pub(super) fn resolves(&self, pending: Option<(Action, Decision)>) {
        if let Some(open) = self.register.lock().open.get_mut(&self.number) {
            open.pending = pending;
        }
    }

    /// Has a stream end with all others. Errors: that has happened already.
    pub(super) fn keep(&self, stream: TcpStream) -> io::Result<Arc<TcpStream>> {
        let stream = Arc::new(stream);
        let mut state = self.register.lock();
        let open = state.open.get_mut(&self.number).ok_or(io::ErrorKind::ConnectionAborted)?;
        open.streams.push(Arc::clone(&stream));
        Ok(stream)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.register.lock().open.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn stream() -> Arc<TcpStream> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Arc::new(TcpStream::connect(listener.local_addr().unwrap()).unwrap())
    }

    #[test]
    fn places_are_bounded_and_come_free() {
        let register = Register::new();
        let stream = stream();
        let mut tickets: Vec<_> = (0..MOST).map(|_| register.admit(&stream).unwrap()).collect();
        assert!(tickets.iter().all(Ticket::becomes_known));
        assert_eq!(register.unheard(), 0);
        assert!(register.admit(&stream).is_none());
        tickets.pop();
        assert!(register.admit(&stream).is_some());
        assert_eq!(register.unheard(), 1);
        register.close();
        assert!(register.admit(&stream).is_none());
        assert_eq!(register.unheard(), 1, "whoever comes after the end is not the command");
    }

    #[test]
    fn who_is_unknown_for_longest_makes_room() {
        let register = Register::new();
        let streams: Vec<_> = (0..MOST).map(|_| stream()).collect();
        let tickets: Vec<_> = streams.iter().map(|it| register.admit(it).unwrap()).collect();
        assert!(tickets[0].becomes_known());
        assert!(register.admit(&stream()).is_some());
        let is_known: Vec<_> = tickets.iter().map(Ticket::becomes_known).collect();
        assert_eq!(is_known.iter().position(|known| !known), Some(1));
        assert_eq!(is_known.iter().filter(|known| **known).count(), MOST - 1);
        assert_eq!(register.unheard(), 1);
    }

    #[test]
    fn what_was_not_reached_is_named_with_the_last_reason_and_bounded() {
        let register = Register::new();
        let ticket = register.admit(&stream()).unwrap();
        for reason in ["first", "last"] {
            ticket.fails(&Host::new("a.example", 443), &io::Error::other(reason));
        }
        for port in 1..100 {
            ticket.fails(&Host::new("b.example", port), &io::Error::other("no"));
        }
        let unreached = register.unreached();
        assert_eq!(unreached.len(), MOST_UNREACHED);
        assert_eq!((unreached[0].host.port, unreached[0].reason.as_str()), (443, "last"));
    }

    #[test]
    fn after_the_end_nothing_is_admitted_kept_or_counted_twice() {
        let register = Register::new();
        let ticket = register.admit(&stream()).unwrap();
        let call = || Action::Call("x");
        ticket.add(call(), Decision::Denied);
        ticket.resolves(Some((call(), Decision::Declared)));
        let sum = Tally::sum([register.close()]);
        assert_eq!((sum.attempts, sum.seen.len()), (2, 2));
        ticket.add(call(), Decision::Denied);
        assert_eq!(Tally::sum([register.close()]).attempts, 0);
        assert!(register.admit(&stream()).is_none());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let late = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        assert!(ticket.keep(late).is_err());
    }
}
