//! The command line, read by hand: four options are no reason for a dependency.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use motus_kernel::Digest;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Examples:
  motus-verify bundle/                        check a bundle against itself and the default policy
  motus-verify bundle/ --expect 11a092..29b   check that it is the bundle with this digest
  motus-verify bundle/ --json                 print the report as JSON

Verifies a bundle of MOTUS-SPEC-V0.1. Reads the directory and nothing else; writes nothing.

Usage: motus-verify [OPTIONS] DIR

Options:
      --expect DIGEST  Fail unless the proof digest is this one (64 lower-case hexadecimal digits)
      --policy FILE    Apply the policy in this file instead of POLICY-DEFAULT
      --json           Print the report as JSON
  -h, --help           Print help
  -V, --version        Print version

Exit codes: 0 verified; 1 not verified, or the report could not be printed; 2 nothing to verify:
wrong arguments, a policy that cannot be read, or no directory.
";

/// What somebody asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Help,
    Version,
    Verify(Arguments),
}

/// What to verify, and how.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) directory: PathBuf,
    pub(crate) json: bool,
    pub(crate) expected: Option<Digest>,
    pub(crate) policy: Option<PathBuf>,
}

/// Reads the words after the program's name.
///
/// Errors: a sentence that tells what is wrong.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Asked, String> {
    let mut words = words.into_iter();
    let (mut arguments, mut directory) = (Arguments::default(), None);
    while let Some(word) = words.next() {
        let (name, value) = split(&word);
        match name.as_bytes() {
            b"-h" | b"--help" => return Ok(Asked::Help),
            b"-V" | b"--version" => return Ok(Asked::Version),
            b"--json" if value.is_none() => arguments.json = true,
            b"--expect" => {
                let digest = digest(&required("--expect", value, &mut words)?)?;
                once("--expect", arguments.expected.replace(digest))?;
            }
            b"--policy" => {
                let path = PathBuf::from(required("--policy", value, &mut words)?);
                once("--policy", arguments.policy.replace(path))?;
            }
            b"--" => {
                for word in words.by_ref() {
                    once("DIR", directory.replace(word))?;
                }
            }
            bytes if bytes.starts_with(b"-") && bytes.len() > 1 => {
                return Err(format!("there is no option {}", word.display()));
            }
            _ => once("DIR", directory.replace(word))?,
        }
    }
    let directory = directory.filter(|directory| !directory.is_empty());
    arguments.directory = directory.ok_or("DIR is missing")?.into();
    Ok(Asked::Verify(arguments))
}

/// Splits `--name=value`; every other word is a name.
fn split(word: &OsStr) -> (&OsStr, Option<OsString>) {
    let bytes = word.as_bytes();
    let equals = bytes.iter().position(|byte| *byte == b'=').filter(|_| bytes.starts_with(b"--"));
    match equals.and_then(|at| Some((bytes.get(..at)?, bytes.get(at + 1..)?))) {
        Some((name, value)) => {
            (OsStr::from_bytes(name), Some(OsString::from_vec(value.to_owned())))
        }
        None => (word, None),
    }
}

fn required(
    name: &str,
    value: Option<OsString>,
    words: &mut impl Iterator<Item = OsString>,
) -> Result<OsString, String> {
    let value = value.or_else(|| words.next()).filter(|value| !value.is_empty());
    value.ok_or_else(|| format!("{name} needs a value"))
}

/// Two values would leave open which one counts.
fn once<T>(name: &str, before: Option<T>) -> Result<(), String> {
    before.map_or(Ok(()), |_| Err(format!("{name} is given twice")))
}

fn digest(word: &OsStr) -> Result<Digest, String> {
    let digest = word.to_str().and_then(Digest::parse);
    digest.ok_or_else(|| "--expect needs 64 lower-case hexadecimal digits".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Asked, String> {
        parse(words.iter().map(OsString::from))
    }

    #[test]
    fn options_stand_anywhere_and_take_values_both_ways() {
        let digest = "0a".repeat(32);
        let joined = format!("--expect={digest}");
        let all = Arguments {
            directory: "dir".into(),
            json: true,
            expected: Digest::parse(&digest),
            policy: Some("p=q".into()),
        };
        for words in [
            ["dir", "--json", "--expect", &digest, "--policy=p=q"].as_slice(),
            &["--policy", "p=q", &joined, "dir", "--json"],
            &["--json", &joined, "--policy", "p=q", "--json", "--", "dir"],
        ] {
            assert_eq!(parsed(words).as_ref(), Ok(&Asked::Verify(Arguments { ..all_of(&all) })));
        }
        let dashed = Arguments { directory: "-d".into(), ..Arguments::default() };
        assert_eq!(parsed(&["--", "-d"]), Ok(Asked::Verify(dashed)));
        let equals = Arguments { directory: "a=b".into(), ..Arguments::default() };
        assert_eq!(parsed(&["a=b"]), Ok(Asked::Verify(equals)));
    }

    fn all_of(all: &Arguments) -> Arguments {
        Arguments {
            directory: all.directory.clone(),
            json: all.json,
            expected: all.expected,
            policy: all.policy.clone(),
        }
    }

    #[test]
    fn help_and_version_need_no_directory() {
        assert_eq!(parsed(&["--json", "-h", "--nonsense"]), Ok(Asked::Help));
        assert_eq!(parsed(&["dir", "--help"]), Ok(Asked::Help));
        assert_eq!(parsed(&["-V"]), Ok(Asked::Version));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let digest = "0a".repeat(32);
        for (words, message) in [
            ([].as_slice(), "DIR is missing"),
            (&["--"], "DIR is missing"),
            (&[""], "DIR is missing"),
            (&["a", "b"], "DIR is given twice"),
            (&["a", "--", "b"], "DIR is given twice"),
            (&["a", "--force"], "there is no option --force"),
            (&["a", "-x"], "there is no option -x"),
            (&["a", "--json=1"], "there is no option --json=1"),
            (&["a", "--expect"], "--expect needs a value"),
            (&["a", "--policy="], "--policy needs a value"),
            (&["a", "--expect", "0a"], "--expect needs 64 lower-case hexadecimal digits"),
            (&["a", "--expect", &digest, "--expect", &digest], "--expect is given twice"),
            (&["a", "--expect", &digest.to_uppercase()], "--expect needs 64 lower-case"),
        ] {
            let error = parsed(words).expect_err("wrong");
            assert!(error.starts_with(message), "{words:?}: {error}");
        }
    }
}
