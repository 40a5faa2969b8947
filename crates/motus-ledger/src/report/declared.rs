//! The counts that a report gives by itself.

use motus_json::{Object, Value};

use crate::report::Tally;

/// Counts as far as a report gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Declared {
    /// How many cases there are.
    pub total: Option<u64>,
    /// How many passed.
    pub passed: Option<u64>,
    /// How many failed.
    pub failed: Option<u64>,
    /// How many could not be carried out.
    pub errored: Option<u64>,
    /// How many were left out.
    pub skipped: Option<u64>,
}

impl Declared {
    /// Tells whether it says nothing else than the counts of the cases.
    pub fn agrees_with(&self, tally: &Tally) -> bool {
        let counted = Self {
            total: Some(tally.total()),
            passed: Some(tally.passed),
            failed: Some(tally.failed),
            errored: Some(tally.errored),
            skipped: Some(tally.skipped),
        };
        let pairs = self.members().into_iter().zip(counted.members());
        pairs.into_iter().all(|((_, said), (_, counted))| said.is_none() || said == counted)
    }

    /// Returns the counts of cases that the report does not list; nothing where they cannot be so.
    ///
    /// What is not said is none.
    pub fn tally(&self) -> Option<Tally> {
        let [failed, errored, skipped] =
            [self.failed, self.errored, self.skipped].map(Option::unwrap_or_default);
        let rest = self.total?.checked_sub(failed)?.checked_sub(errored)?.checked_sub(skipped)?;
        Some(Tally { passed: rest, failed, errored, skipped })
    }

    /// Adds other counts; what only one of them gives is not known of both.
    pub fn add(&mut self, other: &Self) {
        let sum = |one: Option<u64>, other: Option<u64>| one?.checked_add(other?);
        self.total = sum(self.total, other.total);
        self.passed = sum(self.passed, other.passed);
        self.failed = sum(self.failed, other.failed);
        self.errored = sum(self.errored, other.errored);
        self.skipped = sum(self.skipped, other.skipped);
    }

    fn members(&self) -> [(&'static str, Option<u64>); 5] {
        [
            ("total", self.total),
            ("passed", self.passed),
            ("failed", self.failed),
            ("errored", self.errored),
            ("skipped", self.skipped),
        ]
    }

    pub(super) fn to_value(self) -> Value {
        let said = self.members().into_iter().filter_map(|(name, count)| Some((name, count?)));
        Value::Object(said.collect::<Object>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_can_disagree() {
        let tally = Tally { passed: 2, failed: 1, errored: 0, skipped: 1 };
        let said = |total, failed| Declared { total, failed, ..Declared::default() };
        assert!(said(None, None).agrees_with(&tally));
        assert!(said(Some(4), Some(1)).agrees_with(&tally));
        assert!(!said(Some(5), None).agrees_with(&tally));
        assert!(!said(None, Some(0)).agrees_with(&tally));
    }

    #[test]
    fn cases_that_are_not_listed_are_counted_where_that_can_be() {
        let said = |total, failed| Declared { total, failed, ..Declared::default() };
        let tally = said(Some(3), Some(1)).tally();
        assert_eq!(tally, Some(Tally { passed: 2, failed: 1, ..Tally::default() }));
        assert_eq!(said(Some(1), Some(2)).tally(), None);
        assert_eq!(said(None, Some(2)).tally(), None);
    }

    #[test]
    fn a_sum_is_known_where_both_are() {
        let mut sum = Declared { total: Some(1), failed: Some(1), ..Declared::default() };
        sum.add(&Declared { total: Some(2), ..Declared::default() });
        assert_eq!(sum, Declared { total: Some(3), ..Declared::default() });
    }
}
