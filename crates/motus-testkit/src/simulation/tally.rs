//! What happened in simulations: how many of each request there were, and how they ended.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::operation::Operation;
use super::step::Step;

/// Counts by name; the counts of several simulations add up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<String, u64>);

impl Tally {
    /// How many simulations there were.
    pub const SEEDS: &str = "simulations";
    /// How many steps their histories have.
    pub const STEPS: &str = "steps in histories";
    /// How often a worker died.
    pub const DEATHS: &str = "deaths of workers";
    /// How many requests took effect without anybody being told.
    pub const UNTOLD: &str = "requests that took effect untold";
    /// How often a process was stopped when it had taken a lock.
    pub const STOPS: &str = "stops of holders";
    /// How many of these holders came back, wrote with their token, and were refused.
    pub const LATE: &str = "stops of holders who were refused afterwards";

    /// Returns a count, 0 for what never happened.
    pub fn count(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// Adds to a count.
    pub fn add(&mut self, name: &str, count: u64) {
        if count > 0 {
            *self.0.entry(name.to_owned()).or_default() += count;
        }
    }

    /// Adds all counts of another one.
    pub fn merge(&mut self, other: &Self) {
        for (name, count) in &other.0 {
            self.add(name, *count);
        }
    }

    /// Reads what was displayed.
    pub fn parse(text: &str) -> Option<Self> {
        let line = |line: &str| {
            let (count, name) = line.trim_start().split_once(' ')?;
            Some((name.to_owned(), count.parse().ok()?))
        };
        text.lines().map(line).collect::<Option<_>>().map(Self)
    }
}

impl fmt::Display for Tally {
    /// One line for each count, by name.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, count) in &self.0 {
            writeln!(formatter, "{count:>10} {name}")?;
        }
        Ok(())
    }
}

/// Names what becomes of the steps of one history.
#[derive(Default)]
pub(super) struct Naming {
    answers: BTreeSet<String>,
    tokens: BTreeMap<String, u64>,
}

impl Naming {
    /// Returns the name under which the next step counts.
    pub(super) fn name(&mut self, step: &Step) -> String {
        let operation = step.operation.name();
        if let Some(code) = step.refusal() {
            return format!("{operation}: {code}");
        }
        let known = !self.answers.insert(step.answer.to_string());
        let ending = match &step.operation {
            Operation::Acquire { resource, .. } => self.tenure(resource, step),
            Operation::Assert(_) | Operation::Release(_) => "done",
            _ if known => "done before",
            _ => "done",
        };
        format!("{operation}: {ending}")
    }

    fn tenure(&mut self, resource: &str, step: &Step) -> &'static str {
        let token = step.answer["lock"]["fencing_token"].as_u64().unwrap_or_default();
        match self.tokens.insert(resource.to_owned(), token) {
            None => "first tenure",
            Some(last) if last == token => "renewed",
            Some(_) => "next tenure",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up_and_are_read_as_they_are_shown() {
        let mut tally = Tally::default();
        tally.add("close: ledger.close_conflict", 2);
        tally.add(Tally::SEEDS, 12_345_678_901);
        let mut twice = tally.clone();
        twice.merge(&tally);
        assert_eq!(twice.count("close: ledger.close_conflict"), 4);
        twice.add("never", 0);
        assert!(twice.count("never") == 0 && !twice.to_string().contains("never"));
        assert_eq!(Tally::parse(&twice.to_string()), Some(twice));
        assert_eq!(Tally::parse("x y"), None);
    }
}
