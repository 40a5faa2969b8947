//! The session's part that Linux plays: whatever holds the command, and whoever answers for it.

use std::ffi::OsString;
use std::io;
use std::process::{Child, Command};
use std::sync::Arc;

use super::super::linux::broker::BrokerThread;
use super::super::linux::notify::Supervisors;
use super::super::linux::proxy::Proxy;
use super::super::linux::reaper::{self, Ended, Strangers};
use super::super::linux::spawn;
use super::super::{Level, Mode, Scope};
use super::{Held, SpawnError};

/// What holds a command.
#[derive(Debug)]
pub(super) struct Hold {
    strangers: Strangers,
    /// The number of the command's first process, once it was started.
    leader: Option<i32>,
    proxy: Option<Proxy>,
    watchers: Option<(Supervisors, BrokerThread)>,
}

impl Hold {
    pub(super) fn prepare(scope: &Scope, level: Level) -> io::Result<Self> {
        let strangers = reaper::adopt_orphans(level.enforces() || level.observes())?;
        // Nobody could reach a proxy where nobody connects on the command's behalf.
        let is_reachable = level.observes();
        let is_wanted = scope.mode == Mode::Observe || !scope.network.hosts.is_empty();
        let proxy = (is_reachable && is_wanted)
            .then(|| Proxy::start(&scope.network, scope.mode))
            .transpose()?;
        Ok(Self { strangers, leader: None, proxy, watchers: None })
    }

    pub(super) fn environment(&self) -> Vec<(OsString, OsString)> {
        self.proxy.as_ref().map(Proxy::environment).unwrap_or_default()
    }

    pub(super) fn spawn(
        &mut self,
        command: Command,
        scope: &Arc<Scope>,
        level: Level,
    ) -> Result<Child, SpawnError> {
        let child = self.start(command, scope, level)?;
        self.leader = Some(child.id().cast_signed());
        Ok(child)
    }

    fn start(
        &mut self,
        mut command: Command,
        scope: &Arc<Scope>,
        level: Level,
    ) -> Result<Child, SpawnError> {
        if !level.enforces() && !level.observes() {
            return command.spawn().map_err(SpawnError::NotStarted);
        }
        let port = self.proxy.as_ref().map(Proxy::port);
        let watchers = &mut self.watchers;
        let started = spawn::spawn(command, scope, level, |listener| {
            // Shared and never duplicated: a child closes the one number that it knows of before it asks anything, and
            // would wait for itself for ever if it held another.
            let listener = Arc::new(listener);
            let (broker, thread) =
                BrokerThread::start(Arc::clone(&listener), Arc::clone(scope), level, port)?;
            let supervisors = Supervisors::start(listener, Arc::clone(scope), level, broker)?;
            *watchers = Some((supervisors, thread));
            Ok(())
        });
        started.map_err(|error| match error {
            spawn::SpawnError::Unconfined(error) => SpawnError::Unconfined(error),
            spawn::SpawnError::NotStarted(error) => SpawnError::NotStarted(error),
        })
    }

    #[expect(clippy::unused_self, reason = "elsewhere nobody is left to us")]
    pub(super) fn bury_orphans(&self, leader: i32) {
        reaper::bury_orphans(leader);
    }

    pub(super) fn kill_descendants(&self) {
        reaper::kill_descendants(&self.strangers, self.leader);
    }

    pub(super) fn finish(self) -> Held {
        let Ended { count, gave_up } = reaper::end_descendants(&self.strangers, self.leader);
        let mut held = Held { left_running: count, ..Held::default() };
        if let Some((supervisors, broker)) = self.watchers {
            // Closed, the listener lets fail whatever is still asked: nobody waits for ever, and nothing goes unseen.
            let watched = if gave_up { supervisors.abandon() } else { supervisors.finish() };
            held.tallies = watched.tallies;
            held.unreadable = watched.unreadable;
            held.trouble = watched.trouble;
            let brokered = broker.finish();
            held.tallies.push(brokered.tally);
            held.unreadable += brokered.unreadable;
            held.trouble.extend(brokered.trouble);
        }
        if gave_up {
            held.trouble.push("what the command left running could not be ended".to_owned());
        }
        if let Some(proxy) = self.proxy {
            held.unreached = proxy.unreached();
            held.trouble.extend(proxy.trouble());
            held.tallies.push(proxy.finish());
        }
        held
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;
    use std::path::Path;
    use std::process::Stdio;
    use std::thread;
    use std::time::{Duration, Instant};

    use super::super::super::{Access, Action, Rule, Rules, probe};
    use super::super::Tally;
    use super::*;

    /// A scope in which the system may be run, and a directory written.
    fn scope(writable: &Path) -> Scope {
        let rule = |access, path: &Path| Rule { access, path: path.to_owned() };
        let system = ["/usr", "/bin", "/lib", "/lib64"];
        let system = system.iter().filter_map(|path| fs::canonicalize(path).ok());
        let mut rules: Vec<_> = system.map(|path| rule(Access::Execute, &path)).collect();
        rules.push(rule(Access::Read, Path::new("/etc")));
        rules.push(rule(Access::Write, writable));
        rules.push(rule(Access::Write, Path::new("/dev/null")));
        Scope { rules: Rules(rules), most_seen: 1000, ..Scope::default() }
    }

    #[test]
    fn who_cannot_be_ended_is_answered_no_more_and_what_was_seen_is_kept() {
        let level = probe().unwrap().level(&Scope::default());
        if level != Level::EnforcedObserved {
            eprintln!("SKIPPED who_cannot_be_ended: this machine holds or sees less");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let scope = Arc::new(scope(&root));
        let mut hold = Hold::prepare(&scope, level).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", ": > first; read line; : > late"]).current_dir(&root);
        command.stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = hold.spawn(command, &scope, level).unwrap();
        let began = Instant::now();
        while !root.join("first").exists() && began.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_millis(5));
        }
        let (supervisors, broker) = hold.watchers.take().unwrap();
        let mut tallies = supervisors.abandon().tallies;
        tallies.push(broker.finish().tally);
        let seen = Tally::sum(tallies).seen;
        let first = Action::Entry(root.join("first"));
        assert!(seen.iter().any(|seen| seen.action == first), "{seen:?}");
        child.stdin.take().unwrap().write_all(b"\n").unwrap();
        assert!(!child.wait().unwrap().success(), "nobody was there to be asked");
        assert!(!root.join("late").exists());
    }
}
