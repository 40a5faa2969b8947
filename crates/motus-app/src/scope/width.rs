//! Directories of which nobody should grant the whole without a thought, and files that are like them.

mod known;

use std::fmt;
use std::path::{Path, PathBuf};

use motus_runtime::scope::Access;

use super::Plan;

/// Directories that everybody on the machine shares, or that are the machine's own, but for those below the root.
const SHARED: [&str; 3] = ["/var/tmp", "/var/lib", "/usr/local"];

/// What only the machine itself keeps below the root: no project is in one of these by itself.
const OF_THE_MACHINE: [&str; 11] =
    ["/boot", "/dev", "/etc", "/proc", "/run", "/sys", "/tmp", "/usr", "/var", "/var/tmp", "/lib"];

/// Where git keeps what it runs by itself.
pub(super) const REPOSITORY: &str = ".git";

/// What a directory is of which nobody should grant the whole unawares, or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Width {
    /// The root directory.
    Disk,
    /// The home directory.
    Home,
    /// A directory that the home directory lies in.
    AboveHome(PathBuf),
    /// The working directory, and nothing above it.
    WorkingDirectory {
        /// Whether the Store that the run is recorded in lies there, too.
        holds_record: bool,
    },
    /// A directory that the working directory lies in.
    Above,
    /// One that the Store lies in.
    Record,
    /// A hidden directory of the home directory.
    Settings,
    /// Where a repository of git keeps its settings and hooks, to be written.
    Repository,
    /// Where credentials are known to be kept: the file, or a directory that has it.
    Credentials,
    /// To be written: what logins, shells or people run later, or a directory that has it.
    RunLater,
    /// A directory of the system's.
    System(PathBuf),
    /// To be written: what lies in one whose files everybody runs, or goes by.
    OfSystem(PathBuf),
}

impl Width {
    /// Says what a directory is; `None` where it is nothing to be careful about.
    pub(super) fn of(plan: &Plan, access: Access, path: &Path) -> Option<Self> {
        let home = plan.home.as_deref();
        let holds_record = plan.store.as_ref().is_some_and(|store| store.starts_with(path));
        let is_one_of = |known: &[&str]| known.iter().any(|known| path == Path::new(known));
        if path.parent().is_none() {
            return Some(Self::Disk);
        }
        if home.is_some_and(|home| home.starts_with(path)) {
            let is_home = home == Some(path);
            return Some(if is_home { Self::Home } else { Self::AboveHome(path.to_owned()) });
        }
        if path == plan.directory && !is_one_of(&OF_THE_MACHINE) {
            return Some(Self::WorkingDirectory { holds_record });
        }
        if holds_record {
            return Some(Self::Record);
        }
        if path != plan.directory && plan.directory.starts_with(path) {
            return Some(Self::Above);
        }
        if home.is_some_and(|home| path.strip_prefix(home).is_ok_and(is_hidden)) {
            return Some(Self::Settings);
        }
        if access == Access::Write && is_repository(path) {
            return Some(Self::Repository);
        }
        let is_below_root = path.parent().is_some_and(|parent| parent.parent().is_none());
        if is_below_root || is_one_of(&SHARED) {
            return Some(Self::System(path.to_owned()));
        }
        Self::by_name(plan, access, path, true)
    }

    /// Says what a file is, as [`Width::of`] does of directories.
    pub(super) fn of_file(plan: &Plan, access: Access, path: &Path) -> Option<Self> {
        Self::by_name(plan, access, path, false)
    }

    fn by_name(plan: &Plan, access: Access, path: &Path, is_directory: bool) -> Option<Self> {
        if known::has_credentials(plan, path, is_directory) {
            return Some(Self::Credentials);
        }
        if let Some(tree) = known::system_tree(plan, access, path) {
            return Some(Self::OfSystem(tree.to_owned()));
        }
        known::is_run_later(plan, access, path, is_directory).then_some(Self::RunLater)
    }

    /// Tells whether commands need it as a matter of course: whoever works in a directory makes files there.
    pub(super) fn is_ordinary(&self) -> bool {
        matches!(self, Self::WorkingDirectory { .. } | Self::Repository)
    }
}

impl fmt::Display for Width {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Disk => "the whole disk",
            Self::Home => "all of your home directory",
            Self::AboveHome(path) => {
                let path = path.display();
                return write!(formatter, "all of {path}, your home directory included");
            }
            Self::WorkingDirectory { holds_record: false } => "all of the working directory",
            Self::WorkingDirectory { holds_record: true } => {
                "all of the working directory, the record of this run included"
            }
            Self::Above => "all of the working directory, and what lies beside it",
            Self::Record => "all of it, the record of this run included",
            Self::Settings => "all that programs keep there, credentials and settings included",
            Self::Repository => {
                "all of the repository's own files, and git runs what its settings and hooks name"
            }
            Self::Credentials => "where credentials are kept",
            Self::RunLater => "what logins, shells or you yourself run later, outside of any scope",
            Self::OfSystem(_) => {
                "the system's own, which others run or go by, outside of any scope"
            }
            Self::System(path) => return write!(formatter, "all of {}", path.display()),
        };
        formatter.write_str(text)
    }
}

/// Tells whether what lies below a home directory is one of its own hidden names.
fn is_hidden(below: &Path) -> bool {
    below.as_os_str().as_encoded_bytes().starts_with(b".") && below.components().count() == 1
}

fn is_repository(path: &Path) -> bool {
    let is_own = |path: &Path| path.file_name().is_some_and(|name| name == REPOSITORY);
    let is_of_hooks = path.file_name().is_some_and(|name| name == "hooks");
    is_own(path) || (is_of_hooks && path.parent().is_some_and(is_own))
}

#[cfg(test)]
mod tests;
