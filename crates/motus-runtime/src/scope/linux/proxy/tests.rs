//! The proxy by itself: clients by hand, servers on 127.0.0.1, and no outside network.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use super::super::super::tally::Sum;
use super::super::super::{Action, Decision, Host, Peer};
use super::*;

mod clients;
mod hosts;
mod requests;

/// A server that answers every connection with what `answer` makes of its first bytes, and tells what those were.
fn server(answer: &'static str) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut buffer = [0; 4096];
            let length = stream.read(&mut buffer).unwrap_or(0);
            if tell.send(String::from_utf8_lossy(&buffer[..length]).into_owned()).is_err() {
                return;
            }
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (address, told)
}

fn network(hosts: &[(&str, u16)]) -> Network {
    let hosts = hosts.iter().map(|(name, port)| Host::new(name, *port)).collect();
    Network { hosts, ..Network::default() }
}

fn start(network: &Network) -> Proxy {
    Proxy::start(network, Mode::Enforce).unwrap()
}

/// The header field of who has the secret.
fn authorization(proxy: &Proxy) -> String {
    let field = |text: &str| proxy.rules.secret.is_in(text.as_bytes());
    let text = format!("Basic {}", secret::base64(proxy.rules.secret.credentials().as_bytes()));
    assert!(field(&text));
    format!("Proxy-Authorization: {text}\r\n")
}

fn connect(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Sends bytes and returns all that comes back.
fn ask(proxy: &Proxy, request: &str) -> String {
    let mut stream = connect(proxy);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Opens a tunnel and returns it, with what the proxy said.
fn tunnel(proxy: &Proxy, target: &str) -> (TcpStream, String) {
    let mut stream = connect(proxy);
    let request = format!("CONNECT {target} HTTP/1.1\r\n{}\r\n", authorization(proxy));
    stream.write_all(request.as_bytes()).unwrap();
    let mut said = Vec::new();
    let mut byte = [0];
    while !said.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        said.push(byte[0]);
    }
    (stream, String::from_utf8(said).unwrap())
}

fn seen(proxy: Proxy) -> Vec<(Action, Decision, u64)> {
    let Sum { seen, .. } = Tally::sum([proxy.finish()]);
    seen.into_iter().map(|seen| (seen.action, seen.decision, seen.count)).collect()
}

fn host(name: &str, port: u16) -> Action {
    Action::Connect(Peer::Host(Host::new(name, port)))
}
