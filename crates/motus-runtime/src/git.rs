//! Facts about the git work tree a run starts in.
//!
//! It asks the `git` command, for a bounded time, without locks, prompts, network or the file
//! system monitor, and it changes nothing. Whatever goes wrong is an absent fact, never an error:
//! no git, no repository, a repository git does not trust, a tree too large for the time given.
//!
//! A repository's settings name programs that git runs, filters above all, and whoever may write there would have
//! them run by us. So git is held to itself where the kernel can do that, and asked to leave filters out elsewhere.
//!
//! Of the variables named `GIT_…`, git sees those that say which configuration counts (containers name
//! the directories they trust that way) and how far the search for a repository goes. All others are
//! kept from it: `GIT_DIR`, `GIT_WORK_TREE`, `GIT_INDEX_FILE` and their like, which git itself sets for
//! its hooks, would make it speak about something other than the directory.

#[cfg(target_os = "linux")]
mod confined;
mod program;
mod question;
mod status;
mod unfiltered;

use std::path::Path;
use std::time::{Duration, Instant};

use question::{Answer, Question};
use status::StatusReader;

/// What is known about a directory's repository.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GitFacts {
    /// The commit that `HEAD` names, in lowercase hex; absent on an unborn branch.
    pub head: Option<String>,
    /// Whether tracked or untracked files differ from `HEAD`. What lies inside a directory named
    /// `.motus` does not count: that is our own.
    pub dirty: Option<bool>,
}

/// Exclusion first decides what git walks, so a directory that holds only a `.motus` is clean too.
const STATUS: [&str; 8] = [
    "status",
    "--porcelain=v2",
    "--branch",
    "-z",
    "--untracked-files=normal",
    "--",
    ":(top)",
    ":(top,exclude,glob)**/.motus/**",
];

/// Reads the name only: it is known even where the commit itself is missing.
const HEAD: [&str; 4] = ["rev-parse", "--verify", "--quiet", "HEAD"];

/// Longer waits are cut to this, so that every deadline can be computed.
const LONGEST: Duration = Duration::from_hours(1);

/// Asks git about the work tree that holds `directory`.
///
/// The first of at most two questions takes at most `limit`, the other a quarter of it, and both a little more when the
/// system is slow to end git. Usually one is enough. When the tree cannot be looked through in time or at all (a damaged
/// index, missing objects, a bare repository), `dirty` is absent and `head` is asked for alone.
pub fn facts(directory: &Path, limit: Duration) -> GitFacts {
    let limit = limit.min(LONGEST);
    let mut reader = StatusReader::default();
    let question = Question { directory, arguments: &STATUS, deadline: Instant::now() + limit };
    match question.ask(|bytes| reader.read(bytes)) {
        Answer::Enough => GitFacts { head: reader.into_head(), dirty: Some(true) },
        Answer::Complete => GitFacts { head: reader.into_head(), dirty: Some(false) },
        // Most refusals mean that there is no repository, and a second process would tell no more.
        Answer::Refused if !may_be_in_a_repository(directory) => GitFacts::default(),
        Answer::Refused | Answer::OutOfTime => {
            // It looks at no tree: what keeps it so long keeps it for ever, such as a pipe in place of a file.
            GitFacts { head: head(directory, Instant::now() + limit / 4), dirty: None }
        }
    }
}

/// Asks git for the commit that is checked out around `directory`, and looks at nothing of the tree.
///
/// It takes at most `limit`, a little more when the system is slow to end git.
pub fn commit(directory: &Path, limit: Duration) -> Option<String> {
    if !may_be_in_a_repository(directory) {
        return None;
    }
    head(directory, Instant::now() + limit.min(LONGEST))
}

/// Tells whether something above looks like a repository: one with a work tree, a bare one, or the inside
/// of either.
fn may_be_in_a_repository(directory: &Path) -> bool {
    directory.ancestors().any(|place| place.join(".git").exists() || place.join("HEAD").exists())
}

/// Asks for the commit alone, which takes no look at the tree.
fn head(directory: &Path, deadline: Instant) -> Option<String> {
    let mut reader = StatusReader::for_commit();
    let question = Question { directory, arguments: &HEAD, deadline };
    let answer = question.ask(|bytes| reader.read(bytes));
    if answer == Answer::Complete { reader.into_head() } else { None }
}
