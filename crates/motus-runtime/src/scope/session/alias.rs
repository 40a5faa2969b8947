//! Files that were written and had further names where nobody looked: told by which file it is, whatever it was called
//! when it was written.
//!
//! A second look tells of most that were. It does not of those that are gone by then, nor of those whose times were set
//! back. These can have been written under a name that came and went, and such names are told in their place: better one
//! too many than one that is hidden. Where directories were renamed more often than was noted, a name says nothing of a
//! file, and all are told to which anything has happened.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::super::snapshot::{Alias, Fate};
use super::super::tally::Sum;
use super::super::{Action, Decision};
use super::account::{MOST_STEPS, Renamings, follow, renamed};

/// Returns the files that were written and had further names elsewhere; sorted. `sees` says whether the second look
/// would have seen what lies at a name.
pub(super) fn written_elsewhere(
    aliases: &[Alias<'_>],
    sum: &Sum,
    sees: impl Fn(&Path) -> bool,
) -> Vec<PathBuf> {
    if aliases.is_empty() {
        return Vec::new();
    }
    let attempts = Attempts::of(sum);
    let Written { files, passing } = attempts.written(aliases, sees);
    let mut told = BTreeSet::new();
    let mut may_have_passed = false;
    for (number, alias) in aliases.iter().enumerate() {
        let is_told = match alias.fate {
            _ if files.contains(&number) => true,
            Fate::Same => false,
            Fate::Written => true,
            _ if sum.moved_is_cut => true,
            // A renaming, or a name that came and went, explains it.
            Fate::Touched if !attempts.may_have_moved(alias) => true,
            Fate::Touched | Fate::Named | Fate::Gone => {
                may_have_passed |= attempts.may_have_moved(alias);
                false
            }
        };
        told.extend(alias.names.first().filter(|_| is_told).copied());
    }
    if may_have_passed {
        told.extend(passing);
    }
    told.into_iter().map(Path::to_owned).collect()
}

/// What was attempted and not stopped, by name.
struct Attempts<'a> {
    written: BTreeSet<&'a Path>,
    /// How often names were given or taken away; as bytes, which are found several times as fast as paths.
    entered: HashMap<&'a OsStr, u64>,
    /// Directories that stand for names in them that were written, given or taken away.
    merged: HashSet<&'a Path>,
    /// Both ways.
    renamings: Renamings<'a>,
}

/// Under which names something was written.
struct Written<'a> {
    /// The numbers of the files that had these names or have them now.
    files: HashSet<usize>,
    /// Names that a file may have got and lost again.
    passing: Vec<&'a Path>,
}

impl<'a> Attempts<'a> {
    fn of(sum: &'a Sum) -> Self {
        let (mut written, mut entered) = (BTreeSet::new(), HashMap::new());
        for seen in sum.seen.iter().filter(|seen| seen.decision != Decision::Denied) {
            match &seen.action {
                Action::Write(path) => _ = written.insert(path.as_path()),
                Action::Entry(path) => *entered.entry(path.as_os_str()).or_default() += seen.count,
                _ => {}
            }
        }
        let merged = sum.merged.iter().map(PathBuf::as_path);
        let merged = merged.filter(|directory| written.contains(directory)).collect();
        let mut renamings = Renamings::new();
        for (from, to) in renamed(sum) {
            renamings.entry(from.as_os_str()).or_default().push(to);
            renamings.entry(to.as_os_str()).or_default().push(from);
        }
        Self { written, entered, merged, renamings }
    }

    /// Tells whether a file may have got another name.
    fn may_have_moved(&self, alias: &Alias<'_>) -> bool {
        let mut names = alias.names.iter().chain(&alias.later);
        let is_unknown = !self.merged.is_empty() || !self.renamings.is_empty();
        is_unknown || names.any(|name| self.entered.contains_key(name.as_os_str()))
    }

    fn written(&self, aliases: &[Alias<'_>], sees: impl Fn(&Path) -> bool) -> Written<'a> {
        let mut by_name: HashMap<&OsStr, Vec<usize>> = HashMap::new();
        for (number, alias) in aliases.iter().enumerate() {
            for name in alias.names.iter().chain(&alias.later) {
                by_name.entry(name.as_os_str()).or_default().push(number);
            }
        }
        let mut written = Written { files: HashSet::new(), passing: Vec::new() };
        let mut steps = MOST_STEPS;
        for path in &self.written {
            let mut entered: u64 = 0;
            let mut note = |name: &Path| {
                written.files.extend(by_name.get(name.as_os_str()).into_iter().flatten());
                let times = self.entered.get(name.as_os_str()).copied().unwrap_or_default();
                entered = entered.saturating_add(times);
                false
            };
            note(path);
            let is_known = follow(&self.renamings, path, &mut steps, note).is_some();
            // A file has to come to a name, and to leave it unless nobody sees that it is there.
            let least = if sees(path) { 2 } else { 1 };
            if !is_known || entered >= least || self.merged.contains(path) {
                written.passing.push(path);
            }
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Seen;
    use super::*;

    type Make = fn(PathBuf) -> Action;
    const WRITE: Make = Action::Write;
    const ENTRY: Make = Action::Entry;

    fn sum(attempts: &[(Make, &str, u64)]) -> Sum {
        let seen = attempts.iter().map(|(action, path, count)| Seen {
            action: action(path.into()),
            decision: Decision::Declared,
            count: *count,
        });
        Sum { seen: seen.collect(), ..Sum::default() }
    }

    /// What is told of one file, which was called `/w/alias`.
    fn told(fate: Fate, later: &[&str], sum: &Sum) -> Vec<String> {
        let names = vec![Path::new("/w/alias")];
        let alias = Alias { names, later: later.iter().map(Path::new).collect(), fate };
        let told = written_elsewhere(&[alias], sum, |path| path.starts_with("/w"));
        told.iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn what_differs_is_told_whatever_was_attempted_and_what_does_not_by_attempts() {
        let nothing = Sum::default();
        let here = ["/w/alias"];
        for (fate, expected) in [(Fate::Same, 0), (Fate::Named, 0), (Fate::Gone, 0)] {
            assert_eq!(told(fate, &here, &nothing).len(), expected, "{fate:?}");
        }
        for fate in [Fate::Written, Fate::Touched] {
            assert_eq!(told(fate, &here, &nothing), here, "{fate:?}");
        }
        for (written, later) in [("/w/alias", vec![]), ("/w/x", vec!["/w/x"])] {
            let mut sum = sum(&[(WRITE, written, 1)]);
            assert_eq!(told(Fate::Same, &later, &sum), here, "{written}");
            sum.seen[0].decision = Decision::Denied;
            assert!(told(Fate::Same, &later, &sum).is_empty(), "{written}");
        }
    }

    #[test]
    fn what_was_renamed_or_removed_and_never_written_is_not_told() {
        let renamed = sum(&[(ENTRY, "/w/alias", 1), (ENTRY, "/w/x", 1)]);
        assert!(told(Fate::Touched, &["/w/x"], &renamed).is_empty());
        assert!(told(Fate::Gone, &[], &renamed).is_empty());
        let mut other = sum(&[(ENTRY, "/w/alias", 1), (ENTRY, "/w/new", 1), (WRITE, "/w/new", 9)]);
        assert!(told(Fate::Gone, &[], &other).is_empty(), "what is made once has not left");
        other.moved.insert(("/w".into(), "/v".into()));
        assert!(told(Fate::Gone, &[], &other).is_empty());
    }

    #[test]
    fn a_name_under_which_it_may_have_been_written_is_told() {
        let mut passed = sum(&[(ENTRY, "/w/alias", 1), (ENTRY, "/w/x", 2), (WRITE, "/w/x", 1)]);
        for (fate, later) in [(Fate::Gone, vec![]), (Fate::Touched, vec!["/w/alias"])] {
            assert_eq!(told(fate, &later, &passed), ["/w/x"], "{fate:?}");
        }
        assert!(told(Fate::Same, &["/w/alias"], &passed).is_empty());
        passed.seen.remove(0);
        assert!(told(Fate::Named, &["/w/alias"], &passed).is_empty(), "nobody moved it");
        let unseen = sum(&[(ENTRY, "/w/alias", 1), (ENTRY, "/t/x", 1), (WRITE, "/t/x", 1)]);
        assert_eq!(told(Fate::Gone, &[], &unseen), ["/t/x"], "it may lie there");
    }

    #[test]
    fn where_renamings_were_too_many_all_is_told_to_which_anything_has_happened() {
        let mut cut = sum(&[(ENTRY, "/w/alias", 1), (WRITE, "/w/e/y", 1)]);
        for (fate, later) in [
            (Fate::Touched, vec!["/w/alias"]),
            (Fate::Named, vec!["/w/alias"]),
            (Fate::Gone, vec![]),
        ] {
            cut.moved_is_cut = false;
            assert!(told(fate, &later, &cut).is_empty(), "{fate:?}");
            cut.moved_is_cut = true;
            assert_eq!(told(fate, &later, &cut), ["/w/alias"], "{fate:?}");
        }
        assert!(told(Fate::Same, &["/w/alias"], &cut).is_empty());
    }

    #[test]
    fn names_below_renamed_directories_are_those_that_were_had() {
        let moved = |sum: Sum| {
            let moved = [("/w/d".into(), "/w/e".into()), ("/w".into(), "/v".into())];
            Sum { moved: moved.into(), ..sum }
        };
        let below = moved(sum(&[(WRITE, "/v/alias", 1)]));
        assert_eq!(told(Fate::Touched, &["/w/alias"], &below), ["/w/alias"]);
        let away = [(ENTRY, "/w/alias", 1), (ENTRY, "/w/d/x", 1), (WRITE, "/w/e/x", 1)];
        assert!(told(Fate::Gone, &[], &moved(sum(&away))).is_empty());
        let gone = [&away[..], &[(ENTRY, "/w/e/x", 1)]].concat();
        assert_eq!(told(Fate::Gone, &[], &moved(sum(&gone))), ["/w/e/x"]);
    }

    #[test]
    fn a_directory_stands_for_names_that_were_too_many() {
        let mut flood = sum(&[(WRITE, "/w", 900)]);
        assert!(told(Fate::Gone, &[], &flood).is_empty());
        flood.merged = vec!["/r".into(), "/w".into()];
        assert_eq!(told(Fate::Gone, &[], &flood), ["/w"], "and what was only read does not");
        assert_eq!(told(Fate::Written, &["/w/alias"], &flood), ["/w/alias"]);
        assert!(told(Fate::Same, &["/w/alias"], &flood).is_empty());
    }
}
