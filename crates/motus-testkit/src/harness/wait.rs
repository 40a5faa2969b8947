//! Waiting for what other processes do: for a condition, with an end, and never for a time.

use std::fmt::Display;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// Far more than anything in a test takes, even on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a look at the condition lets others work.
const PAUSE: Duration = Duration::from_millis(5);

/// Waits until something holds; after twenty seconds the test fails, naming what was waited for.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "the deadline of a test is real time")]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        thread::sleep(PAUSE);
    }
}

/// Tells whether a process runs; one that ended and was not waited for does not.
///
/// The number may be a text with white space around it, as a shell writes it to a file.
pub fn is_alive(process: impl Display) -> bool {
    let process = process.to_string();
    state(process.trim()).is_some_and(|state| !matches!(state, 'Z' | 'X'))
}

/// Tells whether a process was stopped by a signal and has not gone on since.
pub fn is_stopped(process: impl Display) -> bool {
    state(process.to_string().trim()) == Some('T')
}

/// Returns the letter of the process's state, `None` when there is no such process.
fn state(process: &str) -> Option<char> {
    match fs::read_to_string(Path::new("/proc").join(process).join("stat")) {
        Ok(stat) => state_in(&stat),
        Err(_) if cfg!(target_os = "linux") => None,
        Err(_) => state_from_ps(process),
    }
}

/// The program's name stands before the state, in parentheses, and may itself hold any character.
fn state_in(stat: &str) -> Option<char> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.trim_start().chars().next()
}

fn state_from_ps(process: &str) -> Option<char> {
    let output = Command::new("ps").args(["-o", "stat=", "-p", process]).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim_start().chars().next()
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use super::*;

    #[test]
    fn a_process_is_alive_until_it_ends_whoever_waits_for_it() {
        assert!(is_alive(std::process::id()));
        assert!(is_alive(format!("{}\n", std::process::id())));
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().expect("cat starts");
        assert!(is_alive(child.id()));
        for (signal, stopped) in [("-STOP", true), ("-CONT", false)] {
            let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
            assert!(sent.expect("kill runs").success());
            wait_until(signal, || is_stopped(child.id()) == stopped && is_alive(child.id()));
        }
        drop(child.stdin.take());
        wait_until("the child is a zombie", || !is_alive(child.id()));
        child.wait().expect("a child can be waited for");
        assert!(!is_alive(child.id()));
    }

    #[test]
    fn the_state_stands_behind_the_last_parenthesis() {
        for (stat, state) in [
            ("12 (cat) S 1 12 12 0", Some('S')),
            ("12 (cat) Z 1 12 12 0", Some('Z')),
            ("12 (x) Z 1) R 1 12 12 0", Some('R')),
            ("12 (x) S 1) X 1 12 12 0", Some('X')),
            ("12 (() T 1 12 12 0", Some('T')),
            ("", None),
        ] {
            assert_eq!(state_in(stat), state, "{stat}");
        }
    }

    #[test]
    fn waiting_ends_when_the_condition_holds() {
        let mut looks = 0;
        wait_until("three looks", || {
            looks += 1;
            looks == 3
        });
        assert_eq!(looks, 3);
    }
}
