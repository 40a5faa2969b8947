//! Results of checks: each under a name that is its own, and the attempt that decides.

use std::collections::{BTreeMap, BTreeSet};

use super::invalid;
use crate::compiler::run::Flow;
use crate::policy::attempt;
use crate::receipt::Check;

/// What checks came to so far.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    /// The highest attempt at each check so far; 0 is the check itself.
    highest: BTreeMap<String, u64>,
    /// The attempt that decides, by the name of a check and by its own.
    deciding: BTreeMap<String, Deciding>,
    /// The checks whose last attempt did not pass.
    failing: BTreeSet<String>,
    /// How often the work was done so far: a result speaks of the work before it and of none behind it.
    works: u64,
}

/// The attempt that decides.
#[derive(Debug, Clone, Copy)]
struct Deciding {
    number: u64,
    passed: bool,
    /// The work of which it speaks.
    work: u64,
}

/// Returns a check and the number of the attempt at it, 0 where it has none.
///
/// Shape: no `@`, or one with a number behind it that 18 digits can tell: what looks like an attempt and is none
/// could hide a failure.
fn parts(check_id: &str) -> Flow<(&str, u64)> {
    let found = match attempt(check_id) {
        Some((check, (length, digits))) if length <= 18 => {
            Some((check, digits.parse().unwrap_or(0)))
        }
        Some(_) => None,
        None => Some((check_id, 0)),
    };
    found.filter(|(check, _)| !check.contains('@')).ok_or_else(|| {
        invalid(format!("check {check_id} is no check and no numbered attempt at one"))
    })
}

/// Checks that what is required is a check and no attempt at one.
///
/// An attempt is made once: what failed under its number could never pass under it.
pub(super) fn check_required(check: &str) -> Flow<()> {
    if check.contains('@') {
        return Err(invalid(format!("{check} cannot be required: a check has no @ in its name")));
    }
    Ok(())
}

/// The checks of one answer's results, and the numbers of the attempts at them.
pub(super) type Named = Vec<(String, u64)>;

impl Attempts {
    /// Names the results of one answer.
    ///
    /// Shape: a name that is there already, or behind a later attempt, becomes the next attempt at its check;
    /// every other one is kept.
    pub(super) fn name(&self, results: &mut [Check]) -> Flow<Named> {
        let (mut named, mut told) = (Named::new(), BTreeSet::new());
        let mut highest: BTreeMap<String, u64> = BTreeMap::new();
        for result in results {
            let (check, mut number) = parts(&result.check_id)?;
            let check = check.to_owned();
            let before = self.highest.get(&check).copied();
            let is_behind = before.is_some_and(|before| number <= before);
            if is_behind || told.contains(&result.check_id) {
                // A check without a number was the first attempt.
                let last = before.max(highest.get(&check).copied()).unwrap_or_default();
                number = last.max(1) + 1;
                result.check_id = format!("{check}@{number}");
            }
            let highest = highest.entry(check.clone()).or_default();
            *highest = number.max(*highest);
            told.insert(result.check_id.clone());
            named.push((check, number));
        }
        Ok(named)
    }

    /// Takes results that were named and are told.
    pub(super) fn take(&mut self, named: &Named, results: &[Check]) {
        for ((check, number), result) in named.iter().zip(results) {
            let highest = self.highest.entry(check.clone()).or_default();
            *highest = (*number).max(*highest);
            self.decide(check, *number, result);
        }
    }

    /// A result speaks for its own name, and as an attempt for its check.
    fn decide(&mut self, check: &str, number: u64, result: &Check) {
        for (name, number) in [(result.check_id.as_str(), 0), (check, number)] {
            let now = Deciding { number, passed: result.passed, work: self.works };
            let entry = self.deciding.entry(name.to_owned()).or_insert(now);
            if number >= entry.number {
                *entry = now;
            }
        }
        match self.deciding.get(check) {
            Some(Deciding { passed: true, .. }) => self.failing.remove(check),
            _ => self.failing.insert(check.to_owned()),
        };
    }

    /// Takes that the work is done, or done again: what passed before says nothing of it.
    pub(super) fn work(&mut self) {
        self.works = self.works.saturating_add(1);
    }

    /// Says what a required check lacks, if it has not passed since the work was done.
    pub(super) fn lack(&self, check: &str) -> Option<String> {
        match self.deciding.get(check) {
            Some(Deciding { passed: false, .. }) => Some(format!("check {check} did not pass")),
            Some(Deciding { work, .. }) if *work < self.works && !self.passed_later(check) => {
                Some(format!("check {check} has no result since the work was done again"))
            }
            Some(_) => None,
            None => Some(format!("check {check} has no result")),
        }
    }

    /// Tells whether what is required is an attempt, and its check has passed since the work was done.
    ///
    /// A policy may require an attempt by its number. That is made once, so that later ones speak of later work.
    fn passed_later(&self, check: &str) -> bool {
        let check = attempt(check).and_then(|(check, _)| self.deciding.get(check));
        check.is_some_and(|last| last.passed && last.work == self.works)
    }

    /// Says which check failed and has not passed since, required or not, if there is one.
    pub(super) fn still_failing(&self) -> Option<String> {
        self.failing.first().map(|check| format!("check {check} did not pass, and not since"))
    }
}
