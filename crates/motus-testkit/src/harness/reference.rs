//! Where the published Python CLI and the published fixtures are, when they are on this machine.

use std::env;
use std::path::{Path, PathBuf};

/// The published Python CLI.
#[derive(Debug, Clone)]
pub struct Reference {
    program: PathBuf,
}

impl Reference {
    /// Finds the CLI that `MOTUS_REFERENCE` names.
    ///
    /// Errors: the sentence that tells why a test has to be skipped.
    pub fn find() -> Result<Self, String> {
        let program = named_by("MOTUS_REFERENCE")?;
        let reference = Self { program };
        if reference.python().exists() {
            return Ok(reference);
        }
        Err(format!("there is no {}", reference.python().display()))
    }

    /// Returns the `motus` program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Returns the interpreter that can import the package.
    pub fn python(&self) -> PathBuf {
        self.program.with_file_name("python")
    }
}

/// Finds the folder of published fixtures that `MOTUS_FIXTURES` names.
///
/// Errors: the sentence that tells why a test has to be skipped.
pub fn fixtures() -> Result<PathBuf, String> {
    named_by("MOTUS_FIXTURES")
}

fn named_by(variable: &str) -> Result<PathBuf, String> {
    let value = env::var_os(variable).filter(|value| !value.is_empty());
    let path = PathBuf::from(value.ok_or_else(|| format!("{variable} is not set"))?);
    if path.exists() {
        return Ok(path);
    }
    Err(format!("{variable} names {}, which is not there", path.display()))
}
