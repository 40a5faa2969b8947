//! The release binaries that `bench` and `torture` drive, and a folder to drive them in.
//!
//! The binaries are copied into the folder, so that a build that goes on beside a measurement
//! cannot change what is measured. Commands see a clean environment: search path and home only.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::failure::Failure;
use crate::{output, workspace};

/// The command itself.
pub(crate) const MOTUS: &str = "motus";
/// Appends events one per transaction and prints each acknowledged number.
pub(crate) const APPENDER: &str = "motus-testkit-appender";
/// Fills a Store with many events per transaction.
pub(crate) const FILLER: &str = "motus-testkit-filler";
/// Measures the kernel inside of one process.
pub(crate) const KERNEL_BENCH: &str = "motus-testkit-kernel-bench";
/// Verifies one bundle.
pub(crate) const VERIFIER: &str = "motus-verify";
/// The command of project memory.
pub(crate) const TEXTUS: &str = "textus";
/// Does what reading project memory costs at the least.
pub(crate) const MEMORY_BASELINE: &str = "motus-testkit-memory-baseline";
/// Simulates writers, lockers and closers of one Store.
pub(crate) const SIMULANT: &str = "motus-testkit-simulant";

const BINARIES: [&str; 8] =
    [MOTUS, APPENDER, FILLER, KERNEL_BENCH, VERIFIER, TEXTUS, MEMORY_BASELINE, SIMULANT];

/// Copies of the release binaries in a folder that goes away with this value.
pub(crate) struct Product {
    folder: TempDir,
}

impl Product {
    /// Builds all binaries and copies them into a new folder below `parent`.
    pub(crate) fn build(parent: &Path) -> Result<Self, Failure> {
        Self::build_only(parent, &BINARIES)
    }

    /// Builds some binaries and copies them into a new folder below `parent`.
    ///
    /// `parent` should lie on a real disk and in no repository: a wrap asks git about its folder.
    pub(crate) fn build_only(parent: &Path, binaries: &[&str]) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new()
            .prefix("motus-xtask-")
            .tempdir_in(parent)
            .map_err(|error| failed("make a folder in", parent, &error))?;
        let product = Self { folder };
        for name in ["bin", "home"] {
            create_folder(&product.path().join(name))?;
        }
        output::talk(&"building the release binaries");
        let built = executables(&build(binaries)?);
        for name in binaries {
            let from = built.get(*name).ok_or_else(|| {
                Failure::Failed(format!("cargo did not say where it put `{name}`"))
            })?;
            fs::copy(from, product.binary(name)).map_err(|error| failed("copy", from, &error))?;
        }
        Ok(product)
    }

    /// Returns the folder, which is this process's own.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Makes a new empty folder in it.
    pub(crate) fn new_folder(&self, name: &str) -> Result<PathBuf, Failure> {
        let path = self.path().join(name);
        create_folder(&path)?;
        Ok(path)
    }

    /// Returns where a copied binary is.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.path().join("bin").join(name)
    }

    /// Prepares any program, with a clean environment and nothing to read.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path().join("home"))
            .current_dir(self.path())
            .stdin(Stdio::null());
        command
    }

    /// Prepares `motus`.
    pub(crate) fn motus(&self) -> Command {
        self.command(self.binary(MOTUS))
    }
}

/// Makes one folder.
pub(crate) fn create_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir(path).map_err(|error| failed("make", path, &error))
}

fn failed(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::Failed(format!("cannot {what} {}: {error}", path.display()))
}

fn build(binaries: &[&str]) -> Result<String, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(workspace::root()).args([
        "build",
        "--release",
        "--locked",
        "--message-format=json-render-diagnostics",
    ]);
    for name in binaries {
        command.args(["--bin", name]);
    }
    workspace::capture(&mut command)
}

/// Reads from cargo's messages where each executable is.
fn executables(messages: &str) -> BTreeMap<String, PathBuf> {
    let artifact = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        let name = message["target"]["name"].as_str()?.to_owned();
        Some((name, PathBuf::from(message["executable"].as_str()?)))
    };
    messages.lines().filter_map(artifact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executables_are_read_from_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"motus_json"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"motus"},"executable":"/t/release/motus"}
{"reason":"build-finished","success":true}
"#;
        let expected = BTreeMap::from([(MOTUS.to_owned(), PathBuf::from("/t/release/motus"))]);
        assert_eq!(executables(messages), expected);
    }
}
