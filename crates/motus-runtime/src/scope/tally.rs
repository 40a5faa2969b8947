//! Attempts, merged: how often what was attempted, with bounds on how many are kept apart.
//!
//! Each kind has a bound of its own, so that a flood of one hides nothing of another: many files that were read hide no
//! program that was run and nothing that was denied. What is declared and too much is counted at the directory that is
//! declared.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::{Action, Decision, Peer, Seen};

/// What one thread has seen so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// What was done to files, by path: looked up without making anything.
    files: HashMap<OsString, Counts>,
    others: HashMap<(Action, Decision), u64>,
    /// How many of each kind are kept apart, and how many may be.
    kept: [usize; Kind::ALL],
    most: usize,
    /// Bytes of names of each kind.
    bytes: [usize; Kind::ALL],
    /// A directory in which few names are kept apart.
    few_of: Option<OsString>,
    attempts: u64,
    unlisted: u64,
    /// Declared directories at which more changes were counted than were made of them.
    merged: BTreeSet<OsString>,
    moved: HashSet<(PathBuf, PathBuf)>,
    /// Whether there was no room for all of them.
    moved_is_cut: bool,
}

/// What is done to a file, of the actions that have a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Read,
    Write,
    Entry,
    Execute,
}

/// Which bound an attempt counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Declared,
    /// Declared, and in the directory of which few names are kept.
    Few,
    /// What is not declared, such as a program that was not let run.
    Astray,
    /// Programs that ran.
    Program,
    /// Connections that were let through.
    Connection,
    /// Connections that were not, and calls.
    Other,
    /// Renamings of directories, beside what is counted of them.
    Moved,
}

/// How often, by deed and decision.
type Counts = [u64; 12];

/// So many names are kept apart, for one of all, in the directory of which few are.
const FEW: usize = 64;

/// So many bytes of names of a kind one thread keeps.
const MOST_BYTES: usize = 8 << 20;

/// What all threads have seen.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) seen: Vec<Seen>,
    pub(super) attempts: u64,
    pub(super) unlisted: u64,
    /// Declared directories that stand for names in them as well; sorted.
    pub(super) merged: Vec<PathBuf>,
    /// Directories that were renamed: from where, and to where; sorted.
    pub(super) moved: BTreeSet<(PathBuf, PathBuf)>,
    /// Whether there were more.
    pub(super) moved_is_cut: bool,
}

impl Sum {
    /// Tells whether an attempt to change something at a place, or below it, went on or may have.
    pub(super) fn may_have_changed(&self, root: &Path) -> bool {
        let went_on = self.seen.iter().filter(|seen| seen.decision != Decision::Denied);
        let mut names = went_on.filter_map(|seen| match &seen.action {
            Action::Write(path) | Action::Entry(path) => Some(path),
            _ => None,
        });
        names.any(|path| path.starts_with(root))
    }

    /// Returns the names that renamings of directories gave or took away; sorted.
    pub(super) fn renamed(&self) -> Vec<PathBuf> {
        let names: BTreeSet<_> = self.moved.iter().flat_map(|(from, to)| [from, to]).collect();
        names.into_iter().cloned().collect()
    }
}

impl Tally {
    /// Keeps at most so many different attempts of a kind apart.
    pub(super) fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Keeps few names in a directory apart.
    pub(super) fn with_few_of(self, directory: Option<&Path>) -> Self {
        Self { few_of: directory.map(|it| it.as_os_str().to_owned()), ..self }
    }

    /// Counts one attempt that nothing declared stands for.
    pub(super) fn add(&mut self, action: Action, decision: Decision) {
        if let Some((deed, path)) = Deed::of(&action) {
            return self.add_deed(deed, path.as_os_str(), decision, None);
        }
        self.attempts += 1;
        let is_let_through = decision != Decision::Denied && !matches!(action, Action::Call(_));
        let kind = if is_let_through { Kind::Connection } else { Kind::Other };
        let may_grow = self.has_room(kind);
        let length = length_of_socket(&action);
        match self.others.entry((action, decision)) {
            Entry::Occupied(mut count) => *count.get_mut() += 1,
            Entry::Vacant(place) if may_grow => {
                place.insert(1);
                self.kept[kind as usize] += 1;
                self.bytes[kind as usize] += length;
            }
            Entry::Vacant(_) => self.unlisted += 1,
        }
    }

    /// Counts one attempt on a file; `declared` is the directory, or the file, that allows it.
    pub(super) fn add_deed(
        &mut self,
        deed: Deed,
        path: &OsStr,
        decision: Decision,
        declared: Option<&OsStr>,
    ) {
        self.attempts += 1;
        if self.count(deed, path, decision, declared) {
            return;
        }
        match declared.filter(|_| deed != Deed::Execute) {
            Some(declared) => {
                // An entry of a directory is a change of that directory, which is what is declared.
                let deed = if deed == Deed::Entry { Deed::Write } else { deed };
                // There are as many of these as there are rules, which is few.
                let counts = self.files.entry(declared.to_owned()).or_default();
                counts[slot(deed, decision)] += 1;
                if deed == Deed::Write && !self.merged.contains(declared) {
                    self.merged.insert(declared.to_owned());
                }
            }
            None => self.unlisted += 1,
        }
    }

    /// Counts an attempt by its own path, if there is room for that.
    fn count(
        &mut self,
        deed: Deed,
        path: &OsStr,
        decision: Decision,
        declared: Option<&OsStr>,
    ) -> bool {
        let slot = slot(deed, decision);
        let kind = self.kind(deed, decision, declared);
        let may_grow = self.has_room(kind);
        let counts = match self.files.get_mut(path) {
            Some(counts) => counts,
            None if may_grow => {
                self.bytes[kind as usize] += path.len();
                self.files.entry(path.to_owned()).or_default()
            }
            None => return false,
        };
        if counts[slot] == 0 {
            if !may_grow {
                return false;
            }
            self.kept[kind as usize] += 1;
        }
        counts[slot] += 1;
        true
    }

    fn kind(&self, deed: Deed, decision: Decision, declared: Option<&OsStr>) -> Kind {
        match (deed, decision) {
            // A flood of what never ran hides nothing of what did.
            (Deed::Execute, Decision::Declared | Decision::Undeclared) => Kind::Program,
            (_, Decision::Declared) if declared.is_some() && declared == self.few_of.as_deref() => {
                Kind::Few
            }
            (_, Decision::Declared) => Kind::Declared,
            (_, Decision::Denied | Decision::Undeclared) => Kind::Astray,
        }
    }

    fn has_room(&self, kind: Kind) -> bool {
        let most = if kind == Kind::Few { self.most / FEW } else { self.most };
        self.kept[kind as usize] < most && self.bytes[kind as usize] < MOST_BYTES
    }

    /// Notes that a directory was renamed: what lies below it has gone along.
    ///
    /// One too many is left out, and that is noted: what it took along is told as if nobody had seen it, and under which
    /// names a file was written is not known.
    pub(super) fn note_moved(&mut self, from: &Path, to: &Path) {
        let moved = (from.to_owned(), to.to_owned());
        if self.moved.contains(&moved) {
            return;
        }
        if !self.has_room(Kind::Moved) {
            self.moved_is_cut = true;
            return;
        }
        self.kept[Kind::Moved as usize] += 1;
        self.bytes[Kind::Moved as usize] += from.as_os_str().len() + to.as_os_str().len();
        self.moved.insert(moved);
    }

    /// Adds up what several threads have seen, sorted.
    pub(super) fn sum(tallies: impl IntoIterator<Item = Self>) -> Sum {
        let mut sum = Sum::default();
        let mut counts: HashMap<(Action, Decision), u64> = HashMap::new();
        let mut merged = BTreeSet::new();
        for tally in tallies {
            sum.attempts += tally.attempts;
            sum.unlisted += tally.unlisted;
            merged.extend(tally.merged.into_iter().map(PathBuf::from));
            sum.moved.extend(tally.moved);
            sum.moved_is_cut |= tally.moved_is_cut;
            for (path, slots) in tally.files {
                for (deed, decision, count) in told(slots) {
                    *counts.entry((deed.on(&path), decision)).or_default() += count;
                }
            }
            for (key, count) in tally.others {
                *counts.entry(key).or_default() += count;
            }
        }
        sum.merged = merged.into_iter().collect();
        sum.seen = counts
            .into_iter()
            .map(|((action, decision), count)| Seen { action, decision, count })
            .collect();
        sum.seen.sort();
        sum
    }
}

impl Kind {
    const ALL: usize = Self::Moved as usize + 1;
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

/// Returns how long the path of a socket is, the only name here that may be long.
fn length_of_socket(action: &Action) -> usize {
    match action {
        Action::Connect(Peer::File(path)) | Action::Listen(Peer::File(path)) => {
            path.as_os_str().len()
        }
        _ => 0,
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
            tally.add(write(path), Decision::Undeclared);
        }
        let sum = Tally::sum([tally]);
        assert_eq!((sum.attempts, sum.unlisted, sum.seen.len()), (4, 2, 1));
        assert_eq!(sum.seen[0].count, 2);
    }

    #[test]
    fn a_flood_of_one_kind_hides_nothing_of_another() {
        let mut tally = Tally::new(3);
        for number in 0..50 {
            let path = format!("/out/{number}");
            tally.add_deed(Deed::Write, path.as_ref(), Decision::Declared, Some("/out".as_ref()));
            tally.add_deed(Deed::Read, path.as_ref(), Decision::Undeclared, None);
        }
        tally.add(Action::Execute("/bin/sh".into()), Decision::Declared);
        tally.add(Action::Call("mount"), Decision::Denied);
        let sum = Tally::sum([tally]);
        assert_eq!((sum.attempts, sum.unlisted), (102, 47));
        let has = |action| sum.seen.iter().any(|seen| seen.action == action);
        assert!(has(Action::Execute("/bin/sh".into())) && has(Action::Call("mount")));
    }

    #[test]
    fn connections_that_were_stopped_hide_none_that_were_made() {
        let mut tally = Tally::new(3);
        let to = |port| Action::Connect(Peer::Internet(([127, 0, 0, 1], port).into()));
        for port in 0..100 {
            tally.add(to(port), Decision::Denied);
            tally.add(Action::Call("mount"), Decision::Undeclared);
        }
        tally.add(to(200), Decision::Declared);
        tally.add(to(201), Decision::Undeclared);
        let seen = Tally::sum([tally]).seen;
        for made in [to(200), to(201)] {
            assert!(seen.iter().any(|it| it.action == made), "{made:?}");
        }
    }

    #[test]
    fn programs_that_were_stopped_hide_none_that_ran() {
        for ran in [Decision::Declared, Decision::Undeclared] {
            let mut tally = Tally::new(3);
            for number in 0..50 {
                let path = PathBuf::from(format!("/out/{number}"));
                tally.add(Action::Execute(path), Decision::Denied);
            }
            tally.add(Action::Execute("/bin/sh".into()), ran);
            let sum = Tally::sum([tally]);
            assert_eq!((sum.attempts, sum.unlisted, sum.seen.len()), (51, 47, 4));
            assert_eq!(sum.seen.iter().filter(|seen| seen.decision == ran).count(), 1);
        }
    }

    #[test]
    fn what_is_declared_and_too_much_is_counted_at_what_is_declared() {
        let mut tally = Tally::new(2);
        for path in ["/out/a", "/out/b", "/out/c", "/out/a"] {
            tally.add_deed(Deed::Write, path.as_ref(), Decision::Declared, Some("/out".as_ref()));
        }
        tally.add_deed(Deed::Entry, "/out/d".as_ref(), Decision::Declared, Some("/out".as_ref()));
        let sum = Tally::sum([tally]);
        assert_eq!((sum.attempts, sum.unlisted, sum.merged), (5, 0, vec!["/out".into()]));
        let told: Vec<_> = sum.seen.into_iter().map(|it| (it.action, it.count)).collect();
        assert_eq!(told, [(write("/out"), 2), (write("/out/a"), 2), (write("/out/b"), 1)]);
    }

    #[test]
    fn few_names_of_a_directory_that_will_be_gone_are_kept() {
        let mut tally = Tally::new(2 * FEW).with_few_of(Some(Path::new("/tmp/own")));
        for number in 0..10 {
            for place in ["/tmp/own", "/out"] {
                let path = format!("{place}/{number}");
                tally.add_deed(
                    Deed::Write,
                    path.as_ref(),
                    Decision::Declared,
                    Some(place.as_ref()),
                );
            }
        }
        let sum = Tally::sum([tally]);
        assert_eq!((sum.seen.len(), sum.merged), (2 + 1 + 10, vec!["/tmp/own".into()]));
    }

    #[test]
    fn names_have_a_bound_of_bytes_as_well_each_kind_its_own() {
        let mut tally = Tally::new(usize::MAX);
        let long = "n".repeat(4096);
        let names = MOST_BYTES / long.len() + 1;
        for number in 0..names {
            tally.add(write(&format!("/{number}/{long}")), Decision::Declared);
            tally.note_moved(Path::new(&format!("/{number}/{long}")), Path::new(&long));
        }
        assert!(tally.bytes.iter().all(|bytes| *bytes < MOST_BYTES + 4 * long.len()));
        assert!(tally.unlisted > 0 && tally.moved.len() < names && tally.moved_is_cut);
        let rest = [
            (write("/denied"), Decision::Denied),
            (Action::Execute("/bin/sh".into()), Decision::Declared),
            (Action::Call("mount"), Decision::Denied),
        ];
        let before = tally.unlisted;
        for (action, decision) in rest {
            tally.add(action, decision);
        }
        assert_eq!(tally.unlisted, before, "a flood of one kind leaves room for the others");
        let sum = Tally::sum([tally]);
        assert_eq!(sum.seen.len() as u64 + sum.unlisted, sum.attempts);
    }

    #[test]
    fn a_renaming_that_is_known_takes_no_room_and_one_too_many_is_noted_as_such() {
        let [mut one, mut other] = [Tally::new(1), Tally::new(1)];
        let [a, b] = ["/a", "/b"].map(Path::new);
        for _ in 0..3 {
            one.note_moved(a, b);
            other.note_moved(a, b);
        }
        assert!(!one.moved_is_cut);
        other.note_moved(b, a);
        let sum = Tally::sum([one, other]);
        assert!(sum.moved_is_cut && sum.moved.len() == 1);
    }
}
