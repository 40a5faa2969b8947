//! What a scope adds to a wrapped command: the same command, wrapped with and without one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::spent::{Spent, quietly, spent_on};
use super::workbench::{Workbench, alternate};
use crate::failure::Failure;
use crate::workspace;

/// What a ratio of this kind is one to.
pub(super) const WITHOUT: &str = "no scope";

/// Without the file, every read would be seen one by one.
const NO_READS: &str = "motus_scope: \"0.1\"\nobserve:\n  reads: false\n";

/// A folder in which a command is wrapped, in turn with a scope and without.
pub(super) struct Subject<'w> {
    workbench: &'w Workbench,
    pub(super) folder: PathBuf,
    store: PathBuf,
    /// Added to the clean environment of both sides.
    environment: Vec<(String, String)>,
}

/// Tells why it cannot be measured here what a scope costs.
pub(super) fn unmeasurable(workbench: &Workbench) -> Option<String> {
    let said = workspace::capture(workbench.product.motus().args(["scope", "probe", "--json"]));
    let probed: Value = said.ok().and_then(|said| serde_json::from_str(&said).ok())?;
    let level = probed["level"].as_str().unwrap_or("unknown");
    (level != "enforced+observed").then(|| format!("the level of a scope is {level} here"))
}

/// Tells which program a row lacks.
pub(super) fn lacking(programs: &[&str]) -> Option<String> {
    let is_missing =
        |program: &&&str| workspace::capture(Command::new(program).arg("--version")).is_err();
    let missing = programs.iter().find(is_missing)?;
    Some(format!("there is no `{missing}`"))
}

impl<'w> Subject<'w> {
    pub(super) fn new(workbench: &'w Workbench, name: &str) -> Result<Self, Failure> {
        let folder = workbench.new_folder(name)?;
        let store = workbench.new_store()?;
        Ok(Self { workbench, folder, store, environment: Vec::new() })
    }

    /// Adds a variable to the environment of both sides.
    pub(super) fn set(&mut self, name: &str, value: impl AsRef<Path>) {
        self.environment.push((name.to_owned(), value.as_ref().display().to_string()));
    }

    /// Writes a file, and the directories above it.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.folder.join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&path, text))
            .map_err(|error| Failure::Failed(format!("cannot write {}: {error}", path.display())))
    }

    /// Runs a program in the folder, in no wrapper.
    pub(super) fn run(&self, program: &str, arguments: &[&str]) -> Result<(), Failure> {
        let mut command = self.workbench.product.command(program);
        quietly(command.args(arguments).current_dir(&self.folder))
    }

    /// Prepares wrapping a command; no words of a scope, no scope.
    pub(super) fn wrap(&self, scope: &[&str], wrapped: &[&str]) -> Command {
        let mut command = self.workbench.product.motus();
        command.args(["wrap", "--db"]).arg(&self.store).args(scope).arg("--").args(wrapped);
        command.current_dir(&self.folder).envs(self.environment.iter().cloned());
        command
    }

    /// Returns how long the command takes in a scope and without one, in milliseconds.
    pub(super) fn pairs(
        &self,
        scope: &[&str],
        wrapped: &[&str],
    ) -> Result<Vec<(f64, f64)>, Failure> {
        let with = || self.milliseconds(scope, wrapped);
        alternate(with, || self.milliseconds(&[], wrapped))
    }

    /// As [`Subject::pairs`], with reads that are only bounded.
    pub(super) fn pairs_without_reads(
        &self,
        scope: &[&str],
        wrapped: &[&str],
    ) -> Result<Vec<(f64, f64)>, Failure> {
        self.write("no-reads.yaml", NO_READS)?;
        self.pairs(&[&["--scope", "no-reads.yaml"], scope].concat(), wrapped)
    }

    fn milliseconds(&self, scope: &[&str], wrapped: &[&str]) -> Result<f64, Failure> {
        Ok(self.spent(1, scope, wrapped)?.wall_milliseconds(1))
    }

    /// Returns what so many runs of a wrapped command cost.
    pub(super) fn spent(
        &self,
        runs: u32,
        scope: &[&str],
        wrapped: &[&str],
    ) -> Result<Spent, Failure> {
        let all = || (0..runs).try_for_each(|_| quietly(&mut self.wrap(scope, wrapped)));
        Ok(spent_on(all)?.1)
    }
}
