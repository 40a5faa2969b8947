//! Artifacts: one spelling for each place, and one content in one answer.

use std::collections::BTreeMap;

use super::invalid;
use crate::compiler::run::Flow;
use crate::receipt::Artifact;
use crate::receipt::path::{is_artifact_path, place};

/// The paths that were told so far, by the places to which they lead.
#[derive(Debug, Default)]
pub(super) struct Places(BTreeMap<String, String>);

impl Places {
    /// Checks the artifacts of one answer.
    ///
    /// Errors: a path that is not in its one spelling, or leads where another path led before; a path that is
    /// told twice with two contents.
    pub(super) fn check(&self, artifacts: &[Artifact]) -> Flow<()> {
        let (mut told, mut places) = (BTreeMap::new(), BTreeMap::new());
        for artifact in artifacts {
            let (path, place) = (artifact.path.as_str(), place(artifact));
            if !is_artifact_path(path, artifact.kind) {
                return Err(invalid(format!("{path:?} is not the one spelling of a path")));
            }
            if told.insert(path, artifact).is_some_and(|other| other != artifact) {
                return Err(invalid(format!("{path} is told in two ways")));
            }
            let before = self.0.get(place).map(String::as_str);
            let known = before.unwrap_or_else(|| places.entry(place).or_insert(path));
            if known != path {
                return Err(invalid(format!("{path} leads to the same place as {known}")));
            }
        }
        Ok(())
    }

    /// Takes artifacts that were checked and told.
    pub(super) fn take(&mut self, artifacts: &[Artifact]) {
        for artifact in artifacts {
            if !self.0.contains_key(place(artifact)) {
                self.0.insert(place(artifact).to_owned(), artifact.path.clone());
            }
        }
    }
}
