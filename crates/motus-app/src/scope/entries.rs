//! Names that came to be, went, or were put in the place of others while a command ran.

use std::collections::BTreeSet;
use std::path::Path;

use motus_runtime::scope::{Action, Decision, Observation};

/// Such names of one run, and files that were changed in place.
#[derive(Debug, Default)]
pub(super) struct Entries<'o> {
    names: BTreeSet<&'o Path>,
    changed: BTreeSet<&'o Path>,
}

impl<'o> Entries<'o> {
    /// Takes those that nobody stopped.
    pub(super) fn of(observation: &'o Observation) -> Self {
        let mut entries = Self::default();
        for seen in observation.seen.iter().filter(|seen| seen.decision != Decision::Denied) {
            match &seen.action {
                Action::Entry(path) => drop(entries.names.insert(path)),
                Action::Write(path) => drop(entries.changed.insert(path)),
                _ => {}
            }
        }
        entries
    }

    /// Tells whether a program may have come to be one: it was made, or its content or mode was changed.
    pub(super) fn built(&self, program: &Path) -> bool {
        self.changed.contains(program) || self.hold(program)
    }

    /// Tells whether what has a path now may be other than what had it before the start.
    pub(super) fn hold(&self, path: &Path) -> bool {
        path.ancestors().any(|above| self.names.contains(above))
    }

    /// Returns the nearest directory that was there before the start: the given one, or one above it.
    pub(super) fn there_before<'p>(&self, directory: &'p Path) -> &'p Path {
        let outermost = directory.ancestors().filter(|above| self.names.contains(above)).last();
        outermost.and_then(Path::parent).unwrap_or(directory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below_a_new_name_is_new() {
        let entries = Entries {
            names: ["/w/build", "/w/build/bin/x"].map(Path::new).into(),
            changed: ["/w/run"].map(Path::new).into(),
        };
        for (path, is_held, before) in [
            ("/w/build/bin/x", true, "/w"),
            ("/w/build/lib", true, "/w"),
            ("/w/builds", false, "/w/builds"),
            ("/w", false, "/w"),
        ] {
            let path = Path::new(path);
            assert_eq!(entries.hold(path), is_held, "{path:?}");
            assert_eq!(entries.there_before(path), Path::new(before), "{path:?}");
            assert_eq!(entries.built(path), is_held, "{path:?}");
        }
        assert!(entries.built(Path::new("/w/run")) && !entries.hold(Path::new("/w/run")));
    }
}
