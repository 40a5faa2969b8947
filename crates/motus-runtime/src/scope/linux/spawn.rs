//! The start: on a thread of its own that takes on the scope and ends, so that the rest of this process stays free.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use nix::sys::prctl;

use super::super::{Access, Level, Rule, Rules, Scope};
use super::filter::{Purpose, program};
use super::ruleset::{self, Demand};
use super::{privileges, sys};

/// Why a command was not started in its scope.
#[derive(Debug)]
pub(in super::super) enum SpawnError {
    /// The scope could not be taken on.
    Unconfined(io::Error),
    /// The command could not be started, as without a scope.
    NotStarted(io::Error),
}

/// Starts a command on a fresh thread that was confined before.
///
/// `ready` is called, on this thread, with the listener if the level has one, before anything is started: from then on
/// somebody must answer. What it starts is not confined.
pub(in super::super) fn spawn(
    mut command: Command,
    scope: &Scope,
    level: Level,
    ready: impl FnOnce(OwnedFd) -> io::Result<()>,
) -> Result<Child, SpawnError> {
    let (give_listener, take_listener) = sync_channel(1);
    let (give_leave, take_leave) = sync_channel(1);
    thread::scope(|threads| {
        let confined = thread::Builder::new()
            .name("scope-spawn".to_owned())
            .spawn_scoped(threads, move || {
                start(&mut command, scope, level, &give_listener, &take_leave)
            });
        let confined = confined.map_err(SpawnError::Unconfined)?;
        let answered = match take_listener.recv() {
            Ok(listener) => ready(listener),
            // It has none, or failed before: it says itself which.
            Err(_) => Ok(()),
        };
        if answered.is_ok() {
            // A thread that has failed waits for nothing.
            let _ = give_leave.send(());
        }
        drop(give_leave);
        let started = confined
            .join()
            .unwrap_or_else(|_| Err(SpawnError::Unconfined(io::Error::other("the start failed"))));
        answered.map_err(SpawnError::Unconfined).and(started)
    })
}

fn start(
    command: &mut Command,
    scope: &Scope,
    level: Level,
    give_listener: &SyncSender<OwnedFd>,
    take_leave: &Receiver<()>,
) -> Result<Child, SpawnError> {
    let listener = confine(scope, level).map_err(SpawnError::Unconfined)?;
    let number = listener.as_ref().map(AsRawFd::as_raw_fd);
    sys::before_exec(command, number, scope.limits.processes);
    if let Some(listener) = listener {
        let nobody = || SpawnError::Unconfined(io::Error::other("nobody answers"));
        give_listener.send(listener).map_err(|_| nobody())?;
        take_leave.recv().map_err(|_| nobody())?;
    }
    command.spawn().map_err(SpawnError::NotStarted)
}

/// Takes on the scope, the weaker first: the filter would ask about what Landlock needs.
fn confine(scope: &Scope, level: Level) -> io::Result<Option<OwnedFd>> {
    sys::hide_descriptors()?;
    if level.enforces() {
        ruleset::restrict(&scope.rules, Demand::Whole)?;
        privileges::give_up()?;
    } else {
        prctl::set_no_new_privs()?;
    }
    let purpose = if level.observes() {
        Purpose::Asking { observes_reads: scope.observes_reads }
    } else {
        Purpose::Alone
    };
    sys::install(&program(purpose), level.observes())
}

/// Starts a command that may read everything and run these programs, which are absolute and without links; and change,
/// reach or signal nobody, as far as the kernel knows how to stop it.
///
/// Errors: it cannot be held, or not be started; then nothing was.
pub(crate) fn spawn_reader(command: &mut Command, programs: &[PathBuf]) -> io::Result<Child> {
    thread::scope(|threads| {
        let start = || confine_reader(programs).and_then(|()| command.spawn());
        // A thread that is held stays so; this one ends.
        let held = thread::Builder::new().name("reader-spawn".to_owned());
        let held = held.spawn_scoped(threads, start)?;
        held.join().unwrap_or_else(|_| Err(io::Error::other("the start failed")))
    })
}

fn confine_reader(programs: &[PathBuf]) -> io::Result<()> {
    let rule = |access, path: &Path| Rule { access, path: path.to_owned() };
    let mut rules = vec![rule(Access::Read, Path::new("/"))];
    rules.push(rule(Access::Write, &Path::new("/dev/null").canonicalize()?));
    rules.extend(programs.iter().map(|program| rule(Access::Execute, program)));
    ruleset::restrict(&Rules(rules), Demand::Known)?;
    privileges::give_up()?;
    sys::install(&program(Purpose::Reading), false).map(drop)
}

/// Tells whether the kernel has what a reader is held by.
pub(crate) fn can_hold_readers() -> bool {
    sys::landlock_version() > 0
}
