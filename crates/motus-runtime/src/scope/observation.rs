//! What was seen of a command in a scope.

use std::path::PathBuf;

use super::{Host, Level, Peer};

/// What a command in a scope attempted, and what could not be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// What the scope was held to.
    pub level: Level,
    /// The attempts: sorted by action and decision, each once.
    pub seen: Vec<Seen>,
    /// How many attempts there were, one by one.
    pub attempts: u64,
    /// How many of them are not in `seen`, because there were too many different ones.
    pub unlisted: u64,
    /// Attempts whose path could not be read from the command's memory; they were refused if anything is.
    pub unreadable: u64,
    /// Changes in the watched directories that no attempt accounts for; sorted.
    pub unobserved: Vec<Change>,
    /// Names that renamings of directories gave or took away; sorted.
    pub renamed: Vec<PathBuf>,
    /// Declared directories in which too many names were touched: attempts on them stand for those as well. Sorted.
    pub merged: Vec<PathBuf>,
    /// Whether the watched directories were too large to be compared as a whole.
    pub comparison_is_partial: bool,
    /// How many processes lived on when the command had ended, and were ended.
    pub left_running: u64,
    /// Files that were written and had further names before the command began, where nobody looked: what is written
    /// to them is written there as well. Each by the first of its names at that time, or else by a name under which
    /// such a file may have been written before it went away. Sorted.
    pub aliased: Vec<PathBuf>,
    /// Hosts that the proxy let through, or would have, and could not reach: the first few, sorted.
    pub unreached: Vec<Unreached>,
    /// Why less was seen than the level says, in our own words.
    pub trouble: Vec<String>,
}

/// A host that nobody forbade, and that was not reached all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreached {
    /// The host.
    pub host: Host,
    /// What the system said last.
    pub reason: String,
}

/// One thing that was attempted, as often as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seen {
    /// What.
    pub action: Action,
    /// What the scope says of it.
    pub decision: Decision,
    /// How often.
    pub count: u64,
}

/// What can be attempted.
///
/// Shape: paths are absolute and without links at the moment of the attempt, as far as there was something; they
/// need not be UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Reads a file or lists a directory.
    Read(PathBuf),
    /// Changes what is there: its content, mode, owner, times or attributes.
    Write(PathBuf),
    /// Makes, renames or removes an entry of a directory: the name is told, and the directory has to be declared.
    Entry(PathBuf),
    /// Runs a program.
    Execute(PathBuf),
    /// Connects.
    Connect(Peer),
    /// Waits for connections.
    Listen(Peer),
    /// Makes a system call, or uses one in a way, that no scope allows; by its name, such as `mount` or
    /// `socket:udp`.
    Call(&'static str),
}

/// What a scope says of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// It is declared, and went on.
    Declared,
    /// It is not declared, and was stopped.
    Denied,
    /// It is not declared, and went on, because nothing is stopped at this level.
    Undeclared,
}

/// A change between two looks at a directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It was not there before.
    Made(PathBuf),
    /// Its content or kind is another.
    Changed(PathBuf),
    /// It is not there any more.
    Removed(PathBuf),
}

impl Change {
    /// Returns where it happened.
    pub fn path(&self) -> &PathBuf {
        match self {
            Self::Made(path) | Self::Changed(path) | Self::Removed(path) => path,
        }
    }
}
