//! What a CI system says in the environment of a step: which one it is, and where it takes what is told.

use std::path::PathBuf;

use motus_ledger::wrap::{CiStep, CiSystem};

use super::variable;

/// The step of a CI job in which this process runs.
#[derive(Debug)]
pub(crate) struct Ci {
    /// Which one.
    pub(crate) step: CiStep,
    /// The file for what later steps may want to know.
    pub(crate) outputs: Option<PathBuf>,
    /// The file for the page that is shown with the job.
    pub(crate) summary: Option<PathBuf>,
}

impl Ci {
    /// Reads the variables of the system that has set any; of GitHub's, as published, where none has.
    pub(crate) fn read() -> Self {
        let is_gitlab = variable("GITLAB_CI").is_some() && variable("GITHUB_ACTIONS").is_none();
        let step = if is_gitlab {
            step(CiSystem::GitLabCi, ["CI_PIPELINE_ID", "", "CI_JOB_ID", ""])
        } else {
            let names = ["GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT", "GITHUB_JOB", "GITHUB_ACTION"];
            step(CiSystem::GitHubActions, names)
        };
        Self {
            step,
            outputs: variable("GITHUB_OUTPUT").map(PathBuf::from),
            summary: variable("GITHUB_STEP_SUMMARY").map(PathBuf::from),
        }
    }
}

/// Reads the variables that name a step; an empty name stands for what the system does not tell.
fn step(system: CiSystem, names: [&str; 4]) -> CiStep {
    let [run, attempt, job, step] = names.map(|name| match name {
        "" => String::new(),
        name => variable(name).unwrap_or_default().to_string_lossy().into_owned(),
    });
    CiStep { system, run, attempt, job, step }
}
