//! Processes as `/proc` lists them; to be read where its numbers are ours alone.

use std::collections::{HashMap, HashSet};
use std::fs;

use nix::unistd::getpid;

/// Processes by their number, and when they were started: with the number that names a process for good.
pub(super) type Named = HashSet<(i32, u64)>;

/// A process as the system lists it.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) parent: i32,
    pub(super) group: i32,
    /// Whether all of its threads have ended: the first one alone may have, and the others go on.
    pub(super) is_dead: bool,
    /// When it was started, in the system's own count.
    pub(super) started: u64,
}

/// Returns the children of this process, at once, where the system lists them; the dead are among them.
pub(super) fn children() -> Option<Vec<i32>> {
    let threads = fs::read_dir("/proc/self/task").ok()?;
    let mut all = None;
    for thread in threads.flatten() {
        let Ok(list) = fs::read(thread.path().join("children")) else { continue };
        let list = String::from_utf8_lossy(&list);
        let numbers = list.split_ascii_whitespace().filter_map(|it| it.parse::<i32>().ok());
        all.get_or_insert_with(Vec::new).extend(numbers);
    }
    all
}

/// Takes every process below this one out of all of them, dead ones that nobody has waited for included; but neither
/// children of this process that are strangers, nor who is below those.
pub(super) fn descendants(
    all: &mut HashMap<i32, Process>,
    is_stranger: impl Fn(i32, &Process) -> bool,
) -> HashMap<i32, Process> {
    let own = getpid().as_raw();
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    for (&process, facts) in all.iter() {
        if facts.parent != own || !is_stranger(process, facts) {
            children.entry(facts.parent).or_default().push(process);
        }
    }
    let mut found = HashMap::new();
    let mut parents = vec![own];
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

pub(super) fn processes() -> HashMap<i32, Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return HashMap::new() };
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    numbers.filter_map(|process| Some((process, process_of(process)?))).collect()
}

/// Returns when a process or a thread was started, in the system's own count, by its name in `/proc`.
pub(in super::super) fn started_at(name: &str) -> Option<u64> {
    Some(read_stat(&fs::read(format!("/proc/{name}/stat")).ok()?)?.started)
}

pub(super) fn process_of(process: i32) -> Option<Process> {
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
