//! Setting a workspace up: the directories of `.motus`, and the one link among them.
//!
//! Nothing that is there is removed or replaced, and nothing is made or read through a link. What is
//! refused leaves no trace; what was begun is completed by asking again.

mod current;
mod error;
mod project;
mod tree;

use std::path::{Path, PathBuf};
use std::time::Duration;

use motus_fs::{FileError, FileType, Jail, create_private_path, inspect};
use motus_ledger::Clock;
use motus_store::{ignore_shared, renew_ignored};

pub use error::InitError;

use current::Current;

/// Motus's own directory of a workspace.
const STATE: &str = ".motus";

/// Tells git what is to be committed: what is there for everybody, and this file itself, so that in a clone
/// nothing else is committed by accident.
const IGNORE: &str = ".gitignore";

/// How long somebody else may be at it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Which kind of workspace is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A neutral one.
    Empty,
    /// The same, by its legacy name: no packaged release is linked into it.
    Lite,
    /// One over a directory that is in use, which is written down in it.
    Integrate,
}

impl Mode {
    /// Returns the published word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Lite => "lite",
            Self::Integrate => "integrate",
        }
    }
}

/// What is to be set up.
#[derive(Debug, Clone)]
pub struct Request {
    /// The root of the workspace, absolute; made when it is missing, unless it is to be integrated.
    pub root: PathBuf,
    /// Which kind.
    pub mode: Mode,
    /// Whether a `current` that is a link elsewhere is to lead where it belongs.
    pub force: bool,
}

/// A workspace that is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its root, without links.
    pub root: PathBuf,
    /// Which kind was asked for.
    pub mode: Mode,
    /// The directory `.motus`.
    pub state: PathBuf,
    /// Where `current` leads.
    pub current: PathBuf,
    /// What was made, below `.motus`, in order; empty when all of it was there.
    pub made: Vec<String>,
    /// What `current` said before it was made to lead where it belongs.
    pub repointed_from: Option<String>,
    /// What tells of an integrated workspace, where it is one.
    pub project_config: Option<PathBuf>,
}

impl Workspace {
    /// Tells whether nothing had to be done.
    pub fn was_complete(&self) -> bool {
        self.made.is_empty() && self.repointed_from.is_none()
    }
}

/// Makes what is missing of a workspace.
///
/// Shape: `.motus/{releases/0.0.0/system, user/config, project/config, state/ledger, state/evidence,
/// state/locks}`, `current -> releases/0.0.0`, and `project/config/init.yaml` when it is integrated. A new
/// `.motus` is private to its user, and git ignores it but for the settings of the project and governed releases.
/// Errors: `init.root_missing`, `init.not_a_directory`, `init.current_elsewhere`, `init.busy`, and those of
/// files.
pub fn init(request: &Request, clock: &dyn Clock) -> Result<Workspace, InitError> {
    if request.mode == Mode::Integrate {
        require_root(&request.root)?;
    }
    make_state_directory(&request.root)?;
    let root = real(&request.root)?;
    let jail = Jail::open(&root)?.without_links().below(STATE)?;
    let held = jail.lock(PATIENCE)?.ok_or_else(|| InitError::Busy(jail.path().to_owned()))?;
    let workspace = complete(&jail, &root, request, clock)?;
    drop(held);
    Ok(workspace)
}

/// Looks at everything before anything is made.
fn complete(
    jail: &Jail,
    root: &Path,
    request: &Request,
    clock: &dyn Clock,
) -> Result<Workspace, InitError> {
    let missing = tree::missing(jail)?;
    let current = Current::look(jail)?.or_refuse(jail, request.force)?;
    let is_integrated = request.mode == Mode::Integrate;
    let needs_project = is_integrated && project::is_missing(jail)?;
    let mut made = ignore(jail)?;
    made.extend(tree::make(jail, &missing)?);
    let (target, repointed_from) = current.settle(jail, &mut made)?;
    if needs_project && project::write(jail, root, clock)? {
        made.push(project::FILE.to_owned());
    }
    Ok(Workspace {
        root: root.to_owned(),
        mode: request.mode,
        state: root.join(STATE),
        current: root.join(STATE).join(target),
        made,
        repointed_from,
        project_config: is_integrated.then(|| root.join(STATE).join(project::FILE)),
    })
}

/// Makes sure that there is a directory to integrate.
fn require_root(root: &Path) -> Result<(), InitError> {
    match Jail::open(root) {
        Ok(_) => Ok(()),
        Err(error) if error.code() == "file.missing" => {
            Err(InitError::RootMissing(root.to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes `.motus`, with the root above it, where nothing is.
fn make_state_directory(root: &Path) -> Result<(), InitError> {
    let state = root.join(STATE);
    match inspect(&state)? {
        None => create_private_path(&state).map(drop).map_err(InitError::from),
        Some(found) if found.file_type == FileType::Directory => Ok(()),
        Some(found) => Err(InitError::not_a_directory(state, found.file_type)),
    }
}

/// Lets git ignore a directory that holds nothing yet; one with something in it has rules of its own.
fn ignore(jail: &Jail) -> Result<Vec<String>, InitError> {
    let mut is_empty = true;
    jail.below("")?.list(&mut |_, _| is_empty = false)?;
    if !is_empty {
        // Only what an older release wrote is replaced; where that fails, git sees less than it could.
        let _ = renew_ignored(jail.path());
        return Ok(Vec::new());
    }
    let is_written = ignore_shared(jail.path())?;
    Ok(is_written.then(|| IGNORE.to_owned()).into_iter().collect())
}

fn real(root: &Path) -> Result<PathBuf, FileError> {
    root.canonicalize().map_err(|source| FileError {
        operation: motus_fs::Operation::Read,
        path: root.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests;
