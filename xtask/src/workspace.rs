//! Where the repository is, and how its chores run other programs.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// Returns the repository root: the folder above this crate.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

/// Reads a text file below the root.
pub(crate) fn read(path: &str) -> Result<String, Failure> {
    std::fs::read_to_string(root().join(path))
        .map_err(|error| Failure::Failed(format!("cannot read {path}: {error}")))
}

/// Runs a program to its end without a terminal and returns its stdout.
///
/// Errors: a missing program and a non-zero end are both failures that carry the program's stderr.
pub(crate) fn capture(command: &mut Command) -> Result<String, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| {
        Failure::Failed(match error.kind() {
            ErrorKind::NotFound => format!("`{program}` is not installed or not on the PATH"),
            _ => format!("cannot start `{program}`: {error}"),
        })
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::Failed(format!("`{program}` ended with {}\n{}", output.status, said.trim_end())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_workspace_manifest() {
        assert!(read("Cargo.toml").unwrap().contains("[workspace]"));
    }

    #[test]
    fn a_missing_program_is_named() {
        let failure = capture(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(failure.to_string().contains("`no-such-program-here` is not installed"));
    }
}
