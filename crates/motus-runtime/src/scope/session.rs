//! One command in its scope, from before the start until nothing of it is left.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

use std::collections::HashSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;

use super::snapshot::{Difference, Snapshot};
use super::tally::{Sum, Tally};
use super::{Action, Change, Decision, Level, Observation, Scope, Seen};
use crate::launch::Confinement;

#[cfg(target_os = "linux")]
use linux::Hold;
#[cfg(not(target_os = "linux"))]
use other::Hold;

/// What holds and watches one command.
///
/// Order of use: [`Session::prepare`], [`Session::spawn`], the command's end, [`Session::finish`].
#[derive(Debug)]
pub(crate) struct Session {
    scope: Arc<Scope>,
    level: Level,
    before: Snapshot,
    hold: Hold,
}

/// Why a command was not started.
#[derive(Debug)]
pub(crate) enum SpawnError {
    /// The scope could not be taken on.
    Unconfined(io::Error),
    /// The command could not be started, as without a scope.
    NotStarted(io::Error),
}

/// What the system's part of a session has seen.
#[derive(Debug, Default)]
struct Held {
    tallies: Vec<Tally>,
    unreadable: u64,
    left_running: u64,
    trouble: Vec<String>,
}

impl Session {
    /// Looks at the watched directories and starts what the command will need, such as the proxy.
    pub(crate) fn prepare(confinement: &Confinement) -> io::Result<Self> {
        let Confinement { scope, level } = confinement;
        let scope = Arc::new(scope.clone());
        let hold = Hold::prepare(&scope, *level)?;
        // Last: what is older than the command is not its own.
        let before = match level {
            Level::None => Snapshot::default(),
            _ => Snapshot::take(&scope.watched),
        };
        Ok(Self { scope, level: *level, before, hold })
    }

    /// Returns what the command has to be told by its environment, such as the proxy.
    pub(crate) fn environment(&self) -> Vec<(OsString, OsString)> {
        self.hold.environment()
    }

    /// Starts the command inside of the scope.
    ///
    /// The thread that calls stays outside.
    pub(crate) fn spawn(&mut self, command: Command) -> Result<Child, SpawnError> {
        self.hold.spawn(command, &self.scope, self.level)
    }

    /// Waits for the dead that the running command has left to us; `leader` is not among them.
    pub(crate) fn bury_orphans(&self, leader: i32) {
        self.hold.bury_orphans(leader);
    }

    /// Ends what the command has left running, and returns what was seen. Call it when the command has ended.
    pub(crate) fn finish(self) -> Observation {
        let held = self.hold.finish();
        let difference = match self.level {
            Level::None => Difference::default(),
            _ => self.before.compare(),
        };
        let mut moved: Vec<_> = held.tallies.iter().flat_map(Tally::moved).cloned().collect();
        moved.sort();
        moved.dedup();
        let mut sum = Tally::sum(held.tallies);
        let mut unobserved = Vec::new();
        if self.level.observes() {
            unobserved = unaccounted(difference.changes, &sum.seen, &moved);
        } else {
            add_changes(&mut sum, &difference.changes, &self.scope);
        }
        let aliased = written_elsewhere(&sum.seen, &self.before);
        Observation {
            level: self.level,
            seen: sum.seen,
            attempts: sum.attempts,
            unlisted: sum.unlisted,
            unreadable: held.unreadable,
            unobserved,
            renamed: moved,
            comparison_is_partial: difference.is_partial,
            left_running: held.left_running,
            aliased,
            trouble: held.trouble,
        }
    }
}

/// Returns the files that were written and have further names elsewhere.
fn written_elsewhere(seen: &[Seen], before: &Snapshot) -> Vec<PathBuf> {
    let aliased = before.aliased();
    let written = seen.iter().filter_map(|seen| match (&seen.action, seen.decision) {
        (_, Decision::Denied) => None,
        (Action::Write(path), _) if aliased.contains(path.as_os_str()) => Some(path.clone()),
        _ => None,
    });
    written.collect()
}

/// Returns the changes that no attempt accounts for: one does for what it names, and a renaming for all that lies
/// below both of its names.
fn unaccounted(mut changes: Vec<Change>, seen: &[Seen], moved: &[PathBuf]) -> Vec<Change> {
    let written: HashSet<&Path> = seen
        .iter()
        .filter(|seen| seen.decision != Decision::Denied)
        .filter_map(|seen| match &seen.action {
            Action::Write(path) | Action::Entry(path) => Some(path.as_path()),
            _ => None,
        })
        .collect();
    let moved: HashSet<&Path> = moved.iter().map(AsRef::as_ref).collect();
    changes.retain(|change| {
        let path = change.path().as_path();
        !written.contains(path) && !path.ancestors().any(|above| moved.contains(above))
    });
    changes
}

/// Where attempts cannot be seen, what has changed tells of them.
fn add_changes(sum: &mut Sum, changes: &[Change], scope: &Scope) {
    for change in changes {
        let action = match change {
            Change::Changed(path) => Action::Write(path.clone()),
            Change::Made(path) | Change::Removed(path) => Action::Entry(path.clone()),
        };
        let is_declared = scope.allows(&action);
        let decision = if is_declared { Decision::Declared } else { Decision::Undeclared };
        sum.seen.push(Seen { action, decision, count: 1 });
    }
    sum.seen.sort();
}

#[cfg(test)]
mod tests {
    use super::super::{Access, Rule, Rules};
    use super::*;

    fn seen(path: &str, decision: Decision) -> Seen {
        Seen { action: Action::Write(path.into()), decision, count: 1 }
    }

    #[test]
    fn an_attempt_accounts_for_what_it_names_and_a_renaming_for_what_lies_below() {
        let changes = ["/w/a", "/w/a/b", "/w/c", "/w/moved/x", "/w/denied"]
            .map(|path| Change::Made(path.into()))
            .to_vec();
        let seen = [seen("/w/a", Decision::Declared), seen("/w/denied", Decision::Denied)];
        let left = unaccounted(changes, &seen, &["/w/moved".into()]);
        let left: Vec<_> = left.iter().map(|change| change.path().to_str().unwrap()).collect();
        assert_eq!(left, ["/w/a/b", "/w/c", "/w/denied"]);
    }

    #[test]
    fn where_nothing_is_seen_changes_are_what_was_done() {
        let rules = vec![Rule { access: Access::Write, path: "/w".into() }];
        let scope = Scope { rules: Rules(rules), ..Scope::default() };
        let mut sum = Sum::default();
        let changes = [Change::Changed("/x".into()), Change::Changed("/w/a".into())];
        add_changes(&mut sum, &changes, &scope);
        let expected = [seen("/w/a", Decision::Declared), seen("/x", Decision::Undeclared)];
        assert_eq!((sum.seen, sum.attempts), (expected.to_vec(), 0), "nobody saw an attempt");
    }
}
