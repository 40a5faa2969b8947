//! Looks at directories before and after, by what `stat` says: the only eyes where attempts cannot be seen, and
//! the check on them where they can.

mod alias;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::unistd::{AccessFlags, faccessat, geteuid};

use super::Change;
pub(super) use alias::{Alias, Fate};

/// At most so many entries are looked at; what lies behind them is not compared.
const MOST_ENTRIES: usize = 200_000;
/// Nor more bytes of their paths: those may be very long.
const MOST_BYTES: usize = 64 << 20;

/// What lay below the watched directories at one moment.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    watched: Vec<PathBuf>,
    /// Sorted by their paths as bytes, which are compared several times as fast as paths.
    entries: Vec<(OsString, Entry)>,
    bytes: usize,
    /// Whether there was more than is looked at.
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
    /// Whether there was more than is looked at: then nothing is told at all.
    pub(super) is_partial: bool,
}

/// What is compared of an entry. Of a directory its own times are left out: they tell of what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    device: u64,
    inode: u64,
    mode: u32,
    owner: (u32, u32),
    /// Length, and the times of the last change of content and of anything, in nanoseconds of some epoch.
    content: Option<(u64, i64, i64)>,
    links: u64,
}

impl Snapshot {
    /// Looks at everything below these directories; links are not followed, other file systems not entered,
    /// which is told.
    pub(super) fn take(watched: &[PathBuf]) -> Self {
        let mut snapshot = Self { watched: watched.to_vec(), ..Self::default() };
        for root in watched {
            match fs::symlink_metadata(root) {
                Ok(metadata) => snapshot.look_at(root, &metadata),
                Err(error) => snapshot.note_closed(root, &error),
            }
        }
        // Nearly sorted as it is: directory by directory.
        snapshot.entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        snapshot.entries.dedup_by(|(one, _), (other, _)| one == other);
        snapshot
    }

    fn look_at(&mut self, root: &Path, metadata: &Metadata) {
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
                if self.entries.len() >= MOST_ENTRIES || self.bytes > MOST_BYTES {
                    self.is_cut = true;
                    return;
                }
                if metadata.is_dir() && metadata.dev() == file_system {
                    directories.push(path.clone());
                } else if metadata.is_dir() {
                    self.note_closed(&path, &ErrorKind::CrossesDevices.into());
                }
                self.entries.push((path.into(), Entry::of(&metadata)));
            }
        }
    }

    /// Notes what could not be looked into, unless it has gone or the command could not get into it either.
    fn note_closed(&mut self, path: &Path, error: &io::Error) {
        if error.kind() != ErrorKind::NotFound && !is_closed_to_us(path) {
            self.closed.insert(path.into(), error.kind());
        }
    }

    /// Looks at the same directories again.
    pub(super) fn again(&self) -> Self {
        Self::take(&self.watched)
    }

    /// Returns what has changed until another look.
    pub(super) fn compare(&self, after: &Self) -> Difference {
        if self.is_cut || after.is_cut {
            // Which entries are left out is an accident of order: none of it could be believed.
            return Difference { is_partial: true, ..Difference::default() };
        }
        let mut changes = self.changes_until(after);
        let mut closed = self.closed.clone();
        closed.extend(after.closed.iter().map(|(path, error)| (path.clone(), *error)));
        if !closed.is_empty() {
            let is_open = |path: &Path| !closed.contains_key(path.as_os_str());
            changes.retain(|change| change.path().ancestors().skip(1).all(is_open));
        }
        changes.sort_by(|one, other| one.path().cmp(other.path()));
        let elsewhere = self.elsewhere(after, &changes);
        Difference { changes, elsewhere, closed, is_partial: false }
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
    fn elsewhere(&self, after: &Self, changes: &[Change]) -> HashSet<PathBuf> {
        let find = |look: &Self, path: &PathBuf| look.entry_of(path.as_os_str()).cloned();
        let entry_of = |change: &Change| match change {
            Change::Made(path) | Change::Changed(path) => find(after, path),
            Change::Removed(path) => find(self, path),
        };
        let wanted: HashMap<(u64, u64), Vec<(&Change, Entry)>> = changes
            .iter()
            .filter_map(|change| Some((change, entry_of(change)?)))
            .fold(HashMap::new(), |mut wanted, (change, entry)| {
                let them: &mut Vec<_> = wanted.entry(entry.identity()).or_default();
                them.push((change, entry));
                wanted
            });
        let mut elsewhere = HashSet::new();
        let mut note = |other: &Entry, is_after: bool| {
            for (change, entry) in wanted.get(&other.identity()).into_iter().flatten() {
                let is_it = match change {
                    Change::Removed(_) => is_after,
                    Change::Made(_) | Change::Changed(_) => !is_after && !other.differs(entry),
                };
                if is_it {
                    elsewhere.insert(change.path().clone());
                }
            }
        };
        self.entries.iter().for_each(|(_, entry)| note(entry, false));
        after.entries.iter().for_each(|(_, entry)| note(entry, true));
        elsewhere
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
        let is_directory = metadata.is_dir();
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            mode: metadata.mode(),
            owner: (metadata.uid(), metadata.gid()),
            content: (!is_directory).then(|| {
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
