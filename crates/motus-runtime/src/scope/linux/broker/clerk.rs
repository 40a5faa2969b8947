//! The judgement of sockets: what is asked, what the scope says of it, and what is then done.

use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use rustix::thread::{CapabilitySet, CapabilitySets, capabilities, set_capabilities};

use super::super::super::tally::Tally;
use super::super::super::{Action, Decision, Level, Peer, Scope};
use super::super::call::Asked;
use super::super::lookup::{Target, Unresolved, read_into, resolve_text};
use super::super::metadata::Standing;
use super::super::notify::stand::Stand;
use super::super::sys::Answer;
use super::address::{self, Address, definite, told};
use super::own::Own;
use super::servers::{Told, bind_address};
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
    pub(super) told: Told,
    pub(super) own: Own,
    /// Questions that went on although nobody could say what they were about.
    pub(super) unreadable: u64,
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
            Ok(step) if self.level.enforces() => step,
            Err(error) if self.level.enforces() => Step::Answer(outcome(Err(error))),
            // Where nothing is stopped, nothing is made to fail either.
            Ok(_) => Step::Answer(Answer::Continue),
            Err(error) => Step::Answer(self.answer_unjudged(question, error)),
        };
        if let Step::Answer(answer) = step {
            self.desk.answer(question.id, answer);
        }
    }

    fn step(&mut self, question: Question, asked: Asked) -> Result<Step, Errno> {
        match asked {
            Asked::Connect { socket, address, length } => {
                let socket = self.copy_if_needed(question, socket, "connect:unreadable")?;
                let bytes = self.read(question, address, length, "connect:unreadable")?;
                let address = Address::parse(&bytes)?;
                self.if_waiting(question, |clerk| clerk.connect(question, socket, address))
            }
            Asked::Bind { socket, address, length } => {
                let socket = self.copy_if_needed(question, socket, "bind:unreadable")?;
                let bytes = self.read(question, address, length, "bind:unreadable")?;
                let address = bind_address(socket.as_ref(), &bytes)?;
                self.if_waiting(question, |clerk| clerk.bind(question, socket.as_ref(), address))
            }
            Asked::Listen { socket, backlog } => {
                let socket = self.copy(question, socket, "listen:unreadable")?;
                self.if_waiting(question, |clerk| clerk.listen(question, &socket, backlog))
            }
            // Nobody hands anything else over.
            _ => Err(Errno::ACCESS),
        }
    }

    /// Copies a socket; where nothing will be done with it, it may be one that cannot be had: its address says it all.
    fn copy_if_needed(
        &mut self,
        question: Question,
        descriptor: i32,
        unreadable: &'static str,
    ) -> Result<Option<Socket>, Errno> {
        let copied = self.copy(question, descriptor, unreadable);
        if self.level.enforces() { copied.map(Some) } else { Ok(copied.ok()) }
    }

    fn copy(
        &mut self,
        question: Question,
        descriptor: i32,
        unreadable: &'static str,
    ) -> Result<Socket, Errno> {
        Socket::copy(question.thread, descriptor).map_err(|error| match error {
            // The socket is not at fault: it is we who may not have it.
            Errno::PERM | Errno::NOSYS => self.refuse(unreadable),
            error => error,
        })
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

    /// Where it is stopped, it is told by its name; where it goes on, whoever handles the question counts it.
    fn refuse(&mut self, unreadable: &'static str) -> Errno {
        if self.level.enforces() {
            let action = Action::Call(unreadable);
            let decision = self.scope.decide(&action, self.level);
            self.tally.add(action, decision);
        }
        Errno::ACCESS
    }

    /// Lets a question go on that could not be judged, and counts it. But what a name leads nowhere for fails by us, in
    /// the same way: it may lead somewhere by the time that the kernel reads it. Nobody is told so who may find what we
    /// do not.
    fn answer_unjudged(&mut self, question: Question, error: Errno) -> Answer {
        let is_nowhere =
            matches!(error, Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::NAMETOOLONG);
        if is_nowhere && is_beside_us(question.thread) {
            return outcome(Err(error));
        }
        if self.desk.still_waits(question.id) {
            self.unreadable += 1;
        }
        Answer::Continue
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
    pub(super) fn judge(&mut self, action: Action) -> Result<(), Errno> {
        let decision = self.scope.decide(&action, self.level);
        self.tally.add(action, decision);
        if decision == Decision::Denied { Err(Errno::ACCESS) } else { Ok(()) }
    }

    /// Counts what no scope can declare, and refuses it.
    pub(super) fn never(&mut self, action: Action) -> Result<Step, Errno> {
        self.judge(action)?;
        Ok(Step::Answer(Answer::Fail(libc::EACCES)))
    }

    fn connect(
        &mut self,
        question: Question,
        socket: Option<Socket>,
        address: Address,
    ) -> Result<Step, Errno> {
        // A datagram is no connection: that there is such a socket is told.
        if !self.level.enforces() && socket.as_ref().is_some_and(Socket::is_of_datagrams) {
            return Ok(Step::Answer(Answer::Continue));
        }
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
            Address::Abstract => return self.never(Action::Connect(Peer::Abstract)),
            Address::Family(family) => {
                return self.never(Action::Connect(Peer::Family(family)));
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

    /// Finds a socket in the file system and judges it. One that is not there is no attempt, nor is one that nobody has
    /// any more: programs look for sockets that may not be there.
    fn place(
        &mut self,
        question: Question,
        text: &[u8],
        standing: &Standing,
    ) -> Result<Place, Errno> {
        let taken = standing.take_on()?;
        if matches!(standing, Standing::Other { .. } | Standing::Lesser { .. }) {
            may_look_at_others()?;
        }
        let target = resolve_text(question.thread, text, true);
        let target = target.map_err(|error| errno(&error))?;
        self.check_reach(&target)?;
        let place = Place::hold(&target.path)?;
        drop(taken);
        self.judge_socket(&place)?;
        Ok(place)
    }

    /// Judges a socket in the file system. One that the command itself waits at, or will, is a file of its own.
    fn judge_socket(&mut self, place: &Place) -> Result<(), Errno> {
        let path = place.path.clone();
        if self.scope.network.allows_socket(&path) {
            return self.judge(Action::Connect(Peer::File(path)));
        }
        if self.own.holds(place) {
            return self.judge(Action::Write(path));
        }
        let refused = if self.level.enforces() { Err(Errno::CONNREFUSED) } else { Ok(()) };
        if place.is_nobodys() {
            return refused;
        }
        if self.own.awaits(place) {
            return self.judge(Action::Write(path)).and(refused);
        }
        self.judge(Action::Connect(Peer::File(path)))
    }

    /// Refuses a path through another process than the caller's own: we may look into it, the caller perhaps not.
    pub(super) fn check_reach(&self, target: &Target) -> Result<(), Errno> {
        let is_open = target.is_reached || !self.level.enforces();
        if is_open { Ok(()) } else { Err(Errno::ACCESS) }
    }

    /// Finds out who asks, where something is done on its behalf.
    pub(super) fn standing(&self, question: Question) -> Result<Standing, Errno> {
        if !self.level.enforces() {
            return Ok(Standing::Same);
        }
        Standing::of(processes()?.as_fd(), question.thread)
    }

    /// Does something that does not wait; or lets it be done, where nothing is stopped.
    pub(super) fn act(
        &self,
        socket: Option<&Socket>,
        act: impl FnOnce(&Socket) -> Result<(), Errno>,
    ) -> Step {
        match socket {
            Some(socket) if self.level.enforces() => Step::Answer(outcome(act(socket))),
            _ => Step::Answer(Answer::Continue),
        }
    }
}

fn processes() -> Result<OwnedFd, Errno> {
    open("/proc", OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

fn is_beside_us(thread: u32) -> bool {
    let Ok(processes) = processes() else { return false };
    let here = Stand::here(processes.as_fd());
    here.is_ok_and(|here| here.is_that_of(processes.as_fd(), thread))
}

/// Has this thread keep the right to see where others stand, whoever it counts as: who was root hides that from the user
/// that it has become.
fn may_look_at_others() -> Result<(), Errno> {
    let own = capabilities(None)?;
    let effective = own.effective | (own.permitted & CapabilitySet::SYS_PTRACE);
    set_capabilities(None, CapabilitySets { effective, ..own })
}

pub(super) fn errno(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::ACCESS)
}
