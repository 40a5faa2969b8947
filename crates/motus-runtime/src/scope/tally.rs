//! Attempts, merged: how often what was attempted, with a bound on how many are kept apart.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::{Action, Decision, Seen};

/// What one thread has seen so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// What was done to files, by path: looked up without making anything.
    files: HashMap<OsString, Counts>,
    others: HashMap<(Action, Decision), u64>,
    /// How many are kept apart, and how many may be.
    kept: usize,
    most: usize,
    attempts: u64,
    unlisted: u64,
    moved: HashSet<PathBuf>,
}

/// What is done to a file, of the actions that have a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Read,
    Write,
    Entry,
    Execute,
}

/// How often, by deed and decision.
type Counts = [u64; 12];

/// What all threads have seen.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) seen: Vec<Seen>,
    pub(super) attempts: u64,
    pub(super) unlisted: u64,
}

impl Tally {
    /// Keeps at most so many different attempts apart.
    pub(super) fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Counts one attempt.
    pub(super) fn add(&mut self, action: Action, decision: Decision) {
        if let Some((deed, path)) = Deed::of(&action) {
            return self.add_deed(deed, path.as_os_str(), decision);
        }
        self.attempts += 1;
        let is_listed = self.kept < self.most;
        match self.others.entry((action, decision)) {
            Entry::Occupied(mut count) => *count.get_mut() += 1,
            Entry::Vacant(place) if is_listed => {
                place.insert(1);
                self.kept += 1;
            }
            Entry::Vacant(_) => self.unlisted += 1,
        }
    }

    /// Counts one attempt on a file.
    pub(super) fn add_deed(&mut self, deed: Deed, path: &OsStr, decision: Decision) {
        self.attempts += 1;
        let may_grow = self.kept < self.most;
        let counts = match self.files.get_mut(path) {
            Some(counts) => counts,
            None if may_grow => self.files.entry(path.to_owned()).or_default(),
            None => {
                self.unlisted += 1;
                return;
            }
        };
        match counts.get_mut(slot(deed, decision)) {
            Some(count) if *count > 0 => *count += 1,
            Some(count) if may_grow => {
                *count = 1;
                self.kept += 1;
            }
            _ => self.unlisted += 1,
        }
    }

    /// Notes a name that a renaming gave or took away: what lies below it has come or gone with it.
    pub(super) fn note_moved(&mut self, path: PathBuf) {
        if self.moved.len() < self.most {
            self.moved.insert(path);
        }
    }

    /// Returns the names that renamings gave or took away.
    pub(super) fn moved(&self) -> impl Iterator<Item = &PathBuf> {
        self.moved.iter()
    }

    /// Adds up what several threads have seen, sorted; the bound holds for all of them together.
    pub(super) fn sum(tallies: impl IntoIterator<Item = Self>) -> Sum {
        let mut sum = Sum::default();
        let mut most = 0;
        let mut counts: HashMap<(Action, Decision), u64> = HashMap::new();
        for tally in tallies {
            most = most.max(tally.most);
            sum.attempts += tally.attempts;
            sum.unlisted += tally.unlisted;
            for (path, slots) in tally.files {
                for (deed, decision, count) in told(slots) {
                    *counts.entry((deed.on(&path), decision)).or_default() += count;
                }
            }
            for (key, count) in tally.others {
                *counts.entry(key).or_default() += count;
            }
        }
        sum.seen = counts
            .into_iter()
            .map(|((action, decision), count)| Seen { action, decision, count })
            .collect();
        sum.seen.sort();
        if sum.seen.len() > most {
            sum.unlisted += sum.seen.drain(most..).map(|seen| seen.count).sum::<u64>();
        }
        sum
    }
}

impl Deed {
    const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Entry, Self::Execute];

    fn of(action: &Action) -> Option<(Self, &PathBuf)> {
        match action {
            Action::Read(path) => Some((Self::Read, path)),
            Action::Write(path) => Some((Self::Write, path)),
            Action::Entry(path) => Some((Self::Entry, path)),
            Action::Execute(path) => Some((Self::Execute, path)),
            Action::Connect(_) | Action::Listen(_) | Action::Call(_) => None,
        }
    }

    /// Returns the action that this is on a path.
    fn on(self, path: &OsStr) -> Action {
        let path = PathBuf::from(path);
        match self {
            Self::Read => Action::Read(path),
            Self::Write => Action::Write(path),
            Self::Entry => Action::Entry(path),
            Self::Execute => Action::Execute(path),
        }
    }
}

const DECISIONS: [Decision; 3] = [Decision::Declared, Decision::Denied, Decision::Undeclared];

fn slot(deed: Deed, decision: Decision) -> usize {
    deed as usize * DECISIONS.len() + decision as usize
}

fn told(counts: Counts) -> impl Iterator<Item = (Deed, Decision, u64)> {
    let keys = Deed::ALL.into_iter().flat_map(|deed| DECISIONS.map(|decision| (deed, decision)));
    keys.zip(counts)
        .filter(|(_, count)| *count > 0)
        .map(|((deed, decision), count)| (deed, decision, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &str) -> Action {
        Action::Write(path.into())
    }

    #[test]
    fn attempts_of_several_threads_are_added_up_and_sorted() {
        let mut one = Tally::new(10);
        let mut other = Tally::new(10);
        for _ in 0..3 {
            one.add(write("/b"), Decision::Declared);
            other.add(write("/b"), Decision::Declared);
            other.add(write("/a"), Decision::Denied);
        }
        let sum = Tally::sum([one, other]);
        assert_eq!((sum.attempts, sum.unlisted), (9, 0));
        let told: Vec<_> =
            sum.seen.into_iter().map(|it| (it.action, it.decision, it.count)).collect();
        assert_eq!(
            told,
            [(write("/a"), Decision::Denied, 3), (write("/b"), Decision::Declared, 6)]
        );
    }

    #[test]
    fn every_action_and_decision_is_told_as_it_was_added() {
        let path = || PathBuf::from("/a");
        let actions = [
            Action::Read(path()),
            Action::Write(path()),
            Action::Entry(path()),
            Action::Execute(path()),
            Action::Call("mount"),
        ];
        let mut tally = Tally::new(100);
        let mut expected = Vec::new();
        for (count, (action, decision)) in
            (1..).zip(actions.iter().flat_map(|action| DECISIONS.map(|it| (action, it))))
        {
            for _ in 0..count {
                tally.add(action.clone(), decision);
            }
            expected.push(Seen { action: action.clone(), decision, count });
        }
        expected.sort();
        assert_eq!(Tally::sum([tally]).seen, expected);
    }

    #[test]
    fn what_is_too_much_is_counted_and_what_is_known_goes_on_being_counted() {
        let mut tally = Tally::new(1);
        for path in ["/a", "/b", "/a", "/c"] {
            tally.add(write(path), Decision::Declared);
        }
        tally.add(write("/a"), Decision::Denied);
        let sum = Tally::sum([tally]);
        assert_eq!((sum.attempts, sum.unlisted, sum.seen.len()), (5, 3, 1));
        assert_eq!(sum.seen[0].count, 2);
    }

    #[test]
    fn the_bound_holds_for_all_threads_together() {
        let mut tallies = [Tally::new(2), Tally::new(2)];
        for (tally, path) in tallies.iter_mut().zip(["/a", "/b"]) {
            tally.add(write(path), Decision::Declared);
            tally.add(Action::Call("mount"), Decision::Denied);
        }
        let sum = Tally::sum(tallies);
        assert_eq!((sum.attempts, sum.unlisted, sum.seen.len()), (4, 2, 2));
    }
}
