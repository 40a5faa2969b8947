//! What the system keeps of a process in files of `/proc`, and a process may change of itself: the names of its threads, and
//! what it leaves behind. No rule names these, so that we open them.

use std::os::fd::AsFd as _;

use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};

use super::super::super::kin;
use super::super::super::sys::Answer;
use super::super::opening::Opening;
use super::handing::hand_over;
use super::{Cut, Judge, Outcome, Question};

/// What changes nothing but what a dump of the process's memory would hold, whether it is ended first when memory runs out,
/// and how promptly its timers wake it. Who writes is held to its own powers by the system.
const OF_PROCESS: [&str; 3] = ["coredump_filter", "oom_score_adj", "timerslack_ns"];
/// How a thread is called. The file of the whole process is none of these: it is named by other means, and a wrapper in a
/// scope tries whether its own scope holds by opening that.
const OF_THREAD: [&str; 1] = ["comm"];

impl Judge {
    /// Returns where below `/proc` that file of the caller's own process lies that was found, if it is one of these.
    pub(super) fn own_file(&self, question: Question<'_>) -> Option<String> {
        let path = self.place.bytes().strip_prefix(b"/proc/")?;
        let (whose, name) = str::from_utf8(path).ok()?.split_once('/')?;
        if !is_harmless(name) {
            return None;
        }
        let process = match whose {
            "self" => kin::process_of(question.thread)?,
            number => {
                let number = number.parse().ok()?;
                kin::is_thread_of(question.thread, number).then_some(number)?
            }
        };
        Some(format!("{process}/{name}"))
    }

    /// Opens such a file for the caller; by its number, which is nobody else's as long as it waits.
    pub(super) fn open_own(
        &mut self,
        question: Question<'_>,
        opening: Opening,
        file: &str,
    ) -> Outcome {
        if !self.mirror.enforces() {
            return Ok(Answer::Continue);
        }
        let standing = self.standing(question)?;
        let opened = {
            let _taken = standing.take_on().map_err(|_| Cut::Unreadable(libc::EACCES))?;
            let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let within = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_XDEV;
            openat2(self.resolver.processes(), file, flags, Mode::empty(), within)
                .and_then(|held| opening.open_again(held.as_fd(), self.resolver.descriptors()))
        };
        match opened {
            Ok(opened) => hand_over(question, opened.as_fd(), opening),
            Err(error) => Err(Cut::Fails(error.raw_os_error())),
        }
    }
}

/// Tells whether it is one of these files, of the process or of one thread.
fn is_harmless(name: &str) -> bool {
    match name.strip_prefix("task/").and_then(|rest| rest.split_once('/')) {
        Some((thread, name)) => {
            thread.bytes().all(|byte| byte.is_ascii_digit()) && OF_THREAD.contains(&name)
        }
        None => OF_PROCESS.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_files_are_a_process_s_own_to_change() {
        for (name, expected) in [
            ("task/22/comm", true),
            ("oom_score_adj", true),
            ("comm", false),
            ("task/22/oom_score_adj", false),
            ("task/x/comm", false),
            ("task/22/23/comm", false),
            ("cwd/comm", false),
            ("mem", false),
            ("task/22/mem", false),
            ("attr/current", false),
            ("uid_map", false),
            ("", false),
        ] {
            assert_eq!(is_harmless(name), expected, "{name}");
        }
    }
}
