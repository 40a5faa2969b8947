//! The command line of `torture`.

use std::ffi::OsString;

use super::acknowledged::Plant;
use crate::failure::Failure;

/// What is tortured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `motus wrap`.
    Wrap,
    /// Project memory.
    Textus,
    /// The ledger over one Store.
    Ledger,
}

/// How long to torture, and how.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    /// Rounds of killing a wrap.
    pub(super) rounds: u32,
    /// Rounds in which two writers of one entry race.
    pub(super) races: u32,
    /// Simulations of the ledger.
    pub(super) seeds: u64,
    pub(super) seed: Option<u64>,
    pub(super) plant: Option<Plant>,
    /// The only part to be tortured.
    only: Option<Part>,
}

impl Options {
    pub(super) fn parse(arguments: &[OsString]) -> Result<Self, Failure> {
        let mut options =
            Self { rounds: 500, races: 500, seeds: 1000, seed: None, plant: None, only: None };
        let mut rest = arguments.iter().map(|argument| argument.to_str());
        while let Some(flag) = rest.next() {
            options.set(flag, rest.next().flatten()).ok_or_else(usage)?;
        }
        Ok(options)
    }

    fn set(&mut self, flag: Option<&str>, value: Option<&str>) -> Option<()> {
        match flag? {
            "--rounds" => self.rounds = value?.parse().ok()?,
            "--races" => self.races = value?.parse().ok()?,
            "--seeds" => self.seeds = value?.parse().ok()?,
            "--only" => self.only = Some(part(value?)?),
            "--seed" => self.seed = Some(value?.parse().ok()?),
            "--plant" => self.plant = Some(Plant::parse(value?)?),
            _ => return None,
        }
        Some(())
    }

    /// Tells whether a part is to be tortured.
    pub(super) fn has(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }
}

fn part(name: &str) -> Option<Part> {
    match name {
        "wrap" => Some(Part::Wrap),
        "textus" => Some(Part::Textus),
        "ledger" => Some(Part::Ledger),
        _ => None,
    }
}

fn usage() -> Failure {
    let plants = Plant::NAMES.map(|(name, _)| name).join(", ");
    Failure::Usage(format!(
        "torture takes `--only wrap|textus|ledger`, `--rounds N`, `--races N`, `--seeds N`, `--seed N` \
         and `--plant FAULT`; faults: {plants}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments;

    fn parse(words: &[&str]) -> Result<Options, Failure> {
        Options::parse(&arguments::of(words))
    }

    #[test]
    fn flags_have_defaults() {
        let (rounds, races, seeds, seed, plant, only) = (500, 500, 1000, None, None, None);
        let defaults = Options { rounds, races, seeds, seed, plant, only };
        assert_eq!(parse(&[]).unwrap(), defaults);
        let chosen = parse(&["--rounds", "3", "--seed", "9", "--plant", "lost-ack"]).unwrap();
        let (rounds, seed, plant) = (3, Some(9), Some(Plant::Run));
        assert_eq!(chosen, Options { rounds, races, seeds, seed, plant, only });
        let chosen = parse(&["--only", "textus", "--races", "10000"]).unwrap();
        assert_eq!(chosen.races, 10_000);
        assert!(chosen.has(Part::Textus) && !chosen.has(Part::Wrap));
        let chosen = parse(&["--only", "ledger", "--seeds", "10000"]).unwrap();
        assert_eq!(chosen.seeds, 10_000);
        assert!(chosen.has(Part::Ledger) && !chosen.has(Part::Textus));
    }

    #[test]
    fn anything_else_is_a_usage_error() {
        let wrong: [&[&str]; 8] = [
            &["--rounds"],
            &["--rounds", "x"],
            &["--races", "-1"],
            &["--seeds", "many"],
            &["--only", "x"],
            &["--seed", "-1"],
            &["--plant", "x"],
            &["x", "y"],
        ];
        for arguments in wrong {
            assert_eq!(parse(arguments).unwrap_err().exit_code(), 2, "{arguments:?}");
        }
    }
}
