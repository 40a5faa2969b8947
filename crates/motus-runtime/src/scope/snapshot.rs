//! Looks at directories before and after, by what `stat` says: the only eyes where attempts cannot be seen, and
//! the check on them where they can.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::Change;

/// At most so many entries are looked at; what lies behind them is not compared.
const MOST_ENTRIES: usize = 200_000;

/// What lay below the watched directories at one moment.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    watched: Vec<PathBuf>,
    /// By their paths as bytes, which are compared several times as fast as paths.
    entries: BTreeMap<OsString, Entry>,
    is_partial: bool,
}

/// What differs between two looks.
#[derive(Debug, Default)]
pub(super) struct Difference {
    /// Sorted.
    pub(super) changes: Vec<Change>,
    /// Whether there was more than is looked at.
    pub(super) is_partial: bool,
}

/// What is compared of an entry. Of a directory its own times are left out: they tell of what is in it.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    device: u64,
    inode: u64,
    mode: u32,
    owner: (u32, u32),
    /// Length, and the times of the last change of content and of anything, in nanoseconds.
    content: Option<(u64, i128, i128)>,
    links: u64,
}

impl Snapshot {
    /// Looks at everything below these directories; links are not followed, other file systems not entered.
    pub(super) fn take(watched: &[PathBuf]) -> Self {
        let mut snapshot = Self { watched: watched.to_vec(), ..Self::default() };
        for root in watched {
            if let Ok(metadata) = fs::symlink_metadata(root) {
                snapshot.look_at(root, &metadata);
            }
        }
        snapshot
    }

    fn look_at(&mut self, root: &Path, metadata: &Metadata) {
        let file_system = metadata.dev();
        if metadata.is_file() {
            self.entries.insert(root.into(), Entry::of(metadata));
        }
        let mut directories: Vec<PathBuf> =
            if metadata.is_dir() { vec![root.to_owned()] } else { Vec::new() };
        while let Some(directory) = directories.pop() {
            // What may not be read, or has gone meanwhile, is not compared.
            let Ok(entries) = fs::read_dir(&directory) else { continue };
            for entry in entries.flatten() {
                let Ok(metadata) = entry.metadata() else { continue };
                if self.entries.len() >= MOST_ENTRIES {
                    self.is_partial = true;
                    return;
                }
                let path = entry.path();
                if metadata.is_dir() && metadata.dev() == file_system {
                    directories.push(path.clone());
                }
                self.entries.insert(path.into(), Entry::of(&metadata));
            }
        }
    }

    /// Returns what has changed until now.
    pub(super) fn compare(&self) -> Difference {
        let after = Self::take(&self.watched);
        let is_partial = self.is_partial || after.is_partial;
        if is_partial {
            // Which entries are left out is an accident of order: none of it could be believed.
            return Difference { changes: Vec::new(), is_partial };
        }
        let mut changes = Vec::new();
        let mut gone = self.entries.iter().peekable();
        for (path, entry) in &after.entries {
            while let Some((path, _)) = gone.next_if(|(before, _)| *before < path) {
                changes.push(Change::Removed(path.into()));
            }
            match gone.next_if(|(before, _)| *before == path) {
                None => changes.push(Change::Made(path.into())),
                Some((_, before)) if before.differs(entry) => {
                    changes.push(Change::Changed(path.into()));
                }
                Some(_) => {}
            }
        }
        changes.extend(gone.map(|(path, _)| Change::Removed(path.into())));
        changes.sort_by(|one, other| one.path().cmp(other.path()));
        Difference { changes, is_partial }
    }

    /// Returns the plain files that had further names where nobody looked.
    pub(super) fn aliased(&self) -> HashSet<&OsStr> {
        let linked = || self.entries.iter().filter(|(_, entry)| entry.links > 1);
        let mut names: HashMap<(u64, u64), u64> = HashMap::new();
        for (_, entry) in linked() {
            *names.entry((entry.device, entry.inode)).or_default() += 1;
        }
        let has_more = |entry: &Entry| {
            names.get(&(entry.device, entry.inode)).is_some_and(|seen| *seen < entry.links)
        };
        linked().filter(|(_, entry)| has_more(entry)).map(|(path, _)| path.as_os_str()).collect()
    }
}

impl Entry {
    fn of(metadata: &Metadata) -> Self {
        let nanoseconds =
            |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
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

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn told(difference: &Difference, root: &Path) -> Vec<String> {
        let tell = |change: &Change| {
            let path = change.path().strip_prefix(root).unwrap().display();
            match change {
                Change::Made(_) => format!("made {path}"),
                Change::Changed(_) => format!("changed {path}"),
                Change::Removed(_) => format!("removed {path}"),
            }
        };
        difference.changes.iter().map(tell).collect()
    }

    #[test]
    fn what_was_made_changed_and_removed_is_told_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["gone", "same", "longer", "mode", "swapped", "linked"] {
            fs::write(root.join(name), "1").unwrap();
        }
        fs::create_dir(root.join("below")).unwrap();
        let before = Snapshot::take(&[root.to_owned()]);
        fs::remove_file(root.join("gone")).unwrap();
        fs::write(root.join("longer"), "22").unwrap();
        fs::set_permissions(root.join("mode"), PermissionsExt::from_mode(0o600)).unwrap();
        fs::write(root.join("other"), "1").unwrap();
        fs::rename(root.join("other"), root.join("swapped")).unwrap();
        fs::write(root.join("below/new"), "").unwrap();
        fs::hard_link(root.join("linked"), root.join("name")).unwrap();
        let difference = before.compare();
        assert!(!difference.is_partial);
        assert_eq!(
            told(&difference, root),
            [
                "made below/new",
                "removed gone",
                "changed longer",
                "changed mode",
                "made name",
                "changed swapped",
            ]
        );
    }

    #[test]
    fn a_file_is_watched_by_itself_and_a_link_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "1").unwrap();
        std::os::unix::fs::symlink("/", &link).unwrap();
        let before = Snapshot::take(&[file.clone(), link]);
        assert_eq!(before.entries.len(), 1);
        fs::write(&file, "22").unwrap();
        assert_eq!(before.compare().changes, [Change::Changed(file)]);
    }

    #[test]
    fn files_with_further_names_elsewhere_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("inside");
        fs::create_dir(&inside).unwrap();
        for name in ["plain", "linked", "out"] {
            fs::write(inside.join(name), "").unwrap();
        }
        fs::hard_link(inside.join("linked"), inside.join("again")).unwrap();
        fs::hard_link(inside.join("out"), folder.path().join("elsewhere")).unwrap();
        let snapshot = Snapshot::take(std::slice::from_ref(&inside));
        let found: Vec<_> = snapshot.aliased().into_iter().collect();
        assert_eq!(found, [inside.join("out").as_os_str()]);
    }
}
