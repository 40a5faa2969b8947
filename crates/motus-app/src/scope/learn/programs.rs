//! Programs that were run, as what has to be granted for them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use motus_runtime::scope::Access;

use super::super::Plan;
use super::super::entries::Entries;
use super::super::plan::program::is_program;
use super::super::spelling::portable;
use super::super::width::Width;
use super::caches::TAG;
use super::ground::Ground;

/// From so many programs of one directory on, the directory is granted.
const PROGRAMS_OF_A_DIRECTORY: usize = 8;

/// What is granted to be run.
#[derive(Debug, Default)]
pub(super) struct Programs {
    /// Programs, and directories of which all are meant.
    pub(super) granted: BTreeSet<(PathBuf, bool)>,
    /// Directories of which nobody should grant all without a thought, each with a program that was run.
    pub(super) left_out: BTreeMap<PathBuf, (Width, PathBuf)>,
    /// Programs that nothing can be granted for.
    pub(super) gone: Vec<PathBuf>,
}

impl Programs {
    /// Grants each by itself; those that were built, which are not there before the next run and have other names
    /// then, by their directory.
    pub(super) fn of(
        plan: &Plan,
        run: &BTreeSet<PathBuf>,
        entries: &Entries<'_>,
        ground: &Ground<'_>,
    ) -> Self {
        let mut programs = Self::default();
        let mut by_directory: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
        for program in run {
            let Some(directory) = program.parent() else { continue };
            // What cannot be run failed, whatever a scope says.
            if program.exists() && !is_program(program) {
                continue;
            }
            let is_built = entries.built(program);
            let cache = cache(plan, directory).filter(|cache| ground.is_there_at_start(cache));
            let above = cache.or_else(|| ground.built_in(program).filter(|_| is_built));
            match above {
                Some(directory) => programs.add_directory(plan, directory, program),
                None if is_built => programs.gone.push(program.clone()),
                None => by_directory.entry(directory).or_default().push(program),
            }
        }
        for (directory, of_it) in by_directory {
            let is_plain = Width::of(plan, Access::Execute, directory).is_none();
            if is_plain && of_it.len() >= PROGRAMS_OF_A_DIRECTORY {
                programs.granted.insert((directory.to_owned(), true));
                continue;
            }
            for program in of_it {
                programs.add(plan, program);
            }
        }
        programs
    }

    /// Grants a program; one that no document can name by its directory.
    fn add(&mut self, plan: &Plan, program: &Path) {
        if !is_program(program) {
            self.gone.push(program.to_owned());
        } else if portable(plan, Access::Execute, program, false).is_some() {
            self.granted.insert((program.to_owned(), false));
        } else {
            self.add_directory(plan, program.parent().unwrap_or(program), program);
        }
    }

    fn add_directory(&mut self, plan: &Plan, directory: &Path, program: &Path) {
        let is_named = |it: &&Path| portable(plan, Access::Execute, it, true).is_some();
        let Some(directory) = directory.ancestors().find(is_named) else { return };
        match Width::of(plan, Access::Execute, directory).filter(|width| !width.is_ordinary()) {
            Some(width) => drop(
                self.left_out.entry(directory.to_owned()).or_insert((width, program.to_owned())),
            ),
            None => drop(self.granted.insert((directory.to_owned(), true))),
        }
    }
}

/// Returns the directory of the project in which everything can be made again at any time, and so is.
fn cache<'p>(plan: &Plan, directory: &'p Path) -> Option<&'p Path> {
    let inside = directory.ancestors().take_while(|above| *above != plan.directory);
    let inside = inside.filter(|above| above.starts_with(&plan.directory));
    inside.filter(|above| above.join(TAG).is_file()).last()
}
