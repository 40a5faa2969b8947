//! The rules once more, as text that is compared byte by byte: asked about each attempt, they have to answer at once.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use super::super::super::tally::Deed;
use super::super::super::{Access, Decision, Level, Scope};

/// What the rules say, as [`Scope::decide`] does.
#[derive(Debug)]
pub(super) struct Mirror {
    rules: Vec<(Access, Vec<u8>)>,
    enforces: bool,
}

/// What is said of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) decision: Decision,
    /// The rule that allows it, if any does.
    rule: Option<usize>,
}

impl Judged {
    pub(super) fn is_declared(self) -> bool {
        self.decision == Decision::Declared
    }
}

impl From<Decision> for Judged {
    fn from(decision: Decision) -> Self {
        Self { decision, rule: None }
    }
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
    pub(super) fn decide(&self, deed: Deed, path: &[u8], directory: &[u8]) -> Judged {
        let rule = match deed {
            Deed::Read => self.allowing(Access::Read, path),
            Deed::Write => self.allowing(Access::Write, path),
            Deed::Execute => self.allowing(Access::Execute, path),
            Deed::Entry => self.allowing(Access::Write, directory),
        };
        let decision = match (rule, self.enforces) {
            (Some(_), _) => Decision::Declared,
            (None, true) => Decision::Denied,
            (None, false) => Decision::Undeclared,
        };
        Judged { decision, rule }
    }

    /// Returns the path of the rule that allows an attempt.
    pub(super) fn declared(&self, judged: Judged) -> Option<&OsStr> {
        let (_, path) = self.rules.get(judged.rule?)?;
        Some(OsStr::from_bytes(if path.is_empty() { b"/" } else { path }))
    }

    fn allowing(&self, access: Access, path: &[u8]) -> Option<usize> {
        self.rules.iter().position(|(granted, above)| {
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
                        assert_eq!(told.decision, scope.decide(&action, level), "{action:?}");
                        let above = mirror.declared(told);
                        assert_eq!(above.is_some(), told.is_declared(), "{action:?}");
                        assert!(above.is_none_or(|above| Path::new(path).starts_with(above)));
                    }
                }
            }
        }
    }
}
