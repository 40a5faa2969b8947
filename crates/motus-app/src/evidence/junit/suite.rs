//! One suite of a report, with the counts that it declares.

use motus_ledger::report::{Declared, Status, Tally, Tests};

use super::Element;

/// As much of the name of a suite as is kept while it is read, in bytes.
const LONGEST_NAME: usize = 4096;

/// The most cases that are counted by what a suite declares: published evidence has no larger numbers.
const MOST_DECLARED: u64 = u32::MAX as u64;

/// A suite that has begun.
pub(super) struct OpenSuite {
    pub(super) name: Option<String>,
    /// Whether a case stands in it, or in a suite within.
    has_cases: bool,
    declared: Option<Declared>,
    /// What the suites within declare together.
    within: Option<Declared>,
    /// The cases that stand in it beside these suites.
    beside: Tally,
}

/// A suite that has ended.
pub(super) struct EndedSuite {
    has_cases: bool,
    /// What it says of its cases; if it does not, what the suites within say, and the cases beside them.
    pub(super) declared: Option<Declared>,
    /// Its cases where nobody says anything of them.
    undeclared: Tally,
}

impl OpenSuite {
    pub(super) fn begin(element: &Element) -> Self {
        // A collection of suites is no group that a case belongs to.
        let name = element.attribute("name").filter(|_| element.name == "testsuite");
        Self {
            name: name.filter(|name| !name.is_empty()).map(|name| head(name).to_owned()),
            has_cases: false,
            declared: declared(element),
            within: None,
            beside: Tally::default(),
        }
    }

    /// Counts a case that stands in it.
    pub(super) fn count(&mut self, status: Status) {
        self.has_cases = true;
        self.beside.count(status);
    }

    /// Takes in a suite that stood within.
    pub(super) fn take(&mut self, ended: &EndedSuite) {
        self.has_cases |= ended.has_cases;
        self.beside.add(&ended.undeclared);
        let Some(more) = &ended.declared else { return };
        match &mut self.within {
            Some(within) => within.add(more),
            None => self.within = Some(*more),
        }
    }

    /// Ends it. One that lists no case counts by what it declares.
    ///
    /// Errors: what is wrong with counts that are needed.
    pub(super) fn end(self, tests: &mut Tests) -> Result<EndedSuite, String> {
        if let Some(declared) = self.declared.filter(|_| !self.has_cases && self.within.is_none()) {
            let tally = declared.tally().ok_or("a suite declares more failures than tests")?;
            tests.cases.add_counted(&tally);
            if tests.cases.tally().total() > MOST_DECLARED {
                return Err(format!("suites declare more than {MOST_DECLARED} cases"));
            }
        }
        let together = self.within.map(|mut within| {
            within.add(&said_of(&self.beside));
            within
        });
        let declared = self.declared.or(together);
        let undeclared = if declared.is_some() { Tally::default() } else { self.beside };
        Ok(EndedSuite { has_cases: self.has_cases, declared, undeclared })
    }
}

/// Returns counts of cases as a suite would declare them.
fn said_of(tally: &Tally) -> Declared {
    Declared {
        total: Some(tally.total()),
        passed: None,
        failed: Some(tally.failed),
        errored: Some(tally.errored),
        skipped: Some(tally.skipped),
    }
}

/// Suites may be nested, and a name is as long as somebody likes.
fn head(name: &str) -> &str {
    name.get(..name.floor_char_boundary(LONGEST_NAME)).unwrap_or(name)
}

/// Returns what a suite declares, if it says how many cases it has.
fn declared(element: &Element) -> Option<Declared> {
    let count = |name| element.attribute(name).and_then(|text| text.trim().parse::<u64>().ok());
    let left_out = ["skipped", "skip", "ignored"].into_iter().find_map(count);
    let skipped = match (left_out, count("disabled")) {
        (Some(skipped), Some(disabled)) => skipped.checked_add(disabled),
        (skipped, disabled) => skipped.or(disabled),
    };
    Some(Declared {
        total: Some(count("tests")?),
        passed: None,
        failed: count("failures"),
        errored: count("errors"),
        skipped,
    })
}
