//! Whose processes are whose: a command may do to its own what it may not do to others.

use std::fs;

use nix::unistd::getpid;

use super::filter::named;
use super::reaper::started_at;
use super::sys::Notification;

/// More generations than any tree of processes has; what is deeper is nobody's own.
const MOST_GENERATIONS: usize = 1000;

/// A process or a thread, as the system lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Relative {
    process: u32,
    parent: u32,
    /// How many filters it is held to: who was there before the command is held to none of ours.
    filters: u32,
}

/// Tells whether a question names a process that is the caller's own, or another of its scope.
///
/// A number that names nobody is nobody's: the call would fail, too.
pub(super) fn names_own(notification: &Notification) -> bool {
    let Some(number) = named(notification.number, &notification.arguments) else { return false };
    let supervisor = getpid().as_raw().cast_unsigned();
    is_own(number, notification.thread, supervisor, Relative::of, is_younger_than_we)
}

/// Tells whether a thread is one of a process: it alone may always look into what that has open. Whether others may is
/// the kernel's to say, by their user namespaces and sandboxes too, and nobody tells us.
pub(super) fn is_thread_of(thread: u32, number: u32) -> bool {
    process_of(thread).is_some_and(|process| Some(process) == process_of(number))
}

/// Returns the process that a thread belongs to.
pub(super) fn process_of(thread: u32) -> Option<u32> {
    Some(Relative::of(thread)?.process)
}

/// Tells whether a process was started after the thread that asks, which was there before the command: whoever started
/// us may have left us others.
fn is_younger_than_we(process: u32) -> bool {
    let times = started_at("thread-self").zip(started_at(&process.to_string()));
    times.is_some_and(|(ours, theirs)| theirs >= ours)
}

fn is_own(
    number: u32,
    caller: u32,
    supervisor: u32,
    find: impl Fn(u32) -> Option<Relative>,
    is_young: impl Fn(u32) -> bool,
) -> bool {
    let (Some(named), Some(caller)) = (find(number), find(caller)) else { return false };
    if named.process == caller.process {
        return true;
    }
    // Where whole containers are held to a filter, so are we and whoever was there before.
    let Some(Relative { filters: ours, .. }) = find(supervisor) else { return false };
    let mut relative = named;
    for _ in 0..MOST_GENERATIONS {
        if relative.process == supervisor || relative.filters <= ours {
            return false;
        }
        if relative.parent == supervisor {
            return is_young(relative.process);
        }
        match find(relative.parent) {
            Some(parent) => relative = parent,
            None => return false,
        }
    }
    false
}

impl Relative {
    fn of(number: u32) -> Option<Self> {
        Self::read(&fs::read_to_string(format!("/proc/{number}/status")).ok()?)
    }

    /// Reads the lines of `/proc/NUMBER/status`, as proc(5) has them.
    fn read(status: &str) -> Option<Self> {
        let field = |name| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        Some(Self {
            process: field("Tgid:")?.parse().ok()?,
            parent: field("PPid:")?.parse().ok()?,
            filters: match field("Seccomp_filters:") {
                Some(filters) => filters.parse().ok()?,
                // Older systems do not count them.
                None => u32::from(field("Seccomp:") == Some("2")),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It was there before the command.
    const OLD: u32 = 70;

    fn family(number: u32) -> Option<Relative> {
        let relative = |process, parent, filters| Some(Relative { process, parent, filters });
        match number {
            10 => relative(10, 1, 1),
            20 | 21 => relative(20, 10, 2),
            30 => relative(30, 20, 2),
            40 | OLD => relative(number, 10, 3),
            80 => relative(80, OLD, 3),
            50 => relative(50, 10, 1),
            60 => relative(60, 1, 2),
            1 => relative(1, 0, 1),
            _ => None,
        }
    }

    #[test]
    fn a_process_is_found_by_any_of_its_threads() {
        let own = std::process::id();
        let thread = || nix::unistd::gettid().as_raw().cast_unsigned();
        let found = std::thread::spawn(move || (thread(), process_of(thread())));
        let (other, process) = found.join().unwrap();
        assert!(other != own && process == Some(own));
        assert_eq!(process_of(own), Some(own));
        assert_eq!(process_of(u32::MAX), None);
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
            (OLD, false),
            (80, false),
            (90, false),
        ] {
            let is_young = |process| process != OLD;
            assert_eq!(is_own(number, 21, 10, family, is_young), expected, "{number}");
        }
    }

    #[test]
    fn who_was_there_before_a_thread_is_not_younger() {
        assert!(!is_younger_than_we(1) && !is_younger_than_we(0));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        assert!(is_younger_than_we(child.id()));
        child.wait().unwrap();
    }

    #[test]
    fn a_process_has_its_own_threads_and_nobody_else_s() {
        let own = std::process::id();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        assert!(is_thread_of(own, own) && !is_thread_of(own, 1) && !is_thread_of(own, 0));
        assert!(!is_thread_of(own, child.id()));
        child.wait().unwrap();
    }

    #[test]
    fn a_status_is_read_by_its_names() {
        let status = "Name:\ta\nTgid:\t7\nPid:\t8\nPPid:\t5\nSeccomp:\t2\nSeccomp_filters:\t1\n";
        let expected = Relative { process: 7, parent: 5, filters: 1 };
        assert_eq!(Relative::read(status), Some(expected));
        let status = "Tgid:\t7\nPPid:\t5\nSeccomp:\t2\nSeccomp_filters:\t3\n";
        assert_eq!(Relative::read(status), Some(Relative { filters: 3, ..expected }));
        assert_eq!(Relative::read("Tgid:\t7\n"), None);
    }
}
