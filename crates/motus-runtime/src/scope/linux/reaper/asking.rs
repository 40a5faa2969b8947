//! Children that are found by asking the system of each number, where `/proc` is of other processes.
//!
//! Whoever is told to be our child is ours, and its number nobody else's before we wait for it. Descendants that have a
//! parent still are not found: they become ours when that has ended.

use std::io;
use std::thread;

use nix::errno::Errno;
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::{Pid, gettid};

/// Returns a number that was given just now: the system gives them in a row, until it begins anew.
pub(super) fn newest() -> io::Result<i32> {
    let thread = thread::Builder::new().name("scope-number".to_owned()).spawn(gettid)?;
    let number = thread.join().map_err(|_| io::Error::other("a thread ended early"))?;
    Ok(number.as_raw())
}

/// Returns our children whose numbers were given after this one, the oldest first; none where the system has begun anew.
pub(super) fn children_since(number: i32) -> Vec<i32> {
    let Ok(newest) = newest() else { return Vec::new() };
    (number.saturating_add(1)..=newest).filter(|it| look_at(*it) != Err(Errno::ECHILD)).collect()
}

/// Tells whether a child of ours is dead.
pub(super) fn is_dead(child: i32) -> bool {
    match look_at(child) {
        Ok(status) => matches!(status, WaitStatus::Exited(..) | WaitStatus::Signaled(..)),
        // Of a real-time signal, which nix has no name for.
        Err(error) => error == Errno::EINVAL,
    }
}

/// Asks of one child, and waits neither for it nor for its end.
fn look_at(child: i32) -> nix::Result<WaitStatus> {
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
    waitid(Id::Pid(Pid::from_raw(child)), flags | WaitPidFlag::__WALL)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn children_are_found_by_their_numbers_and_nobody_else_is() {
        let before = newest().unwrap();
        let mut command = Command::new("cat");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let number = child.id().cast_signed();
        let found = children_since(before);
        if number > before {
            assert!(found.contains(&number), "{number} is not in {found:?}");
        }
        // This thread is no child of ours, nor is the first process of all.
        assert!(!children_since(0).contains(&1));
        assert!(!children_since(before).contains(&gettid().as_raw()));
        assert!(!is_dead(number) && !is_dead(1));
        drop(child.stdin.take());
        let began = Instant::now();
        while !is_dead(number) && began.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_millis(5));
        }
        assert!(is_dead(number), "it is dead as long as nobody has waited for it");
        child.wait().unwrap();
        assert!(!is_dead(number) && !children_since(before).contains(&number));
    }
}
