//! What of the places that have to be granted can be: those that nobody should grant without a thought are left out,
//! and with them what only comes to be in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use motus_runtime::scope::Access;

use super::super::Plan;
use super::super::entries::Entries;
use super::super::width::Width;
use super::needs::{Needs, Place, Reason};

/// Places that are granted, and places that are left out.
#[derive(Debug)]
pub(super) struct Ground<'g> {
    plan: &'g Plan,
    entries: &'g Entries<'g>,
    made: &'g BTreeSet<PathBuf>,
    pub(super) granted: BTreeSet<Place>,
    pub(super) left_out: BTreeMap<Place, (Width, Reason)>,
    /// Directories in which the command may make what it wants.
    writable: BTreeSet<PathBuf>,
}

impl<'g> Ground<'g> {
    /// Sorts places out; `given` are directories that may be written anyway.
    pub(super) fn of(
        plan: &'g Plan,
        needs: &'g Needs<'_>,
        entries: &'g Entries<'g>,
        given: &[PathBuf],
    ) -> Self {
        let mut ground = Self {
            plan,
            entries,
            made: &needs.made,
            granted: BTreeSet::new(),
            left_out: BTreeMap::new(),
            writable: given.iter().cloned().collect(),
        };
        for (place, reason) in &needs.files {
            let width = Some(place).filter(|place| place.is_directory);
            let width = width.and_then(|place| Width::of(plan, place.access, &place.path));
            match width.filter(|width| !width.is_ordinary()) {
                Some(width) => drop(ground.left_out.insert(place.clone(), (width, reason.clone()))),
                None => drop(ground.granted.insert(place.clone())),
            }
        }
        let writable = ground.granted.iter().filter(|it| it.is_directory);
        let writable = writable.filter(|it| it.access == Access::Write).map(|it| it.path.clone());
        ground.writable.extend(writable);
        let mut granted = std::mem::take(&mut ground.granted);
        granted.retain(|place| ground.will_be_there(&place.path));
        ground.granted = granted;
        ground
    }

    /// Tells whether a path was there before the start, is made before the next one, or comes to be where that is
    /// granted. What is not there cannot be granted.
    pub(super) fn will_be_there(&self, path: &Path) -> bool {
        self.is_there_at_start(path) || self.is_writable(path)
    }

    /// Tells whether a path lies where the command may make what it wants.
    pub(super) fn is_writable(&self, path: &Path) -> bool {
        path.ancestors().any(|above| self.is_solid(above))
    }

    /// Tells whether a directory was there before the start, or is made before the next one.
    pub(super) fn is_there_at_start(&self, directory: &Path) -> bool {
        self.made.contains(directory) || !self.entries.hold(directory)
    }

    fn is_solid(&self, directory: &Path) -> bool {
        self.writable.contains(directory) && self.is_there_at_start(directory)
    }

    /// Returns the directory that stands for a program that was built, and those beside it: the outermost that is granted and is not
    /// the whole project; else the nearest that was there before. `None` where they cannot be built again.
    pub(super) fn built_in<'p>(&self, program: &'p Path) -> Option<&'p Path> {
        let directory = program.parent()?;
        let solid = directory.ancestors().filter(|above| self.is_solid(above));
        let inside = solid.filter(|above| *above != self.plan.directory);
        let outermost = inside.filter(|above| Width::of(self.plan, Access::Write, above).is_none());
        let before = || self.entries.there_before(directory);
        let found = outermost.last().unwrap_or_else(before);
        self.will_be_there(program).then_some(found)
    }

    /// Returns directories that would do in place of the working directory: where the command does nothing in it but
    /// make them.
    pub(super) fn instead(&self, needs: &Needs<'_>) -> Vec<PathBuf> {
        let here = &self.plan.directory;
        let mut made = Vec::new();
        let mut others = Vec::new();
        for (place, reason) in &needs.files {
            if place.access != Access::Write || !place.path.starts_with(here) {
                continue;
            }
            match place.path == *here {
                true if reason.is_all_made() => made.clone_from(&reason.made),
                true => return Vec::new(),
                false => others.push(&place.path),
            }
        }
        let is_below = |path: &PathBuf| {
            self.made.contains(path) || made.iter().any(|made| path.starts_with(made))
        };
        if others.into_iter().all(is_below) { made } else { Vec::new() }
    }
}
