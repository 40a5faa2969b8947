//! Bytes both ways, once it is settled between whom.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::chunked::Chunks;
use super::head::{Body, Malformed};

/// One read.
const BUFFER: usize = 32 << 10;

/// A connection of which one direction has ended is given up when the other is silent for so long.
const SILENCE: Duration = Duration::from_mins(5);

/// How a direction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The sender has said all.
    Complete,
    /// Nothing more can be read, or written.
    Broken,
}

/// Passes bytes on both ways until both sides have said all; an end is passed on as well. `first` was read from the
/// client before.
pub(super) fn tunnel(client: &TcpStream, server: &TcpStream, first: &[u8]) -> io::Result<()> {
    prepare(client, server)?;
    (&*server).write_all(first)?;
    let is_half = AtomicBool::new(false);
    let pass = |from: &TcpStream, to: &TcpStream| match copy(from, to, &is_half) {
        End::Complete => {
            let _ = to.shutdown(Shutdown::Write);
            is_half.store(true, Ordering::SeqCst);
        }
        End::Broken => close(from, to),
    };
    both(|| pass(client, server), || pass(server, client))
}

/// Sends the head and the body of one request, and passes the answer on until the server closes. What the client
/// sends after the body goes nowhere: it would be a second request, which nobody has judged. The answer to the first is
/// not kept from it for that.
pub(super) fn exchange(
    client: &TcpStream,
    server: &TcpStream,
    head: &[u8],
    (body, first): (Body, &[u8]),
) -> io::Result<()> {
    prepare(client, server)?;
    (&*server).write_all(head)?;
    let is_half = AtomicBool::new(false);
    let upward = || {
        if send_body(client, server, body, first) == End::Broken {
            close(client, server);
        }
        is_half.store(true, Ordering::SeqCst);
    };
    both(upward, || {
        copy(server, client, &is_half);
        close(client, server);
    })
}

fn prepare(client: &TcpStream, server: &TcpStream) -> io::Result<()> {
    for side in [client, server] {
        side.set_nodelay(true)?;
        side.set_read_timeout(Some(SILENCE))?;
        side.set_write_timeout(None)?;
    }
    Ok(())
}

/// Runs one direction on a thread of its own.
fn both(upward: impl FnOnce() + Send, downward: impl FnOnce()) -> io::Result<()> {
    thread::scope(|threads| {
        let upward = thread::Builder::new()
            .name("scope-proxy-up".to_owned())
            .stack_size(super::STACK)
            .spawn_scoped(threads, upward)?;
        downward();
        let _ = upward.join();
        Ok(())
    })
}

fn close(one: &TcpStream, other: &TcpStream) {
    let _ = one.shutdown(Shutdown::Both);
    let _ = other.shutdown(Shutdown::Both);
}

fn copy(from: &TcpStream, mut to: &TcpStream, is_half: &AtomicBool) -> End {
    let mut buffer = vec![0; BUFFER];
    loop {
        match read(from, &mut buffer, is_half) {
            Some([]) => return End::Complete,
            Some(piece) if to.write_all(piece).is_ok() => {}
            _ => return End::Broken,
        }
    }
}

/// Waits for bytes; empty at the end, `None` when there will be none.
fn read<'b>(mut from: &TcpStream, buffer: &'b mut [u8], is_half: &AtomicBool) -> Option<&'b [u8]> {
    loop {
        match from.read(buffer) {
            Ok(length) => return buffer.get(..length),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error)
                if error.kind() == io::ErrorKind::WouldBlock && !is_half.load(Ordering::SeqCst) => {
            }
            Err(_) => return None,
        }
    }
}

fn send_body(client: &TcpStream, mut server: &TcpStream, body: Body, first: &[u8]) -> End {
    let whole = AtomicBool::new(false);
    let mut left = Left::of(body);
    let mut buffer = vec![0; BUFFER];
    let mut piece = first;
    loop {
        let ours = left.take(piece).ok().and_then(|length| piece.get(..length));
        if ours.is_none_or(|ours| server.write_all(ours).is_err()) {
            return End::Broken;
        }
        match read(client, &mut buffer, &whole) {
            Some([]) if left.is_nothing() => return End::Complete,
            Some([]) | None => return End::Broken,
            Some(bytes) => piece = bytes,
        }
    }
}

/// What is still to come of a body.
enum Left {
    Length(u64),
    Chunks(Chunks),
}

impl Left {
    fn of(body: Body) -> Self {
        match body {
            Body::Length(length) => Self::Length(length),
            Body::Chunked => Self::Chunks(Chunks::default()),
        }
    }

    /// Returns how many of the bytes belong to the body.
    fn take(&mut self, bytes: &[u8]) -> Result<usize, Malformed> {
        match self {
            Self::Length(left) => {
                let taken = usize::try_from(*left).map_or(bytes.len(), |it| it.min(bytes.len()));
                *left = left.saturating_sub(taken as u64);
                Ok(taken)
            }
            Self::Chunks(chunks) => chunks.take(bytes),
        }
    }

    fn is_nothing(&self) -> bool {
        match self {
            Self::Length(left) => *left == 0,
            Self::Chunks(chunks) => chunks.is_over(),
        }
    }
}
