//! A directory of its own for each test, with a home, a temporary and a project directory.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::Mask;

/// A directory that is removed when the test is over.
#[derive(Debug)]
pub struct Scratch {
    /// Kept so that the directory is removed with it.
    _directory: TempDir,
    root: PathBuf,
}

impl Scratch {
    /// Makes the directory with `home`, `tmp` and `project` in it.
    pub fn new() -> Self {
        let directory = tempfile::Builder::new().prefix("motus-test-").tempdir();
        let directory = directory.expect("a temporary directory can be made");
        let root = directory.path().canonicalize().expect("a new directory has a real path");
        let scratch = Self { _directory: directory, root };
        for path in [scratch.home(), scratch.temporary(), scratch.project()] {
            fs::create_dir(path).expect("a directory can be made in a new one");
        }
        scratch
    }

    /// Returns the directory, without links in its path.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Returns the home directory of programs.
    pub fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// Returns the temporary directory of programs.
    pub fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// Returns the directory in which programs start.
    pub fn project(&self) -> PathBuf {
        self.root.join("project")
    }

    /// Writes a file under the working directory, with the directories it needs.
    pub fn write(&self, relative: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.project().join(relative);
        let parent = path.parent().expect("a path under a directory has a parent");
        fs::create_dir_all(parent).expect("directories can be made");
        fs::write(&path, content).expect("the file can be written");
        path
    }

    /// Prepares a program that knows nothing of this machine but the search path for programs.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .env("TMPDIR", self.temporary())
            .current_dir(self.project());
        command
    }

    /// Returns a mask that knows this directory as `[DIR]`.
    pub fn mask(&self) -> Mask {
        Mask::new().directory(&self.root, "DIR")
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::capture;

    #[test]
    fn programs_see_three_variables_and_their_own_home() {
        let scratch = Scratch::new();
        scratch.write("deep/file", "content");
        let script = "env | cut -d= -f1 | grep -v -e _ -e PWD -e SHLVL | sort; pwd; cat deep/file";
        let captured = capture(scratch.command("sh").args(["-c", script]));
        assert_eq!(
            captured.snapshot(&scratch.mask()),
            "exit 0\n--- stdout\nHOME\nPATH\nTMPDIR\n[DIR]/project\ncontent--- stderr\n"
        );
    }

    #[test]
    fn the_directory_goes_with_the_test() {
        let scratch = Scratch::new();
        let path = scratch.path().to_owned();
        assert!(path.join("home").is_dir());
        drop(scratch);
        assert!(!path.exists());
    }
}
