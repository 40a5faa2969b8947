//! Who may be reached: declared hosts through a proxy of ours, loopback, and sockets in the file system.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// Labels of a host's name, and the name, have at most so many bytes.
const MOST_LABEL: usize = 63;
const MOST_NAME: usize = 253;

/// Whom a command may reach. Nobody, unless something is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// Hosts by name, reached through the proxy that the command is told of by its environment.
    pub hosts: Vec<Host>,
    /// Addresses that may be connected to as they are.
    pub addresses: Vec<SocketAddr>,
    /// Whether any port of `127.0.0.0/8` and `::1` may be connected to.
    pub loopback: bool,
    /// Whether any port of `127.0.0.0/8` and `::1` may be listened at. Apart from `loopback`, since whoever may connect
    /// reaches every service of this machine that trusts its own users.
    pub listening: bool,
    /// Sockets in the file system that may be connected to; a directory stands for all below it.
    pub sockets: Vec<PathBuf>,
}

/// A host that the proxy connects to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Host {
    /// The name, in lower case and without the last dot; or an address, which has to be declared as such.
    pub name: String,
    /// The port.
    pub port: u16,
}

/// The other side of a connection, or the place where one is waited for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// An address and a port; for listening, port 0 is any that is free.
    Internet(SocketAddr),
    /// A host that the proxy was asked for.
    Host(Host),
    /// A socket in the file system at which somebody else waits than the command, by its absolute path.
    File(PathBuf),
    /// A socket without a file: its name is not recorded.
    Abstract,
    /// An address of a family that no scope can declare, by its number.
    Family(u16),
}

impl Host {
    /// Names a host in the one spelling that is compared: lower case, without the last dot, an address as it is
    /// written by the system and without brackets. One that leaves it open who is meant is the one that is reached.
    pub fn new(name: &str, port: u16) -> Self {
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        let name = match bare.parse::<IpAddr>() {
            Ok(address) => definite(address).to_string(),
            Err(_) => bare.strip_suffix('.').unwrap_or(bare).to_ascii_lowercase(),
        };
        Self { name, port }
    }

    /// Refuses what is neither a name that a host may have nor an address of version 4; the error says why.
    ///
    /// A name that ends in a number is an address, or else something that resolvers take for one: `127.1`, `0x7f000001`.
    pub fn check_name(name: &str) -> Result<(), &'static str> {
        let bare = name.strip_suffix('.').unwrap_or(name);
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_label =
            |label: &str| (1..=MOST_LABEL).contains(&label.len()) && label.bytes().all(fits);
        if bare.len() > MOST_NAME || !bare.split('.').all(is_label) {
            return Err("the host has no name that a host may have");
        }
        let last = bare.rsplit('.').next().unwrap_or_default();
        let is_hexadecimal = last.get(..2).is_some_and(|two| two.eq_ignore_ascii_case("0x"));
        let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || is_hexadecimal;
        if is_number && name.parse::<Ipv4Addr>().is_err() {
            return Err("the host is a number that is no address");
        }
        Ok(())
    }

    /// Returns the address that this is, if it is no name.
    pub fn address(&self) -> Option<SocketAddr> {
        let address: IpAddr = self.name.parse().ok()?;
        Some(SocketAddr::new(address.to_canonical(), self.port))
    }
}

impl Network {
    /// Tells whether an address may be connected to as it is.
    pub fn allows_address(&self, address: SocketAddr) -> bool {
        let address = reached(address);
        self.addresses.iter().any(|allowed| reached(*allowed) == address)
            || (self.loopback && is_loopback(address))
    }

    /// Tells whether an address may be listened at.
    pub(crate) fn allows_listening(&self, address: SocketAddr) -> bool {
        self.listening && is_loopback(address)
    }

    /// Tells whether the proxy may connect to a host.
    pub fn allows_host(&self, host: &Host) -> bool {
        self.hosts.contains(host)
    }

    /// Tells whether a socket in the file system may be connected to.
    pub fn allows_socket(&self, path: &Path) -> bool {
        self.sockets.iter().any(|allowed| path.starts_with(allowed))
    }
}

/// An address of version 4 in the clothes of version 6 is what it is below them.
fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// Returns what is reached by connecting to an address. The label of a flow and the number of a link are left out: a
/// declaration has neither, so that an address of a link is declared on every link.
fn reached(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(definite(address.ip()), address.port())
}

/// Returns the address that is meant: the one of version 4 that version 6 wraps, and this machine where none is given.
fn definite(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn addresses_are_allowed_one_by_one_whatever_they_are_dressed_as() {
        let network = Network { addresses: vec![address("10.0.0.5:80")], ..Network::default() };
        for (text, allowed) in [
            ("10.0.0.5:80", true),
            ("[::ffff:10.0.0.5]:80", true),
            ("10.0.0.5:81", false),
            ("10.0.0.6:80", false),
            ("[::10.0.0.5]:80", false),
            ("127.0.0.1:80", false),
            ("0.0.0.0:80", false),
        ] {
            assert_eq!(network.allows_address(address(text)), allowed, "{text}");
        }
    }

    #[test]
    fn an_address_of_a_link_is_declared_on_every_link() {
        let network = Network { addresses: vec![address("[fe80::1]:80")], ..Network::default() };
        for (text, allowed) in
            [("[fe80::1]:80", true), ("[fe80::1%3]:80", true), ("[fe80::2%3]:80", false)]
        {
            assert_eq!(network.allows_address(address(text)), allowed, "{text}");
        }
    }

    #[test]
    fn loopback_is_this_machine_and_nothing_else() {
        let network = Network { loopback: true, ..Network::default() };
        for (text, allowed) in [
            ("127.0.0.1:1", true),
            ("127.255.3.4:1", true),
            ("[::1]:1", true),
            ("[::ffff:127.0.0.1]:1", true),
            // The system takes no address for its own.
            ("0.0.0.0:1", true),
            ("[::]:1", true),
            ("128.0.0.1:1", false),
            ("[::2]:1", false),
            ("[::127.0.0.1]:1", false),
            ("169.254.0.1:1", false),
        ] {
            assert_eq!(network.allows_address(address(text)), allowed, "{text}");
            assert!(!network.allows_listening(address(text)), "{text}");
        }
    }

    #[test]
    fn listening_everywhere_is_not_listening_at_loopback() {
        let network = Network { listening: true, ..Network::default() };
        for (text, allowed) in [
            ("127.0.0.1:0", true),
            ("[::1]:8080", true),
            ("0.0.0.0:0", false),
            ("[::]:8080", false),
            ("[::ffff:0.0.0.0]:8080", false),
            ("192.168.0.1:80", false),
        ] {
            assert_eq!(network.allows_listening(address(text)), allowed, "{text}");
        }
    }

    #[test]
    fn hosts_have_one_spelling() {
        for (written, name) in [
            ("Example.ORG", "example.org"),
            ("example.org.", "example.org"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::0:1]", "::1"),
            ("::FFFF:10.0.0.1", "10.0.0.1"),
            ("0.0.0.0", "127.0.0.1"),
            ("[::]", "::1"),
            ("::ffff:0.0.0.0", "127.0.0.1"),
        ] {
            assert_eq!(Host::new(written, 1).name, name, "{written}");
        }
        let network = Network { hosts: vec![Host::new("a.example", 443)], ..Network::default() };
        assert!(network.allows_host(&Host::new("A.example.", 443)));
        assert!(!network.allows_host(&Host::new("a.example", 80)));
        assert!(!network.allows_host(&Host::new("b.a.example", 443)));
    }

    #[test]
    fn a_directory_of_sockets_is_no_prefix_of_a_name() {
        let network = Network { sockets: vec!["/run/a".into()], ..Network::default() };
        for (path, allowed) in
            [("/run/a", true), ("/run/a/b", true), ("/run/ab", false), ("/run", false)]
        {
            assert_eq!(network.allows_socket(Path::new(path)), allowed, "{path}");
        }
    }
}
