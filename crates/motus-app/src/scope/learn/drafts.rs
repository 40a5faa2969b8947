//! Directories that are made under a working name and then renamed, as cargo does: who finds the directory there does
//! not make it.

use std::collections::BTreeSet;
use std::path::Path;

use motus_runtime::scope::{Action, Observation, Seen};

use super::caches::TAG;

/// How many characters are drawn for a working name, behind the name itself.
const DRAWN: usize = 6;

/// Working names and what became of them.
#[derive(Debug, Default)]
pub(super) struct Drafts<'o> {
    names: BTreeSet<&'o Path>,
    finished: BTreeSet<&'o Path>,
}

impl<'o> Drafts<'o> {
    /// Finds names that were made and renamed once, have gone, and continue the name of a directory that came to be
    /// beside them by renaming, and has the tag.
    pub(super) fn of(observation: &'o Observation) -> Self {
        let mut drafts = Self::default();
        let renamed = |seen: &'o Seen| {
            let Action::Entry(path) = &seen.action else { return None };
            observation.renamed.binary_search(path).is_ok().then_some((path.as_path(), seen.count))
        };
        let renamed: Vec<(&Path, u64)> = observation.seen.iter().filter_map(renamed).collect();
        let finished = renamed.iter().filter(|(path, count)| *count == 1 && is_tagged(path));
        for (finished, _) in finished {
            let is_draft = |path: &Path, count| {
                count == 2 && continues(path, finished) && path.symlink_metadata().is_err()
            };
            let own = renamed.iter().filter(|(path, count)| is_draft(path, *count));
            let own: Vec<&Path> = own.map(|(path, _)| *path).collect();
            // With more of them it is not known what the others were for.
            if own.len() == 1 {
                drafts.names.extend(own);
                drafts.finished.insert(finished);
            }
        }
        drafts
    }

    /// Tells whether a path is such a name, or lies below one: what was done there was done below the other name.
    pub(super) fn hold(&self, path: &Path) -> bool {
        !self.names.is_empty() && path.ancestors().any(|above| self.names.contains(above))
    }

    /// Tells whether a directory came to be in this way.
    pub(super) fn made(&self, path: &Path) -> bool {
        self.finished.contains(path)
    }
}

fn is_tagged(path: &Path) -> bool {
    path.is_dir() && path.join(TAG).is_file()
}

/// Tells whether a name is another one with drawn characters behind it.
fn continues(draft: &Path, finished: &Path) -> bool {
    let name = |path: &Path| path.file_name().map(|name| name.as_encoded_bytes().to_vec());
    let (Some(draft_name), Some(finished_name)) = (name(draft), name(finished)) else {
        return false;
    };
    let rest = draft_name.strip_prefix(finished_name.as_slice());
    let is_drawn = |rest: &[u8]| rest.len() == DRAWN && rest.iter().all(u8::is_ascii_alphanumeric);
    draft.parent() == finished.parent() && rest.is_some_and(is_drawn)
}
