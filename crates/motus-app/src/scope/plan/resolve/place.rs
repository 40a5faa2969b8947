//! Where paths lead to.

use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use super::super::Surroundings;
use super::super::repository::{GIT_COMMON_DIRECTORY, git_common_directory};
use super::super::tools::{self, ToolHomes};
use crate::scope::ScopeError;

/// What stands for the command's own directory for temporary files.
pub(in crate::scope) const TEMPORARY: &str = "$TMPDIR";

/// How the name of that directory begins.
pub(crate) const PRIVATE: &str = "motus-scope-";

/// What paths are relative to, all of it without links.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) directory: PathBuf,
    pub(super) temporary: PathBuf,
    home: Option<PathBuf>,
    tool_homes: ToolHomes,
}

/// Why a path leads nowhere.
#[derive(Debug)]
pub(super) enum Missing {
    HomeUnknown,
    /// A variable says that a tool keeps its own where others do as well: in a directory that holds the user's, or the
    /// working directory.
    Shared {
        variable: &'static str,
        path: PathBuf,
    },
    Unreadable(PathBuf, io::Error),
    Gone(PathBuf),
    /// It is written as a directory, and could be made.
    Directory {
        /// Where it would be.
        path: PathBuf,
        /// It, and what is missing above it; the outer ones first.
        to_make: Vec<PathBuf>,
    },
}

impl Places {
    /// Errors: `input.unreadable` for a working directory that is not there, `scope.temporary_unusable` for such a one
    /// for temporary files.
    pub(super) fn of(surroundings: &Surroundings) -> Result<Self, ScopeError> {
        let Surroundings { directory, temporary, .. } = surroundings;
        let no_directory = |source| ScopeError::Unreadable { file: directory.clone(), source };
        let no_temporary = |source| ScopeError::Temporary { directory: temporary.clone(), source };
        let name = surroundings.nonce.map(|byte| format!("{byte:02x}")).concat();
        let above = temporary.canonicalize().map_err(no_temporary)?;
        Ok(Self {
            directory: directory.canonicalize().map_err(no_directory)?,
            temporary: above.join(format!("{PRIVATE}{name}")),
            home: surroundings.home.clone(),
            tool_homes: surroundings.tool_homes.clone(),
        })
    }

    /// Returns what a path leads to: absolute and without links.
    pub(super) fn resolve(&self, value: &str) -> Result<PathBuf, Missing> {
        if matches!(value.strip_prefix(TEMPORARY), Some("" | "/")) {
            return Ok(self.temporary.clone());
        }
        let path = self.absolute(value)?;
        match path.canonicalize() {
            Ok(found) if !value.ends_with('/') || found.is_dir() => Ok(found),
            Ok(_) => Err(Missing::Gone(path)),
            Err(error) if error.kind() == ErrorKind::NotFound && value.ends_with('/') => {
                Err(to_make(&path))
            }
            Err(error) => Err(missing(path, error)),
        }
    }

    /// Returns what a path leads to whose last name need not be there.
    pub(super) fn resolve_last(&self, value: &str) -> Result<PathBuf, Missing> {
        match (self.resolve(value), self.absolute(value)?) {
            (Err(Missing::Gone(_)), path) if !value.ends_with('/') => {
                let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
                    return Err(Missing::Gone(path));
                };
                let above = directory.canonicalize();
                above.map(|above| above.join(name)).map_err(|error| missing(path, error))
            }
            (resolved, _) => resolved,
        }
    }

    /// Tells whether a path says that it is below the working directory, however that is written, and leads elsewhere.
    ///
    /// Whoever may write there, a command in an earlier scope for one, may have left a link in it.
    pub(super) fn leads_elsewhere(&self, value: &str, path: &Path) -> bool {
        let Ok(written) = self.absolute(value).map(|path| without_dots(&path)) else {
            return false;
        };
        // The working directory itself may be written by a link to it.
        let is_it = |above: &&Path| {
            *above == self.directory || above.canonicalize().is_ok_and(|it| it == self.directory)
        };
        let below = written.ancestors().find(is_it).and_then(|it| written.strip_prefix(it).ok());
        below.is_some_and(|below| self.directory.join(below) != path)
    }

    fn is_shared(&self, path: &Path) -> bool {
        holds(path, &self.directory) || self.home.as_ref().is_some_and(|home| holds(path, home))
    }

    fn absolute(&self, value: &str) -> Result<PathBuf, Missing> {
        if let Some(rest) = value.strip_prefix(GIT_COMMON_DIRECTORY) {
            let git = git_common_directory(&self.directory, self.home.as_deref());
            let git = git.ok_or_else(|| Missing::Gone(PathBuf::from(value)))?;
            return Ok(git.join(rest));
        }
        if let Some((tool, rest)) = tools::named(value) {
            return match self.tool_homes.moved(tool) {
                None => self.absolute(&format!("~/{}/{rest}", tool.usual)),
                Some(moved) => {
                    let path = self.directory.join(moved);
                    if self.is_shared(&path) {
                        return Err(Missing::Shared { variable: tool.variable, path });
                    }
                    Ok(path.join(rest))
                }
            };
        }
        let from_home =
            value.strip_prefix('~').filter(|rest| matches!(rest.chars().next(), None | Some('/')));
        match (from_home, &self.home) {
            (None, _) => Ok(self.directory.join(value)),
            (Some(rest), Some(home)) => {
                Ok(self.directory.join(home).join(rest.trim_start_matches('/')))
            }
            (Some(_), None) => Err(Missing::HomeUnknown),
        }
    }
}

/// Takes `.` and `..` out of an absolute path as it is written, whatever is there.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// What is above both is above them without links as well, wherever it is written.
fn holds(path: &Path, other: &Path) -> bool {
    let (path, other) = (path.canonicalize(), other.canonicalize());
    matches!((path, other), (Ok(path), Ok(other)) if other.starts_with(&path))
}

fn missing(path: PathBuf, error: io::Error) -> Missing {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Missing::Gone(path),
        _ => Missing::Unreadable(path, error),
    }
}

/// Finds what is there of a path, and names the rest; nothing is made where a link leads nowhere, or behind `..`.
fn to_make(path: &Path) -> Missing {
    // With its last slash a link would be followed.
    let path: PathBuf = path.components().collect();
    let Some(there) = path.ancestors().find(|above| above.symlink_metadata().is_ok()) else {
        return Missing::Gone(path);
    };
    let rest = path.strip_prefix(there).map(Path::components);
    let Ok((mut made, rest)) = there.canonicalize().and_then(|there| match rest {
        Ok(rest) if there.is_dir() => Ok((there, rest)),
        _ => Err(ErrorKind::NotADirectory.into()),
    }) else {
        return Missing::Gone(path);
    };
    let mut to_make = Vec::new();
    for component in rest {
        let Component::Normal(name) = component else { return Missing::Gone(path) };
        made.push(name);
        to_make.push(made.clone());
    }
    Missing::Directory { path: made, to_make }
}
