//! Where the published Python CLI and the published fixtures are, when they are on this machine.

use std::env;
use std::path::{Path, PathBuf};

use super::skip;

/// A published Python CLI.
#[derive(Debug, Clone)]
pub struct Reference {
    program: PathBuf,
}

impl Reference {
    /// Finds release 0.5.3, which `MOTUS_REFERENCE` names.
    ///
    /// Errors: the sentence that tells why a test has to be skipped.
    pub fn find() -> Result<Self, String> {
        Self::found_by("MOTUS_REFERENCE")
    }

    /// Finds release 0.6.5, whose kinds have more fields, and which `MOTUS_REFERENCE_065` names.
    ///
    /// Errors: as in [`Self::find`].
    pub fn find_later() -> Result<Self, String> {
        Self::found_by("MOTUS_REFERENCE_065")
    }

    /// Finds release 0.5.3, or says why the test is skipped.
    pub fn or_skip(test: &str) -> Option<Self> {
        Self::find().map_err(|why| skip(test, &why)).ok()
    }

    /// Finds release 0.6.5, or says why the test is skipped.
    pub fn later_or_skip(test: &str) -> Option<Self> {
        Self::find_later().map_err(|why| skip(test, &why)).ok()
    }

    fn found_by(variable: &str) -> Result<Self, String> {
        let reference = Self { program: named_by(variable)? };
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
