//! The judgement of sockets: what is asked, what the scope says of it, and what is then done.

use std::collections::HashSet;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::AsFd as _;
use std::sync::Arc;

use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;

use super::super::super::tally::Tally;
use super::super::super::{Action, Decision, Level, Peer, Scope};
use super::super::call::Asked;
use super::super::lookup::{Unresolved, read_into, resolve_text};
use super::super::metadata::Standing;
use super::super::sys::Answer;
use super::address::{self, Address, definite, is_everywhere, told};
use super::socket::{Goal, Place, Socket};
use super::underway::Underway;
use super::{Desk, outcome};

/// Handles one question after the other.
pub(super) struct Clerk {
    pub(super) desk: Arc<dyn Desk>,
    pub(super) scope: Arc<Scope>,
    pub(super) level: Level,
    /// The port of our proxy on 127.0.0.1.
    pub(super) proxy: Option<u16>,
    pub(super) tally: Tally,
    pub(super) underway: Underway,
    /// The ports that were judged when a socket got one: whoever listens there later was told already.
    pub(super) told_ports: HashSet<u16>,
}

/// Who asks, and by which question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    pub(super) id: u64,
    pub(super) thread: u32,
}

/// What comes of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It is answered.
    Answer(Answer),
    /// It will be answered.
    Later,
    /// Who asked is gone.
    Gone,
}

impl Clerk {
    /// Handles a question, and answers it unless that takes time.
    pub(super) fn handle(&mut self, question: Question, asked: Asked) {
        let step = match self.step(question, asked) {
            // Where nothing is stopped, nothing is made to fail either.
            Ok(_) | Err(_) if !self.level.enforces() => Step::Answer(Answer::Continue),
            Ok(step) => step,
            Err(error) => Step::Answer(outcome(Err(error))),
        };
        if let Step::Answer(answer) = step {
            self.desk.answer(question.id, answer);
        }
    }

    fn step(&mut self, question: Question, asked: Asked) -> Result<Step, Errno> {
        match asked {
            Asked::Connect { socket, address, length } => {
                let socket = self.copy(question, socket, "connect:unreadable")?;
                let bytes = self.read(question, address, length, "connect:unreadable")?;
                let address = Address::parse(&bytes)?;
                self.if_waiting(question, |clerk| clerk.connect(question, socket, address))
            }
            Asked::Bind { socket, address, length } => {
                let socket = self.copy(question, socket, "bind:unreadable")?;
                let bytes = self.read(question, address, length, "bind:unreadable")?;
                let address = bind_address(socket.as_ref(), &bytes)?;
                self.if_waiting(question, |clerk| clerk.bind(question, socket.as_ref(), address))
            }
            Asked::Listen { socket, backlog } => {
                let socket = self.copy(question, socket, "listen:unreadable")?;
                self.if_waiting(question, |clerk| clerk.listen(socket.as_ref(), backlog))
            }
            // Nobody hands anything else over.
            _ => Err(Errno::ACCESS),
        }
    }

    /// Copies a socket; there may be none where nothing will be done with it.
    fn copy(
        &mut self,
        question: Question,
        descriptor: i32,
        unreadable: &'static str,
    ) -> Result<Option<Socket>, Errno> {
        match Socket::copy(question.thread, descriptor) {
            Ok(socket) => Ok(Some(socket)),
            Err(_) if !self.level.enforces() => Ok(None),
            // The socket is not at fault: it is we who may not have it.
            Err(Errno::PERM | Errno::NOSYS) => Err(self.refuse(unreadable)),
            Err(error) => Err(error),
        }
    }

    /// Reads an address, once: from here on our copy of it counts.
    fn read(
        &mut self,
        question: Question,
        address: u64,
        length: u64,
        unreadable: &'static str,
    ) -> Result<Vec<u8>, Errno> {
        let mut bytes = vec![0; address::length(length)?];
        match read_into(question.thread, address, &mut bytes) {
            Ok(()) => Ok(bytes),
            Err(Unresolved::Fails(error) | Unresolved::Unreadable(error @ Errno::FAULT)) => {
                Err(error)
            }
            Err(Unresolved::Unreadable(_)) => Err(self.refuse(unreadable)),
        }
    }

    fn refuse(&mut self, unreadable: &'static str) -> Errno {
        let action = Action::Call(unreadable);
        let decision = self.scope.decide(&action, self.level);
        self.tally.add(action, decision);
        Errno::ACCESS
    }

    /// What was read and copied is of whoever asks, if that still waits: its number is nobody else's yet.
    fn if_waiting(
        &mut self,
        question: Question,
        go_on: impl FnOnce(&mut Self) -> Result<Step, Errno>,
    ) -> Result<Step, Errno> {
        if self.desk.still_waits(question.id) { go_on(self) } else { Ok(Step::Gone) }
    }

    /// Counts an attempt; an error when it is refused.
    fn judge(&mut self, action: Action) -> Result<(), Errno> {
        let decision = self.scope.decide(&action, self.level);
        self.tally.add(action, decision);
        if decision == Decision::Denied { Err(Errno::ACCESS) } else { Ok(()) }
    }

    fn connect(
        &mut self,
        question: Question,
        socket: Option<Socket>,
        address: Address,
    ) -> Result<Step, Errno> {
        let goal = match address {
            // Without a wait, and in the order of the questions.
            Address::Unspecified => {
                let ended = self.act(socket.as_ref(), |socket| socket.connect(&Goal::Nobody));
                return Ok(ended);
            }
            Address::Internet(address) => {
                let address = definite(address);
                if !self.is_proxy(address) {
                    self.judge(Action::Connect(Peer::Internet(told(address))))?;
                }
                Goal::Internet(address)
            }
            Address::File(text) => {
                let standing = self.standing(question)?;
                Goal::File(self.place(question, &text, &standing)?, standing)
            }
            Address::Abstract => {
                self.judge(Action::Connect(Peer::Abstract))?;
                return Err(Errno::ACCESS);
            }
            Address::Family(family) => {
                self.judge(Action::Connect(Peer::Family(family)))?;
                return Err(Errno::ACCESS);
            }
        };
        match socket {
            Some(socket) if self.level.enforces() => {
                self.underway.start(&self.desk, question.id, socket, goal)?;
                Ok(Step::Later)
            }
            _ => Ok(Step::Answer(Answer::Continue)),
        }
    }

    /// Our proxy judges by itself.
    fn is_proxy(&self, address: SocketAddr) -> bool {
        let proxy = self.proxy.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        proxy == Some(told(address))
    }

    /// Finds a socket in the file system and judges it. One that is not there is no attempt: programs look for sockets
    /// that may not be there.
    fn place(
        &mut self,
        question: Question,
        text: &[u8],
        standing: &Standing,
    ) -> Result<Place, Errno> {
        let taken = standing.take_on();
        let target = resolve_text(question.thread, text, true);
        let target = target.map_err(|error| errno(&error))?;
        let place = Place::hold(&target.path)?;
        drop(taken);
        self.judge(Action::Connect(Peer::File(place.path.clone())))?;
        Ok(place)
    }

    /// Finds out who asks, where something is done on its behalf.
    fn standing(&self, question: Question) -> Result<Standing, Errno> {
        if !self.level.enforces() {
            return Ok(Standing::Same);
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let processes = open("/proc", flags, Mode::empty())?;
        Standing::of(processes.as_fd(), question.thread)
    }

    /// Refuses a port that is root's to who is not.
    fn check_port(&self, question: Question, port: u16) -> Result<(), Errno> {
        if port == 0 || port >= first_of_anybody() || self.standing(question)?.may_take_ports() {
            return Ok(());
        }
        Err(Errno::ACCESS)
    }

    fn bind(
        &mut self,
        question: Question,
        socket: Option<&Socket>,
        address: Address,
    ) -> Result<Step, Errno> {
        match address {
            Address::Internet(address) => {
                // Any port, everywhere: what a client does that does not care. To listen there is another question.
                if !(is_everywhere(address) && address.port() == 0) {
                    self.judge(Action::Listen(Peer::Internet(told(address))))?;
                    self.told_ports.insert(address.port());
                }
                self.check_port(question, address.port())?;
                Ok(self.act(socket, |socket| socket.bind(address)))
            }
            Address::File(text) => {
                if socket.is_some_and(|socket| !socket.is_unix()) {
                    return Err(Errno::INVAL);
                }
                self.make(question, &text)
            }
            Address::Abstract => self.judge(Action::Listen(Peer::Abstract)).map(|()| Step::Gone),
            Address::Family(family) => {
                self.judge(Action::Listen(Peer::Family(family))).map(|()| Step::Gone)
            }
            Address::Unspecified => Err(Errno::AFNOSUPPORT),
        }
    }

    /// A socket in the file system is made by whoever asks: Landlock decides on names. Should another address stand in
    /// its memory by then, Landlock lets nothing be bound by TCP, and what no name leads to cannot be listened at.
    fn make(&mut self, question: Question, text: &[u8]) -> Result<Step, Errno> {
        let target = resolve_text(question.thread, text, false);
        let target = target.map_err(|error| errno(&error))?;
        let taken = if target.exists { Errno::ADDRINUSE } else { Errno::ACCESS };
        self.judge(Action::Entry(target.path)).map_err(|_| taken)?;
        Ok(Step::Answer(Answer::Continue))
    }

    fn listen(&mut self, socket: Option<&Socket>, backlog: i32) -> Result<Step, Errno> {
        let Some(socket) = socket else { return Ok(Step::Gone) };
        if socket.is_internet() {
            self.listen_by_internet(socket, backlog)
        } else if socket.is_unix() && socket.is_abstract()? {
            self.judge(Action::Listen(Peer::Abstract)).map(|()| Step::Gone)
        } else {
            Ok(self.act(Some(socket), |socket| socket.listen(backlog)))
        }
    }

    /// Whoever listens without an address listens everywhere. One that is bound was judged when that was done.
    fn listen_by_internet(&mut self, socket: &Socket, backlog: i32) -> Result<Step, Errno> {
        // The kernel says so as well; but the connection may fail, and its address be lost, between two looks.
        if self.underway.holds(socket)? {
            return Err(Errno::INVAL);
        }
        let address = socket.bound()?;
        if !self.scope.network.allows_listening(address) {
            let port = if is_everywhere(address) { 0 } else { address.port() };
            let told = SocketAddr::new(told(address).ip(), port);
            // Where it is not stopped, what is bound to a port was told when that was done, unless it did not matter.
            let was_told = !is_everywhere(address) || self.told_ports.contains(&address.port());
            if self.level.enforces() || address.port() == 0 || !was_told {
                self.judge(Action::Listen(Peer::Internet(told)))?;
            }
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

    /// Does something that does not wait; or lets it be done, where nothing is stopped.
    fn act(&self, socket: Option<&Socket>, act: impl FnOnce(&Socket) -> Result<(), Errno>) -> Step {
        match socket {
            Some(socket) if self.level.enforces() => Step::Answer(outcome(act(socket))),
            _ => Step::Answer(Answer::Continue),
        }
    }
}

/// Of no family is taken for version 4, by sockets of that, if it is of no address either.
fn bind_address(socket: Option<&Socket>, bytes: &[u8]) -> Result<Address, Errno> {
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

fn errno(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::ACCESS)
}
