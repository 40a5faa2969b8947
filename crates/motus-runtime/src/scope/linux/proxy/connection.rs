//! One connection to the proxy: who is it, what is wanted, is it declared, and then it is done.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::super::{Action, Decision, Host, Peer};
use super::head::{self, Field, Head, Malformed};
use super::register::Ticket;
use super::reply::Reply;
use super::target::{Target, place};
use super::{Rules, relay};

/// The way to one address.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// At most so many addresses of a name are tried.
const MOST_ADDRESSES: usize = 8;

/// Header fields that are between a client and its proxy, in lower case.
const BETWEEN_US: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authorization",
    "proxy-authenticate",
    "te",
    "upgrade",
    "host",
];

/// Header fields that no client may have taken away: both sides must agree on them.
const FIXED: [&str; 3] = ["host", "content-length", "transfer-encoding"];

/// Serves one connection, to its end.
pub(super) fn serve(client: &TcpStream, rules: &Rules, ticket: &Ticket) {
    let mut bytes = Vec::new();
    let end = match read_head(client, &mut bytes, rules.patience) {
        Ok(Some(end)) => end,
        Ok(None) => return,
        Err(reply) => return reply.send(client, ""),
    };
    let (head, rest) = bytes.split_at_checked(end).unwrap_or_default();
    let head = match head::parse(head) {
        Ok(head) => head,
        Err(Malformed(why)) => return Reply::malformed(why).send(client, ""),
    };
    if let Err(reply) = answer(client, &head, rest, rules, ticket) {
        reply.send(client, head.method);
    }
}

/// Reads until a head has ended; `None` when the client goes away before.
fn read_head(
    mut client: &TcpStream,
    bytes: &mut Vec<u8>,
    patience: Duration,
) -> Result<Option<usize>, Reply> {
    let until = Instant::now() + patience;
    let mut buffer = [0; 4096];
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Reply::too_slow());
        }
        if client.set_read_timeout(Some(left)).is_err() {
            return Ok(None);
        }
        let known = bytes.len();
        match client.read(&mut buffer) {
            Ok(0) => return Ok(None),
            Ok(length) => bytes.extend_from_slice(buffer.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return Ok(None),
        }
        match head::end(bytes, known) {
            Some(end) if end <= head::MOST => return Ok(Some(end)),
            None if bytes.len() < head::MOST => {}
            _ => return Err(Reply::too_large()),
        }
    }
}

fn answer(
    client: &TcpStream,
    head: &Head<'_>,
    rest: &[u8],
    rules: &Rules,
    ticket: &Ticket,
) -> Result<(), Reply> {
    let malformed = |Malformed(why)| {
        // Who has the secret is the command: what it tried is told.
        ticket.add(Action::Call("proxy:malformed"), Decision::Denied);
        Reply::malformed(why)
    };
    match head.only("proxy-authorization").map_err(|Malformed(why)| Reply::malformed(why))? {
        // Who has lost its place meanwhile is told nothing: its connection is closed.
        Some(field) if rules.secret.is_in(field) && ticket.becomes_known() => {}
        _ => return Err(Reply::unknown_client()),
    }
    let target = Target::of(head).map_err(malformed)?;
    let body = head.body().map_err(malformed)?;
    let request = match &target {
        Target::Tunnel(_) => None,
        Target::Plain { host, path } => Some(rewritten(head, host, path).map_err(malformed)?),
    };
    let server = reach(&target, rules, ticket)?;
    // From here on nothing can be said any more that the client would take for ours.
    let _ = match request {
        None => establish(client, &server, rest),
        Some(request) => relay::exchange(client, &server, &request, (body, rest)),
    };
    Ok(())
}

fn establish(mut client: &TcpStream, server: &TcpStream, rest: &[u8]) -> io::Result<()> {
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    relay::tunnel(client, server, rest)
}

/// Judges a host and connects to it, at an address that was judged as well.
fn reach(target: &Target, rules: &Rules, ticket: &Ticket) -> Result<Arc<TcpStream>, Reply> {
    let host = target.host();
    let action = || Action::Connect(Peer::Host(host.clone()));
    let decision = rules.gate.decide(host);
    if decision == Decision::Denied {
        ticket.add(action(), decision);
        return Err(Reply::undeclared(&target.declaration()));
    }
    ticket.resolves(Some((action(), decision)));
    let addresses = resolve(host);
    ticket.resolves(None);
    let found = addresses.as_deref().unwrap_or_default();
    let (mut fitting, other): (Vec<SocketAddr>, Vec<SocketAddr>) =
        found.iter().partition(|address| rules.gate.fits(host, **address));
    if let (true, Some(nearby)) = (fitting.is_empty(), other.first()) {
        // The name may be declared; what has to be is where it leads.
        let decision = rules.gate.decide_nearby();
        ticket.add(Action::Connect(Peer::Internet(*nearby)), decision);
        if decision == Decision::Denied {
            return Err(Reply::nearby(&host.name, *nearby));
        }
        fitting = other;
    }
    ticket.add(action(), decision);
    if let Err(error) = &addresses {
        ticket.fails(host, error);
        return Err(Reply::unresolved(&host.name, error));
    }
    connect(&fitting, ticket).map_err(|error| {
        ticket.fails(host, &error);
        Reply::unreachable(&host.name, &error)
    })
}

fn resolve(host: &Host) -> io::Result<Vec<SocketAddr>> {
    match host.address() {
        Some(address) => Ok(vec![address]),
        None => Ok((host.name.as_str(), host.port).to_socket_addrs()?.collect()),
    }
}

/// Connects to the first address that answers.
fn connect(addresses: &[SocketAddr], ticket: &Ticket) -> io::Result<Arc<TcpStream>> {
    let mut last = io::Error::other("it has no address");
    for address in addresses.iter().take(MOST_ADDRESSES) {
        match TcpStream::connect_timeout(address, CONNECT_LIMIT) {
            Ok(stream) => return ticket.keep(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Returns the head for the server: the path alone, the host that was judged, and nothing that is between us.
fn rewritten(head: &Head<'_>, host: &Host, path: &str) -> Result<Vec<u8>, Malformed> {
    let named = named_by_connection(head)?;
    let Head { method, version, .. } = head;
    let place = place(host, 80);
    let mut text =
        format!("{method} {path} {version}\r\nHost: {place}\r\nConnection: close\r\n").into_bytes();
    for field in &head.fields {
        let is_dropped = BETWEEN_US.iter().any(|name| field.is(name))
            || named.iter().any(|name| name.eq_ignore_ascii_case(field.name.as_bytes()));
        if !is_dropped {
            append(&mut text, field);
        }
    }
    text.extend_from_slice(b"\r\n");
    Ok(text)
}

fn append(text: &mut Vec<u8>, field: &Field<'_>) {
    for part in [field.name.as_bytes(), b": ", field.value, b"\r\n"] {
        text.extend_from_slice(part);
    }
}

/// Returns the fields that the client says are for its proxy alone.
fn named_by_connection<'h>(head: &Head<'h>) -> Result<Vec<&'h [u8]>, Malformed> {
    let fields = head.fields.iter().filter(|field| field.is("connection"));
    let names: Vec<_> = fields
        .flat_map(|field| field.value.split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .collect();
    let is_fixed = |name: &&[u8]| FIXED.iter().any(|it| it.as_bytes().eq_ignore_ascii_case(name));
    if names.iter().any(is_fixed) {
        return Err(Malformed("Connection names a field that cannot be dropped"));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fields: &str) -> Result<String, &'static str> {
        let text = format!("GET http://a.example:81/b HTTP/1.1\r\n{fields}\r\n");
        let head = head::parse(text.as_bytes()).unwrap();
        let rewritten = rewritten(&head, &Host::new("a.example", 81), "/b");
        rewritten.map(|text| String::from_utf8(text).unwrap()).map_err(|Malformed(why)| why)
    }

    #[test]
    fn the_server_sees_the_host_that_was_judged_and_nothing_of_the_proxy() {
        let fields = "Host: evil.example\r\nAccept: */*\r\nProxy-Authorization: Basic x\r\n\
                      PROXY-CONNECTION: keep-alive\r\nConnection: keep-alive, X-Hop\r\nx-hop: 1\r\n\
                      Upgrade: websocket\r\nTE: trailers\r\nContent-Length: 3\r\nHost: twice\r\n";
        assert_eq!(
            check(fields).unwrap(),
            "GET /b HTTP/1.1\r\nHost: a.example:81\r\nConnection: close\r\nAccept: */*\r\n\
             Content-Length: 3\r\n\r\n"
        );
    }

    #[test]
    fn a_client_cannot_have_the_length_of_its_body_dropped() {
        for name in ["Content-Length", "transfer-encoding", "a, HOST"] {
            assert!(check(&format!("Connection: {name}\r\n")).is_err(), "{name}");
        }
    }
}
