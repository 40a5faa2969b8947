//! Selectors of addresses: `net:scheme://host/path`, with a port only where it is not the usual one.
//!
//! Queries, fragments and users are no part of what may be reached. Hosts are compared by name:
//! nothing is looked up, and no number is taken for an address in disguise.

use core::net::Ipv6Addr;

use super::SelectorError;

pub(super) const PREFIX: &str = "net:";

/// Schemes and the ports that go without saying.
const USUAL_PORTS: [(&str, u16); 5] =
    [("ftp", 21), ("http", 80), ("https", 443), ("ws", 80), ("wss", 443)];

/// Returns the canonical selector of an address.
pub(super) fn canonical(address: &str) -> Result<String, SelectorError> {
    if address.is_empty() {
        return Err(SelectorError::Empty);
    }
    refuse_parts(address)?;
    let (scheme, rest) = address.split_once("://").ok_or(SelectorError::Scheme)?;
    if !is_scheme(scheme) {
        return Err(SelectorError::Scheme);
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut out = String::with_capacity(PREFIX.len() + address.len() + 1);
    out.push_str(PREFIX);
    out.push_str(&scheme.to_ascii_lowercase());
    out.push_str("://");
    push_authority(scheme, authority, &mut out)?;
    out.push('/');
    push_path(&one_spelling(path)?, &mut out)?;
    Ok(out)
}

fn refuse_parts(address: &str) -> Result<(), SelectorError> {
    match address.find(['\\', '?', '#']).and_then(|place| address.as_bytes().get(place)) {
        Some(b'\\') => Err(SelectorError::Backslash),
        Some(b'?') => Err(SelectorError::Query),
        Some(_) => Err(SelectorError::Fragment),
        None => Ok(()),
    }
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn push_authority(scheme: &str, authority: &str, out: &mut String) -> Result<(), SelectorError> {
    if authority.contains('@') {
        return Err(SelectorError::UserInfo);
    }
    if !authority.is_ascii() {
        return Err(SelectorError::HostNotAscii);
    }
    let after = match authority.strip_prefix('[') {
        Some(bracketed) => push_address(bracketed, out)?,
        None => push_name(authority, out)?,
    };
    let usual = USUAL_PORTS.iter().find(|(name, _)| scheme.eq_ignore_ascii_case(name));
    match port(after)? {
        Some(port) if usual.is_none_or(|(_, usual)| port != *usual) => {
            out.push_str(&format!(":{port}"));
        }
        _ => {}
    }
    Ok(())
}

/// Takes an address of version 6 and returns what follows its bracket.
fn push_address<'a>(bracketed: &'a str, out: &mut String) -> Result<&'a str, SelectorError> {
    let (address, after) = bracketed.split_once(']').ok_or(SelectorError::Host)?;
    let address: Ipv6Addr = address.parse().map_err(|_| SelectorError::Host)?;
    out.push_str(&format!("[{address}]"));
    Ok(after)
}

/// Takes a host's name, without the dot of the root, and returns what follows it.
fn push_name<'a>(authority: &'a str, out: &mut String) -> Result<&'a str, SelectorError> {
    let end = authority.find(':').unwrap_or(authority.len());
    let (name, after) = authority.split_at_checked(end).unwrap_or((authority, ""));
    let name = name.strip_suffix('.').unwrap_or(name);
    if !name.split('.').all(is_label) {
        return Err(SelectorError::Host);
    }
    out.push_str(&name.to_ascii_lowercase());
    Ok(after)
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Reads `:port`; an empty one is none.
fn port(text: &str) -> Result<Option<u16>, SelectorError> {
    let Some(digits) = text.strip_prefix(':') else {
        return if text.is_empty() { Ok(None) } else { Err(SelectorError::Host) };
    };
    if digits.is_empty() {
        return Ok(None);
    }
    // `u16` would also read a sign.
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(SelectorError::Port);
    }
    digits.parse().map(Some).map_err(|_| SelectorError::Port)
}

/// Spells each byte in one way: as itself where an address may have it and encoding would not change what
/// it means, else encoded in upper case. What is reserved keeps the form that it has.
fn one_spelling(path: &str) -> Result<String, SelectorError> {
    let mut pieces = path.split('%');
    let mut out = String::with_capacity(path.len());
    push_raw(pieces.next().unwrap_or_default(), &mut out);
    for piece in pieces {
        let (digits, after) = piece.split_at_checked(2).ok_or(SelectorError::Percent)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(SelectorError::Percent);
        }
        match u8::from_str_radix(digits, 16) {
            Ok(byte) if is_unreserved(byte) => out.push(char::from(byte)),
            // Raw they are refused too; the last two begin what old hosts take for a dot or a slash.
            Ok(byte) if byte.is_ascii_control() || matches!(byte, 0xc0 | 0xc1) => {
                return Err(SelectorError::Percent);
            }
            _ => {
                out.push('%');
                out.push_str(&digits.to_ascii_uppercase());
            }
        }
        push_raw(after, &mut out);
    }
    Ok(out)
}

/// Encodes what no address has raw: blanks, quotes, brackets and all that is not ASCII.
fn push_raw(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if is_unreserved(byte) || b"/!$&'()*+,;=:@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Appends the segments after the first `/`, without those that stay where they are.
///
/// Empty segments remain: unlike a file system, a host may answer `a//b` and `a/b` differently.
fn push_path(path: &str, out: &mut String) -> Result<(), SelectorError> {
    for segment in path.split_inclusive('/') {
        let name = segment.strip_suffix('/').unwrap_or(segment);
        if climbs(name) {
            return Err(SelectorError::Traversal);
        }
        if name != "." {
            out.push_str(segment);
        }
    }
    Ok(())
}

/// Tells whether a segment leads upwards, also for a host that decodes separators first, or leaves out what
/// stands behind a `;`. What is encoded twice is not looked into: no host decodes it on its way.
fn climbs(name: &str) -> bool {
    names(name).any(|name| name == "..")
}

/// Returns the names that a host may see in a path: cut at separators that are encoded too, and each without
/// its parameters.
fn names(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split('/').flat_map(|part| part.split("%2F"));
    parts.flat_map(|part| part.split("%5C")).map(|part| {
        let plain = part.split(';').next().unwrap_or_default();
        plain.split("%3B").next().unwrap_or_default()
    })
}

/// Returns the widest that a canonical path below a host may mean: without empty names, `.` and parameters,
/// as a directory.
pub(super) fn widest(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 1);
    for name in names(path).filter(|name| !matches!(*name, "" | ".")) {
        out.push_str(name);
        out.push('/');
    }
    out
}
