//! Rules of files, and whether they allow something: the mirror, in our own words, of what the kernel is told.
//!
//! The kernel decides. The mirror names what it decided, since nobody tells us.

use std::path::{Path, PathBuf};

/// What a rule allows to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Reading a file, listing a directory.
    Read,
    /// Making, changing, renaming and removing; reading as well.
    Write,
    /// Running a program; reading it as well.
    Execute,
}

/// One thing that may be done to one file, or to a directory and all below it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// What may be done.
    pub access: Access,
    /// Absolute, and without links when it was resolved: what lies there now is meant.
    pub path: PathBuf,
}

/// All that may be done to files; in any order, each as often as it was declared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules(pub Vec<Rule>);

impl Rules {
    /// Tells whether something may be done to what lies at an absolute path without links.
    pub fn allow(&self, access: Access, path: &Path) -> bool {
        self.0.iter().any(|rule| rule.allows(access, path))
    }

    /// Tells whether an entry of this name may be made, renamed or removed: whether its directory may be changed.
    pub(crate) fn allow_entry(&self, path: &Path) -> bool {
        path.parent().is_some_and(|directory| self.allow(Access::Write, directory))
    }
}

impl Rule {
    fn allows(&self, access: Access, path: &Path) -> bool {
        let suffices = self.access == access || access == Access::Read;
        suffices && path.starts_with(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_allows_what_lies_below_and_reading_comes_with_the_rest() {
        let rules = Rules(vec![
            Rule { access: Access::Write, path: "/w/out".into() },
            Rule { access: Access::Execute, path: "/bin".into() },
        ]);
        for (access, path, allowed) in [
            (Access::Write, "/w/out", true),
            (Access::Write, "/w/out/a/b", true),
            (Access::Write, "/w/outer", false),
            (Access::Write, "/w", false),
            (Access::Read, "/w/out/a", true),
            (Access::Execute, "/w/out/a", false),
            (Access::Execute, "/bin/sh", true),
            (Access::Read, "/bin/sh", true),
            (Access::Write, "/bin/sh", false),
        ] {
            assert_eq!(rules.allow(access, Path::new(path)), allowed, "{access:?} {path}");
        }
        assert!(rules.allow_entry(Path::new("/w/out/a")));
        assert!(!rules.allow_entry(Path::new("/w/out")), "its directory is not declared");
    }
}
