//! Names that look like a secret, and what is recorded in their place: more than was touched, never less.

use std::borrow::Cow;
use std::collections::HashMap;

use motus_kernel::effect::{CanonicalEffect, EffectOp};
use motus_ledger::redact::{may_hold_a_secret, redact_all};

/// Bytes of names that are held against the patterns for one record; they take about a microsecond each.
const MOST_HELD: usize = 512 << 10;

/// Nothing that is shorter is the name of a secret with its value, or a secret.
const SHORTEST: usize = 6;

/// What may follow a name in a path: enough of it for each pattern that goes on behind a `/`.
const BELOW: &str = "////////";

/// Looks at each name once.
#[derive(Debug)]
pub(super) struct Names {
    /// What the patterns said.
    known: HashMap<String, bool>,
    /// How many bytes may still be held against them.
    left: usize,
    /// How many names were taken for a secret because they might be one, and no more were held against the patterns.
    pub(super) guessed: u64,
}

impl Default for Names {
    fn default() -> Self {
        Self { known: HashMap::new(), left: MOST_HELD, guessed: 0 }
    }
}

impl Names {
    /// Returns the effect as it is recorded: a file, a program or a socket whose path looks like a secret as the
    /// directory that holds it, and a host as one that nobody can declare, since it has no port.
    ///
    /// `None` when that has no spelling.
    pub(super) fn without_secrets(&mut self, effect: CanonicalEffect) -> Option<CanonicalEffect> {
        let selector = effect.selector();
        let is_address = effect.op() == EffectOp::Network;
        if !is_address && !may_hold_a_secret(selector) {
            return Some(effect);
        }
        let (head, path) = cut(selector, is_address);
        if is_address && self.is_secret_host(head) {
            return masked(head);
        }
        let Some(at) = self.secret_in(path, is_address) else { return Some(effect) };
        let above = path.get(..at).unwrap_or_default();
        let here = if is_address { "" } else { "./" };
        let above = if above.is_empty() { here } else { above };
        let directory = |path: &str| CanonicalEffect::new(effect.op(), &[head, path].concat()).ok();
        directory(above).or_else(|| directory("/"))
    }

    /// Returns the path of a program as it is recorded: from a name that looks like a secret on it is left out.
    pub(super) fn program<'p>(&mut self, path: &'p str) -> Cow<'p, str> {
        let secret = if may_hold_a_secret(path) { self.secret_in(path, false) } else { None };
        match secret {
            None => path.into(),
            Some(at) => [path.get(..at).unwrap_or_default(), "[REDACTED]"].concat().into(),
        }
    }

    /// Returns where the first name begins that looks like a secret.
    fn secret_in(&mut self, path: &str, is_encoded: bool) -> Option<usize> {
        let mut at = 0;
        for name in path.split('/') {
            if self.is_secret(name) || (is_encoded && self.is_secret(&decoded(name))) {
                return Some(at);
            }
            at += name.len() + 1;
        }
        None
    }

    /// Hosts are spelled in small letters, whatever the command wrote: some patterns want others.
    fn is_secret_host(&mut self, head: &str) -> bool {
        let authority = head.split_once("://").map_or(head, |(_, rest)| rest);
        let host = authority.split([':', '/']).next().unwrap_or_default();
        [
            host.to_owned(),
            host.to_ascii_uppercase(),
            host.replace("eyj", "eyJ").replace("aiza", "AIza"),
        ]
        .iter()
        .any(|host| self.is_secret(host))
    }

    fn is_secret(&mut self, name: &str) -> bool {
        if name.len() < SHORTEST {
            return false;
        }
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let whole = [name, BELOW].concat();
        if !may_hold_a_secret(&whole) {
            return false;
        }
        let Some(left) = self.left.checked_sub(whole.len()) else {
            self.guessed += 1;
            return true;
        };
        self.left = left;
        let is_secret = !redact_all(&whole).reasons.is_empty();
        self.known.insert(name.to_owned(), is_secret);
        is_secret
    }
}

/// Cuts a selector before its path; that of an address begins behind the host and its `/`.
fn cut(selector: &str, is_address: bool) -> (&str, &str) {
    let host = if is_address { selector.find("://").map(|at| at + "://".len()) } else { None };
    let end = match host {
        Some(host) => selector.get(host..).and_then(|rest| rest.find('/')).map(|at| host + at + 1),
        None => selector.find(':').map(|at| at + 1),
    };
    selector.split_at_checked(end.unwrap_or(selector.len())).unwrap_or((selector, ""))
}

/// Returns an address with the scheme of another: no grant can name the port 0.
fn masked(head: &str) -> Option<CanonicalEffect> {
    let scheme = head.split_once("://").map_or(head, |(scheme, _)| scheme);
    CanonicalEffect::new(EffectOp::Network, &[scheme, "://redacted.invalid:0/"].concat()).ok()
}

/// Returns a name of an address with its `%XX` as what they stand for.
fn decoded(name: &str) -> String {
    let mut pieces = name.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, after) = piece.split_at_checked(2).unwrap_or((piece, ""));
        match u8::from_str_radix(digits, 16) {
            Ok(byte) => bytes.push(byte),
            Err(_) => bytes.extend(digits.bytes()),
        }
        bytes.extend(after.bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests;
