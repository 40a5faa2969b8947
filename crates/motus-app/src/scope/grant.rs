//! One thing that is granted, as people write it: `read:PATH`, `write:PATH`, `exec:PROGRAM`, `net:URL`, `unix:PATH`.
//!
//! Nothing is looked up here: whether a path is there, and what a name stands for, is the plan's to find out.

mod reach;

use std::fmt;

use super::ScopeError;
use super::plan::{GIT_COMMON_DIRECTORY, TEMPORARY, tools};
pub(super) use reach::Reach;

/// One thing that is granted; paths are still as they were written: relative to the working directory, with `~/` for
/// the home directory, `$TMPDIR/` for the command's own directory for temporary files, and `$CARGO_HOME/` and the like
/// for where a tool keeps what is its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// A file, or a directory and all below it, may be read.
    Read(String),
    /// A file, or a directory and all below it, may be changed, and read. One that ends in `/` is made when it is
    /// not there.
    Write(String),
    /// A program may be run: a path, or a name that is looked up in `PATH`. A directory stands for the programs
    /// below it.
    Exec(String),
    /// A host may be reached: `https://HOST[:PORT]/`, `http://…`, `tcp://HOST:PORT/`, or, for any port of this
    /// machine's loopback, `tcp://localhost/` and `listen://localhost/`. In its canonical spelling.
    Net(String),
    /// A socket in the file system may be connected to; what ends in `/` stands for those below it.
    Unix(String),
}

/// The kinds of grants; documents have a key for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    Write,
    Exec,
    Net,
    Unix,
}

impl Kind {
    pub(super) const ALL: [Self; 5] = [Self::Read, Self::Write, Self::Exec, Self::Net, Self::Unix];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Exec => "exec",
            Self::Net => "net",
            Self::Unix => "unix",
        }
    }
}

impl Grant {
    /// Reads `KIND:VALUE`.
    ///
    /// Errors: `scope.grant_invalid`.
    pub fn parse(word: &str) -> Result<Self, ScopeError> {
        let grant = match word.split_once(':') {
            None => Err(without_kind(word)),
            Some((name, value)) => match Kind::ALL.into_iter().find(|kind| kind.as_str() == name) {
                Some(kind) => Self::new(kind, value),
                None => Err(with_another_kind(word, value)),
            },
        };
        grant.map_err(|problem| ScopeError::Grant { word: word.to_owned(), problem })
    }

    /// Makes a grant; the error says what is wrong with the value.
    pub(super) fn new(kind: Kind, value: &str) -> Result<Self, String> {
        if kind == Kind::Net {
            return reach::canonical(value).map(Self::Net);
        }
        if value.is_empty() {
            return Err("nothing is named".to_owned());
        }
        if value.contains('\0') {
            return Err("no path holds a zero byte".to_owned());
        }
        if value.starts_with('~') && !value.starts_with("~/") && value != "~" {
            return Err("of a home directory only one's own, ~/, is known; a file whose name begins with ~ is ./~NAME".to_owned());
        }
        if value.starts_with('$') && !is_known(value) {
            return Err(format!(
                "of variables only {} are known; ~/ is your home, and a file whose name begins with $ is ./$NAME",
                known_variables()
            ));
        }
        let value = value.to_owned();
        Ok(match kind {
            Kind::Read => Self::Read(value),
            Kind::Write => Self::Write(value),
            Kind::Exec => Self::Exec(value),
            Kind::Net => Self::Net(value),
            Kind::Unix => Self::Unix(value),
        })
    }

    fn parts(&self) -> (Kind, &str) {
        match self {
            Self::Read(value) => (Kind::Read, value),
            Self::Write(value) => (Kind::Write, value),
            Self::Exec(value) => (Kind::Exec, value),
            Self::Net(value) => (Kind::Net, value),
            Self::Unix(value) => (Kind::Unix, value),
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, value) = self.parts();
        write!(formatter, "{}:{value}", kind.as_str())
    }
}

/// Tells whether what begins as a variable does is one that is known.
fn is_known(value: &str) -> bool {
    matches!(value.strip_prefix(TEMPORARY), Some("" | "/"))
        || value.starts_with(GIT_COMMON_DIRECTORY)
        || tools::named(value).is_some()
}

fn known_variables() -> String {
    let tools = tools::variables().map(|variable| format!("${variable}/"));
    let own = [format!("{TEMPORARY}/"), GIT_COMMON_DIRECTORY.to_owned()];
    let all: Vec<String> = own.into_iter().chain(tools).collect();
    all.join(", ")
}

fn without_kind(word: &str) -> String {
    let kinds = KINDS;
    if word.is_empty() {
        return format!("nothing is named; the kinds are {kinds}");
    }
    let word = motus_json::printable(word);
    format!(
        "it has no kind; write:{word} lets it be changed, read:{word} only read; the kinds are {kinds}"
    )
}

fn with_another_kind(word: &str, value: &str) -> String {
    let kinds = KINDS;
    if value.starts_with("//") {
        let word = motus_json::printable(word);
        return format!("a host is net:{word}; the kinds are {kinds}");
    }
    format!("the kinds are {kinds}")
}

const KINDS: &str = "read, write, exec, net and unix";

#[cfg(test)]
mod tests;
