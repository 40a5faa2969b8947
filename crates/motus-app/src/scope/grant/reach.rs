//! Whom a `net:` grant reaches.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use motus_kernel::effect::{CanonicalEffect, EffectOp, SelectorError};
use motus_runtime::scope::Host;

/// What a value of `net:` stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Reach {
    /// A host by its name or address, through the proxy; and directly at these addresses.
    Host(Host, Vec<SocketAddr>),
    /// Any port of loopback may be connected to.
    Loopback,
    /// Any port of loopback may be listened at.
    Listening,
}

/// Returns the one spelling of a value; the error says what is wrong with it.
pub(super) fn canonical(value: &str) -> Result<String, String> {
    let effect = CanonicalEffect::new(EffectOp::Network, &["net:", value].concat());
    let effect = effect.map_err(|error| problem(value, error))?;
    let address = effect.selector().strip_prefix("net:").unwrap_or_default();
    Reach::parse(address)?;
    Ok(address.to_owned())
}

fn problem(value: &str, error: SelectorError) -> String {
    match error {
        SelectorError::Scheme if !value.contains("://") => {
            format!(
                "it has no scheme; a host is net:https://{}/",
                motus_json::printable(value.trim_end_matches('/'))
            )
        }
        SelectorError::Empty => "nothing is named; a host is net:https://HOST/".to_owned(),
        error => error.to_string(),
    }
}

impl Reach {
    /// Reads a canonical address; the error says why nothing is reached by it.
    pub(in super::super) fn parse(address: &str) -> Result<Self, String> {
        let (scheme, rest) = address.split_once("://").unwrap_or_default();
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let usual = match scheme {
            "https" => Some(443),
            "http" => Some(80),
            "tcp" | "listen" => None,
            _ => {
                return Err(format!("{scheme} is none of the schemes https, http, tcp and listen"));
            }
        };
        if !path.is_empty() {
            return Err(format!(
                "only hosts are held to, not paths; write net:{scheme}://{authority}/"
            ));
        }
        let (name, port) = split(authority);
        match (scheme, name, port) {
            ("listen", "localhost", None) => return Ok(Self::Listening),
            ("listen", ..) => {
                return Err(
                    "all of loopback can be listened at, or nothing: net:listen://localhost/"
                        .to_owned(),
                );
            }
            ("tcp", "localhost", None) => return Ok(Self::Loopback),
            _ => {}
        }
        let port = port.or(usual).filter(|port| *port != 0);
        let port =
            port.ok_or_else(|| format!("it needs a port: net:{scheme}://{authority}:PORT/"))?;
        // In brackets it is an address, and one that was read as such.
        if !name.contains(':') {
            Host::check_name(name)?;
        }
        let host = Host::new(name, port);
        let addresses = addresses(&host);
        Ok(Self::Host(host, addresses))
    }
}

/// Splits a canonical authority; an address of version 6 loses its brackets.
fn split(authority: &str) -> (&str, Option<u16>) {
    let (name, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => (address, port.strip_prefix(':')),
        None => match authority.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (authority, None),
        },
    };
    (name, port.and_then(|port| port.parse().ok()))
}

/// Returns the addresses that are meant without asking anybody.
fn addresses(host: &Host) -> Vec<SocketAddr> {
    if host.name == "localhost" {
        let loopback = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
        return loopback.map(|ip| SocketAddr::new(ip, host.port)).into();
    }
    host.address().into_iter().collect()
}
