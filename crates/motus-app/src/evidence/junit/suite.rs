//! One suite of a report, with the counts that it declares.

use motus_ledger::report::{Declared, Tests};

use super::Element;

/// As much of the name of a suite as is kept while it is read, in bytes.
const LONGEST_NAME: usize = 4096;

/// A suite that has begun.
pub(super) struct OpenSuite {
    pub(super) name: Option<String>,
    /// Whether a case stands in it, or in a suite within.
    pub(super) has_cases: bool,
    declared: Option<Declared>,
    /// What the suites within declare together.
    within: Option<Declared>,
}

/// A suite that has ended.
pub(super) struct EndedSuite {
    has_cases: bool,
    /// What it says of its cases, or the suites within do.
    pub(super) declared: Option<Declared>,
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
        }
    }

    /// Takes in a suite that stood within.
    pub(super) fn take(&mut self, ended: &EndedSuite) {
        self.has_cases |= ended.has_cases;
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
        }
        Ok(EndedSuite { has_cases: self.has_cases, declared: self.declared.or(self.within) })
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
