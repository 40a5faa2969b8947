//! The command line of `torture`.

use std::ffi::OsString;

use super::acknowledged::Plant;
use crate::failure::Failure;

/// How long to torture, and how.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) rounds: u32,
    pub(super) seed: Option<u64>,
    pub(super) plant: Option<Plant>,
}

impl Options {
    pub(super) fn parse(arguments: &[OsString]) -> Result<Self, Failure> {
        let mut options = Self { rounds: 500, seed: None, plant: None };
        let mut rest = arguments.iter().map(|argument| argument.to_str());
        while let Some(flag) = rest.next() {
            options.set(flag, rest.next().flatten()).ok_or_else(usage)?;
        }
        Ok(options)
    }

    fn set(&mut self, flag: Option<&str>, value: Option<&str>) -> Option<()> {
        match flag? {
            "--rounds" => self.rounds = value?.parse().ok()?,
            "--seed" => self.seed = Some(value?.parse().ok()?),
            "--plant" => self.plant = Some(Plant::parse(value?)?),
            _ => return None,
        }
        Some(())
    }
}

fn usage() -> Failure {
    let plants = Plant::NAMES.map(|(name, _)| name).join(", ");
    Failure::Usage(format!(
        "torture takes `--rounds N`, `--seed N` and `--plant FAULT`; faults: {plants}"
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
        let (rounds, seed, plant) = (500, None, None);
        let defaults = Options { rounds, seed, plant };
        assert_eq!(parse(&[]).unwrap(), defaults);
        let chosen = parse(&["--rounds", "3", "--seed", "9", "--plant", "lost-ack"]).unwrap();
        let (rounds, seed, plant) = (3, Some(9), Some(Plant::Run));
        assert_eq!(chosen, Options { rounds, seed, plant });
    }

    #[test]
    fn anything_else_is_a_usage_error() {
        let wrong: [&[&str]; 5] =
            [&["--rounds"], &["--rounds", "x"], &["--seed", "-1"], &["--plant", "x"], &["x", "y"]];
        for arguments in wrong {
            assert_eq!(parse(arguments).unwrap_err().exit_code(), 2, "{arguments:?}");
        }
    }
}
