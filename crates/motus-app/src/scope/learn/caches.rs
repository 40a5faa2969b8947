//! Directories in which a tool keeps what it can make again at any time, under names that are others the next time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use motus_runtime::scope::Access;

use super::super::Plan;
use super::super::width::Width;

/// What such directories hold, by which whoever keeps backups knows them.
pub(super) const TAG: &str = "CACHEDIR.TAG";

/// The best known of those that have no tag, or not in every release: the ends of their paths.
const CACHES: [&str; 6] =
    ["_cacache", ".cache/ccache", ".cache/go-build", ".cache/pip", ".cache/sccache", ".cache/uv"];

/// What is known of directories; each is looked at once.
#[derive(Debug, Default)]
pub(super) struct Caches(BTreeMap<PathBuf, Option<PathBuf>>);

impl Caches {
    /// Returns the cache that a path lies in: the outermost that nobody need be careful about.
    pub(super) fn around(&mut self, plan: &Plan, path: &Path) -> Option<PathBuf> {
        let directory = path.parent()?;
        if let Some(known) = self.0.get(directory) {
            return known.clone();
        }
        let caches = directory.ancestors().filter(|above| is_cache(above));
        let unguarded = caches.filter(|above| Width::of(plan, Access::Write, above).is_none());
        let found = unguarded.last().map(Path::to_owned);
        self.0.insert(directory.to_owned(), found.clone());
        found
    }
}

fn is_cache(directory: &Path) -> bool {
    let is_known = CACHES.iter().any(|known| directory.ends_with(known)) && directory.is_dir();
    is_known || directory.join(TAG).is_file()
}
