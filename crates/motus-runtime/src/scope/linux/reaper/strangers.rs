//! Who is below this process and none of the command's: whoever started us may have left us some, and they may leave us
//! others while the command runs.

use std::collections::{HashMap, HashSet};
use std::{fs, io};

use nix::sys::prctl;

use super::listing::{Named, Process, children, descendants, process_of, processes};
use super::{asking, is_alone};
use crate::numbering;

/// Whoever is left to us and was not started by the command.
#[derive(Debug)]
pub(in super::super::super) enum Strangers {
    Listed {
        /// The descendants that this process had before the command was started.
        before: Named,
        /// How many filters this process is held to, if the command is held to more: whoever is held to no more than
        /// this was not started by it. A filter is never taken off.
        filters: Option<u32>,
    },
    /// Whoever has this number or one before it; nobody lists them.
    UpTo {
        newest: i32,
        /// Whether children of this process were among them.
        had_children: bool,
    },
}

/// Makes this process the parent of whatever its descendants leave behind. `is_filtered` tells whether the command is
/// going to be held to a filter that this process is not held to.
pub(in super::super::super) fn adopt_orphans(is_filtered: bool) -> io::Result<Strangers> {
    prctl::set_child_subreaper(true)?;
    let is_alone = is_alone();
    if !numbering::is_that_of_proc() {
        return Ok(Strangers::UpTo { newest: asking::newest()?, had_children: !is_alone });
    }
    if is_alone {
        // Nor are there going to be others: they would be below one that there was.
        return Ok(Strangers::Listed { before: HashSet::new(), filters: None });
    }
    let before = descendants(&mut processes(), |_, _| false).into_iter();
    Ok(Strangers::Listed {
        before: before.map(|(process, facts)| (process, facts.started)).collect(),
        filters: is_filtered.then(|| filters_of("self")).flatten(),
    })
}

impl Strangers {
    pub(super) fn are_listed(&self) -> bool {
        matches!(self, Self::Listed { .. })
    }

    /// Tells whether any of them may be children of this process.
    pub(super) fn are_there(&self) -> bool {
        match self {
            Self::Listed { before, .. } => !before.is_empty(),
            Self::UpTo { had_children, .. } => *had_children,
        }
    }

    /// Tells whether a child of this process is one of them; where they are listed.
    pub(super) fn are(&self, child: i32, started: u64) -> bool {
        match self {
            Self::Listed { before, filters } => {
                let is_held = |ours: u32| filters_of(&child.to_string()).is_none_or(|it| it > ours);
                before.contains(&(child, started)) || filters.is_some_and(|ours| !is_held(ours))
            }
            Self::UpTo { newest, .. } => child <= *newest,
        }
    }

    /// Takes every descendant of this process that is none of them, nor below one, out of all processes.
    pub(super) fn others(&self, all: &mut HashMap<i32, Process>) -> HashMap<i32, Process> {
        descendants(all, |child, facts| self.are(child, facts.started))
    }

    /// Returns the children of this process that are none of them, the dead included; nothing where the system does not
    /// list any.
    pub(super) fn own_children(&self) -> Option<Vec<i32>> {
        if let Self::UpTo { newest, .. } = self {
            return Some(asking::children_since(*newest));
        }
        let mut children = children()?;
        if self.are_there() {
            children.retain(|child| {
                process_of(*child).is_none_or(|facts| !self.are(*child, facts.started))
            });
        }
        Some(children)
    }
}

/// Returns how many filters a process is held to, dead ones included, by its name in `/proc`.
fn filters_of(name: &str) -> Option<u32> {
    filters_in(&fs::read_to_string(format!("/proc/{name}/status")).ok()?)
}

/// Reads the lines of `/proc/NAME/status`, as proc(5) has them. Older systems say of each process whether there is any.
fn filters_in(status: &str) -> Option<u32> {
    let field = |name| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    match field("Seccomp_filters:") {
        Some(filters) => filters.parse().ok(),
        None => (field("Seccomp:") == Some("0")).then_some(0),
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn filters_are_counted_where_the_system_does() {
        let status = "Name:\ta\nSeccomp:\t2\nSeccomp_filters:\t3\n";
        assert_eq!(filters_in(status), Some(3));
        assert_eq!(filters_in("Seccomp:\t0\n"), Some(0));
        assert_eq!(filters_in("Seccomp:\t2\n"), None, "how many, nobody says");
        assert_eq!(filters_in(""), None);
    }

    #[test]
    fn who_is_held_to_no_more_than_we_is_a_stranger_if_the_command_is() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let number = child.id().cast_signed();
        let started = process_of(number).unwrap().started;
        let ours = filters_of("self").unwrap();
        let listed = |before: &[(i32, u64)], filters| Strangers::Listed {
            before: before.iter().copied().collect(),
            filters,
        };
        assert!(listed(&[(1, 0)], Some(ours)).are(number, started));
        assert!(!listed(&[(1, 0)], None).are(number, started), "nobody can say");
        assert!(listed(&[(number, started)], None).are(number, started), "it was there before");
        assert!(!listed(&[(number, started + 1)], None).are(number, started), "another was");
        let own = |strangers: &Strangers| strangers.own_children();
        if let Some(children) = own(&listed(&[], Some(ours))) {
            assert!(children.contains(&number), "where there was nobody, nobody comes");
            assert!(!own(&listed(&[(1, 0)], Some(ours))).unwrap().contains(&number));
        }
        drop(child.stdin.take());
        child.wait().unwrap();
    }
}
