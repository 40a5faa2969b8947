//! The broker by itself: sockets of this process, and questions of this thread.

#![expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]

use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};

use super::super::super::{Access, Action, Decision, Network, Peer, Rule, Rules};
use super::*;

mod connections;
mod servers;
mod unstopped;

/// Tells whether this process is in a scope itself, and says that a test was left out: there somebody else listens in our
/// place, and no socket is one of datagrams.
pub(super) fn is_held(test: &str) -> bool {
    let flags = SocketFlags::CLOEXEC;
    let refused = socket_with(AddressFamily::UNIX, SocketType::DGRAM, flags, None);
    let is_held = refused.is_err_and(|error| error == Errno::ACCESS);
    if is_held {
        motus_testkit::harness::skip(test, "it is run in a scope");
    }
    is_held
}

/// A desk whose questions always wait, but for one, and that is at a loss about another.
#[derive(Debug)]
struct Fake(Mutex<Sender<(u64, Answer)>>);

impl Desk for Fake {
    fn still_waits(&self, question: u64) -> bool {
        assert_ne!(question, AT_A_LOSS);
        question != GONE
    }

    fn answer(&self, question: u64, answer: Answer) {
        let _ = self.0.lock().unwrap().send((question, answer));
    }
}

const GONE: u64 = 404;
const AT_A_LOSS: u64 = 500;

/// One broker, and its answers.
struct Bench {
    clerk: Clerk,
    answers: Receiver<(u64, Answer)>,
}

impl Bench {
    fn new(scope: Scope, level: Level) -> Self {
        let (give, answers) = channel();
        let clerk = Clerk {
            desk: Arc::new(Fake(Mutex::new(give))),
            tally: Tally::new(100),
            scope: Arc::new(scope),
            level,
            proxy: Some(9),
            underway: Underway::default(),
            told: Told::default(),
            own: Own::of_now(),
            unreadable: 0,
        };
        Self { clerk, answers }
    }

    fn network(network: Network) -> Self {
        Self::new(Scope { network, ..Scope::default() }, Level::EnforcedObserved)
    }

    fn ask(&mut self, id: u64, asked: Asked) {
        let thread = nix::unistd::gettid().as_raw().unsigned_abs();
        self.clerk.handle(Question { id, thread }, asked);
    }

    fn answer(&self) -> Answer {
        self.answers.recv_timeout(Duration::from_secs(20)).unwrap().1
    }

    fn connect(&mut self, socket: &OwnedFd, address: &[u8]) -> Answer {
        let (socket, length) = (socket.as_raw_fd(), address.len() as u64);
        self.ask(1, Asked::Connect { socket, address: at(address), length });
        self.answer()
    }

    fn bind(&mut self, socket: &OwnedFd, address: &[u8]) -> Answer {
        let (socket, length) = (socket.as_raw_fd(), address.len() as u64);
        self.ask(1, Asked::Bind { socket, address: at(address), length });
        self.answer()
    }

    fn listen(&mut self, socket: &OwnedFd) -> Answer {
        self.ask(1, Asked::Listen { socket: socket.as_raw_fd(), backlog: 5 });
        self.answer()
    }

    /// Makes a socket of version 4 and gives it an address, as the broker is asked about it.
    fn bound(&mut self, address: &str) -> OwnedFd {
        let socket = socket(AddressFamily::INET);
        assert_eq!(self.bind(&socket, &raw(address)), Answer::Continue);
        rustix::net::bind(&socket, &address.parse::<SocketAddr>().unwrap()).unwrap();
        socket
    }

    fn seen(self) -> Vec<(Action, Decision, u64)> {
        let sum = Tally::sum([self.clerk.tally]);
        sum.seen.into_iter().map(|seen| (seen.action, seen.decision, seen.count)).collect()
    }
}

fn at(bytes: &[u8]) -> u64 {
    bytes.as_ptr() as u64
}

fn socket(family: AddressFamily) -> OwnedFd {
    socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap()
}

fn raw(address: &str) -> Vec<u8> {
    let address: SocketAddr = address.parse().unwrap();
    let port = address.port().to_be_bytes();
    match address {
        SocketAddr::V4(it) => {
            [&2_u16.to_ne_bytes()[..], &port, &it.ip().octets(), &[0; 8]].concat()
        }
        SocketAddr::V6(it) => {
            [&10_u16.to_ne_bytes()[..], &port, &[0; 4], &it.ip().octets(), &[0; 4]].concat()
        }
    }
}

fn raw_path(path: &Path) -> Vec<u8> {
    [&1_u16.to_ne_bytes()[..], path.as_os_str().as_bytes()].concat()
}

fn refused() -> Answer {
    Answer::Fail(libc::EACCES)
}

fn internet(address: &str) -> Peer {
    Peer::Internet(address.parse().unwrap())
}

/// As the tally sorts.
trait Sorted {
    fn sorted(self) -> Self;
}

impl<T: Ord, const N: usize> Sorted for [T; N] {
    fn sorted(mut self) -> Self {
        self.sort();
        self
    }
}

#[test]
fn a_question_that_cannot_be_handled_is_refused_and_hides_no_other() {
    let Bench { clerk, answers } = Bench::network(Network::default());
    let client = socket(AddressFamily::INET);
    let address = raw("192.0.2.1:80");
    let connect = |id| {
        let thread = nix::unistd::gettid().as_raw().unsigned_abs();
        let arguments = [0; 6];
        let notification = Notification { id, thread, number: 0, architecture: 0, arguments };
        let socket = client.as_raw_fd();
        (notification, Asked::Connect { socket, address: at(&address), length: 16 })
    };
    let (questions, asked) = channel();
    for id in [1, AT_A_LOSS, 2] {
        questions.send(connect(id)).unwrap();
    }
    drop(questions);
    let brokered = serve(clerk, &asked);
    let answered: Vec<_> = answers.try_iter().collect();
    assert_eq!(answered, [1, AT_A_LOSS, 2].map(|id| (id, refused())));
    assert_eq!(brokered.trouble.len(), 1);
    assert_eq!(Tally::sum([brokered.tally]).attempts, 2);
}
