//! Files that had further names where nobody looked: what has become of them, whatever they are called by now.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Entry, Snapshot};

/// A plain file that had further names where nobody looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Alias<'a> {
    /// The names that were seen before; sorted, and never none.
    pub(in super::super) names: Vec<&'a Path>,
    /// Those that are seen now; sorted.
    pub(in super::super) later: Vec<&'a Path>,
    pub(in super::super) fate: Fate,
}

/// What a second look says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Fate {
    /// Nothing has happened to it.
    Same,
    /// Names came or went. Whoever writes and sets the times back as well leaves it like this.
    Named,
    /// It was renamed, or its attributes are others. The same holds for it.
    Touched,
    /// Its content, its mode or its owner is another, or was.
    Written,
    /// It is nowhere where we look.
    Gone,
}

impl Snapshot {
    /// Returns the files that had further names where nobody looked, and what has become of them; sorted.
    pub(in super::super) fn aliases<'a>(&'a self, after: &'a Self) -> Vec<Alias<'a>> {
        let mut found: HashMap<(u64, u64), (Alias<'a>, &'a Entry)> = HashMap::new();
        for (path, entry) in self.entries.iter().filter(|(_, entry)| entry.links > 1) {
            let none = || Alias { names: Vec::new(), later: Vec::new(), fate: Fate::Gone };
            let (alias, _) = found.entry(entry.identity()).or_insert_with(|| (none(), entry));
            alias.names.push(Path::new(path));
        }
        found.retain(|_, (alias, entry)| (alias.names.len() as u64) < entry.links);
        if found.is_empty() {
            return Vec::new();
        }
        for (path, entry) in &after.entries {
            if let Some((alias, before)) = found.get_mut(&entry.identity()) {
                alias.later.push(Path::new(path));
                alias.fate = Fate::of(before, entry);
            }
        }
        let mut aliases: Vec<_> = found.into_values().map(|(alias, _)| alias).collect();
        aliases.sort_unstable_by_key(|alias| alias.names.first().copied().map(Path::as_os_str));
        aliases
    }

    /// Tells whether what lies at a path would have been seen.
    pub(in super::super) fn sees(&self, path: &Path) -> bool {
        // Nothing is renamed across file systems.
        let is_closed = self.closed.values().any(|why| *why != ErrorKind::CrossesDevices);
        let is_small = |root: &&PathBuf| !self.too_large.contains(*root);
        let besides = self.watched_if_small.iter().filter(is_small);
        let mut roots = self.watched.iter().chain(besides);
        !self.is_cut && !is_closed && roots.any(|root| path.starts_with(root))
    }
}

impl Fate {
    fn of(before: &Entry, after: &Entry) -> Self {
        let (Some((length, written, touched)), Some((now_length, now_written, now_touched))) =
            (before.content, after.content)
        else {
            return Self::Written;
        };
        let then = (length, written, before.mode, before.owner);
        if then != (now_length, now_written, after.mode, after.owner) {
            Self::Written
        } else if before.links != after.links {
            Self::Named
        } else if touched != now_touched {
            Self::Touched
        } else {
            Self::Same
        }
    }
}
