//! What a request is for: a host and a port, and the rest of an address, taken from the first line alone.

use std::net::Ipv6Addr;

use super::super::super::Host;
use super::head::{Head, Malformed};

/// What is asked of the proxy.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Bytes are to be passed on both ways.
    Tunnel(Host),
    /// One request is to be made.
    Plain {
        host: Host,
        /// What the other side is told that it was asked for: path and query.
        path: String,
    },
}

/// The port of a request without one.
const HTTP: u16 = 80;

impl Target {
    /// Reads the target of a head.
    pub(super) fn of(head: &Head<'_>) -> Result<Self, Malformed> {
        if head.method == "CONNECT" {
            let (name, port) = authority(head.target)?;
            let port = port.ok_or(Malformed("CONNECT needs a port"))?;
            return Ok(Self::Tunnel(Host::new(name, port)));
        }
        let scheme = head.target.get(..7);
        if !scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://")) {
            return Err(Malformed("this is a proxy: it takes CONNECT and http://HOST/"));
        }
        let rest = head.target.get(7..).unwrap_or_default();
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (place, path) = rest.split_at(end);
        if path.contains('#') {
            return Err(Malformed("the target has a fragment"));
        }
        let (name, port) = authority(place)?;
        let root = if path.starts_with('/') { "" } else { "/" };
        let host = Host::new(name, port.unwrap_or(HTTP));
        Ok(Self::Plain { host, path: format!("{root}{path}") })
    }

    /// Returns the host that is to be reached.
    pub(super) fn host(&self) -> &Host {
        match self {
            Self::Tunnel(host) | Self::Plain { host, .. } => host,
        }
    }

    /// Returns what would have to be declared for it.
    pub(super) fn declaration(&self) -> String {
        let (scheme, usual) = match self {
            Self::Tunnel(host) if host.port == HTTP => ("http", HTTP),
            Self::Tunnel(_) => ("https", 443),
            Self::Plain { .. } => ("http", HTTP),
        };
        format!("net:{scheme}://{}/", place(self.host(), usual))
    }
}

/// Spells a host as addresses do; its port is left out where it is the usual one.
pub(super) fn place(host: &Host, usual: u16) -> String {
    let Host { name, port } = host;
    let name = if name.contains(':') { format!("[{name}]") } else { name.clone() };
    if *port == usual { name } else { format!("{name}:{port}") }
}

/// Reads `HOST`, `HOST:PORT`, `[ADDRESS]` and `[ADDRESS]:PORT`.
fn authority(text: &str) -> Result<(&str, Option<u16>), Malformed> {
    if text.contains('@') {
        return Err(Malformed("the target names a user"));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (name, port) = rest.split_once(']').ok_or(Malformed("a bracket is not closed"))?;
        name.parse::<Ipv6Addr>().map_err(|_| Malformed("the address is none"))?;
        let port = match port.strip_prefix(':') {
            Some(digits) => Some(self::port(digits)?),
            None if port.is_empty() => None,
            None => return Err(Malformed("something follows an address")),
        };
        return Ok((name, port));
    }
    let (name, port) = match text.split_once(':') {
        Some((name, digits)) => (name, Some(port(digits)?)),
        None => (text, None),
    };
    Host::check_name(name).map_err(Malformed)?;
    Ok((name, port))
}

fn port(digits: &str) -> Result<u16, Malformed> {
    let is_number = (1..=5).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
    let port = digits.parse().ok().filter(|port| is_number && *port != 0);
    port.ok_or(Malformed("the port is none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(method: &str, target: &str) -> Option<Target> {
        Target::of(&Head { method, target, version: "HTTP/1.1", fields: Vec::new() }).ok()
    }

    #[test]
    fn tunnels_lead_to_a_name_and_a_port() {
        for (text, name, port) in [
            ("example.org:443", "example.org", 443),
            ("EXAMPLE.org.:443", "example.org", 443),
            ("a_b.example:00080", "a_b.example", 80),
            ("127.0.0.1:1", "127.0.0.1", 1),
            ("[::1]:443", "::1", 443),
            ("[::ffff:10.0.0.1]:443", "10.0.0.1", 443),
            ("localhost:65535", "localhost", 65535),
        ] {
            let expected = Target::Tunnel(Host { name: name.to_owned(), port });
            assert_eq!(target("CONNECT", text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_leads_nowhere_for_sure_is_refused() {
        let label = "a".repeat(64);
        let name = "a.".repeat(127) + "a";
        for text in [
            "example.org",
            "example.org:",
            "example.org:0",
            "example.org:65536",
            "example.org:+80",
            "example.org:80:80",
            "example.org:80/",
            "example.org:4 43",
            "user@example.org:443",
            "example.org:443@evil.example:443",
            ":443",
            ".:443",
            "a..b:443",
            ".a:443",
            "a%2eb:443",
            "a/b:443",
            "a\\b:443",
            "[::1:443",
            "[::1]443",
            "[::1%25eth0]:443",
            "[127.0.0.1]:443",
            "::1:443",
            "127.1:443",
            "127.0.0.1.:443",
            "2130706433:443",
            "0x7f000001:443",
            "0X7f.0.0.0x1:443",
            "0177.0.0.1:443",
            "1.2.3.4.5:443",
            "http://example.org:443",
            "/",
            "*",
            &format!("{label}:443"),
            &format!("{name}:443"),
        ] {
            assert_eq!(target("CONNECT", text), None, "{text}");
        }
    }

    #[test]
    fn plain_requests_are_cut_into_host_and_path() {
        for (text, name, port, path) in [
            ("http://a.example/", "a.example", 80, "/"),
            ("HTTP://A.example", "a.example", 80, "/"),
            ("http://a.example?x=/@:", "a.example", 80, "/?x=/@:"),
            ("http://a.example:8080/b//c?d", "a.example", 8080, "/b//c?d"),
            ("http://[::1]:81/x", "::1", 81, "/x"),
        ] {
            let host = Host { name: name.to_owned(), port };
            let expected = Target::Plain { host, path: path.to_owned() };
            assert_eq!(target("GET", text), Some(expected), "{text}");
        }
        for text in [
            "/",
            "*",
            "a.example/",
            "https://a.example/",
            "ftp://a.example/",
            "http:/a.example/",
            "http:///",
            "http://",
            "http://a.example/#b",
            "http://a.example#b",
            "http://user:word@a.example/",
            "http://a.example:80@evil.example/",
            "http://a.example\\@evil.example/",
            "http://a.example:/",
            "http://[::1/",
        ] {
            assert_eq!(target("GET", text), None, "{text}");
        }
    }

    #[test]
    fn a_refusal_names_what_to_declare() {
        for (method, text, declaration) in [
            ("CONNECT", "a.example:443", "net:https://a.example/"),
            ("CONNECT", "a.example:80", "net:http://a.example/"),
            ("CONNECT", "a.example:8443", "net:https://a.example:8443/"),
            ("CONNECT", "[::1]:443", "net:https://[::1]/"),
            ("GET", "http://a.example/x", "net:http://a.example/"),
            ("GET", "http://a.example:443/x", "net:http://a.example:443/"),
        ] {
            assert_eq!(target(method, text).unwrap().declaration(), declaration);
        }
    }
}
