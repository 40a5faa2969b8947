//! Where the files are.

use std::path::{Path, PathBuf};

/// The user's file, below the home directory.
const USER: &str = ".motus/config.json";

/// Motus's own directory of a project.
pub(super) const STATE: &str = ".motus";

/// The directory of the project's file, below that.
pub(super) const PROJECT_DIRECTORY: &str = "project/config";

/// The name of both files.
pub(super) const NAME: &str = "config.json";

/// Both files together are read before every command that uses a Store; a larger one is none.
pub(super) const LIMIT: u64 = 1 << 20;

/// The directories that the files lie below.
#[derive(Debug, Clone)]
pub struct Places {
    /// The user's home directory; `None` when it is not known.
    pub home: Option<PathBuf>,
    /// The working directory, which is the project.
    pub directory: PathBuf,
}

impl Places {
    /// Returns the user's file.
    pub fn user_file(&self) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(USER))
    }

    /// Returns the project's file.
    pub fn project_file(&self) -> PathBuf {
        self.state().join(PROJECT_DIRECTORY).join(NAME)
    }

    pub(super) fn state(&self) -> PathBuf {
        self.directory.join(STATE)
    }

    pub(super) fn project(&self) -> &Path {
        &self.directory
    }
}
