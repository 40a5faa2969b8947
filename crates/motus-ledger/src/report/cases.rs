//! The cases of a report: all are counted, and as many are kept by name as a payload may hold.
//!
//! Those that speak against what was tested are kept apart, so that the many that passed do not push them out.

use motus_json::{Object, Value};

use crate::report::LARGEST_PAYLOAD;
use crate::report::room::Room;
use crate::report::scrub::Scrubber;
use crate::report::tally::{Status, Tally};

/// The cases that were read. Memory: bounded, however many there are.
#[derive(Debug, Clone, Default)]
pub struct Cases {
    tally: Tally,
    broken: Kept,
    others: Kept,
    scrubber: Scrubber,
    added: u64,
}

/// Cases that are kept by name.
#[derive(Debug, Clone)]
struct Kept {
    cases: Vec<Case>,
    room: Room,
}

#[derive(Debug, Clone)]
struct Case {
    /// Which of all cases it is.
    number: u64,
    name: String,
    status: Status,
    milliseconds: Option<u64>,
}

impl Case {
    fn to_value(&self) -> Value {
        Value::Object(Object::from([
            ("name", Value::from(self.name.as_str())),
            ("status", self.status.as_str().into()),
            ("duration_ms", self.milliseconds.into()),
        ]))
    }
}

impl Default for Kept {
    fn default() -> Self {
        Self { cases: Vec::new(), room: Room(LARGEST_PAYLOAD) }
    }
}

impl Kept {
    /// Keeps a case; the first that finds no room ends the list.
    fn add(&mut self, case: Case) {
        if self.room.take(&case.to_value()) {
            self.cases.push(case);
        } else {
            self.room = Room(0);
        }
    }
}

impl Cases {
    /// Adds a case. What its name holds of credentials and absolute paths is not kept.
    pub fn add(&mut self, name: &str, status: Status, milliseconds: Option<u64>) {
        self.tally.count(status);
        let number = self.added;
        self.added = self.added.saturating_add(1);
        let kept = if status.is_broken() { &mut self.broken } else { &mut self.others };
        if kept.room.0 > 0 {
            let name = self.scrubber.clean(name);
            kept.add(Case { number, name, status, milliseconds });
        }
    }

    /// Adds cases of which the report gives only the number.
    pub fn add_counted(&mut self, tally: &Tally) {
        self.tally.add(tally);
    }

    /// Returns how many cases were added, which tells those that come later from those before.
    pub fn mark(&self) -> Mark {
        Mark { added: self.added, tally: self.tally }
    }

    /// Says of what was broken among the cases since a mark that it was known to be: it was skipped.
    pub fn excuse_since(&mut self, mark: &Mark) {
        let failed = self.tally.failed.saturating_sub(mark.tally.failed);
        let errored = self.tally.errored.saturating_sub(mark.tally.errored);
        self.tally.failed = self.tally.failed.min(mark.tally.failed);
        self.tally.errored = self.tally.errored.min(mark.tally.errored);
        self.tally.skipped = self.tally.skipped.saturating_add(failed).saturating_add(errored);
        for case in self.broken.cases.iter_mut().filter(|case| case.number >= mark.added) {
            case.status = Status::Skipped;
        }
    }

    /// Returns the counts of all cases.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    pub(super) fn scrubber(&self) -> &Scrubber {
        &self.scrubber
    }

    /// Returns those that are broken and find room, and those others that do.
    pub(super) fn choose_broken(&self, room: &mut Room) -> Chosen {
        let mut chosen = Chosen::default();
        chosen.take(&self.broken.cases, room);
        chosen
    }

    /// Returns all cases that are chosen, in their order, and whether some are left out.
    pub(super) fn choose_others(&self, mut chosen: Chosen, room: &mut Room) -> (Vec<Value>, bool) {
        chosen.take(&self.others.cases, room);
        let number = u64::try_from(chosen.0.len()).unwrap_or(u64::MAX);
        chosen.0.sort_unstable_by_key(|(number, _)| *number);
        let cases = chosen.0.into_iter().map(|(_, case)| case).collect();
        (cases, number < self.tally.total())
    }
}

/// A place among the cases.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    added: u64,
    tally: Tally,
}

impl Mark {
    /// Tells whether cases were added since, and whether any of them is broken.
    pub fn since(&self, cases: &Cases) -> (bool, bool) {
        let broken = |tally: &Tally| tally.failed.saturating_add(tally.errored);
        (cases.added > self.added, broken(&cases.tally) > broken(&self.tally))
    }
}

/// Cases for which there is room, by their number.
#[derive(Debug, Default)]
pub(super) struct Chosen(Vec<(u64, Value)>);

impl Chosen {
    fn take(&mut self, cases: &[Case], room: &mut Room) {
        for case in cases {
            let value = case.to_value();
            if !room.take(&value) {
                // What comes later and is shorter does not take its place.
                room.0 = 0;
                return;
            }
            self.0.push((case.number, value));
        }
    }
}
