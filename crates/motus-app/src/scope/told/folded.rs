//! Files that were to be read and are offered by one word: that of the directory, or of the repository, they lie in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use motus_runtime::scope::{Access, Action, Seen};

use super::super::width::Width;
use super::super::{Plan, allowance};

/// From so many files of a directory on it is offered as a whole.
const MANY: usize = 3;

/// Directories of which so many were to be read; none is one that nobody should grant without a thought.
#[derive(Debug)]
pub(super) struct Folded(BTreeSet<PathBuf>);

impl Folded {
    pub(super) fn of<'s>(plan: &Plan, found: impl Iterator<Item = &'s &'s Seen>) -> Self {
        let mut read: BTreeMap<&Path, usize> = BTreeMap::new();
        for seen in found {
            if let Action::Read(path) = &seen.action
                && let Some(directory) = path.parent()
                && !path.is_dir()
            {
                *read.entry(directory).or_default() += 1;
            }
        }
        let many = read.into_iter().filter(|(_, files)| *files >= MANY);
        let unguarded = many.map(|(directory, _)| directory).filter(|directory| {
            directory.is_dir() && Width::of(plan, Access::Read, directory).is_none()
        });
        Self(unguarded.map(Path::to_owned).collect())
    }

    /// Returns what is to be allowed for an attempt.
    pub(super) fn stand_in(&self, action: &Action) -> Action {
        let Action::Read(path) = action else { return action.clone() };
        let many = path.parent().filter(|it| self.0.contains(*it) && !path.is_dir());
        let whole = allowance::read_as_a_whole(Access::Read, path).or(many);
        Action::Read(whole.unwrap_or(path).to_owned())
    }
}
