//! The proxy: the way to declared hosts, and to no others.
//!
//! It listens at a free port of 127.0.0.1, is told to the command by its environment, secret included, and takes
//! `CONNECT` and plain requests by absolute address. It looks names up itself, since the command cannot, and connects
//! to the very address that was judged. A refusal says what to declare.
//!
//! One request per connection: what is judged is what is reached. Within a tunnel nothing is seen.

mod chunked;
mod connection;
mod gate;
mod head;
mod register;
mod relay;
mod reply;
mod secret;
mod target;

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::sys::signal::SigSet;
use rustix::net::Shutdown;

use super::super::tally::Tally;
use super::super::{Mode, Network, Unreached};
use gate::Gate;
use register::Register;
use reply::Reply;
use secret::Secret;

/// Where names are looked up, modules of the C library run, which like to have room.
const STACK: usize = 256 << 10;

/// So long the head of a request may take: programs connect some time before they know what they want.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is waited when this process has no descriptor to spare.
const SCARCITY: Duration = Duration::from_millis(50);

/// Where programs look for a proxy: in small letters, in capitals, or in either.
const VARIABLES: [&str; 6] =
    ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// Where they look for what is reached without it.
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// A proxy on 127.0.0.1 that serves one command.
#[derive(Debug)]
pub(in super::super) struct Proxy {
    port: u16,
    rules: Arc<Rules>,
    listener: Arc<TcpListener>,
    register: Register,
    acceptor: Option<JoinHandle<()>>,
}

/// Who is served, and what.
#[derive(Debug)]
struct Rules {
    gate: Gate,
    secret: Secret,
    /// A head that takes longer is not waited for.
    patience: Duration,
}

impl Proxy {
    /// Starts it at a free port with a secret that only the command's environment tells.
    pub(in super::super) fn start(network: &Network, mode: Mode) -> io::Result<Self> {
        Self::with(network, mode, PATIENCE)
    }

    fn with(network: &Network, mode: Mode, patience: Duration) -> io::Result<Self> {
        let rules = Rules { gate: Gate::new(network, mode), secret: Secret::random()?, patience };
        let rules = Arc::new(rules);
        let listener = Arc::new(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?);
        let port = listener.local_addr()?.port();
        let register = Register::new();
        let acceptor = Acceptor {
            listener: Arc::clone(&listener),
            register: register.clone(),
            rules: Arc::clone(&rules),
        };
        let acceptor = thread::Builder::new()
            .name("scope-proxy".to_owned())
            .stack_size(STACK)
            .spawn(move || acceptor.run())?;
        Ok(Self { port, rules, listener, register, acceptor: Some(acceptor) })
    }

    /// Returns its port.
    pub(in super::super) fn port(&self) -> u16 {
        self.port
    }

    /// Returns what programs look for in their environment.
    pub(in super::super) fn environment(&self) -> Vec<(OsString, OsString)> {
        let credentials = self.rules.secret.credentials();
        let address = format!("http://{credentials}@127.0.0.1:{}", self.port);
        let proxies = VARIABLES.map(|name| (name, address.as_str()));
        let exceptions = EXCEPTIONS.map(|name| (name, "localhost,127.0.0.1,::1"));
        let all = proxies.into_iter().chain(exceptions);
        all.map(|(name, value)| (name.into(), value.into())).collect()
    }

    /// Returns the hosts that could not be reached.
    pub(in super::super) fn unreached(&self) -> Vec<Unreached> {
        self.register.unreached()
    }

    /// Returns what it does not know of what it was asked for, in words.
    pub(in super::super) fn trouble(&self) -> Option<String> {
        let count = self.register.unheard();
        let text = format!(
            "connections to the proxy that were ended unheard, since {} were open: {count}",
            register::MOST
        );
        (count > 0).then_some(text)
    }

    /// Ends all connections; returns what it was asked for.
    ///
    /// A thread that is looking a name up ends when that does: it has no connection left by then.
    pub(in super::super) fn finish(mut self) -> Tally {
        self.end()
    }

    fn end(&mut self) -> Tally {
        let tally = self.register.close();
        // Wakes the thread that waits for connections.
        let _ = rustix::net::shutdown(&*self.listener, Shutdown::Both);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        tally
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.end();
    }
}

/// The thread that waits for connections.
struct Acceptor {
    listener: Arc<TcpListener>,
    register: Register,
    rules: Arc<Rules>,
}

impl Acceptor {
    fn run(self) {
        // Signals are the supervisor's, and the threads of connections inherit this.
        let _ = SigSet::all().thread_block();
        while !self.register.is_closed() {
            match self.listener.accept() {
                Ok((client, _)) => self.admit(client),
                Err(_) if self.register.is_closed() => return,
                Err(_) => thread::sleep(SCARCITY),
            }
        }
    }

    fn admit(&self, client: TcpStream) {
        let client = Arc::new(client);
        let ticket = self.register.admit(&client);
        let rules = Arc::clone(&self.rules);
        // Who is not admitted is told so from here: a thread would be one too many.
        let Some(ticket) = ticket else { return Reply::too_many().dismiss(&client) };
        // Without a thread the connection ends unanswered.
        let _ = thread::Builder::new()
            .name("scope-proxy-one".to_owned())
            .stack_size(STACK)
            .spawn(move || connection::serve(&client, &rules, &ticket));
    }
}

#[cfg(test)]
mod tests;
