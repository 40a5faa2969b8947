//! The session's part where the system holds nothing: the command is started as any other.

use std::ffi::OsString;
use std::io;
use std::process::{Child, Command};
use std::sync::Arc;

use super::super::{Level, Scope};
use super::{Held, SpawnError};

/// What would hold a command.
#[derive(Debug)]
pub(super) struct Hold;

impl Hold {
    pub(super) fn prepare(_scope: &Scope, _level: Level) -> io::Result<Self> {
        Ok(Self)
    }

    pub(super) fn environment(&self) -> Vec<(OsString, OsString)> {
        Vec::new()
    }

    pub(super) fn spawn(
        &mut self,
        mut command: Command,
        _scope: &Arc<Scope>,
        _level: Level,
    ) -> Result<Child, SpawnError> {
        command.spawn().map_err(SpawnError::NotStarted)
    }

    #[expect(clippy::unused_self, reason = "on Linux there is something to hold")]
    pub(super) fn bury_orphans(&self, _leader: i32) {}

    #[expect(clippy::unused_self, reason = "on Linux there is something to hold")]
    pub(super) fn kill_descendants(&self) {}

    pub(super) fn finish(self) -> Held {
        Held::default()
    }
}
