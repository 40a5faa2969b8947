//! Where the kills fell.

use std::fmt;

use super::acknowledged::Acknowledged;
use crate::failure::Failure;

/// What the wrapper had acknowledged when it was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing, and there was no Store before.
    Making,
    /// Nothing.
    Starting,
    /// The start.
    Running,
    /// The close.
    Closed,
    /// It was not killed: it had ended by itself.
    Ended,
}

/// Counts by phase, and of kills at single system calls.
#[derive(Debug, Default)]
pub(super) struct Tally {
    making: u32,
    starting: u32,
    running: u32,
    closed: u32,
    ended: u32,
    /// Scenario, and how many of its system calls were a place to die.
    pub(super) system_calls: Vec<(&'static str, u32)>,
    /// Why system calls were not walked.
    pub(super) skipped: Option<String>,
}

impl Phase {
    /// Judges by what is known after the kill.
    pub(super) fn of(killed: bool, fresh: bool, acknowledged: Option<&Acknowledged>) -> Self {
        match acknowledged {
            _ if !killed => Self::Ended,
            Some(acknowledged) if acknowledged.closed => Self::Closed,
            Some(_) => Self::Running,
            None if fresh => Self::Making,
            None => Self::Starting,
        }
    }
}

impl Tally {
    pub(super) fn count(&mut self, phase: Phase) {
        let counter = match phase {
            Phase::Making => &mut self.making,
            Phase::Starting => &mut self.starting,
            Phase::Running => &mut self.running,
            Phase::Closed => &mut self.closed,
            Phase::Ended => &mut self.ended,
        };
        *counter += 1;
    }

    /// Refuses a torture that was none: at least a fifth of the rounds has to hit a run half-way.
    pub(super) fn require_spread(&self, rounds: u32) -> Result<(), Failure> {
        if self.running >= rounds / 5 {
            return Ok(());
        }
        let message = format!("only {} kills fell between start and close", self.running);
        Err(Failure::Failed(message))
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = [
            ("before the start, no Store before", self.making),
            ("before the start", self.starting),
            ("between start and close", self.running),
            ("after the close", self.closed),
            ("not killed, ended first", self.ended),
        ];
        for (what, count) in lines {
            writeln!(formatter, "  {what:<36} {count:>5}")?;
        }
        for (scenario, count) in &self.system_calls {
            let what = format!("at each system call, {scenario}");
            writeln!(formatter, "  {what:<36} {count:>5}")?;
        }
        if let Some(why) = &self.skipped {
            writeln!(formatter, "  SKIPPED system calls: {why}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_is_what_was_acknowledged() {
        let acknowledged =
            |closed| Acknowledged { run: "run_1".to_owned(), closed, events: Vec::new() };
        let phase = |fresh, acknowledged: Option<Acknowledged>| {
            Phase::of(true, fresh, acknowledged.as_ref())
        };
        assert_eq!(phase(true, None), Phase::Making);
        assert_eq!(phase(false, None), Phase::Starting);
        assert_eq!(phase(true, Some(acknowledged(false))), Phase::Running);
        assert_eq!(phase(false, Some(acknowledged(true))), Phase::Closed);
        assert_eq!(Phase::of(false, false, None), Phase::Ended);
    }

    #[test]
    fn too_few_kills_half_way_prove_nothing() {
        let mut tally = Tally::default();
        tally.count(Phase::Running);
        assert!(tally.require_spread(9).is_ok());
        assert!(tally.require_spread(10).is_err());
    }
}
