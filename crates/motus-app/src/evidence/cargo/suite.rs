//! The suites of the test harness: each program of tests is one.

use std::collections::BTreeSet;

use motus_json::Value;
use motus_ledger::report::{Declared, Status, Tally, Tests};

use crate::evidence::seconds::milliseconds;

/// The most tests that run at the same time.
const MOST_RUNNING: usize = 8192;

/// The longest name of a test that is waited for, in bytes.
const LONGEST_NAME: usize = 512;

/// All suites.
#[derive(Debug, Default)]
pub(super) struct Suites {
    tests: Tests,
    has_begun: bool,
    /// What was counted of the suite that has begun and not ended.
    open: Option<Tally>,
    /// The tests that began and did not end. Some writers tell the end in a later suite.
    running: BTreeSet<String>,
    /// What the suites say of their cases.
    declared: Declared,
    disagrees: bool,
}

impl Suites {
    /// Takes in a line. Errors: what is wrong with it.
    pub(super) fn observe(&mut self, line: &Value) -> Result<(), String> {
        let text = |name| line.get(name).and_then(Value::as_str);
        let event = text("event").unwrap_or_default();
        match (text("type").unwrap_or_default(), event) {
            ("suite", "started") => {
                self.abandon();
                self.open = Some(Tally::default());
                self.has_begun = true;
            }
            ("suite", "ok" | "failed") => self.end_suite(line),
            ("suite", _) => return Err("the event of a suite is not known".to_owned()),
            ("test", event) => {
                let name = text("name").ok_or("a test has no name")?;
                return self.observe_test(name, event, line);
            }
            // A benchmark has one line, and says what it measured.
            ("bench", _) => {
                let name = text("name").ok_or("a benchmark has no name")?;
                self.add(name, Status::Passed, None);
            }
            _ => {}
        }
        Ok(())
    }

    /// Ends the reading: what has no end was killed, or the report is not whole.
    pub(super) fn end(mut self) -> Option<Tests> {
        self.abandon();
        for name in self.running {
            self.tests.cases.add(&name, Status::Errored, None);
        }
        if self.disagrees {
            self.tests.declared = Some(self.declared);
        }
        self.has_begun.then_some(self.tests)
    }

    fn observe_test(&mut self, name: &str, event: &str, line: &Value) -> Result<(), String> {
        let status = match event {
            "started" => return self.start_test(name),
            // It takes long, and goes on.
            "timeout" => return Ok(()),
            "ok" => Status::Passed,
            "failed" => Status::Failed,
            "ignored" => Status::Skipped,
            _ => return Err("the event of a test is not known".to_owned()),
        };
        let seconds = line.get("exec_time").and_then(Value::as_number);
        // The spelling of the number, and not a float, is what is rounded.
        self.add(name, status, seconds.and_then(|seconds| milliseconds(&seconds.to_string())));
        Ok(())
    }

    fn start_test(&mut self, name: &str) -> Result<(), String> {
        self.has_begun = true;
        self.running.insert(head(name).to_owned());
        if self.running.len() > MOST_RUNNING {
            return Err(format!("more than {MOST_RUNNING} tests run at the same time"));
        }
        Ok(())
    }

    fn add(&mut self, name: &str, status: Status, milliseconds: Option<u64>) {
        self.has_begun = true;
        self.running.remove(head(name));
        if let Some(counted) = &mut self.open {
            counted.count(status);
        }
        self.tests.cases.add(name, status, milliseconds);
    }

    fn end_suite(&mut self, line: &Value) {
        let counted = self.open.take().unwrap_or_default();
        let count = |name| line.get(name).and_then(Value::as_u64);
        // What is left out is told twice by some, so that only the others are compared.
        let said = Declared {
            passed: sum(count("passed"), count("measured")),
            failed: count("failed"),
            ..Declared::default()
        };
        self.disagrees |= !said.agrees_with(&counted);
        self.declared = match self.declared {
            none if none == Declared::default() => said,
            mut declared => {
                declared.add(&said);
                declared
            }
        };
        self.has_begun = true;
    }

    /// Ends a suite that has no end of its own; which of its tests has none says why.
    fn abandon(&mut self) {
        if self.open.take().is_some() && self.running.is_empty() {
            self.tests.cases.add("a suite has no end", Status::Errored, None);
        }
    }
}

fn sum(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    one?.checked_add(other.unwrap_or_default())
}

fn head(name: &str) -> &str {
    name.get(..name.floor_char_boundary(LONGEST_NAME)).unwrap_or(name)
}
