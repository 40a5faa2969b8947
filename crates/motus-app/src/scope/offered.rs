//! The word that allows what a record holds, as far as the record knows it: of effects, not of what lies where.
//!
//! Whether a word is one that nobody should grant without a thought is told where a command ended, not here.

use std::net::SocketAddr;
use std::path::Path;

use motus_ledger::scope::RecordedEffect;
use motus_runtime::scope::{Action, Peer};

use super::grant::{Grant, Kind};
use super::{allowance, spelling};

/// Returns what would have allowed a recorded effect, such as `--allow write:out/` in its two words, or
/// `--profile terminal`; `None` where no scope can.
pub fn offered(effect: &RecordedEffect) -> Option<(&'static str, String)> {
    let of_files = || effect.selector.strip_prefix("fs:");
    let grant = match effect.op.as_str() {
        "ReadFS" | "WriteFS" if profile(of_files()?).is_some() => {
            return Some(("--profile", profile(of_files()?)?.to_owned()));
        }
        "WriteFS" if allowance::is_of_process(Path::new(of_files()?)) => return None,
        "ReadFS" => of_path(Kind::Read, of_files()?),
        "WriteFS" => of_path(Kind::Write, of_files()?),
        "Exec" => of_path(Kind::Exec, effect.selector.strip_prefix("exec:")?),
        "Network" => of_peer(effect.selector.strip_prefix("net:")?),
        _ => None,
    }?;
    Some(("--allow", grant.to_string()))
}

/// Returns the profile that is there for a path.
fn profile(path: &str) -> Option<&'static str> {
    allowance::profile_of(&Action::Read(path.into()))
}

fn of_path(kind: Kind, path: &str) -> Option<Grant> {
    Grant::new(kind, &spelling::apart_from_home(path)).ok()
}

fn of_peer(address: &str) -> Option<Grant> {
    if let Some(path) = address.strip_prefix("unix://localhost") {
        return of_path(Kind::Unix, &decoded(path)?);
    }
    let of_scheme = |scheme: &str| address.strip_prefix(scheme)?.strip_suffix('/')?.parse().ok();
    let internet = |socket: SocketAddr| Peer::Internet(socket);
    let action = of_scheme("tcp://").map(internet).map(Action::Connect);
    let action = action.or_else(|| of_scheme("listen://").map(internet).map(Action::Listen));
    match action {
        Some(action) => Grant::new(Kind::Net, &allowance::address(&action)?).ok(),
        None => Grant::new(Kind::Net, address).ok(),
    }
}

/// Reads the bytes that are spelled as `%` and two digits; `None` when they are no text.
fn decoded(path: &str) -> Option<String> {
    let mut parts = path.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(op: &str, selector: &str) -> Option<String> {
        let effect = RecordedEffect { op: op.to_owned(), selector: selector.to_owned(), count: 1 };
        offered(&effect).map(|(option, value)| format!("{option} {value}"))
    }

    #[test]
    fn what_is_recorded_is_allowed_by_the_word_that_was_offered() {
        for (op, selector, expected) in [
            ("ReadFS", "fs:/etc/motd", "--allow read:/etc/motd"),
            ("WriteFS", "fs:out/", "--allow write:out/"),
            ("WriteFS", "fs:~mine", "--allow write:./~mine"),
            ("ReadFS", "fs:$HOME", "--allow read:./$HOME"),
            ("WriteFS", "fs:/dev/shm/sem.x", "--profile shared-memory"),
            ("Exec", "exec:./built", "--allow exec:./built"),
            ("Network", "net:https://example.com/", "--allow net:https://example.com/"),
            ("Network", "net:tcp://10.0.0.1:53/", "--allow net:tcp://10.0.0.1:53/"),
            ("Network", "net:tcp://127.0.0.1:80/", "--allow net:tcp://localhost:80/"),
            ("Network", "net:tcp://[::1]:40000/", "--allow net:tcp://localhost/"),
            ("Network", "net:listen://127.0.0.1:8080/", "--allow net:listen://localhost/"),
            ("Network", "net:unix://localhost/run/a%20b.sock", "--allow unix:/run/a b.sock"),
        ] {
            assert_eq!(word(op, selector).as_deref(), Some(expected), "{selector}");
            let spelled = expected.strip_prefix("--allow ");
            assert!(spelled.is_none_or(|word| Grant::parse(word).is_ok()), "{expected}");
        }
    }

    #[test]
    fn what_no_scope_can_allow_has_no_word() {
        for (op, selector) in [
            ("Network", "net:abstract://localhost/"),
            ("Network", "net:family-16://localhost/"),
            ("Network", "net:listen://0.0.0.0:80/"),
            ("Network", "net:tcp://10.0.0.1:0/"),
            ("Network", "net:unix://localhost/%FF"),
            ("Network", "net:unix://localhost/%+1"),
            ("Network", "net:unix://localhost/%é"),
            ("WriteFS", "fs:/proc/1/comm"),
            ("ReadFS", "exec:/bin/sh"),
            ("Another", "fs:/etc/motd"),
        ] {
            assert_eq!(word(op, selector), None, "{selector}");
        }
    }
}
