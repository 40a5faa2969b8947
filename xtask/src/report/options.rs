//! The command line of `report`.

use std::ffi::OsString;
use std::path::PathBuf;

use motus_testkit::properties;

use crate::failure::Failure;
use crate::workspace;

/// Which report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `test_report.json`.
    Tests,
    /// `bench_report.json` and the curves.
    Benches,
}

/// What to report, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    /// Decides the cases of the properties.
    pub(super) seed: u64,
    /// The folder of the reports; it is made when it is not there.
    pub(super) out: PathBuf,
    /// The largest number on the curves.
    pub(super) most: usize,
    /// The only report to be written.
    only: Option<Part>,
}

impl Options {
    pub(super) fn parse(arguments: &[OsString]) -> Result<Self, Failure> {
        let out = workspace::root().join("report");
        let mut options = Self { seed: properties::SEED, out, most: 1_000_000, only: None };
        let mut rest = arguments.iter();
        while let Some(flag) = rest.next() {
            options.set(flag, rest.next()).ok_or_else(usage)?;
        }
        Ok(options)
    }

    fn set(&mut self, flag: &OsString, value: Option<&OsString>) -> Option<()> {
        let text = || value?.to_str();
        match flag.to_str()? {
            "--seed" => self.seed = text()?.parse().ok()?,
            "--out" => self.out = value?.into(),
            "--most" => self.most = text()?.parse().ok()?,
            "--only" => self.only = Some(part(text()?)?),
            _ => return None,
        }
        Some(())
    }

    /// Tells whether a report is to be written.
    pub(super) fn has(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }
}

fn part(name: &str) -> Option<Part> {
    match name {
        "tests" => Some(Part::Tests),
        "benches" => Some(Part::Benches),
        _ => None,
    }
}

fn usage() -> Failure {
    let usage = "report takes `--seed N`, `--out DIR`, `--only tests|benches` and `--most N`";
    Failure::Usage(usage.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments;

    fn parse(words: &[&str]) -> Result<Options, Failure> {
        Options::parse(&arguments::of(words))
    }

    #[test]
    fn everything_has_a_usual_value() {
        let options = parse(&[]).unwrap();
        assert_eq!((options.seed, options.most), (properties::SEED, 1_000_000));
        assert!(options.out.ends_with("report"));
        assert!(options.has(Part::Tests) && options.has(Part::Benches));
    }

    #[test]
    fn flags_may_be_combined() {
        let options = ["--seed", "7", "--out", "d", "--only", "tests", "--most", "1000"];
        let options = parse(&options).unwrap();
        assert_eq!((options.seed, options.out.to_str(), options.most), (7, Some("d"), 1000));
        assert!(options.has(Part::Tests) && !options.has(Part::Benches));
    }

    #[test]
    fn anything_else_is_a_usage_error() {
        for wrong in
            [&["x"] as &[&str], &["--seed"], &["--seed", "x"], &["--only", "test"], &["--out"]]
        {
            assert_eq!(parse(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
        }
    }
}
