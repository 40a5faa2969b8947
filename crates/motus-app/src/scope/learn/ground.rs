//! What of the places that have to be granted can be: those that nobody should grant without a thought are left out,
//! and with them what only comes to be in them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};

use motus_runtime::scope::Access;

use super::super::Plan;
use super::super::entries::Entries;
use super::super::width::Width;
use super::needs::{Needs, Place, Reason};

/// So many places of one directory of the system's are named.
const MOST_OF_SYSTEM: usize = 4;

/// Places that are granted, and places that are left out.
#[derive(Debug)]
pub(super) struct Ground<'g> {
    plan: &'g Plan,
    entries: &'g Entries<'g>,
    /// Directories that are granted, and made before the next start.
    made: BTreeSet<PathBuf>,
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
            made: BTreeSet::new(),
            granted: BTreeSet::new(),
            left_out: BTreeMap::new(),
            writable: given.iter().cloned().collect(),
        };
        for (place, reason) in &needs.files {
            let of = if place.is_directory { Width::of } else { Width::of_file };
            let width = of(plan, place.access, &place.path);
            match width.filter(|width| !width.is_ordinary()) {
                Some(width) => drop(ground.left_out.insert(place.clone(), (width, reason.clone()))),
                None => drop(ground.granted.insert(place.clone())),
            }
        }
        let is_granted = |path: &PathBuf| {
            let path = path.clone();
            ground.granted.contains(&Place { path, access: Access::Write, is_directory: true })
        };
        ground.made = needs.made.iter().filter(|path| is_granted(path)).cloned().collect();
        ground.drop_left_out();
        ground.fold_system();
        let writable = ground.granted.iter().filter(|it| it.is_directory);
        let writable = writable.filter(|it| it.access == Access::Write).map(|it| it.path.clone());
        ground.writable.extend(writable);
        let mut granted = std::mem::take(&mut ground.granted);
        granted.retain(|place| ground.will_be_there(&place.path));
        ground.granted = granted;
        ground
    }

    /// Drops what is left out and need not be said: what is only to be there, and will be, above what is made; and what
    /// came to be in a directory that is left out as well.
    fn drop_left_out(&mut self) {
        let made = &self.made;
        self.left_out.retain(|_, (_, reason)| {
            !reason.is_all_made() || !reason.made.iter().all(|path| is_made(made, path))
        });
        let written = self.left_out.keys().filter(|it| it.is_directory);
        let written = written.filter(|it| it.access == Access::Write).map(|it| it.path.clone());
        let written: BTreeSet<PathBuf> = written.collect();
        self.left_out.retain(|place, _| {
            let mut above = place.path.ancestors().skip(1);
            !self.entries.hold(&place.path) || !above.any(|above| written.contains(above))
        });
    }

    /// Puts many places of one directory of the system's together: a person decides on it as a whole.
    fn fold_system(&mut self) {
        let mut trees: BTreeMap<PathBuf, Vec<Place>> = BTreeMap::new();
        for (place, (width, _)) in &self.left_out {
            if let Width::OfSystem(tree) = width {
                trees.entry(tree.clone()).or_default().push(place.clone());
            }
        }
        for (tree, places) in trees.into_iter().filter(|(_, places)| places.len() > MOST_OF_SYSTEM)
        {
            let whole = Place { path: tree.clone(), access: Access::Write, is_directory: true };
            let known = self.left_out.remove(&whole);
            let mut reason = known.map(|(_, reason)| reason).unwrap_or_default();
            for place in places {
                if let Some((_, other)) = self.left_out.remove(&place) {
                    reason.join(&other);
                }
            }
            self.left_out.insert(whole, (Width::System(tree), reason));
        }
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
        is_made(&self.made, directory) || !self.entries.hold(directory)
    }

    fn is_solid(&self, directory: &Path) -> bool {
        self.writable.contains(directory) && self.is_there_at_start(directory)
    }

    /// Tells whether a socket can be granted: its directory will be there.
    pub(super) fn is_socket(&self, path: &Path) -> bool {
        let is_there = |directory: &Path| directory.is_dir() && self.is_there_at_start(directory);
        path.parent().is_some_and(is_there)
    }

    /// Tells whether the command made a socket where nothing is granted, so that nothing can be said of it beforehand.
    pub(super) fn is_lost(&self, path: &Path) -> bool {
        !self.is_writable(path) && !self.is_socket(path) && self.entries.hold(path)
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

/// Tells whether a directory is made before the next start: itself, or on the way to one that is.
fn is_made(made: &BTreeSet<PathBuf>, directory: &Path) -> bool {
    // What lies below a directory stands behind it.
    let next = made.range::<Path, _>((Bound::Included(directory), Bound::Unbounded)).next();
    next.is_some_and(|made| made.starts_with(directory))
}
