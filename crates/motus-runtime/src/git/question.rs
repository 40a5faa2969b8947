//! One question to the `git` command, answered or given up in time.

use std::env;
use std::io::{self, PipeReader, PipeWriter, Read};
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::signal::Signal;
use nix::unistd::Pid;
#[cfg(target_os = "linux")]
use rustix::process::{Resource, Rlimit, prlimit};
use rustix::process::{WaitId, WaitIdOptions, waitid};

#[cfg(target_os = "linux")]
use super::confined::{self, Confined};
use super::{program, unfiltered};
use crate::group::Group;
use crate::pipe::wide_pipe;
use crate::relay::timeout;

/// Between two looks whether git has ended; it ends right after it has closed its output.
const STEP: Duration = Duration::from_micros(200);

/// A killed process can only be late when the disk holds it.
const REAP_LIMIT: Duration = Duration::from_millis(100);

/// In bytes, of what it allocates: files that it maps do not count.
#[cfg(target_os = "linux")]
const MOST_MEMORY: u64 = 1 << 30;

/// Variables that say which configuration counts and how far git looks for a repository.
const HARMLESS: [&[u8]; 7] = [
    b"GIT_CONFIG_COUNT",
    b"GIT_CONFIG_GLOBAL",
    b"GIT_CONFIG_NOSYSTEM",
    b"GIT_CONFIG_PARAMETERS",
    b"GIT_CONFIG_SYSTEM",
    b"GIT_CEILING_DIRECTORIES",
    b"GIT_DISCOVERY_ACROSS_FILESYSTEM",
];

/// Names that a number follows.
const HARMLESS_STARTS: [&[u8]; 2] = [b"GIT_CONFIG_KEY_", b"GIT_CONFIG_VALUE_"];

/// A git command to run.
pub(super) struct Question<'a> {
    pub(super) directory: &'a Path,
    pub(super) arguments: &'a [&'a str],
    pub(super) deadline: Instant,
}

/// How a question ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Git said everything and exited with success.
    Complete,
    /// The reader had heard enough.
    Enough,
    /// There is no git, or it exited with an error.
    Refused,
    OutOfTime,
}

impl Question<'_> {
    /// Runs git and hands its output over in pieces, until the reader breaks off.
    ///
    /// Git and everything it may have started are gone, or killed, afterwards.
    pub(super) fn ask(&self, reader: impl FnMut(&[u8]) -> ControlFlow<()>) -> Answer {
        self.hear(self.start(), reader)
    }

    /// As [`Question::ask`], of a git that was started.
    pub(super) fn hear(
        &self,
        started: io::Result<(PipeReader, Child)>,
        mut reader: impl FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Answer {
        let Ok((output, mut git)) = started else {
            return Answer::Refused;
        };
        bound_memory(&git);
        let answer = match self.listen(output, &mut reader) {
            Answer::Complete => self.verdict(&git),
            cut_short => cut_short,
        };
        end(&mut git);
        answer
    }

    fn start(&self) -> io::Result<(PipeReader, Child)> {
        let mut programs = program::find(self.directory).into_iter();
        let none = || io::Error::from(io::ErrorKind::NotFound);
        #[cfg(target_os = "linux")]
        if confined::is_possible() {
            return self.start_confined(&Confined::first(programs).ok_or_else(none)?);
        }
        self.start_unfiltered(&programs.next().ok_or_else(none)?)
    }

    #[cfg(target_os = "linux")]
    fn start_confined(&self, git: &Confined) -> io::Result<(PipeReader, Child)> {
        let (output, writer) = wide_pipe()?;
        let started = git.spawn(&mut self.command(&git.program, None, writer))?;
        Ok((output, started))
    }

    /// Starts git where nothing can hold it.
    pub(super) fn start_unfiltered(&self, git: &Path) -> io::Result<(PipeReader, Child)> {
        // Only who compares files runs filters.
        let compares = self.arguments.first() == Some(&"status");
        let settings = compares.then(|| unfiltered::settings(self, git)).transpose()?;
        let (output, writer) = wide_pipe()?;
        let started = self.command(git, settings.as_deref(), writer).spawn()?;
        Ok((output, started))
    }

    /// Starts git for a question of its own beside this one, with whatever it runs.
    pub(super) fn start_free(&self, git: &Path) -> io::Result<(PipeReader, Child)> {
        let (output, writer) = wide_pipe()?;
        let started = self.command(git, None, writer).spawn()?;
        Ok((output, started))
    }

    /// Prepares git; with these settings where it cannot be held to itself and compares files.
    fn command(&self, git: &Path, settings: Option<&[String]>, output: PipeWriter) -> Command {
        let (subcommand, rest) = self.arguments.split_first().unwrap_or((&"", &[]));
        let mut command = Command::new(git);
        #[expect(clippy::disallowed_methods, reason = "asks for names, to clear them")]
        for (name, _) in env::vars_os().filter(|(name, _)| is_kept_from_git(name.as_bytes())) {
            command.env_remove(name);
        }
        command
            .env("LC_ALL", "C")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            // Versions that do not know that one would fetch by a protocol of the repository's, which may be a program.
            .env("GIT_ALLOW_PROTOCOL", "")
            .args(["--no-optional-locks", "-c", "core.fsmonitor=false"])
            .args(settings.into_iter().flatten().flat_map(|setting| ["-c", setting]))
            .arg(subcommand)
            // A setting of the repository's would count for more than one of ours.
            .args(settings.map(|_| "--ignore-submodules=all"))
            .args(rest)
            .current_dir(self.directory)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(Stdio::null())
            .process_group(0);
        command
    }

    /// Reads until the end of the output, which is `Complete` so far.
    fn listen(
        &self,
        mut output: PipeReader,
        reader: &mut impl FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Answer {
        let mut buffer = [0; 4096];
        loop {
            match output.read(&mut buffer) {
                Ok(0) => return Answer::Complete,
                Ok(length) if reader(&buffer[..length]).is_break() => return Answer::Enough,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let mut source = [PollFd::new(output.as_fd(), PollFlags::POLLIN)];
                    let _ = poll(&mut source, timeout(self.left()));
                }
                Ok(_) | Err(_) => {}
            }
            if self.left().is_zero() {
                return Answer::OutOfTime;
            }
        }
    }

    /// Says how git ended, which is left to be waited for: until then its group has no other's number.
    fn verdict(&self, git: &Child) -> Answer {
        let Some(process) = rustix::process::Pid::from_raw(process(git).as_raw()) else {
            return Answer::Refused;
        };
        let flags = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        loop {
            match waitid(WaitId::Pid(process), flags) {
                Ok(Some(end)) if end.exit_status() == Some(0) => return Answer::Complete,
                Ok(None) if self.left().is_zero() => return Answer::OutOfTime,
                Ok(None) => thread::sleep(STEP),
                Ok(Some(_)) | Err(_) => return Answer::Refused,
            }
        }
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// Lets git take no more memory than any repository needs: a setting of one, such as a file of attributes that has no end,
/// would have it take all that there is.
#[cfg(target_os = "linux")]
fn bound_memory(git: &Child) {
    let most = Some(MOST_MEMORY);
    let limit = Rlimit { current: most, maximum: most };
    // Where it cannot be set, time bounds git alone.
    let _ = prlimit(rustix::process::Pid::from_raw(git.id().cast_signed()), Resource::Data, limit);
}

#[cfg(not(target_os = "linux"))]
fn bound_memory(_git: &Child) {}

/// Whether a variable could make git speak about another repository, index or tree.
fn is_kept_from_git(name: &[u8]) -> bool {
    let is_harmless =
        HARMLESS.contains(&name) || HARMLESS_STARTS.iter().any(|start| name.starts_with(start));
    name.starts_with(b"GIT_") && !is_harmless
}

fn process(git: &Child) -> Pid {
    Pid::from_raw(git.id().cast_signed())
}

/// Kills git's whole group. A process the system cannot end yet is left to end on its own.
fn end(git: &mut Child) {
    Group(process(git)).send(Signal::SIGKILL);
    let limit = Instant::now() + REAP_LIMIT;
    while matches!(git.try_wait(), Ok(None)) && Instant::now() < limit {
        thread::sleep(STEP);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_sees_its_configuration_and_nothing_that_leads_elsewhere() {
        for name in ["PATH", "HOME", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_12"]
        {
            assert!(!is_kept_from_git(name.as_bytes()), "{name}");
        }
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CONFIG", "GIT_TRACE"] {
            assert!(is_kept_from_git(name.as_bytes()), "{name}");
        }
    }
}
