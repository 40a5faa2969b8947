//! The side that waits for connections: which address a socket gets, and where it is listened at.

use std::collections::HashSet;
use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;

use rustix::io::Errno;

use super::super::super::{Action, Peer};
use super::super::lookup::resolve_text;
use super::super::sys::Answer;
use super::address::{Address, is_everywhere, told};
use super::clerk::{Clerk, Question, Step, errno};
use super::socket::Socket;

/// So many addresses are kept in mind; who listens at another is told once more.
const MOST_TOLD: usize = 4096;

/// The addresses that were judged when they were given to a socket, where that was not stopped.
#[derive(Debug, Default)]
pub(super) struct Told(HashSet<SocketAddr>);

impl Told {
    fn note(&mut self, address: SocketAddr) {
        if self.0.len() < MOST_TOLD {
            self.0.insert(address);
        }
    }

    /// Tells whether listening at an address is told already; a free port of one stands for whichever that is.
    fn holds(&self, address: SocketAddr) -> bool {
        self.0.contains(&address) || self.0.contains(&SocketAddr::new(address.ip(), 0))
    }
}

impl Clerk {
    pub(super) fn bind(
        &mut self,
        question: Question,
        socket: Option<&Socket>,
        address: Address,
    ) -> Result<Step, Errno> {
        match address {
            Address::Internet(address) => {
                // What receives datagrams is no server here: that there is such a socket is told.
                if !self.level.enforces() && socket.is_some_and(Socket::is_of_datagrams) {
                    return Ok(Step::Answer(Answer::Continue));
                }
                // Any port, everywhere: what a client does that does not care. To listen there is another question.
                if !(is_everywhere(address) && address.port() == 0) {
                    self.judge(Action::Listen(Peer::Internet(told(address))))?;
                    self.told.note(told(address));
                }
                self.check_port(question, address.port())?;
                Ok(self.act(socket, |socket| socket.bind(address)))
            }
            Address::File(text) => {
                let is_other = socket.is_some_and(|socket| !socket.is_unix());
                if is_other && self.level.enforces() {
                    return Err(Errno::INVAL);
                }
                self.make(question, socket, &text)
            }
            Address::Abstract => self.never(Action::Listen(Peer::Abstract)),
            Address::Family(family) => self.never(Action::Listen(Peer::Family(family))),
            Address::Unspecified => Err(Errno::AFNOSUPPORT),
        }
    }

    /// Refuses a port that is root's to who is not.
    fn check_port(&self, question: Question, port: u16) -> Result<(), Errno> {
        if port == 0 || port >= first_of_anybody() || self.standing(question)?.may_take_ports() {
            return Ok(());
        }
        Err(Errno::ACCESS)
    }

    /// A socket in the file system is made by whoever asks: Landlock decides on names. Should another address stand in
    /// its memory by then, Landlock lets nothing be bound by TCP, and what no name leads to cannot be listened at.
    fn make(
        &mut self,
        question: Question,
        socket: Option<&Socket>,
        text: &[u8],
    ) -> Result<Step, Errno> {
        let target = resolve_text(question.thread, text, false);
        let target = target.map_err(|error| errno(&error))?;
        self.check_reach(&target)?;
        let taken = if target.exists { Errno::ADDRINUSE } else { Errno::ACCESS };
        self.judge(Action::Entry(target.path.clone())).map_err(|_| taken)?;
        if let Some(socket) = socket.filter(|_| !target.exists) {
            self.own.bind(socket, &target.path);
        }
        Ok(Step::Answer(Answer::Continue))
    }

    pub(super) fn listen(
        &mut self,
        question: Question,
        socket: &Socket,
        backlog: i32,
    ) -> Result<Step, Errno> {
        // The kernel says so as well; but the connection may fail between two looks, and its address be lost or, of a
        // socket without a file, a name be left.
        if self.underway.holds(socket)? {
            return Err(Errno::INVAL);
        }
        if socket.is_internet() {
            return self.listen_by_internet(socket, backlog);
        }
        if socket.is_unix() && socket.is_abstract()? {
            return self.never(Action::Listen(Peer::Abstract));
        }
        // Again it would only be another length of the queue; of one that somebody else set listening it would say that
        // we had.
        if socket.is_unix() && socket.is_listening() {
            return Ok(Step::Answer(Answer::Return(0)));
        }
        // It is not left to whoever asks: its number may be another socket's by then, and that would listen everywhere.
        let standing = self.standing(question)?;
        let listened = self.act(Some(socket), |socket| socket.listen_as(&standing, backlog));
        if matches!(listened, Step::Answer(Answer::Continue | Answer::Return(0))) {
            self.own.listen(socket, self.level.enforces());
        }
        Ok(listened)
    }

    /// Whoever listens without an address listens everywhere.
    fn listen_by_internet(&mut self, socket: &Socket, backlog: i32) -> Result<Step, Errno> {
        let address = socket.bound()?;
        if !self.scope.network.allows_listening(address)
            && (self.level.enforces() || !self.told.holds(told(address)))
        {
            let port = if is_everywhere(address) { 0 } else { address.port() };
            let address = SocketAddr::new(told(address).ip(), port);
            self.judge(Action::Listen(Peer::Internet(address)))?;
        }
        let scope = Arc::clone(&self.scope);
        let listened = self.act(Some(socket), |socket| {
            socket.listen(backlog)?;
            if socket.bound().is_ok_and(|address| scope.network.allows_listening(address)) {
                return Ok(());
            }
            socket.shut();
            Err(Errno::ACCESS)
        });
        Ok(listened)
    }
}

/// Of no family is taken for version 4, by sockets of that, if it is of no address either.
pub(super) fn bind_address(socket: Option<&Socket>, bytes: &[u8]) -> Result<Address, Errno> {
    let address = Address::parse(bytes)?;
    if address != Address::Unspecified {
        return Ok(address);
    }
    match Address::version_4(bytes) {
        Ok(Address::Internet(address))
            if is_everywhere(address) && socket.is_some_and(Socket::is_version_4) =>
        {
            Ok(Address::Internet(address))
        }
        _ => Ok(Address::Unspecified),
    }
}

/// Returns the first port that anybody may take.
fn first_of_anybody() -> u16 {
    let first = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    first.ok().and_then(|first| first.trim().parse().ok()).unwrap_or(1024)
}
