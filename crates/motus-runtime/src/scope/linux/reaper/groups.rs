//! Groups of processes that nobody but the command is in, and that are sent signals as a whole: nobody in it has the
//! time to fork, as whoever is ended one by one has.

use std::collections::{HashMap, HashSet};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::{Pid, getpgid, getpgrp, getsid};

use super::listing::{Process, process_of};
use super::strangers::Strangers;

/// What tells whose a group is.
#[derive(Debug)]
pub(super) struct Groups {
    own: Pid,
    /// Our session, where everybody in another one was started by the command.
    session: Option<Pid>,
    /// The first process of the command, which began with a group of its own; it may be gone.
    leader: Option<Pid>,
}

impl Groups {
    /// Takes everything as it is for this process, beside which the command was started. Strangers may be in any group
    /// but that of the command's first process.
    pub(super) fn beside(leader: Option<i32>, strangers: &Strangers) -> Self {
        let session = getsid(None).ok().filter(|_| !strangers.are_there());
        Self { own: getpgrp(), session, leader: leader.map(Pid::from_raw) }
    }

    /// Ends children of this process, whose numbers are nobody else's before we wait for them, with their groups. The
    /// newest come last, and the oldest are dead.
    pub(super) fn kill_all(&self, children: &[i32]) {
        let mut ended = HashSet::new();
        for child in children.iter().rev().map(|child| Pid::from_raw(*child)) {
            let group = getpgid(Some(child)).ok();
            if group.is_some_and(|group| ended.contains(&group)) {
                continue;
            }
            if let Some(group) = group.filter(|group| self.is_the_command_s(*group, child)) {
                let _ = killpg(group, Signal::SIGKILL);
                ended.insert(group);
            }
            let _ = kill(child, Signal::SIGKILL);
        }
    }

    /// Tells whether nobody is in the group of a child but who was started by the command. As long as we have not
    /// waited for the child, the number is that of no other group.
    fn is_the_command_s(&self, group: Pid, child: Pid) -> bool {
        if group.as_raw() <= 1 || group == self.own {
            return false;
        }
        if Some(group) == self.leader {
            return true;
        }
        // No session can be entered: whoever is in another one than ours was started by the command, and so was all of
        // its group. So was who has a group of its own.
        self.session.is_some_and(|own| {
            group == child || getsid(Some(child)).is_ok_and(|session| session != own)
        })
    }

    /// Sends the living a signal, all of a group at once. Not if any of the others is in it.
    /// Returns who was still there.
    pub(super) fn send(
        &self,
        signal: Signal,
        living: &[(&i32, &Process)],
        others: &HashMap<i32, Process>,
    ) -> HashSet<i32> {
        let others: HashSet<i32> = others.values().map(|facts| facts.group).collect();
        let is_ours = |group: i32| {
            let is_leader_s = self.leader.is_some_and(|leader| leader.as_raw() == group);
            group > 1 && group != self.own.as_raw() && (is_leader_s || !others.contains(&group))
        };
        let (mut sent, mut groups) = (HashSet::new(), HashSet::new());
        for &(&process, facts) in living {
            // A number may have been given to somebody else meanwhile.
            if process_of(process).is_none_or(|now| now.started != facts.started) {
                continue;
            }
            if is_ours(facts.group) && groups.insert(facts.group) {
                let _ = killpg(Pid::from_raw(facts.group), signal);
            }
            sent.insert(process);
            // Who has gone meanwhile needs no signal.
            let _ = kill(Pid::from_raw(process), signal);
        }
        sent
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::{CommandExt, ExitStatusExt};
    use std::process::{Child, Command};

    use super::*;

    /// Starts a process in the group of this number, or in one of its own for none.
    fn sleeper(group: i32) -> Child {
        Command::new("sleep").arg("60").process_group(group).spawn().unwrap()
    }

    fn number(child: &Child) -> i32 {
        child.id().cast_signed()
    }

    fn strangers(before: &[(i32, u64)]) -> Strangers {
        Strangers::Listed { before: before.iter().copied().collect(), filters: None }
    }

    /// Tells whether a process of a group ends when another one in it is; each that is left is ended.
    fn ends_as_a_whole(leads: bool, is_known: bool, strangers: &Strangers) -> bool {
        let mut leader = sleeper(0);
        let mut other = sleeper(number(&leader));
        let groups = Groups::beside(is_known.then(|| number(&leader)), strangers);
        let (child, beside) =
            if leads { (&mut leader, &mut other) } else { (&mut other, &mut leader) };
        groups.kill_all(&[number(child)]);
        assert_eq!(child.wait().unwrap().signal(), Some(Signal::SIGKILL as i32));
        let _ = kill(Pid::from_raw(number(beside)), Signal::SIGTERM);
        beside.wait().unwrap().signal() == Some(Signal::SIGKILL as i32)
    }

    #[test]
    fn a_group_is_ended_as_a_whole_where_nobody_else_can_be_in_it() {
        let (nobody, somebody) = (strangers(&[]), strangers(&[(1, 0)]));
        assert!(ends_as_a_whole(false, true, &nobody), "that of the command's first process");
        assert!(ends_as_a_whole(false, true, &somebody));
        assert!(ends_as_a_whole(true, false, &nobody), "its own");
        assert!(!ends_as_a_whole(true, false, &somebody), "a stranger may be in it");
        assert!(!ends_as_a_whole(false, false, &nobody), "somebody's, in our session");
    }

    #[test]
    fn our_own_group_is_never_the_command_s() {
        let own = getpgrp();
        for leader in [None, Some(own.as_raw())] {
            let groups = Groups::beside(leader, &strangers(&[]));
            assert!(!groups.is_the_command_s(own, own));
        }
    }
}
