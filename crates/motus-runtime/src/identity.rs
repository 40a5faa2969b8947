//! Which process wrote something, and whether it still lives.
//!
//! A bare process number says little: numbers are reused, and another container or machine has its
//! own. An identity adds what tells them apart. It is a set of facts, not a lock, and it stores
//! nothing.

use std::fs;
use std::io;
use std::process;

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

use crate::numbering;

/// Identifies a process across reuse of its number, reboots, containers and machines.
///
/// Facts the system does not offer are absent, and then [`ProcessIdentity::liveness_seen_from`] is
/// cautious.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProcessIdentity {
    /// The process number, as seen inside its own namespace.
    pub pid: u32,
    /// When it started, in clock ticks since the boot.
    pub start_ticks: Option<u64>,
    /// A random id that the system makes up at every boot.
    pub boot_id: Option<String>,
    /// The namespace `pid` is valid in, for example `pid:[4026531836]`.
    pub pid_namespace: Option<String>,
    /// The machine's own id, raw, which is private to it: callers must hash it before they keep
    /// it, and compare with [`ProcessIdentity::liveness_seen_from`]. Images that were copied with
    /// their id make two machines look like one.
    pub machine_id: Option<String>,
}

/// Whether a process still runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liveness {
    /// It runs.
    Alive,
    /// It has ended, or is a zombie.
    Dead,
    /// It cannot be seen from here, or the facts do not suffice.
    Unknown,
}

impl ProcessIdentity {
    /// Returns the identity of this process.
    pub fn current() -> ProcessIdentity {
        let pid = process::id();
        ProcessIdentity {
            pid,
            start_ticks: stat_of(pid).ok().map(|stat| stat.start_ticks),
            boot_id: read_line("/proc/sys/kernel/random/boot_id"),
            pid_namespace: fs::read_link("/proc/self/ns/pid")
                .ok()
                .and_then(|link| link.into_os_string().into_string().ok()),
            machine_id: read_line("/etc/machine-id"),
        }
    }

    /// Says whether the process runs, as far as this process can see. `here` is the identity of
    /// this process, possibly with its machine id hashed.
    pub fn liveness_seen_from(&self, here: &ProcessIdentity) -> Liveness {
        if !known_equal(self.boot_id.as_ref(), here.boot_id.as_ref()) {
            let rebooted = self.boot_id.is_some()
                && here.boot_id.is_some()
                && known_equal(self.machine_id.as_ref(), here.machine_id.as_ref());
            return if rebooted { Liveness::Dead } else { Liveness::Unknown };
        }
        if !known_equal(self.pid_namespace.as_ref(), here.pid_namespace.as_ref()) {
            return Liveness::Unknown;
        }
        self.look_up()
    }

    /// Looks the number up among the processes of this namespace.
    fn look_up(&self) -> Liveness {
        if self.pid != process::id() && !numbering::is_that_of_proc() {
            // What is told there under this number is of somebody else.
            return if exists(self.pid) { Liveness::Unknown } else { Liveness::Dead };
        }
        match (stat_of(self.pid), self.start_ticks) {
            (Ok(stat), _) if stat.is_ended() => Liveness::Dead,
            (Ok(stat), Some(ticks)) if stat.start_ticks == ticks => Liveness::Alive,
            (Ok(_), None) => Liveness::Unknown,
            // A hardened system hides the processes of other users, but not their existence.
            (Err(_), _) if exists(self.pid) => Liveness::Unknown,
            (Ok(_), Some(_)) | (Err(_), _) => Liveness::Dead,
        }
    }
}

fn known_equal(one: Option<&String>, other: Option<&String>) -> bool {
    one.is_some() && one == other
}

fn exists(pid: u32) -> bool {
    i32::try_from(pid).is_ok_and(|pid| kill(Pid::from_raw(pid), None) != Err(Errno::ESRCH))
}

/// What `/proc/<pid>/stat` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stat {
    state: u8,
    start_ticks: u64,
}

impl Stat {
    fn is_ended(self) -> bool {
        matches!(self.state, b'Z' | b'X' | b'x')
    }
}

fn stat_of(pid: u32) -> io::Result<Stat> {
    let own = pid == process::id();
    let text = fs::read(if own { "/proc/self/stat".into() } else { format!("/proc/{pid}/stat") })?;
    parse_stat(&text).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Parses from the last `)` on: the name before it may hold spaces and parentheses.
fn parse_stat(text: &[u8]) -> Option<Stat> {
    let name_end = memchr::memrchr(b')', text)?;
    let mut fields = str::from_utf8(&text[name_end + 1..]).ok()?.split_ascii_whitespace();
    let state = fields.next()?.bytes().next()?;
    // The state is field 3 of proc(5), the start time field 22.
    let start_ticks = fields.nth(18)?.parse().ok()?;
    Some(Stat { state, start_ticks })
}

fn read_line(path: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = "1 2 2 34816 2 4194304 1 0 0 0 0 0 0 0 20 0 1 0 98765 22 33";

    fn check(text: &str, expected: Option<(u8, u64)>) {
        let parsed = parse_stat(text.as_bytes()).map(|stat| (stat.state, stat.start_ticks));
        assert_eq!(parsed, expected, "{text:?}");
    }

    #[test]
    fn a_name_may_hold_anything() {
        for name in ["cat", "a b", ") Z 1 2 3", "((", "\n"] {
            check(&format!("7 ({name}) S {REST}"), Some((b'S', 98765)));
        }
    }

    #[test]
    fn a_line_cut_short_tells_nothing() {
        for text in ["", "7 (cat", "7 (cat)", "7 (cat) S 1 2 3"] {
            check(text, None);
        }
    }
}
