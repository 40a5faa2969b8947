//! The command line of `bench`.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::failure::Failure;

/// What to measure, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    /// Only rows of exact counts.
    pub(super) gate: bool,
    /// Only these rows; all when empty.
    pub(super) only: Vec<String>,
    /// Where the measured Stores are made.
    pub(super) folder: PathBuf,
}

impl Options {
    pub(super) fn parse(arguments: &[OsString]) -> Result<Self, Failure> {
        let usage = || {
            let usage = "bench takes `--gate`, `--only ROW` and `--dir DIR`";
            Failure::Usage(usage.to_owned())
        };
        let mut options = Self { gate: false, only: Vec::new(), folder: std::env::temp_dir() };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.to_str() {
                Some("--gate") => options.gate = true,
                Some("--only") => {
                    let name = rest.next().and_then(|name| name.to_str());
                    options.only.push(name.ok_or_else(usage)?.to_owned());
                }
                Some("--dir") => options.folder = rest.next().ok_or_else(usage)?.into(),
                _ => return Err(usage()),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments;

    fn parse(words: &[&str]) -> Result<Options, Failure> {
        Options::parse(&arguments::of(words))
    }

    #[test]
    fn flags_may_be_combined() {
        let options = parse(&["--gate", "--only", "a", "--dir", "d", "--only", "b"]).unwrap();
        let expected =
            Options { gate: true, only: vec!["a".to_owned(), "b".to_owned()], folder: "d".into() };
        assert_eq!(options, expected);
    }

    #[test]
    fn anything_else_is_a_usage_error() {
        for wrong in [&["x"] as &[&str], &["--only"], &["--dir"], &["--gate", "1"]] {
            assert_eq!(parse(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
        }
    }
}
