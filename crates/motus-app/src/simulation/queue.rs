//! Answers in the order in which they are asked for, clock and identifiers among them.

use jiff::{SignedDuration, Timestamp};
use motus_kernel::Uuid;

use super::error::{Kind, Place, ScenarioError};
use super::run::Unused;
use super::scenario::{Clock, Ids, List};

/// A list that is used from its beginning.
pub(super) struct Queue<'s, T> {
    list: &'s List<T>,
    /// What asks for the entries, as the document calls it.
    name: String,
    next: usize,
}

impl<'s, T> Queue<'s, T> {
    pub(super) fn new(name: impl Into<String>, list: &'s List<T>) -> Self {
        Self { list, name: name.into(), next: 0 }
    }

    /// Returns the next entry.
    ///
    /// Errors: `scenario.missing_answer`, at the place of the list.
    pub(super) fn take(&mut self) -> Result<&'s T, ScenarioError> {
        let Some((_, entry)) = self.list.entries.get(self.next) else {
            let (name, asked, given) = (&self.name, self.next + 1, self.list.entries.len());
            let message = format!("the loop asks for '{name}' {asked} times, {given} are given");
            return Err(ScenarioError::new(Kind::MissingAnswer, self.list.place, message));
        };
        self.next += 1;
        Ok(entry)
    }

    /// Tells that there are entries that were never asked for, at the place of the first.
    pub(super) fn unused(&self, told: &mut Vec<Unused>) {
        if let Some((place, _)) = self.list.entries.get(self.next) {
            let (name, more) = (&self.name, self.list.entries.len() - self.next);
            let message = format!("'{name}' has {more} more than the loop asked for");
            told.push(Unused::new(message, *place));
        }
    }
}

/// The loop's clock.
pub(super) enum Ticking<'s> {
    Steps { place: Place, start: &'s str, step_ms: u64, read: u64 },
    Times(Queue<'s, String>),
}

impl<'s> Ticking<'s> {
    pub(super) fn new(clock: &'s Clock) -> Self {
        match clock {
            Clock::Steps { place, start, step_ms } => {
                Self::Steps { place: *place, start, step_ms: *step_ms, read: 0 }
            }
            Clock::Times(times) => Self::Times(Queue::new("times", times)),
        }
    }

    /// Reads the clock.
    ///
    /// Errors: `scenario.missing_answer` when the list is at its end, or the calendar.
    pub(super) fn read(&mut self) -> Result<String, ScenarioError> {
        match self {
            Self::Times(times) => times.take().cloned(),
            Self::Steps { place, start, step_ms, read } => {
                let passed = step_ms.checked_mul(*read);
                let shown = match *read {
                    0 => Some((*start).to_owned()),
                    _ => passed.and_then(|passed| after(start, passed)),
                };
                *read += 1;
                let past = || {
                    let message = "the clock runs beyond the year 9999";
                    ScenarioError::new(Kind::MissingAnswer, *place, message)
                };
                shown.ok_or_else(past)
            }
        }
    }

    pub(super) fn unused(&self, told: &mut Vec<Unused>) {
        if let Self::Times(times) = self {
            times.unused(told);
        }
    }
}

/// Returns the time so many milliseconds after another.
fn after(start: &str, milliseconds: u64) -> Option<String> {
    let start: Timestamp = start.parse().ok()?;
    let passed = SignedDuration::from_millis(milliseconds.try_into().ok()?);
    start.checked_add(passed).ok().map(|time| time.to_string())
}

/// Names for the loop's events.
pub(super) enum Counting<'s> {
    Up { place: Place, first: Uuid, number: u64 },
    Listed(Queue<'s, Uuid>),
}

impl<'s> Counting<'s> {
    pub(super) fn new(ids: &'s Ids) -> Self {
        match ids {
            Ids::CountedUp { place, first, number } => {
                Self::Up { place: *place, first: *first, number: *number }
            }
            Ids::Listed(list) => Self::Listed(Queue::new("ids", list)),
        }
    }

    /// Returns the next identifier.
    ///
    /// Errors: `scenario.missing_answer` when the list is at its end, or the digits are.
    pub(super) fn next(&mut self) -> Result<Uuid, ScenarioError> {
        match self {
            Self::Listed(list) => list.take().copied(),
            Self::Up { place, first, number } => {
                let text = first.to_string();
                let groups = text.rsplit_once('-').map_or("", |(groups, _)| groups);
                let next = Uuid::parse(&format!("{groups}-{number:012}"));
                *number += 1;
                let message = "there are no more decimal digits to count up";
                next.ok_or_else(|| ScenarioError::new(Kind::MissingAnswer, *place, message))
            }
        }
    }

    pub(super) fn unused(&self, told: &mut Vec<Unused>) {
        if let Self::Listed(list) = self {
            list.unused(told);
        }
    }
}
