//! What a command leaves running: found by whose child it is, and ended.
//!
//! Where `/proc` is that of another PID namespace its numbers name other processes, and none of them is used: then
//! children are found by asking of each number, and what is below them when they have ended.

mod asking;
mod groups;
mod hunt;
mod listing;
mod strangers;

use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::sys::wait::{Id, WaitPidFlag, waitid, waitpid};
use nix::unistd::{Pid, getpid};

use crate::numbering;
use groups::Groups;
pub(in super::super) use hunt::{Ended, end_descendants};
pub(super) use listing::started_at;
use listing::{children, processes};
pub(in super::super) use strangers::{Strangers, adopt_orphans};

/// How many of the dead are waited for at a time, so that the command's own end is not overlooked meanwhile.
const BURIED_AT_A_TIME: usize = 1000;

/// Waits for the dead that a command has left to us so far; not for its leader, whose end others look at.
pub(in super::super) fn bury_orphans(leader: i32) {
    let look = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
    for _ in 0..BURIED_AT_A_TIME {
        let status = match waitid(Id::All, look) {
            Ok(status) => status,
            // Of a real-time signal, which nix has no name for: the same would be told again and again.
            Err(Errno::EINVAL) => return bury_each(leader),
            Err(_) => return,
        };
        match status.pid() {
            // The oldest is told first, as long as nobody has waited for it.
            Some(dead) if dead.as_raw() == leader => return bury_beside(leader),
            Some(dead) => {
                let _ = waitpid(dead, Some(WaitPidFlag::WNOHANG));
            }
            None => return,
        }
    }
}

/// Waits for the dead beside a leader that has ended, where it costs little to find them.
fn bury_beside(leader: i32) {
    if let Some(children) = children().filter(|_| numbering::is_that_of_proc()) {
        bury_dead(children, leader);
    }
}

/// Waits for each child that is dead, by its number; not for the leader. Where nobody lists them, for those alone that
/// came after it.
fn bury_each(leader: i32) {
    let is_listed = numbering::is_that_of_proc();
    bury_dead(if is_listed { all_children() } else { asking::children_since(leader) }, leader);
}

fn bury_dead(children: Vec<i32>, leader: i32) {
    let children = children.into_iter().filter(|child| *child != leader);
    for child in children.filter(|child| asking::is_dead(*child)).take(BURIED_AT_A_TIME) {
        let _ = waitpid(Pid::from_raw(child), Some(WaitPidFlag::WNOHANG));
    }
}

fn all_children() -> Vec<i32> {
    children().unwrap_or_else(|| {
        let own = getpid().as_raw();
        processes().iter().filter(|(_, facts)| facts.parent == own).map(|(it, _)| *it).collect()
    })
}

/// Sends SIGKILL to every descendant of this process but those that are strangers, once, and waits for none of them;
/// where nobody lists them, to its children.
pub(in super::super) fn kill_descendants(strangers: &Strangers, leader: Option<i32>) {
    let groups = Groups::beside(leader, strangers);
    if !strangers.are_listed() {
        return groups.kill_all(&strangers.own_children().unwrap_or_default());
    }
    let mut all = processes();
    let found = strangers.others(&mut all);
    let living: Vec<_> = found.iter().filter(|(_, facts)| !facts.is_dead).collect();
    groups.send(Signal::SIGKILL, &living, &all);
}

/// Tells whether this process has no child, and so no descendant: most often nothing is left, and to ask costs one call
/// of the system, where a look at everybody costs several for each process of the machine.
fn is_alone() -> bool {
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
    waitid(Id::All, flags | WaitPidFlag::__WALL) == Err(Errno::ECHILD)
}
