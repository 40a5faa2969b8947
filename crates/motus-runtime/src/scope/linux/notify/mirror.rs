//! The rules once more, as text that is compared byte by byte: asked about each attempt, they have to answer at once.

use super::super::super::tally::Deed;
use super::super::super::{Access, Decision, Level, Scope};

/// What the rules say, as [`Scope::decide`] does.
#[derive(Debug)]
pub(super) struct Mirror {
    rules: Vec<(Access, Vec<u8>)>,
    enforces: bool,
}

impl Mirror {
    pub(super) fn new(scope: &Scope, level: Level) -> Self {
        let rules = scope.rules.0.iter().map(|rule| {
            let path = rule.path.as_os_str().as_encoded_bytes();
            // The root is nothing but its slash.
            (rule.access, path.strip_suffix(b"/").unwrap_or(path).to_vec())
        });
        Self { rules: rules.collect(), enforces: level.enforces() }
    }

    pub(super) fn enforces(&self) -> bool {
        self.enforces
    }

    /// Says what comes of a deed on a path; `directory` is the one that the path lies in.
    pub(super) fn decide(&self, deed: Deed, path: &[u8], directory: &[u8]) -> Decision {
        let allows = match deed {
            Deed::Read => self.allows(Access::Read, path),
            Deed::Write => self.allows(Access::Write, path),
            Deed::Execute => self.allows(Access::Execute, path),
            Deed::Entry => self.allows(Access::Write, directory),
        };
        match (allows, self.enforces) {
            (true, _) => Decision::Declared,
            (false, true) => Decision::Denied,
            (false, false) => Decision::Undeclared,
        }
    }

    fn allows(&self, access: Access, path: &[u8]) -> bool {
        self.rules.iter().any(|(granted, above)| {
            (access == Access::Read || *granted == access)
                && path
                    .strip_prefix(above.as_slice())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::super::super::{Action, Rule, Rules};
    use super::*;

    #[test]
    fn it_says_what_the_scope_says() {
        let rule = |access, path: &str| Rule { access, path: path.into() };
        let some = vec![
            rule(Access::Write, "/w/out"),
            rule(Access::Read, "/w"),
            rule(Access::Execute, "/bin"),
            rule(Access::Write, "/dev/null"),
        ];
        for rules in [some, vec![rule(Access::Write, "/")], Vec::new()] {
            let scope = Scope { rules: Rules(rules), ..Scope::default() };
            for level in [Level::EnforcedObserved, Level::Observed] {
                let mirror = Mirror::new(&scope, level);
                for path in [
                    "/",
                    "/w",
                    "/w/out",
                    "/w/out/a",
                    "/w/outer",
                    "/w/in",
                    "/bin/sh",
                    "/dev/null",
                    "/dev/nullable",
                    "/x",
                ] {
                    let directory = Path::new(path).parent().unwrap_or(Path::new("/"));
                    let directory = directory.as_os_str().as_encoded_bytes();
                    for (deed, action) in [
                        (Deed::Read, Action::Read(path.into())),
                        (Deed::Write, Action::Write(path.into())),
                        (Deed::Entry, Action::Entry(path.into())),
                        (Deed::Execute, Action::Execute(path.into())),
                    ] {
                        if deed == Deed::Entry && path == "/" {
                            continue;
                        }
                        let told = mirror.decide(deed, path.as_bytes(), directory);
                        assert_eq!(told, scope.decide(&action, level), "{action:?}");
                    }
                }
            }
        }
    }
}
