//! Whom a command talks to, as effects.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use motus_kernel::effect::{CanonicalEffect, EffectOp};
use motus_runtime::scope::{Host, Network, Peer};

/// Returns a peer as an effect: `net:tcp://ADDRESS:PORT/`, `net:listen://…`, `net:https://HOST/`,
/// `net:unix://localhost/PATH`.
///
/// What no scope declares has a scheme of its own: `abstract`, or `family-` and its number.
pub(crate) fn of_peer(peer: &Peer, listens: bool, network: &Network) -> Option<CanonicalEffect> {
    match peer {
        Peer::Internet(address) => of_address(*address, listens, network),
        Peer::Host(host) => of_asked(host, network),
        Peer::File(path) => of_socket(path, false),
        Peer::Abstract => address_effect("abstract://localhost/"),
        Peer::Family(number) => address_effect(&format!("family-{number}://localhost/")),
    }
}

/// Returns a host that the proxy was asked for: as itself, unless it is not declared but where it leads to is.
fn of_asked(host: &Host, network: &Network) -> Option<CanonicalEffect> {
    if network.allows_host(host) {
        return of_host(host);
    }
    match host.address() {
        Some(address) if network.allows_address(address) => of_address(address, false, network),
        None if host.name == "localhost" && network.loopback => {
            of_address((Ipv4Addr::LOCALHOST, host.port).into(), false, network)
        }
        _ => of_host(host),
    }
}

/// Returns a host that is reached through the proxy as an effect: `https` at 443, `http` at 80, else `tcp`.
pub(crate) fn of_host(host: &Host) -> Option<CanonicalEffect> {
    let scheme = match host.port {
        443 => "https",
        80 => "http",
        _ => "tcp",
    };
    let name = match host.name.parse::<Ipv6Addr>() {
        Ok(address) => format!("[{address}]"),
        Err(_) => host.name.clone(),
    };
    address_effect(&format!("{scheme}://{name}:{}/", host.port))
}

/// Returns a socket in the file system as an effect; `is_directory` stands for all below it.
///
/// Every byte has a spelling here but a few that hosts take for others; such a path is told as the directory above.
pub(crate) fn of_socket(path: &Path, is_directory: bool) -> Option<CanonicalEffect> {
    let mut above = path.ancestors().skip(1);
    let above = || above.find_map(|directory| socket_effect(directory, true));
    socket_effect(path, is_directory).or_else(above)
}

fn of_address(address: SocketAddr, listens: bool, network: &Network) -> Option<CanonicalEffect> {
    let ip = match address.ip().to_canonical() {
        // Whoever connects to no address connects to this machine.
        IpAddr::V4(ip) if ip.is_unspecified() && !listens => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() && !listens => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let scheme = if listens { "listen" } else { "tcp" };
    let all_ports = if listens { network.listening } else { network.loopback };
    if all_ports && ip.is_loopback() {
        return address_effect(&format!("{scheme}://localhost/"));
    }
    let ip = match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    address_effect(&format!("{scheme}://{ip}:{}/", address.port()))
}

fn socket_effect(path: &Path, is_directory: bool) -> Option<CanonicalEffect> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let mut selector = "unix://localhost".to_owned();
    for byte in bytes {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => selector.push(char::from(*byte)),
            _ if byte.is_ascii_alphanumeric() => selector.push(char::from(*byte)),
            _ => selector.push_str(&format!("%{byte:02X}")),
        }
    }
    if is_directory && !selector.ends_with('/') {
        selector.push('/');
    }
    address_effect(&selector)
}

fn address_effect(address: &str) -> Option<CanonicalEffect> {
    CanonicalEffect::new(EffectOp::Network, &["net:", address].concat()).ok()
}
