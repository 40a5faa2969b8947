//! The environment and standard input, read once.

use std::env;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::PathBuf;

use textus_core::{Code, Error};

/// More than this is no entry of 1 MB, however its text is spelled.
const LONGEST_INPUT: u64 = 4 << 20;

/// A longer one names no run.
const LONGEST_RUN_ID: usize = 128;

/// What the environment says.
#[derive(Debug)]
pub(crate) struct Environment {
    /// The current directory.
    pub(crate) directory: PathBuf,
    /// The store that `TEXTUS_ROOT` names.
    pub(crate) root: Option<PathBuf>,
    /// The role that `TEXTUS_ROLE` names.
    pub(crate) role: Option<String>,
    /// The run that this belongs to, by `MOTUS_RUN_ID`.
    pub(crate) run: Option<String>,
}

impl Environment {
    /// Reads everything.
    pub(crate) fn read() -> Result<Self, Error> {
        let directory = env::current_dir().map_err(|error| {
            Error::new(Code::IoError, format!("the current directory cannot be used: {error}"))
        })?;
        Ok(Self {
            directory,
            root: env::var_os("TEXTUS_ROOT").filter(|root| !root.is_empty()).map(PathBuf::from),
            role: text("TEXTUS_ROLE"),
            run: text("MOTUS_RUN_ID").filter(|run| is_identifier(run)),
        })
    }
}

/// Returns the words of the command line, the program's name first.
pub(crate) fn words() -> Vec<OsString> {
    env::args_os().collect()
}

/// Reads standard input to its end. Errors: `bad_content` for more than any entry takes, `io_error`.
pub(crate) fn standard_input() -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(LONGEST_INPUT + 1).read_to_end(&mut bytes);
    if let Err(error) = read {
        return Err(Error::new(Code::IoError, format!("standard input cannot be read: {error}")));
    }
    if bytes.len() as u64 > LONGEST_INPUT {
        let message = format!("standard input is longer than {LONGEST_INPUT} bytes");
        return Err(Error::new(Code::BadContent, message).hint("an entry has at most 1 MB"));
    }
    Ok(bytes)
}

/// Tells whether a text may go into a log that everybody reads: what is odd is no run's name.
fn is_identifier(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    text.len() <= LONGEST_RUN_ID && text.bytes().all(plain)
}

fn text(name: &str) -> Option<String> {
    env::var_os(name)
        .map(|value| value.to_string_lossy().into_owned())
        .filter(|value| !value.is_empty())
}
