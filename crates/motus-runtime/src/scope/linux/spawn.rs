//! The start: on a thread of its own that takes on the scope and ends, so that the rest of this process stays free.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use nix::sys::prctl;

use super::super::{Level, Scope};
use super::filter::{Purpose, program};
use super::{privileges, ruleset, sys};

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
        ruleset::restrict(scope)?;
        privileges::give_up()?;
    } else {
        prctl::set_no_new_privs()?;
    }
    let purpose = Purpose { has_listener: level.observes(), observes_reads: scope.observes_reads };
    sys::install(&program(purpose), level.observes())
}
