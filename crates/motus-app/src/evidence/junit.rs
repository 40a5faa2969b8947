//! Reports in the XML of `JUnit`, as its many writers spell it.
//!
//! A case is what its element says: it failed, it could not be carried out, it was left out, or it passed.
//! Suites may stand in each other. Counts of suites stand for their cases only where a suite has none.

mod case;
mod suite;

use motus_ledger::report::{Status, Tests};

use self::case::OpenCase;
use self::suite::OpenSuite;
use super::intake::{Flaw, Intake};
use super::xml::{Element, Tag, Xml};

/// The attributes that are looked at.
const ATTRIBUTES: &[&str] = &[
    "name",
    "classname",
    "time",
    "status",
    "result",
    "tests",
    "failures",
    "errors",
    "skipped",
    "skip",
    "ignored",
    "disabled",
    "type",
];

/// An element that has begun and not ended.
enum Open {
    Suite(OpenSuite),
    Case(OpenCase),
    /// What says nothing that is recorded.
    Other,
}

/// Reads a report to its end.
pub(super) fn read(intake: Intake<'_>) -> Result<(Tests, Intake<'_>), Flaw> {
    let mut xml = Xml::new(intake, ATTRIBUTES);
    let mut tests = Tests::default();
    let mut open: Vec<Open> = Vec::new();
    loop {
        match xml.next()? {
            None => return Ok((tests, xml.into_intake())),
            Some(Tag::Start(element)) => {
                let is_root = open.is_empty();
                if is_root && !matches!(element.name.as_str(), "testsuites" | "testsuite") {
                    let problem = "the outermost element is neither testsuites nor testsuite";
                    let place = xml.place();
                    return Err(Flaw::Malformed { place, problem: problem.to_owned() });
                }
                let begun = begin(&element, &mut open);
                open.push(begun);
            }
            Some(Tag::End) => {
                if let Some(ended) = open.pop() {
                    end(ended, &mut open, &mut tests)
                        .map_err(|problem| Flaw::Malformed { place: xml.place(), problem })?;
                }
            }
        }
    }
}

fn begin(element: &Element, open: &mut [Open]) -> Open {
    let is_in_suite = matches!(open.last(), None | Some(Open::Suite(_)));
    match (element.name.as_str(), open.last_mut()) {
        ("testsuites" | "testsuite", _) if is_in_suite => Open::Suite(OpenSuite::begin(element)),
        ("testcase", Some(Open::Suite(suite))) => Open::Case(OpenCase::begin(element, suite)),
        (_, Some(Open::Case(case))) => {
            case.observe(element);
            Open::Other
        }
        _ => Open::Other,
    }
}

fn end(ended: Open, open: &mut [Open], tests: &mut Tests) -> Result<(), String> {
    match (ended, open.last_mut()) {
        (Open::Case(case), Some(Open::Suite(suite))) => {
            let (name, status, milliseconds) = case.end();
            suite.count(status);
            tests.cases.add(&name, status, milliseconds);
        }
        (Open::Suite(suite), parent) => {
            let ended = suite.end(tests)?;
            if let Some(Open::Suite(parent)) = parent {
                parent.take(&ended);
            } else {
                let tally = tests.cases.tally();
                tests.declared = ended.declared.filter(|it| !it.agrees_with(tally));
            }
        }
        _ => {}
    }
    Ok(())
}
