//! Which hosts the proxy connects to, and at which addresses: a declared name does not lead to what is near.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::super::super::{Decision, Host, Mode, Network};

/// What the proxy lets through.
#[derive(Debug)]
pub(super) struct Gate {
    network: Network,
    mode: Mode,
}

impl Gate {
    pub(super) fn new(network: &Network, mode: Mode) -> Self {
        let mut network = network.clone();
        for host in &mut network.hosts {
            *host = Host::new(&host.name, host.port);
        }
        Self { network, mode }
    }

    /// Returns what is to become of a request for a host.
    pub(super) fn decide(&self, host: &Host) -> Decision {
        match self.mode {
            _ if self.is_declared(host) => Decision::Declared,
            Mode::Enforce => Decision::Denied,
            Mode::Observe => Decision::Undeclared,
        }
    }

    fn is_declared(&self, host: &Host) -> bool {
        let network = &self.network;
        network.allows_host(host)
            || host.address().is_some_and(|address| network.allows_address(address))
            || (is_localhost(host) && network.loopback)
    }

    /// Tells whether an address that a name led to is what the name stands for: a name does not lead to what is near,
    /// unless that is declared itself.
    pub(super) fn fits(&self, host: &Host, address: SocketAddr) -> bool {
        let ip = address.ip();
        if host.address().is_some() {
            true
        } else if is_localhost(host) {
            ip.to_canonical().is_loopback()
        } else {
            is_public(ip) || self.network.allows_address(address)
        }
    }

    /// Returns what is to become of a host that leads to nothing that fits.
    pub(super) fn decide_nearby(&self) -> Decision {
        match self.mode {
            Mode::Enforce => Decision::Denied,
            Mode::Observe => Decision::Undeclared,
        }
    }
}

fn is_localhost(host: &Host) -> bool {
    host.name == "localhost"
}

/// Tells whether an address is one of the internet, and not of some place nearer.
///
/// What is set apart for examples and for measurements counts as the internet: nothing near has such an address by
/// right, and machines whose ways out are arranged by somebody else are given them for what lies far away.
fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// Source: the IANA special-purpose address registry.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let is_special = match ip.octets() {
        // This network, private use, loopback; reserved and broadcast; protocol assignments.
        [0 | 10 | 127 | 240..=255, ..] | [192, 0, 0, _] => true,
        // Shared by the customers of a carrier.
        [100, second, ..] => second & 0xc0 == 64,
        _ => ip.is_private() || ip.is_link_local() || ip.is_multicast(),
    };
    !is_special
}

/// Only what is assigned for global unicast can be public, and what wraps an address of version 4 is what it wraps.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let wrapped = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match ip.segments() {
        // Translation to version 4.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => wrapped(high, low),
        // Tunnels and protocol assignments.
        [0x2001, second, ..] => second >= 0x200,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        SocketAddr::new(text.parse().unwrap(), 443)
    }

    #[test]
    fn what_is_near_is_not_public() {
        for (text, public) in [
            ("1.1.1.1", true),
            ("100.63.255.255", true),
            ("100.64.0.1", false),
            ("100.127.255.255", false),
            ("100.128.0.1", true),
            ("172.15.0.1", true),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("172.32.0.1", true),
            ("0.1.2.3", false),
            ("10.255.0.1", false),
            ("127.9.9.9", false),
            ("169.254.169.254", false),
            ("192.168.1.1", false),
            ("192.0.0.170", false),
            ("198.18.0.1", true),
            ("203.0.113.1", true),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:4700::1111", true),
            ("2001:4860:4860::8888", true),
            ("::", false),
            ("::1", false),
            ("::7f00:1", false),
            ("::ffff:1.1.1.1", true),
            ("::ffff:10.0.0.1", false),
            ("::ffff:169.254.169.254", false),
            ("64:ff9b::1.1.1.1", true),
            ("64:ff9b::10.0.0.1", false),
            ("64:ff9b:1::1.1.1.1", false),
            ("2002:a00:1::1", false),
            ("2002:101:101::1", true),
            ("2001::1", false),
            ("2001:db8::1", true),
            ("3fff::1", true),
            ("fc00::1", false),
            ("fd12::1", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(is_public(text.parse().unwrap()), public, "{text}");
        }
    }

    #[test]
    fn hosts_are_declared_with_their_port() {
        let hosts = vec![Host { name: "A.Example".to_owned(), port: 443 }];
        let network = Network { hosts, ..Network::default() };
        let gate = Gate::new(&network, Mode::Enforce);
        for (name, port, decision) in [
            ("a.example", 443, Decision::Declared),
            ("a.example", 80, Decision::Denied),
            ("b.a.example", 443, Decision::Denied),
            ("1.1.1.1", 443, Decision::Denied),
            ("localhost", 443, Decision::Denied),
        ] {
            assert_eq!(gate.decide(&Host::new(name, port)), decision, "{name}");
        }
        let gate = Gate::new(&network, Mode::Observe);
        assert_eq!(gate.decide(&Host::new("b.example", 443)), Decision::Undeclared);
        assert_eq!(gate.decide(&Host::new("a.example", 443)), Decision::Declared);
    }

    #[test]
    fn addresses_that_are_declared_are_reached_through_the_proxy_as_well() {
        let network = Network {
            addresses: vec![address("10.0.0.5")],
            hosts: vec![Host::new("10.0.0.6", 443)],
            ..Network::default()
        };
        let gate = Gate::new(&network, Mode::Enforce);
        for (name, decision) in [
            ("10.0.0.5", Decision::Declared),
            ("10.0.0.6", Decision::Declared),
            ("10.0.0.7", Decision::Denied),
            ("127.0.0.1", Decision::Denied),
            ("::ffff:10.0.0.5", Decision::Declared),
        ] {
            assert_eq!(gate.decide(&Host::new(name, 443)), decision, "{name}");
        }
        let loopback = Network { loopback: true, ..Network::default() };
        let gate = Gate::new(&loopback, Mode::Enforce);
        for name in ["127.0.0.1", "::1", "localhost"] {
            assert_eq!(gate.decide(&Host::new(name, 443)), Decision::Declared, "{name}");
        }
    }

    #[test]
    fn a_name_does_not_lead_to_what_is_near_unless_that_is_declared() {
        let network = Network { addresses: vec![address("10.0.0.5")], ..Network::default() };
        let gate = Gate::new(&network, Mode::Enforce);
        for (name, to, fits) in [
            ("a.example", "1.1.1.1", true),
            ("a.example", "10.0.0.1", false),
            ("a.example", "10.0.0.5", true),
            ("a.example", "127.0.0.1", false),
            ("a.example", "::ffff:127.0.0.1", false),
            ("localhost", "127.0.0.1", true),
            ("localhost", "::1", true),
            ("localhost", "10.0.0.1", false),
            ("localhost", "1.1.1.1", false),
            ("10.0.0.1", "10.0.0.1", true),
        ] {
            assert_eq!(gate.fits(&Host::new(name, 443), address(to)), fits, "{name} {to}");
        }
    }
}
