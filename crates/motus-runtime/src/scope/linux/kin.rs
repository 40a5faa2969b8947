//! Whose processes are whose: a command may do to its own what it may not do to others.

use std::fs;

use nix::unistd::getpid;

use super::filter::named;
use super::sys::Notification;

/// More generations than any tree of processes has; what is deeper is nobody's own.
const MOST_GENERATIONS: usize = 1000;

/// A process or a thread, as the system lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Relative {
    process: u32,
    parent: u32,
    /// Whether it is held to a filter: who was there before the command may not be.
    is_filtered: bool,
}

/// Tells whether a question names a process that is the caller's own, or another of its scope.
///
/// A number that names nobody is nobody's: the call would fail, too.
pub(super) fn names_own(notification: &Notification) -> bool {
    let Some(number) = named(notification.number, &notification.arguments) else { return false };
    let find = |number| Relative::read(&fs::read_to_string(format!("/proc/{number}/status")).ok()?);
    is_own(number, notification.thread, getpid().as_raw().cast_unsigned(), find)
}

fn is_own(
    number: u32,
    caller: u32,
    supervisor: u32,
    find: impl Fn(u32) -> Option<Relative>,
) -> bool {
    let (Some(named), Some(caller)) = (find(number), find(caller)) else { return false };
    if named.process == caller.process {
        return true;
    }
    let mut relative = named;
    for _ in 0..MOST_GENERATIONS {
        if relative.process == supervisor || !relative.is_filtered {
            return false;
        }
        if relative.parent == supervisor {
            return true;
        }
        match find(relative.parent) {
            Some(parent) => relative = parent,
            None => return false,
        }
    }
    false
}

impl Relative {
    /// Reads the lines of `/proc/NUMBER/status`, as proc(5) has them.
    fn read(status: &str) -> Option<Self> {
        let field = |name| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        Some(Self {
            process: field("Tgid:")?.parse().ok()?,
            parent: field("PPid:")?.parse().ok()?,
            is_filtered: field("Seccomp:") == Some("2"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family(number: u32) -> Option<Relative> {
        let relative =
            |process, parent, is_filtered| Some(Relative { process, parent, is_filtered });
        match number {
            10 => relative(10, 1, false),
            20 | 21 => relative(20, 10, true),
            30 => relative(30, 20, true),
            40 => relative(40, 10, true),
            50 => relative(50, 10, false),
            60 => relative(60, 1, true),
            1 => relative(1, 0, false),
            _ => None,
        }
    }

    #[test]
    fn own_are_threads_children_and_who_was_left_behind_and_nobody_else() {
        for (number, expected) in [
            (20, true),
            (21, true),
            (30, true),
            (40, true),
            (10, false),
            (1, false),
            (50, false),
            (60, false),
            (70, false),
        ] {
            assert_eq!(is_own(number, 21, 10, family), expected, "{number}");
        }
    }

    #[test]
    fn a_status_is_read_by_its_names() {
        let status = "Name:\ta\nTgid:\t7\nPid:\t8\nPPid:\t5\nSeccomp:\t2\nSeccomp_filters:\t1\n";
        let expected = Relative { process: 7, parent: 5, is_filtered: true };
        assert_eq!(Relative::read(status), Some(expected));
        assert_eq!(Relative::read("Tgid:\t7\n"), None);
    }
}
