//! Passes one output of the command on while it appears, counting bytes and lines.
//!
//! A relay buffers one read, never a line; it changes no byte and keeps none. Each stream has its
//! own thread, because a write to our output may block for as long as the reader likes.
//!
//! **When a relay ends.** At the end of the stream, which is the rule. After the leader has ended,
//! processes it left behind may keep the stream open; a relay then stops once the pipe is empty and
//! [`DRAIN_LIMIT`] has passed. A process that never lets the pipe run empty is cut off when the
//! limit has passed and one full pipe has been read: by then everything the leader wrote is out.
//! Time spent blocked on a slow reader loses nothing: the leader's bytes wait in the pipe.

mod allowance;
mod leader_end;

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};

use crate::completion::StreamCount;
use crate::pipe;
use leader_end::LeaderWatch;

pub(crate) use allowance::Allowance;
pub(crate) use leader_end::LeaderEnd;

/// How long a stream may stay open after the leader has ended.
pub(crate) const DRAIN_LIMIT: Duration = Duration::from_millis(500);

/// One read; large enough that counting costs more than the system calls.
const BUFFER: usize = 128 << 10;

/// The relay calls nothing deep; the default of 2 MiB would only cost address space.
const STACK: usize = 64 << 10;

/// One running relay, seen from the thread that started it.
#[derive(Debug)]
pub(crate) struct Relay {
    progress: Arc<Mutex<Progress>>,
    /// Hangs up when the relay has ended.
    done: PipeReader,
}

/// What a relay has done so far.
#[derive(Debug, Default)]
struct Progress {
    received: u64,
    delivered: u64,
    newlines: u64,
    last: Option<u8>,
    ending: Option<Ending>,
}

/// Why a relay stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    EndOfStream,
    LimitReached,
    /// The command wrote more than it may.
    AllowanceSpent,
    /// Our output failed with this error number.
    Broken(i32),
}

impl Relay {
    /// Starts the thread that copies `source` to `sink`.
    pub(crate) fn start(
        source: PipeReader,
        sink: OwnedFd,
        leader: LeaderWatch,
        allowance: Allowance,
    ) -> io::Result<Relay> {
        let (done, alive) = io::pipe()?;
        let progress = Arc::new(Mutex::new(Progress::default()));
        let pump = Pump {
            capacity: pipe::capacity(&source),
            buffer: buffer(BUFFER)?,
            source,
            sink: File::from(sink),
            leader,
            allowance,
            drain: None,
            finish: Finish { progress: Arc::clone(&progress), _alive: alive },
        };
        thread::Builder::new()
            .name("relay".to_owned())
            .stack_size(STACK)
            .spawn(move || pump.run())?;
        Ok(Relay { progress, done })
    }

    /// Returns why the relay stopped, or nothing while it runs.
    pub(crate) fn ending(&self) -> Option<Ending> {
        lock(&self.progress).ending
    }

    /// Returns the bytes that reached our output so far.
    pub(crate) fn delivered(&self) -> u64 {
        lock(&self.progress).delivered
    }

    pub(crate) fn count(&self) -> StreamCount {
        let progress = lock(&self.progress);
        let open_line = progress.last.is_some_and(|byte| byte != b'\n');
        StreamCount {
            bytes: progress.received,
            lines: progress.newlines + u64::from(open_line),
            complete: progress.ending == Some(Ending::EndOfStream),
            write_error: match progress.ending {
                Some(Ending::Broken(errno)) if errno != Errno::EPIPE as i32 => Some(errno),
                _ => None,
            },
        }
    }
}

impl AsFd for Relay {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.done.as_fd()
    }
}

/// The thread's side of a relay.
struct Pump {
    source: PipeReader,
    sink: File,
    buffer: Vec<u8>,
    leader: LeaderWatch,
    allowance: Allowance,
    capacity: u64,
    drain: Option<Drain>,
    finish: Finish,
}

/// Makes sure that the end of a relay is always told, even if its thread panics.
struct Finish {
    progress: Arc<Mutex<Progress>>,
    _alive: PipeWriter,
}

impl Drop for Finish {
    fn drop(&mut self) {
        lock(&self.progress).ending.get_or_insert(Ending::LimitReached);
    }
}

/// The state after the leader has ended.
struct Drain {
    until: Instant,
    /// An upper bound of the bytes of the leader that may still be in the pipe.
    owed: u64,
}

impl Pump {
    /// Copies until there is a reason to stop, and closes the source before it says so: a command
    /// that still writes then gets its SIGPIPE.
    fn run(mut self) {
        block_terminal_stop();
        let ending = self.copy();
        drop(self.source);
        lock(&self.finish.progress).ending = Some(ending);
    }

    fn copy(&mut self) -> Ending {
        let mut buffer = mem::take(&mut self.buffer);
        loop {
            self.notice_leader_end();
            match self.source.read(&mut buffer) {
                Ok(0) => return Ending::EndOfStream,
                Ok(length) => {
                    let passed = self.allowance.take(length);
                    if let Err(error) = self.pass_on(&buffer[..passed]) {
                        return Ending::Broken(error.raw_os_error().unwrap_or(Errno::EIO as i32));
                    }
                    if passed < length {
                        return Ending::AllowanceSpent;
                    }
                    if self.has_paid(length) {
                        return Ending::LimitReached;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !self.wait_for_bytes() {
                        return Ending::LimitReached;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Ending::LimitReached,
            }
        }
    }

    fn notice_leader_end(&mut self) {
        if self.drain.is_none() && self.leader.has_ended() {
            let until = Instant::now() + DRAIN_LIMIT;
            self.drain = Some(Drain { until, owed: self.capacity });
        }
    }

    /// Subtracts what was read and says whether the drain is over although bytes still flow.
    fn has_paid(&mut self, length: usize) -> bool {
        let Some(drain) = &mut self.drain else {
            return false;
        };
        drain.owed = drain.owed.saturating_sub(length as u64);
        drain.owed == 0 && Instant::now() >= drain.until
    }

    /// Waits for bytes, for the end of the stream or for the leader's end. False: the limit passed.
    fn wait_for_bytes(&self) -> bool {
        let source = PollFd::new(self.source.as_fd(), PollFlags::POLLIN);
        if let Some(drain) = &self.drain {
            let left = drain.until.saturating_duration_since(Instant::now());
            let _ = poll(&mut [source], timeout(left));
            return !left.is_zero();
        }
        let leader = PollFd::new(self.leader.hang_up.as_fd(), PollFlags::POLLIN);
        let _ = poll(&mut [source, leader], PollTimeout::NONE);
        true
    }

    /// Counts and writes one piece, however many writes it takes.
    fn pass_on(&mut self, mut piece: &[u8]) -> io::Result<()> {
        lock(&self.finish.progress).receive(piece);
        while !piece.is_empty() {
            match self.sink.write(piece) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(length) => {
                    piece = &piece[length..];
                    lock(&self.finish.progress).delivered += length as u64;
                }
                // Another process that shares our output has made it non-blocking.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.wait_for_room()?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn wait_for_room(&self) -> io::Result<()> {
        let sink = PollFd::new(self.sink.as_fd(), PollFlags::POLLOUT);
        match poll(&mut [sink], PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Progress {
    fn receive(&mut self, piece: &[u8]) {
        self.received += piece.len() as u64;
        self.newlines += memchr::memchr_iter(b'\n', piece).count() as u64;
        self.last = piece.last().copied().or(self.last);
    }
}

/// Allocates before the command is started, because a thread that runs out of memory later would
/// take the whole process with it.
fn buffer(length: usize) -> io::Result<Vec<u8>> {
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(length).map_err(|_| io::Error::from(Errno::ENOMEM))?;
    buffer.resize(length, 0);
    Ok(buffer)
}

/// While the command has the foreground, a terminal that stops writers in the background would
/// stop us. Only this thread is exempt: what a command inherits is not ours to change.
fn block_terminal_stop() {
    let mut stop = SigSet::empty();
    stop.add(Signal::SIGTTOU);
    let _ = stop.thread_block();
}

/// Every update leaves the counters whole, so a panic elsewhere does not make them wrong.
fn lock(progress: &Mutex<Progress>) -> MutexGuard<'_, Progress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Rounds up to whole milliseconds, so that a wait never ends just before its deadline.
pub(crate) fn timeout(left: Duration) -> PollTimeout {
    let milliseconds = left.as_nanos().div_ceil(1_000_000);
    i32::try_from(milliseconds)
        .ok()
        .and_then(|milliseconds| PollTimeout::try_from(milliseconds).ok())
        .unwrap_or(PollTimeout::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_do_not_depend_on_where_the_reads_were_cut() {
        for pieces in [vec!["a\nb\n\nc"], vec!["a", "\nb\n", "\n", "c"], vec!["a\n", "b\n\nc", ""]]
        {
            let mut progress = Progress::default();
            for piece in &pieces {
                progress.receive(piece.as_bytes());
            }
            let counts = (progress.received, progress.newlines, progress.last);
            assert_eq!(counts, (6, 3, Some(b'c')), "{pieces:?}");
        }
    }

    #[test]
    fn memory_that_is_not_there_is_an_error() {
        let error = buffer(usize::try_from(isize::MAX).unwrap()).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(Errno::ENOMEM as i32));
        assert_eq!(buffer(BUFFER).unwrap().len(), BUFFER);
    }

    #[test]
    fn waits_are_rounded_up_and_bounded() {
        let check = |left, milliseconds: i32| {
            assert_eq!(timeout(left), PollTimeout::try_from(milliseconds).unwrap(), "{left:?}");
        };
        check(Duration::ZERO, 0);
        check(Duration::from_nanos(1), 1);
        check(Duration::from_millis(500), 500);
        check(Duration::MAX, i32::MAX);
    }
}
