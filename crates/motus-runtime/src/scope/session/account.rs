//! What has changed and no attempt accounts for: an attempt does for what it names, and for what a renamed directory
//! took along.
//!
//! A renaming accounts for no more than that: what lies below its new name was somewhere before, or was attempted under
//! a name that it had, or it is told.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::super::below::Below;
use super::super::patience::Patience;
use super::super::snapshot::Difference;
use super::super::tally::Sum;
use super::super::{Action, Change, Decision};

/// So many names are looked at for all changes together; what would take more is told.
pub(super) const MOST_STEPS: usize = 5_000_000;

/// Looking at so many bytes of a name more takes as long as one of them.
const LOOKED_AT_A_STEP: usize = 128;

/// A further name of so many bytes more counts as one of them: they are kept.
const KEPT_A_STEP: usize = 16;

/// Longer names are not followed: renamings that were attempted in a circle make them grow.
const LONGEST: usize = 8 << 10;

/// Returns the changes that no attempt accounts for, as far as there is patience to find them. Where names were too many
/// to be kept, nobody can say.
pub(super) fn unaccounted(
    difference: Difference,
    sum: &Sum,
    patience: &mut Patience<'_>,
) -> Vec<Change> {
    let mut account = Account::new(sum);
    let Difference { mut changes, elsewhere, .. } = difference;
    let mut taken = 0;
    changes.retain(|change| {
        if !patience.lasts(1 + taken) {
            return false;
        }
        let before = account.steps;
        let has = account.has(change, elsewhere.contains(change.path()));
        taken = before.saturating_sub(account.steps) as u64;
        !has
    });
    changes
}

/// What attempts account for.
struct Account<'a> {
    named: Named<'a>,
    /// The names that a directory had, by those that it was given.
    earlier: Renamings<'a>,
    /// The other way round.
    later: Renamings<'a>,
    steps: usize,
}

/// Names that were attempted.
struct Named<'a> {
    /// As bytes, which are found several times as fast as paths.
    written: HashSet<&'a OsStr>,
    /// Below directories that stand for the names in them.
    as_a_whole: Below,
}

/// The names that directories went by as well; as bytes, which are found several times as fast as paths.
pub(super) type Renamings<'a> = HashMap<&'a OsStr, Vec<&'a Path>>;

impl<'a> Account<'a> {
    fn new(sum: &'a Sum) -> Self {
        let seen = sum.seen.iter().filter(|seen| seen.decision != Decision::Denied);
        let written = seen.filter_map(|seen| match &seen.action {
            Action::Write(path) | Action::Entry(path) => Some(path),
            _ => None,
        });
        let named = Named {
            written: written.chain(&sum.merged).map(|path| path.as_os_str()).collect(),
            as_a_whole: Below::new(&sum.merged),
        };
        let (mut earlier, mut later) = (Renamings::new(), Renamings::new());
        for (from, to) in renamed(sum) {
            earlier.entry(to.as_os_str()).or_default().push(from);
            later.entry(from.as_os_str()).or_default().push(to);
        }
        Self { named, earlier, later, steps: MOST_STEPS }
    }

    /// Tells whether a change is accounted for; what says no more than that something `is_elsewhere` is by any renaming.
    fn has(&mut self, change: &Change, is_elsewhere: bool) -> bool {
        if self.named.has(change.path()) {
            return true;
        }
        let renamings = match change {
            Change::Removed(_) => &self.later,
            Change::Made(_) | Change::Changed(_) => &self.earlier,
        };
        let is_it = |other: &Path| is_elsewhere || self.named.has(other);
        follow(renamings, change.path(), &mut self.steps, is_it) == Some(true)
    }
}

impl Named<'_> {
    /// Tells whether a name was attempted, or is one of too many.
    fn has(&self, path: &Path) -> bool {
        self.written.contains(path.as_os_str()) || self.as_a_whole.has(path)
    }
}

/// Returns from where to where directories were renamed. Into itself, or onto what it lies in, none ever is.
pub(super) fn renamed(sum: &Sum) -> impl Iterator<Item = (&Path, &Path)> {
    let pairs = sum.moved.iter().map(|(from, to)| (from.as_path(), to.as_path()));
    pairs.filter(|(from, to)| !from.starts_with(to) && !to.starts_with(from))
}

/// Goes through the further names that renamings gave to something, until one is what is looked for; `None` when they
/// are too many for the steps that are left, or too long.
pub(super) fn follow(
    renamings: &Renamings<'_>,
    path: &Path,
    steps: &mut usize,
    mut is_it: impl FnMut(&Path) -> bool,
) -> Option<bool> {
    if renamings.is_empty() {
        return Some(false);
    }
    let mut found: HashSet<PathBuf> = HashSet::from([path.to_owned()]);
    let mut ahead = vec![path.to_owned()];
    while let Some(path) = ahead.pop() {
        for above in path.ancestors() {
            let above_bytes = above.as_os_str();
            *steps = steps.checked_sub(1 + above_bytes.len() / LOOKED_AT_A_STEP)?;
            for other in renamings.get(above_bytes).into_iter().flatten() {
                let Ok(rest) = path.strip_prefix(above) else { continue };
                // Nothing behind it would be a slash at the end.
                let other = if rest.as_os_str().is_empty() {
                    other.to_path_buf()
                } else {
                    other.join(rest)
                };
                let length = other.as_os_str().len();
                *steps = steps.checked_sub(1 + length / KEPT_A_STEP)?;
                if length > LONGEST {
                    return None;
                }
                if !found.contains(&other) {
                    if is_it(&other) {
                        return Some(true);
                    }
                    found.insert(other.clone());
                    ahead.push(other);
                }
            }
        }
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use super::super::super::Seen;
    use super::*;

    fn attempted(path: &str, decision: Decision) -> Seen {
        Seen { action: Action::Entry(path.into()), decision, count: 1 }
    }

    fn left(changes: &[Change], elsewhere: &[&str], sum: &Sum) -> Vec<String> {
        left_by(changes, elsewhere, sum, &mut Patience::until(&mut || false))
    }

    fn left_by(
        changes: &[Change],
        elsewhere: &[&str],
        sum: &Sum,
        patience: &mut Patience<'_>,
    ) -> Vec<String> {
        let difference = Difference {
            changes: changes.to_vec(),
            elsewhere: elsewhere.iter().map(PathBuf::from).collect(),
            ..Difference::default()
        };
        let left = unaccounted(difference, sum, patience);
        left.iter().map(|change| change.path().display().to_string()).collect()
    }

    fn sum(names: &[&str], moved: &[(&str, &str)]) -> Sum {
        Sum {
            seen: names.iter().map(|name| attempted(name, Decision::Declared)).collect(),
            moved: moved.iter().map(|(from, to)| (from.into(), to.into())).collect(),
            ..Sum::default()
        }
    }

    fn made(paths: &[&str]) -> Vec<Change> {
        paths.iter().map(|path| Change::Made(path.into())).collect()
    }

    #[test]
    fn an_attempt_accounts_for_what_it_names_alone() {
        let changes = made(&["/w/a", "/w/a/b", "/w/c", "/w/many/x", "/w/denied"]);
        let mut sum = sum(&["/w/a"], &[]);
        sum.seen.push(attempted("/w/denied", Decision::Denied));
        sum.merged.push("/w/many".into());
        assert_eq!(left(&changes, &["/w/c"], &sum), ["/w/a/b", "/w/c", "/w/denied"]);
    }

    #[test]
    fn a_renaming_accounts_for_what_it_took_along_and_for_nothing_else() {
        let sum = sum(&["/w/old/new", "/w/older/x"], &[("/w/older", "/w/old"), ("/w/old", "/w/d")]);
        let changes = made(&["/w/d/was", "/w/d/new", "/w/d/x", "/w/d/hidden", "/w/old/new/y"]);
        assert_eq!(left(&changes, &["/w/d/was"], &sum), ["/w/d/hidden", "/w/old/new/y"]);
    }

    #[test]
    fn what_went_along_or_was_removed_afterwards_is_accounted_for() {
        let sum = sum(&["/w/d/gone"], &[("/w/old", "/w/d")]);
        let changes =
            ["/w/old/gone", "/w/old/went", "/w/old/lost"].map(|path| Change::Removed(path.into()));
        assert_eq!(left(&changes, &["/w/old/went"], &sum), ["/w/old/lost"]);
    }

    #[test]
    fn what_lies_deep_takes_one_step_where_names_are_too_many_to_be_kept() {
        let deep = format!("/w{}", "/a".repeat(1900));
        let names: Vec<_> = (0..20_000).map(|number| format!("{deep}/{number}")).collect();
        let changes = made(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let mut never = || false;
        let mut patience = Patience::until(&mut never);
        for (merged, expected) in [("/w", 0), ("/w/b", names.len())] {
            let sum = Sum { merged: vec![merged.into()], ..Sum::default() };
            assert_eq!(left_by(&changes, &[], &sum, &mut patience).len(), expected);
        }
        assert_eq!(patience.steps(), 2 * names.len() as u64);
    }

    #[test]
    fn what_was_found_until_an_end_was_asked_for_is_told() {
        let names: Vec<_> = (0..9000).map(|number| format!("/w/a/{number}")).collect();
        let changes = made(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let left = |sum: &Sum| {
            let mut asked = || true;
            left_by(&changes, &[], sum, &mut Patience::until(&mut asked)).len()
        };
        let plain = left(&sum(&[], &[]));
        let followed = left(&sum(&[], &[("/w/b", "/w/a")]));
        assert!((1000..2000).contains(&plain), "{plain}");
        assert!((100..plain / 2).contains(&followed), "further names are steps: {followed}");
    }

    #[test]
    fn names_that_grow_without_end_are_not_followed() {
        let removed = [Change::Removed("/w/a/x".into())];
        let into_itself = sum(&["/w/a/b/x"], &[("/w/a", "/w/a/b")]);
        assert_eq!(left(&removed, &[], &into_itself), ["/w/a/x"]);
        let crossed = [("/w/a", "/w/b/c"), ("/w/b", "/w/a/c")];
        assert!(left(&removed, &[], &sum(&["/w/a/c/c/x"], &crossed)).is_empty());
        assert_eq!(left(&removed, &[], &sum(&["/w/x"], &crossed)), ["/w/a/x"]);
        let long = "n".repeat(250);
        let mut steps = MOST_STEPS;
        let (there, back) = (format!("/w/b/{long}"), format!("/w/a/{long}"));
        let growing = Renamings::from([
            (OsStr::new("/w/a"), vec![Path::new(&there)]),
            (OsStr::new("/w/b"), vec![Path::new(&back)]),
        ]);
        assert_eq!(follow(&growing, Path::new("/w/a/x"), &mut steps, |_| false), None);
        assert!(steps > MOST_STEPS / 2, "they are too long before they are too many");
    }

    #[test]
    fn renamings_in_a_circle_come_to_an_end_and_too_many_account_for_nothing() {
        let names: Vec<_> = (0..3000).map(|number| format!("/w/{number}")).collect();
        let circle = names.iter().zip(names.iter().cycle().skip(1));
        let moved: Vec<_> = circle.map(|(from, to)| (from.as_str(), to.as_str())).collect();
        let one = made(&["/w/1/x"]);
        assert_eq!(left(&one, &[], &sum(&[], &moved)), ["/w/1/x"]);
        assert!(left(&one, &[], &sum(&["/w/1500/x"], &moved)).is_empty());
        let many: Vec<_> = (0..3000).map(|number| format!("/w/1/{number}")).collect();
        let many = made(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(left(&many, &[], &sum(&[], &moved)).len(), many.len());
    }
}
