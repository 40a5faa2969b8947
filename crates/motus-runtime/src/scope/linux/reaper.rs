//! What a command leaves running: found by whose child it is, and ended.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::prctl;
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};
use nix::unistd::{Pid, getpgid, getpid, getsid};

/// What is about to end by itself gets this long.
const GRACE: Duration = Duration::from_millis(200);

/// What cannot be ended, such as a process that the system holds up, is given up after this long.
const LIMIT: Duration = Duration::from_secs(5);

const STEP: Duration = Duration::from_millis(5);

/// Between two looks at everybody, so often those are ended that have just become ours: what forks all the time is
/// gone before a long look is over.
const SHORT_LOOKS: usize = 50;

/// So many of the dead are waited for before those are looked for again who live.
const MOST_BURIED: usize = 20_000;

/// After so many looks that find nobody, nobody is there, where the system itself cannot say so.
const EMPTY_LOOKS: usize = 10;

/// A process as the system lists it.
#[derive(Debug)]
struct Process {
    parent: i32,
    group: i32,
    /// Whether all of its threads have ended: the first one alone may have, and the others go on.
    is_dead: bool,
    /// When it was started, in the system's own count: with the number it names a process for good.
    started: u64,
}

/// The descendants that this process had before the command was started: whoever started us may have left us some.
#[derive(Debug)]
pub(in super::super) struct Strangers(HashSet<(i32, u64)>);

/// What has become of what a command left running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Ended {
    /// How many processes were left running.
    pub(in super::super) count: u64,
    /// Whether some of them may be running still.
    pub(in super::super) gave_up: bool,
}

/// Makes this process the parent of whatever its descendants leave behind.
pub(in super::super) fn adopt_orphans() -> io::Result<Strangers> {
    prctl::set_child_subreaper(true)?;
    let nobody = Strangers(HashSet::new());
    if is_alone() {
        return Ok(nobody);
    }
    let mut all = processes();
    let before = descendants(&mut all, &nobody).into_iter();
    Ok(Strangers(before.map(|(process, facts)| (process, facts.started)).collect()))
}

/// How many of the dead are waited for at a time, so that the command's own end is not overlooked meanwhile.
const BURIED_AT_A_TIME: usize = 1000;

/// Waits for the dead that a running command has left to us; not for its leader, whose end others look at.
pub(in super::super) fn bury_orphans(leader: i32) {
    let look = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
    for _ in 0..BURIED_AT_A_TIME {
        let status = match waitid(Id::All, look) {
            Ok(status) => status,
            // Of a real-time signal, which nix has no name for: the same would be told again and again.
            Err(Errno::EINVAL) => return bury_each(leader),
            Err(_) => return,
        };
        match status.pid().filter(|dead| dead.as_raw() != leader) {
            Some(dead) => {
                let _ = waitpid(dead, Some(WaitPidFlag::WNOHANG));
            }
            None => return,
        }
    }
}

/// Waits for each child that is dead, by its number; not for the leader.
fn bury_each(leader: i32) {
    let is_dead = |child: &i32| process_of(*child).is_some_and(|facts| facts.is_dead);
    let mut all = children();
    if all.is_empty() {
        let own = getpid().as_raw();
        all.extend(processes().iter().filter(|(_, facts)| facts.parent == own).map(|(it, _)| *it));
    }
    let dead = all.into_iter().filter(|child| *child != leader).filter(is_dead);
    for child in dead.take(BURIED_AT_A_TIME) {
        let _ = waitpid(Pid::from_raw(child), Some(WaitPidFlag::WNOHANG));
    }
}

/// Sends SIGKILL to every descendant of this process but those that it had before, once, and waits for none of them.
pub(in super::super) fn kill_descendants(strangers: &Strangers) {
    let mut all = processes();
    let found = descendants(&mut all, strangers);
    let living: Vec<_> = found.iter().filter(|(_, facts)| !facts.is_dead).collect();
    send(Signal::SIGKILL, &living, &all);
}

/// Ends every descendant of this process but those that it had before, after a moment's grace.
///
/// Call it when no child of this process is wanted any more.
pub(in super::super) fn end_descendants(strangers: &Strangers) -> Ended {
    let started = Instant::now();
    let mut hunt =
        Hunt { strangers, started, ended: HashSet::new(), dead: HashSet::new(), empty_looks: 0 };
    while started.elapsed() < GRACE {
        if hunt.look(None) {
            return hunt.over(false);
        }
        thread::sleep(STEP);
    }
    while started.elapsed() < LIMIT {
        // First: a look at everybody takes long where many have died.
        hunt.end_children();
        if hunt.look(Some(Signal::SIGKILL)) {
            return hunt.over(false);
        }
        for _ in 0..SHORT_LOOKS {
            if started.elapsed() >= LIMIT {
                break;
            }
            hunt.end_children();
        }
    }
    hunt.over(true)
}

/// The search for what is left.
#[derive(Debug)]
struct Hunt<'a> {
    strangers: &'a Strangers,
    started: Instant,
    /// Who was alive and has been sent a signal, or has died of it.
    ended: HashSet<i32>,
    /// Who was dead before anybody was sent a signal, and may not be waited for as long as its tracer lives.
    dead: HashSet<i32>,
    empty_looks: usize,
}

impl Hunt<'_> {
    /// Looks at everybody, waits for the dead, and sends the living a signal; tells whether nobody is left.
    fn look(&mut self, signal: Option<Signal>) -> bool {
        self.bury();
        if is_alone() {
            return true;
        }
        let mut all = processes();
        let found = descendants(&mut all, self.strangers);
        let living: Vec<_> = found.iter().filter(|(_, facts)| !facts.is_dead).collect();
        if let Some(signal) = signal {
            self.ended.extend(send(signal, &living, &all));
        } else {
            self.dead.extend(found.iter().filter(|(_, facts)| facts.is_dead).map(|(it, _)| *it));
        }
        let is_empty = living.is_empty();
        self.bury();
        self.is_over(is_empty)
    }

    /// Ends those that are children of this process by now: whoever has lost its parent is. Their numbers are nobody
    /// else's before we wait for them.
    fn end_children(&mut self) {
        let own_session = getsid(None);
        let mut children = children();
        if !self.strangers.0.is_empty() {
            children.retain(|child| {
                let is_stranger =
                    |facts: Process| self.strangers.0.contains(&(*child, facts.started));
                !process_of(*child).is_some_and(is_stranger)
            });
        }
        // The newest come last, and the oldest are dead.
        for child in children.into_iter().rev().map(Pid::from_raw) {
            // Whoever is in another session than ours was started by the command, and so was all of its group.
            if let (Ok(group), Ok(session), Ok(own)) =
                (getpgid(Some(child)), getsid(Some(child)), own_session)
                && session != own
                && group.as_raw() > 1
            {
                let _ = killpg(group, Signal::SIGKILL);
            }
            let _ = kill(child, Signal::SIGKILL);
        }
        self.bury();
    }

    /// Waits for whoever is dead, but for no more than there may be: others may die as fast.
    fn bury(&mut self) {
        let flags = Some(WaitPidFlag::WNOHANG | WaitPidFlag::__WALL);
        for _ in 0..MOST_BURIED {
            match waitpid(None, flags) {
                Ok(WaitStatus::Signaled(process, Signal::SIGKILL, _))
                    if self.started.elapsed() >= GRACE
                        && !self.dead.contains(&process.as_raw()) =>
                {
                    self.ended.insert(process.as_raw());
                }
                Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => break,
                _ => {}
            }
        }
    }

    /// The system knows whether we have a child, and who forks all the time has not gone because a look missed it.
    fn is_over(&mut self, is_empty: bool) -> bool {
        self.empty_looks = if is_empty { self.empty_looks + 1 } else { 0 };
        let has_strangers = !self.strangers.0.is_empty();
        is_alone() || (has_strangers && self.empty_looks >= EMPTY_LOOKS)
    }

    fn over(self, gave_up: bool) -> Ended {
        let count = self.ended.len() as u64;
        Ended { count: count.max(u64::from(gave_up)), gave_up }
    }
}

/// Sends the living a signal, all of a group at once: nobody in it has the time to fork. Not if any of the others is in it.
/// Returns who was still there.
fn send(
    signal: Signal,
    living: &[(&i32, &Process)],
    others: &HashMap<i32, Process>,
) -> HashSet<i32> {
    let others: HashSet<i32> = others.values().map(|facts| facts.group).collect();
    let (mut sent, mut groups) = (HashSet::new(), HashSet::new());
    for &(&process, facts) in living {
        // A number may have been given to somebody else meanwhile.
        if process_of(process).is_none_or(|now| now.started != facts.started) {
            continue;
        }
        if facts.group > 1 && !others.contains(&facts.group) && groups.insert(facts.group) {
            let _ = killpg(Pid::from_raw(facts.group), signal);
        }
        sent.insert(process);
        // Who has gone meanwhile needs no signal.
        let _ = kill(Pid::from_raw(process), signal);
    }
    sent
}

/// Tells whether this process has no child, and so no descendant: most often nothing is left, and to ask costs one call
/// of the system, where a look at everybody costs several for each process of the machine.
fn is_alone() -> bool {
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
    waitid(Id::All, flags | WaitPidFlag::__WALL) == Err(Errno::ECHILD)
}

/// Returns the children of this process, at once, where the system lists them; else none.
fn children() -> Vec<i32> {
    let Ok(threads) = fs::read_dir("/proc/self/task") else { return Vec::new() };
    let lists = threads.filter_map(|thread| fs::read(thread.ok()?.path().join("children")).ok());
    lists
        .flat_map(|list| {
            let words = String::from_utf8_lossy(&list).into_owned();
            words.split_ascii_whitespace().filter_map(|it| it.parse().ok()).collect::<Vec<_>>()
        })
        .collect()
}

/// Takes every process below this one out of all of them, dead ones that nobody has waited for included; nobody below
/// strangers.
fn descendants(all: &mut HashMap<i32, Process>, strangers: &Strangers) -> HashMap<i32, Process> {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    for (&process, facts) in all.iter() {
        if !strangers.0.contains(&(process, facts.started)) {
            children.entry(facts.parent).or_default().push(process);
        }
    }
    let mut found = HashMap::new();
    let mut parents = vec![getpid().as_raw()];
    while let Some(parent) = parents.pop() {
        for child in children.remove(&parent).unwrap_or_default() {
            if let Some(facts) = all.remove(&child) {
                found.insert(child, facts);
                parents.push(child);
            }
        }
    }
    found
}

fn processes() -> HashMap<i32, Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return HashMap::new() };
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    numbers.filter_map(|process| Some((process, process_of(process)?))).collect()
}

/// Returns when a process or a thread was started, in the system's own count, by its name in `/proc`.
pub(super) fn started_at(name: &str) -> Option<u64> {
    Some(read_stat(&fs::read(format!("/proc/{name}/stat")).ok()?)?.started)
}

fn process_of(process: i32) -> Option<Process> {
    read_stat(&fs::read(format!("/proc/{process}/stat")).ok()?)
}

/// Reads `PID (NAME) STATE PARENT GROUP …`; a name may hold anything, so that the last bracket ends it.
fn read_stat(stat: &[u8]) -> Option<Process> {
    let end = stat.iter().rposition(|&byte| byte == b')')?;
    let rest = std::str::from_utf8(stat.get(end + 1..)?).ok()?;
    let mut words = rest.split_ascii_whitespace();
    let has_ended = matches!(words.next()?, "Z" | "X");
    let parent = words.next()?.parse().ok()?;
    let group = words.next()?.parse().ok()?;
    // The twentieth and the twenty-second of all words, as proc(5) counts them.
    let threads = words.nth(14)?.parse::<u64>().ok()?;
    let started = words.nth(1)?.parse().ok()?;
    Some(Process { parent, group, is_dead: has_ended && threads <= 1, started })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_blanks_hides_nothing() {
        let rest =
            |threads| format!("42 43 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 {threads} 0 998877 9");
        let read = |stat: String| read_stat(stat.as_bytes()).unwrap();
        let process = read(format!("42 (a) Z 1 (b) S 7 {}", rest(1)));
        assert_eq!((process.parent, process.group, process.is_dead), (7, 42, false));
        assert_eq!(process.started, 998_877);
        assert!(read(format!("42 (a) Z 3 {}", rest(1))).is_dead);
        assert!(!read(format!("42 (a) Z 3 {}", rest(2))).is_dead, "another thread lives");
        assert!(read_stat(b"42").is_none() && read_stat(b"42 (a) Z 3 0").is_none());
    }
}
