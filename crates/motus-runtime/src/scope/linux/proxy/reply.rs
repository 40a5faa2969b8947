//! What the proxy itself answers: refusals, in words that say what to declare.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A refusal is read before the connection is closed for good, unless its reader takes longer.
const LINGER: Duration = Duration::from_secs(1);

/// What is sent meanwhile is read so far: a close with bytes unread would take the refusal away from its reader.
const MOST_UNREAD: usize = 1 << 20;

/// An answer of the proxy's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    status: &'static str,
    field: &'static str,
    text: String,
}

impl Reply {
    fn new(status: &'static str, text: impl Into<String>) -> Self {
        Self { status, field: "", text: text.into() }
    }

    pub(super) fn malformed(why: &str) -> Self {
        Self::new("400 Bad Request", format!("the request is not understood: {why}"))
    }

    pub(super) fn too_large() -> Self {
        Self::new("431 Request Header Fields Too Large", "the head is longer than 64 KiB")
    }

    pub(super) fn too_slow() -> Self {
        Self::new("408 Request Timeout", "the head took too long")
    }

    pub(super) fn too_many() -> Self {
        Self::new("503 Service Unavailable", "too many connections at once")
    }

    pub(super) fn unknown_client() -> Self {
        let text = "this proxy serves one command, which has its secret in HTTP_PROXY";
        let field = "Proxy-Authenticate: Basic realm=\"motus\"\r\n";
        Self { field, ..Self::new("407 Proxy Authentication Required", text) }
    }

    /// A host that is not declared.
    pub(super) fn undeclared(declaration: &str) -> Self {
        let text = format!("not declared; to allow it: --allow {declaration}");
        Self::new("403 Forbidden", text)
    }

    /// A declared name that leads to where a name is not to lead.
    pub(super) fn nearby(name: &str, address: SocketAddr) -> Self {
        let text = format!(
            "{name} leads to {}, which is no address of the internet; to allow it: \
             --allow net:tcp://{address}/",
            address.ip()
        );
        Self::new("403 Forbidden", text)
    }

    pub(super) fn unresolved(name: &str, error: &io::Error) -> Self {
        Self::new("502 Bad Gateway", format!("{name} leads nowhere: {error}"))
    }

    pub(super) fn unreachable(name: &str, error: &io::Error) -> Self {
        Self::new("502 Bad Gateway", format!("{name} cannot be reached: {error}"))
    }

    fn bytes(&self, has_body: bool) -> String {
        let Self { status, field, text } = self;
        let length = "motus: \n".len() + text.len();
        let body = if has_body { format!("motus: {text}\n") } else { String::new() };
        format!(
            "HTTP/1.1 {status}\r\n{field}Content-Type: text/plain; charset=utf-8\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
    }

    /// Sends it without waiting for anything.
    pub(super) fn dismiss(&self, mut client: &TcpStream) {
        if client.set_nonblocking(true).is_ok() {
            let _ = client.write_all(self.bytes(true).as_bytes());
        }
    }

    /// Sends it and waits until it was read, so that it is.
    pub(super) fn send(&self, mut client: &TcpStream, method: &str) {
        let until = Instant::now() + LINGER;
        let _ = client.set_write_timeout(Some(LINGER));
        let sent = client.write_all(self.bytes(method != "HEAD").as_bytes());
        if sent.is_err() || client.shutdown(Shutdown::Write).is_err() {
            return;
        }
        let mut buffer = [0; 4096];
        let mut unread = 0;
        while unread < MOST_UNREAD {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || client.set_read_timeout(Some(left)).is_err() {
                return;
            }
            match client.read(&mut buffer) {
                Ok(0) | Err(_) => return,
                Ok(length) => unread += length,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_the_length_that_it_says() {
        let reply = Reply::undeclared("net:https://a.example/").bytes(true);
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, "motus: not declared; to allow it: --allow net:https://a.example/\n");
        assert!(head.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{head}");
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{head}");
    }

    #[test]
    fn an_answer_to_head_has_no_body_and_the_same_length() {
        let (long, short) = (Reply::too_many().bytes(true), Reply::too_many().bytes(false));
        assert!(short.ends_with("\r\n\r\n") && long.starts_with(&short));
    }

    #[test]
    fn who_has_no_secret_is_told_how_to_show_one() {
        let reply = Reply::unknown_client().bytes(true);
        assert!(reply.contains("\r\nProxy-Authenticate: Basic realm=\"motus\"\r\n"), "{reply}");
    }
}
