//! Sockets on the command's behalf: a copy of its socket is connected, bound or set listening by us, at the address
//! that was judged.
//!
//! - The address is read once, and only our copy of it counts; so does our copy of the socket. Whoever changes memory or
//!   descriptors meanwhile changes nothing of it.
//! - What the kernel says to us is passed on: EINPROGRESS, ECONNREFUSED and the rest. A wait cannot be interrupted by
//!   a signal that does not kill, since whoever asks waits for us and not for its peer.
//! - A peer sees this process as the one that connected or listens, by its number; by its user it sees who asked. A
//!   port that is root's is taken for root alone.
//! - Where nothing is stopped, nothing is done for anybody: all goes on, and is counted.

mod address;
mod clerk;
mod copied;
mod errand;
mod own;
mod servers;
mod socket;
mod underway;

use std::fmt;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::signal::SigSet;
use rustix::io::Errno;

use super::super::tally::Tally;
use super::super::{Level, Scope};
use super::call::Asked;
use super::sys::{self, Answer, Notification};
use clerk::{Clerk, Question};
use own::Own;
use servers::Told;
use underway::Underway;

/// The same trouble is told so often.
const MOST_TROUBLE: usize = 10;

/// So long is waited for its end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes the questions about sockets, so that no supervisor waits for a peer.
#[derive(Debug, Clone)]
pub(in super::super) struct Broker {
    questions: Sender<(Notification, Asked)>,
}

/// The thread behind it.
#[derive(Debug)]
pub(in super::super) struct BrokerThread {
    thread: JoinHandle<Brokered>,
}

/// What it has seen.
#[derive(Debug, Default)]
pub(in super::super) struct Brokered {
    pub(in super::super) tally: Tally,
    /// Questions that went on although nobody could say what they were about.
    pub(in super::super) unreadable: u64,
    pub(in super::super) trouble: Vec<String>,
}

/// Where questions come from and answers go.
trait Desk: Send + Sync + fmt::Debug {
    /// Tells whether whoever asked still waits.
    fn still_waits(&self, question: u64) -> bool;

    /// Answers.
    fn answer(&self, question: u64, answer: Answer);
}

/// The kernel's desk.
#[derive(Debug)]
struct Listener(Arc<OwnedFd>);

impl Desk for Listener {
    fn still_waits(&self, question: u64) -> bool {
        sys::still_waits(self.0.as_fd(), question)
    }

    fn answer(&self, question: u64, answer: Answer) {
        // Who cannot be answered has gone, or fails when the listener is closed.
        let _ = sys::answer(self.0.as_fd(), question, answer);
    }
}

impl BrokerThread {
    /// Starts it; `proxy` is the port of our proxy on 127.0.0.1, which may be reached whenever there is one.
    pub(in super::super) fn start(
        listener: Arc<OwnedFd>,
        scope: Arc<Scope>,
        level: Level,
        proxy: Option<u16>,
    ) -> io::Result<(Broker, Self)> {
        let (questions, asked) = channel();
        let clerk = Clerk {
            desk: Arc::new(Listener(listener)),
            tally: Tally::new(scope.most_seen),
            scope,
            level,
            proxy,
            underway: Underway::default(),
            told: Told::default(),
            own: Own::of_now(),
            unreadable: 0,
        };
        let thread = thread::Builder::new()
            .name("scope-broker".to_owned())
            .spawn(move || serve(clerk, &asked))?;
        Ok((Broker { questions }, Self { thread }))
    }

    /// Ends once every [`Broker`] is gone; returns what it has seen.
    pub(in super::super) fn finish(self) -> Brokered {
        let trouble =
            |what: &str| Brokered { trouble: vec![what.to_owned()], ..Brokered::default() };
        let began = Instant::now();
        while !self.thread.is_finished() {
            // What the command has to do with it is over: what was seen otherwise is worth more than waiting.
            if began.elapsed() > PATIENCE {
                return trouble("whoever answers about connections did not come to an end");
            }
            thread::sleep(Duration::from_micros(200));
        }
        let ended_early = |_| trouble("whoever answers about connections ended early");
        self.thread.join().unwrap_or_else(ended_early)
    }
}

impl Broker {
    /// Hands a question over; it is answered from there.
    pub(super) fn take(&self, notification: Notification, asked: Asked) {
        // A broker that is gone answers nothing, and who asked fails when the listener is closed.
        let _ = self.questions.send((notification, asked));
    }
}

fn serve(mut clerk: Clerk, asked: &Receiver<(Notification, Asked)>) -> Brokered {
    // Signals are the supervisor's: here they would only cut short what the command waits for. The threads of
    // connections inherit this.
    let _ = SigSet::all().thread_block();
    let mut trouble = Vec::new();
    for (Notification { id, thread, .. }, asked) in asked {
        // What goes wrong about one question must not leave whoever asked waiting for ever, nor hide all others.
        let handled =
            catch_unwind(AssertUnwindSafe(|| clerk.handle(Question { id, thread }, asked)));
        if handled.is_err() {
            clerk.desk.answer(id, Answer::Fail(libc::EACCES));
            trouble.push("a question about a connection could not be judged".to_owned());
            trouble.truncate(MOST_TROUBLE);
        }
    }
    clerk.underway.end();
    Brokered { tally: clerk.tally, unreadable: clerk.unreadable, trouble }
}

/// Returns the answer that tells what came of a call of ours.
fn outcome(result: Result<(), Errno>) -> Answer {
    match result {
        Ok(()) => Answer::Return(0),
        Err(error) => Answer::Fail(error.raw_os_error()),
    }
}

#[cfg(test)]
mod tests;
