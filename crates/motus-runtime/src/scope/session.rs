//! One command in its scope, from before the start until nothing of it is left.

mod account;
mod alias;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;

use super::patience::Patience;
use super::snapshot::Snapshot;
use super::tally::{Sum, Tally};
use super::{Action, Change, Decision, Level, Observation, Scope, Seen, Unreached};
use crate::launch::Confinement;
use account::unaccounted;
use alias::written_elsewhere;

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
    unreached: Vec<Unreached>,
    trouble: Vec<String>,
}

impl Session {
    /// Looks at the watched directories and starts what the command will need, such as the proxy.
    pub(crate) fn prepare(confinement: &Confinement) -> io::Result<Self> {
        let Confinement { scope, level } = confinement;
        let scope = Arc::new(scope.clone());
        let hold = Hold::prepare(&scope, *level)?;
        // Last: what is older than the command is not its own.
        let before = Snapshot::take(&scope.watched, &scope.watched_if_small);
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

    /// Waits for the dead that the command has left to us so far; `leader` is not among them.
    pub(crate) fn bury_orphans(&self, leader: i32) {
        self.hold.bury_orphans(leader);
    }

    /// Sends SIGKILL to all that the command has started, its leader included; waits for nobody.
    pub(crate) fn kill_descendants(&self) {
        self.hold.kill_descendants();
    }

    /// Ends what the command has left running, and returns what was seen. Call it when the command has ended.
    ///
    /// Once an end was asked for, nothing more is compared, which is told: what was seen is worth more.
    pub(crate) fn finish(self, is_asked_to_end: &mut dyn FnMut() -> bool) -> Observation {
        let mut patience = Patience::until(is_asked_to_end);
        let Self { scope, level, before, hold } = self;
        observed(&scope, level, &before, hold.finish(), &mut patience)
    }
}

/// Adds up what was seen, and compares with it what has changed.
fn observed(
    scope: &Scope,
    level: Level,
    before: &Snapshot,
    mut held: Held,
    patience: &mut Patience<'_>,
) -> Observation {
    let after = before.again(patience);
    let difference = before.compare(&after);
    held.trouble.extend(not_compared(&difference.closed));
    let is_partial = difference.is_partial && !patience.is_over();
    let mut sum = Tally::sum(held.tallies);
    let may_have_changed = |root: &Path| !level.observes() || sum.may_have_changed(root);
    held.trouble.extend(too_large(&difference.too_large, may_have_changed));
    if sum.moved_is_cut {
        held.trouble.push("directories were renamed too often to keep all of it".to_owned());
    }
    let mut unobserved = Vec::new();
    if level.observes() {
        unobserved = unaccounted(difference, &sum, patience);
    } else {
        add_changes(&mut sum, &difference.changes, scope);
    }
    let mut aliased = Vec::new();
    if patience.is_over() {
        held.trouble.push(GIVEN_UP.to_owned());
    } else {
        let with_further_names = before.aliases(&after);
        aliased = written_elsewhere(&with_further_names, &sum, |path| after.sees(path));
    }
    let renamed = sum.renamed();
    Observation {
        level,
        seen: sum.seen,
        attempts: sum.attempts,
        unlisted: sum.unlisted,
        unreadable: held.unreadable,
        unobserved,
        renamed,
        merged: sum.merged,
        comparison_is_partial: is_partial,
        left_running: held.left_running,
        aliased,
        unreached: held.unreached,
        trouble: held.trouble,
    }
}

/// What is told when somebody asked for an end before all was compared.
const GIVEN_UP: &str =
    "what the command left was not compared to the end, since somebody asked for one";

/// So many places that were not compared are told one by one.
const MOST_PLACES: usize = 3;

/// Says where changes were not looked for, and why.
fn not_compared(closed: &BTreeMap<OsString, ErrorKind>) -> Vec<String> {
    let tell = |(path, why): (&OsString, &ErrorKind)| {
        let path = Path::new(path).display();
        match why {
            ErrorKind::CrossesDevices => format!("{path} was not compared: another file system"),
            why => format!("{path} was not compared: {why}"),
        }
    };
    let mut told: Vec<_> = closed.iter().take(MOST_PLACES).map(tell).collect();
    if let Some(more) = closed.len().checked_sub(MOST_PLACES).filter(|more| *more > 0) {
        told.push(format!("{more} more directories were not compared"));
    }
    told
}

/// Says where nobody looked, since it would take too long, and something may be another.
fn too_large(roots: &BTreeSet<PathBuf>, may_have_changed: impl Fn(&Path) -> bool) -> Vec<String> {
    let changed = roots.iter().filter(|root| may_have_changed(root));
    changed.map(|root| format!("{} was not compared: it is too large", root.display())).collect()
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
    use std::fs;

    use super::super::{Access, Rule, Rules};
    use super::*;

    fn seen(path: &str, decision: Decision) -> Seen {
        Seen { action: Action::Write(path.into()), decision, count: 1 }
    }

    #[test]
    fn places_that_were_not_compared_are_told_the_first_of_them_by_name() {
        let closed = |names: &[&str]| -> BTreeMap<OsString, ErrorKind> {
            names.iter().map(|name| (name.into(), ErrorKind::PermissionDenied)).collect()
        };
        assert_eq!(not_compared(&closed(&[])), Vec::<String>::new());
        let told = not_compared(&closed(&["/a", "/b", "/c", "/d", "/e"]));
        assert_eq!(told[0], "/a was not compared: permission denied");
        assert_eq!((told.len(), told[3].as_str()), (4, "2 more directories were not compared"));
    }

    #[test]
    fn what_is_too_large_to_be_compared_is_told_where_something_may_have_changed() {
        let mut sum = Sum { seen: vec![seen("/cache/x", Decision::Declared)], ..Sum::default() };
        let roots = ["/cache", "/other"].map(PathBuf::from).into();
        let told = too_large(&roots, |root| sum.may_have_changed(root));
        assert_eq!(told, ["/cache was not compared: it is too large"]);
        sum.seen = vec![
            seen("/cache/x", Decision::Denied),
            Seen { action: Action::Read("/cache/x".into()), ..seen("", Decision::Declared) },
        ];
        assert!(too_large(&roots, |root| sum.may_have_changed(root)).is_empty());
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
    fn who_asks_for_an_end_has_what_was_seen_and_is_told_that_less_was_compared() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let before = Snapshot::take(std::slice::from_ref(&root), &[]);
        for number in 0..2000 {
            fs::write(root.join(number.to_string()), "").unwrap();
        }
        let observed_until = |is_asked: bool| {
            let mut tally = Tally::new(10);
            tally.add(Action::Call("mount"), Decision::Denied);
            let held = Held { tallies: vec![tally], ..Held::default() };
            let mut asked = || is_asked;
            let mut patience = Patience::until(&mut asked);
            let level = Level::EnforcedObserved;
            observed(&Scope::default(), level, &before, held, &mut patience)
        };
        let whole = observed_until(false);
        let given_up = observed_until(true);
        assert_eq!((whole.unobserved.len(), whole.trouble), (2000, Vec::new()));
        assert_eq!((given_up.unobserved.len(), given_up.trouble), (0, vec![GIVEN_UP.to_owned()]));
        assert!(!given_up.comparison_is_partial, "that would say that there was too much");
        assert_eq!((given_up.seen.len(), given_up.seen), (1, whole.seen));
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
