//! Looks at directories before and after, by what `stat` says: the only eyes where attempts cannot be seen, and
//! the check on them where they can.

mod alias;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::unistd::{AccessFlags, faccessat, geteuid};

use super::Change;
use super::below::Below;
use super::patience::Patience;
pub(super) use alias::{Alias, Fate};

/// At most so many entries are looked at; what lies behind them is not compared.
const MOST_ENTRIES: usize = 200_000;
/// Nor more bytes of their paths: those may be very long.
const MOST_BYTES: usize = 64 << 20;
/// So many entries, of all directories together that are watched if they are small, the command waits for: about
/// 3 microseconds each.
const MOST_IF_SMALL: usize = 20_000;

/// What lay below the watched directories at one moment.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    watched: Vec<PathBuf>,
    watched_if_small: Vec<PathBuf>,
    /// Those of them that are not: nothing of them is among the entries.
    too_large: BTreeSet<PathBuf>,
    /// Sorted by their paths as bytes, which are compared several times as fast as paths.
    entries: Vec<(OsString, Entry)>,
    bytes: usize,
    /// Whether there was more than is looked at, or than there was patience for.
    is_cut: bool,
    /// What is there and could not be looked into, and why.
    closed: BTreeMap<OsString, ErrorKind>,
}

/// What differs between two looks.
#[derive(Debug, Default)]
pub(super) struct Difference {
    /// Sorted.
    pub(super) changes: Vec<Change>,
    /// The paths of those changes that say no more than that something lies elsewhere: it came as it was, or is still
    /// somewhere.
    pub(super) elsewhere: HashSet<PathBuf>,
    /// What could not be looked into, at one time or the other, and why: below it nothing is told.
    pub(super) closed: BTreeMap<OsString, ErrorKind>,
    /// What is watched if it is small, and was not, at one time or the other: nothing is told of it.
    pub(super) too_large: BTreeSet<PathBuf>,
    /// Whether there was more than is looked at: then nothing is told at all.
    pub(super) is_partial: bool,
}

/// What is compared of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    device: u64,
    inode: u64,
    mode: u32,
    owner: (u32, u32),
    /// Length, and the times of the last change of content and of anything, in nanoseconds of some epoch. `None` of
    /// directories, terminals and pipes: their times tell who uses them.
    content: Option<(u64, i64, i64)>,
    links: u64,
}

/// Where a file was found that has gone from a name, or come to one.
#[derive(Debug, Default)]
struct Found<'a> {
    before: Option<&'a Entry>,
    is_after: bool,
}

impl Snapshot {
    /// Looks at everything below the watched directories; links are not followed, other file systems not entered,
    /// which is told.
    pub(super) fn take(watched: &[PathBuf], watched_if_small: &[PathBuf]) -> Self {
        let (watched, watched_if_small) = (watched.to_vec(), watched_if_small.to_vec());
        let mut never = || false;
        let mut patience = Patience::until(&mut never);
        Self { watched, watched_if_small, ..Self::default() }.look(MOST_IF_SMALL, &mut patience)
    }

    /// Looks at the same directories again. Nobody waits any more: what was small is looked at however it has grown.
    pub(super) fn again(&self, patience: &mut Patience<'_>) -> Self {
        let watched = self.watched.clone();
        let is_small = |root: &&PathBuf| !self.too_large.contains(*root);
        let watched_if_small = self.watched_if_small.iter().filter(is_small).cloned().collect();
        Self { watched, watched_if_small, ..Self::default() }.look(MOST_ENTRIES, patience)
    }

    fn look(mut self, most_if_small: usize, patience: &mut Patience<'_>) -> Self {
        for root in self.watched.clone() {
            self.is_cut |= !self.look_at(&root, MOST_ENTRIES, patience);
        }
        let most = self.entries.len().saturating_add(most_if_small).min(MOST_ENTRIES);
        for root in self.watched_if_small.clone() {
            let (entries, bytes, closed) = (self.entries.len(), self.bytes, self.closed.clone());
            if !self.look_at(&root, most, patience) {
                self.entries.truncate(entries);
                (self.bytes, self.closed) = (bytes, closed);
                self.too_large.insert(root);
            }
        }
        self.is_cut |= patience.is_over();
        // Nearly sorted as it is: directory by directory.
        self.entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        self.entries.dedup_by(|(one, _), (other, _)| one == other);
        self
    }

    /// Looks at one directory, or file; false when there is more than may be looked at, or than there is patience for.
    fn look_at(&mut self, root: &Path, most: usize, patience: &mut Patience<'_>) -> bool {
        match fs::symlink_metadata(root) {
            Ok(metadata) => self.look_below(root, &metadata, most, patience),
            Err(error) => {
                self.note_closed(root, &error);
                true
            }
        }
    }

    fn look_below(
        &mut self,
        root: &Path,
        metadata: &Metadata,
        most: usize,
        patience: &mut Patience<'_>,
    ) -> bool {
        let file_system = metadata.dev();
        if metadata.is_file() {
            self.entries.push((root.into(), Entry::of(metadata)));
        }
        let mut directories: Vec<PathBuf> =
            if metadata.is_dir() { vec![root.to_owned()] } else { Vec::new() };
        while let Some(directory) = directories.pop() {
            let entries = match fs::read_dir(&directory) {
                Ok(entries) => entries,
                Err(error) => {
                    self.note_closed(&directory, &error);
                    continue;
                }
            };
            for entry in entries {
                let looked = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)));
                let (path, metadata) = match looked {
                    Ok(looked) => looked,
                    Err(error) => {
                        self.note_closed(&directory, &error);
                        continue;
                    }
                };
                self.bytes += path.as_os_str().len();
                let is_too_much = self.entries.len() >= most || self.bytes > MOST_BYTES;
                if is_too_much || !patience.lasts(1) {
                    return false;
                }
                if metadata.is_dir() && metadata.dev() == file_system {
                    directories.push(path.clone());
                } else if metadata.is_dir() {
                    self.note_closed(&path, &ErrorKind::CrossesDevices.into());
                }
                self.entries.push((path.into(), Entry::of(&metadata)));
            }
        }
        true
    }

    /// Notes what could not be looked into, unless it has gone or the command could not get into it either.
    fn note_closed(&mut self, path: &Path, error: &io::Error) {
        if error.kind() != ErrorKind::NotFound && !is_closed_to_us(path) {
            self.closed.insert(path.into(), error.kind());
        }
    }

    /// Returns what has changed until another look.
    pub(super) fn compare(&self, after: &Self) -> Difference {
        if self.is_cut || after.is_cut {
            // Which entries are left out is an accident of order: none of it could be believed.
            return Difference { is_partial: true, ..Difference::default() };
        }
        let mut changes = self.changes_until(after);
        let too_large: BTreeSet<_> = self.too_large.union(&after.too_large).cloned().collect();
        changes.retain(|change| {
            let is_below = |root: &PathBuf| change.path().starts_with(root);
            !too_large.iter().any(is_below) || self.watched.iter().any(is_below)
        });
        let mut closed = self.closed.clone();
        closed.extend(after.closed.iter().map(|(path, error)| (path.clone(), *error)));
        let is_closed = Below::new(closed.keys());
        changes.retain(|change| !is_closed.has(change.path()));
        changes.sort_by(|one, other| one.path().cmp(other.path()));
        let elsewhere = self.elsewhere(after, &changes);
        Difference { changes, elsewhere, closed, too_large, is_partial: false }
    }

    fn changes_until(&self, after: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut gone = self.entries.iter().peekable();
        for (path, entry) in &after.entries {
            while let Some((path, _)) = gone.next_if(|(before, _)| before < path) {
                changes.push(Change::Removed(path.into()));
            }
            match gone.next_if(|(before, _)| before == path) {
                None => changes.push(Change::Made(path.into())),
                Some((_, before)) if before.differs(entry) => {
                    changes.push(Change::Changed(path.into()));
                }
                Some(_) => {}
            }
        }
        changes.extend(gone.map(|(path, _)| Change::Removed(path.into())));
        changes
    }

    /// Returns where what was somewhere before lies now, and from where what is still somewhere has gone.
    ///
    /// All names of a file say the same of it at one time: it is looked at once, however many they are.
    fn elsewhere(&self, after: &Self, changes: &[Change]) -> HashSet<PathBuf> {
        let entry_of = |change: &Change| match change {
            Change::Made(path) | Change::Changed(path) => after.entry_of(path.as_os_str()),
            Change::Removed(path) => self.entry_of(path.as_os_str()),
        };
        let wanted = changes.iter().filter_map(|change| Some((change, entry_of(change)?)));
        let wanted: Vec<(&Change, &Entry)> = wanted.collect();
        let none = |(_, entry): &(&Change, &Entry)| (entry.identity(), Found::default());
        let mut found: HashMap<(u64, u64), Found<'_>> = wanted.iter().map(none).collect();
        for (_, entry) in &self.entries {
            if let Some(found) = found.get_mut(&entry.identity()) {
                found.before.get_or_insert(entry);
            }
        }
        for (_, entry) in &after.entries {
            if let Some(found) = found.get_mut(&entry.identity()) {
                found.is_after = true;
            }
        }
        let is_elsewhere = |change: &Change, entry: &Entry| {
            let Some(found) = found.get(&entry.identity()) else { return false };
            match change {
                Change::Removed(_) => found.is_after,
                Change::Made(_) | Change::Changed(_) => {
                    found.before.is_some_and(|before| !before.differs(entry))
                }
            }
        };
        let elsewhere = wanted.into_iter().filter(|(change, entry)| is_elsewhere(change, entry));
        elsewhere.map(|(change, _)| change.path().clone()).collect()
    }

    fn entry_of(&self, path: &OsStr) -> Option<&Entry> {
        let found = self.entries.binary_search_by(|(known, _)| known.as_os_str().cmp(path)).ok()?;
        self.entries.get(found).map(|(_, entry)| entry)
    }
}

impl Entry {
    fn of(metadata: &Metadata) -> Self {
        // They are told from one another, and mean nothing else.
        let nanoseconds =
            |seconds: i64, rest: i64| seconds.wrapping_mul(1_000_000_000).wrapping_add(rest);
        let keeps_something = metadata.is_file() || metadata.is_symlink();
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            mode: metadata.mode(),
            owner: (metadata.uid(), metadata.gid()),
            content: keeps_something.then(|| {
                let changed = nanoseconds(metadata.mtime(), metadata.mtime_nsec());
                (metadata.len(), changed, nanoseconds(metadata.ctime(), metadata.ctime_nsec()))
            }),
            links: if metadata.is_file() { metadata.nlink() } else { 0 },
        }
    }

    /// Says which file it is, among those that are there at one time.
    fn identity(&self) -> (u64, u64) {
        (self.device, self.inode)
    }

    /// A further name changes the time of the last change, and is itself seen as made.
    fn differs(&self, other: &Self) -> bool {
        if self.links == other.links {
            return self != other;
        }
        let (Some((length, changed, _)), Some((other_length, other_changed, _))) =
            (self.content, other.content)
        else {
            return true;
        };
        (self.device, self.inode, self.mode, self.owner, length, changed)
            != (other.device, other.inode, other.mode, other.owner, other_length, other_changed)
    }
}

/// Tells whether a directory is of somebody else who lets us through to nothing in it: the command, which is no more
/// than we are, neither.
fn is_closed_to_us(path: &Path) -> bool {
    let is_of_another = fs::symlink_metadata(path)
        .is_ok_and(|metadata| metadata.is_dir() && metadata.uid() != geteuid().as_raw());
    is_of_another
        && faccessat(AT_FDCWD, path, AccessFlags::X_OK, AtFlags::AT_EACCESS) == Err(Errno::EACCES)
}
