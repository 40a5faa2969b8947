//! Answers what the probe's child asks: lets it go on, so that Landlock decides, but for its last connection, which is
//! made on its behalf, and its start, which there is no need for.

use std::io;
use std::net::SocketAddrV4;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::Path;
use std::thread::{self, JoinHandle};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use rustix::net::connect;
use rustix::process::{PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};

use super::super::filter::calls;
use super::super::lookup::{Unresolved, read_text};
use super::super::sys::{self, Answer, Notification};
use super::is_shortage;
use super::scene::{ASKED, BROKERED, DECLARED, OPENS_DECLARED};

/// How long a question may be in coming; the child needs a thousandth of it.
const PATIENCE_MS: u16 = 2000;

/// What was seen of a child.
#[derive(Debug)]
pub(super) struct Sight {
    /// How many of its attempts were asked about, in their order.
    pub(super) asked: usize,
    /// Why nobody answers any more although somebody may ask: that fails, in a way that says nothing of what is stopped.
    pub(super) failure: Option<io::Error>,
    /// Whether the path of the first one could be read.
    pub(super) path: io::Result<()>,
    /// Whether the connection could be made on its behalf.
    pub(super) brokered: io::Result<()>,
}

impl Sight {
    /// Errors: what kept anything from being seen, and a shortage, which says nothing about what can be seen.
    pub(super) fn proved(self) -> io::Result<Self> {
        match self {
            Self { failure: Some(error), .. } => Err(error),
            Self { path: Err(error), .. } | Self { brokered: Err(error), .. }
                if is_shortage(&error) =>
            {
                Err(error)
            }
            sight => Ok(sight),
        }
    }
}

/// Starts answering on a thread of its own, until the child is about to start or asks nothing any more.
pub(super) fn answer(listener: OwnedFd, address: SocketAddrV4) -> io::Result<JoinHandle<Sight>> {
    // Slower without it, and as right.
    let _ = sys::wake_in_place(listener.as_fd());
    let watch = move || {
        let never = || Err(io::Error::other("nothing was asked"));
        let mut sight = Sight { asked: 0, failure: None, path: never(), brokered: never() };
        // When this ends the listener is closed, and what is still asked fails.
        while sight.asked < ASKED.len() {
            match answer_next(listener.as_fd(), address, &mut sight) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    sight.failure = Some(error);
                    break;
                }
            }
        }
        sight
    };
    thread::Builder::new().name("scope-probe".to_owned()).spawn(watch)
}

/// Answers the next question; tells whether there may be another one.
fn answer_next(
    listener: BorrowedFd<'_>,
    address: SocketAddrV4,
    sight: &mut Sight,
) -> io::Result<bool> {
    let mut waits = [PollFd::new(listener, PollFlags::POLLIN)];
    if poll(&mut waits, PollTimeout::from(PATIENCE_MS))? == 0 {
        return Err(io::Error::other("nothing was asked for two seconds"));
    }
    let mut seen = waits.iter().filter_map(PollFd::revents);
    if !seen.any(|seen| seen.contains(PollFlags::POLLIN)) {
        return Ok(false);
    }
    let Some(question) = sys::receive(listener)? else { return Ok(true) };
    if !is_expected(&question, sight.asked) {
        // It may be a thread of ours on its way to the child.
        sys::answer(listener, question.id, Answer::Continue)?;
        return Ok(true);
    }
    if sight.asked == OPENS_DECLARED {
        sight.path = read_path(&question);
        if sight.path.is_ok() && !sys::still_waits(listener, question.id) {
            sight.path = Err(io::Error::other("who asked does not wait"));
        }
    }
    let reply = if sight.asked == BROKERED {
        sight.brokered = connect_for(&question, address);
        sight.brokered.as_ref().map_or(Answer::Fail(libc::EACCES), |()| Answer::Return(0))
    } else if sight.asked + 1 == ASKED.len() {
        Answer::Fail(libc::EACCES)
    } else {
        Answer::Continue
    };
    sight.asked += 1;
    sys::answer(listener, question.id, reply)?;
    Ok(true)
}

/// Tells whether this is what the child attempts next.
fn is_expected(question: &Notification, asked: usize) -> bool {
    let is_ours = Path::new(&format!("/proc/self/task/{}", question.thread)).exists();
    let name = calls::find(question.number).map(|call| match call.name {
        "open" => "openat",
        name => name,
    });
    !is_ours && name.is_some() && name == ASKED.get(asked).copied()
}

/// Reads the path of an opening, and where its caller stands, as they are needed to tell what it leads to.
fn read_path(question: &Notification) -> io::Result<()> {
    let is_old = calls::find(question.number).is_some_and(|call| call.name == "open");
    let [first, second, ..] = question.arguments;
    let mut path = Vec::new();
    match read_text(question.thread, if is_old { first } else { second }, &mut path) {
        Ok(()) if path == DECLARED.as_bytes() => {}
        Ok(()) => return Err(io::Error::other("another path was read than was written")),
        Err(Unresolved::Fails(error) | Unresolved::Unreadable(error)) => return Err(error.into()),
    }
    for place in ["root", "cwd"] {
        Path::new(&format!("/proc/{}/{place}/.", question.thread)).metadata()?;
    }
    Ok(())
}

/// Connects a copy of the caller's socket.
fn connect_for(question: &Notification, address: SocketAddrV4) -> io::Result<()> {
    let none = || io::Error::from_raw_os_error(libc::ESRCH);
    let process = rustix::process::Pid::from_raw(question.thread.cast_signed()).ok_or_else(none)?;
    let [socket, ..] = question.arguments;
    let socket = i32::try_from(socket).map_err(io::Error::other)?;
    let process = pidfd_open(process, PidfdFlags::empty())?;
    let copy = pidfd_getfd(process, socket, PidfdGetfdFlags::empty())?;
    Ok(connect(copy, &address)?)
}
