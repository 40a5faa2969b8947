//! Running one statement over generated values and counting what came of it.

use std::cell::Cell;

use motus_json::printable;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseResult, TestError, TestRunner};

/// More of a failure than this nobody reads.
const LONGEST_NOTE: usize = 600;

/// How a property is run.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// Decides every generated value.
    pub seed: u64,
    /// How many values each statement is tried on.
    pub cases: u32,
}

/// What came of a property.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The values that were tried, the one that failed included; those of all statements together.
    pub cases: u32,
    /// How many statements do not hold. Of each, the first counterexample ends the run.
    pub failures: u32,
    /// For each of them what failed, and the smallest value that was found for it.
    pub notes: Vec<String>,
}

impl Outcome {
    /// Tells whether something was tried and nothing failed.
    pub fn passed(&self) -> bool {
        self.cases > 0 && self.failures == 0
    }

    /// Adds what came of another statement of the same property.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.cases += other.cases;
        self.failures += other.failures;
        self.notes.extend(other.notes);
        self
    }
}

/// Tries a statement on generated values. Nothing is written beside the sources.
pub(super) fn check<S: Strategy>(
    run: &Run,
    values: S,
    statement: impl Fn(S::Value) -> TestCaseResult,
) -> Outcome {
    let rng_seed = RngSeed::Fixed(run.seed);
    let config =
        Config { cases: run.cases, rng_seed, failure_persistence: None, ..Config::default() };
    let tried = Cell::new(0);
    let result = TestRunner::new(config).run(&values, |value| {
        let result = statement(value);
        if result.is_ok() {
            tried.set(tried.get() + 1);
        }
        result
    });
    let note = match result {
        Ok(()) => return Outcome { cases: run.cases, ..Outcome::default() },
        Err(TestError::Fail(reason, value)) => format!("{reason}; smallest: {value:?}"),
        Err(TestError::Abort(reason)) => format!("gave up: {reason}"),
    };
    let note = printable(&note).chars().take(LONGEST_NOTE).collect();
    // What shrinking tried on the way is no case of its own.
    let cases = (tried.get() + 1).min(run.cases);
    Outcome { cases, failures: 1, notes: vec![note] }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use proptest::prelude::*;

    use super::*;

    const RUN: Run = Run { seed: 7, cases: 100 };

    fn values_of(run: &Run) -> Vec<u32> {
        let values = RefCell::new(Vec::new());
        let outcome = check(run, any::<u32>(), |value| {
            values.borrow_mut().push(value);
            Ok(())
        });
        assert_eq!(outcome, Outcome { cases: run.cases, ..Outcome::default() });
        values.into_inner()
    }

    #[test]
    fn a_seed_decides_the_cases() {
        assert_eq!(values_of(&RUN), values_of(&RUN));
        assert_ne!(values_of(&RUN), values_of(&Run { seed: 8, ..RUN }));
        assert_eq!(values_of(&RUN).len(), 100);
    }

    #[test]
    fn a_statement_that_does_not_hold_is_told_with_its_smallest_value() {
        let outcome = check(&RUN, 0..10_000_u32, |value| {
            prop_assert!(value < 300, "too large");
            Ok(())
        });
        assert_eq!((outcome.passed(), outcome.failures), (false, 1));
        assert!((1..100).contains(&outcome.cases), "{outcome:?}");
        assert!(outcome.notes[0].starts_with("too large"), "{outcome:?}");
        assert!(outcome.notes[0].ends_with("smallest: 300"), "{outcome:?}");
    }

    #[test]
    fn a_statement_that_nothing_fits_has_not_passed() {
        let outcome = check(&RUN, any::<u32>(), |_| {
            prop_assume!(false);
            Ok(())
        });
        assert!(!outcome.passed() && outcome.notes[0].starts_with("gave up"), "{outcome:?}");
    }

    #[test]
    fn outcomes_add_up() {
        let failed = Outcome { cases: 3, failures: 1, notes: vec!["why".to_owned()] };
        let both = Outcome { cases: 100, ..Outcome::default() }.and(failed);
        assert_eq!(both, Outcome { cases: 103, failures: 1, notes: vec!["why".to_owned()] });
        assert!(!Outcome::default().passed(), "nothing was tried");
    }
}
