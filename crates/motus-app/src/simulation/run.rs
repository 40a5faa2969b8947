//! Runs a scenario: each child when it is spawned, and its parent around it.

use std::collections::BTreeMap;

use motus_kernel::compiler::{AdapterError, RunError, SealedLoop, run_fsm};
use thiserror::Error;

use super::adapters::Scripted;
use super::error::{Kind, Place, ScenarioError, SimulationError};
use super::scenario::Scenario;

/// Keeps a bundle and its evidence, by path, and returns the name under which it is kept.
pub type Keep<'k> =
    dyn FnMut(&SealedLoop, &BTreeMap<String, Vec<u8>>) -> Result<String, AdapterError> + 'k;

/// What came of a scenario.
#[derive(Debug)]
pub struct Simulated {
    /// The loop's bundle.
    pub sealed: SealedLoop,
    /// The bytes of its evidence, by path.
    pub evidence: BTreeMap<String, Vec<u8>>,
    /// The name under which it is kept.
    pub kept_as: String,
    /// The children, in the order in which they were spawned.
    pub children: Vec<Simulated>,
    /// What the scenario says and nobody asked for, in the order of the text.
    pub unused: Vec<Unused>,
}

/// Something that a scenario says and nobody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {message}")]
pub struct Unused {
    /// What it is, lower case and without the place.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Unused {
    pub(super) fn new(message: impl Into<String>, place: Place) -> Self {
        Self { message: message.into(), line: place.line, column: place.column }
    }
}

/// Runs a scenario to its end.
///
/// Shape: bundles are kept as they are sealed, children before their parents. A loop that fails, or is
/// halted, leaves a bundle like any other.
/// Errors: a question without an answer, at the place of the answers; a loop that leaves no bundle. What was
/// kept until then stays.
pub fn run(scenario: &Scenario, keep: &mut Keep<'_>) -> Result<Simulated, SimulationError> {
    simulate(scenario, keep)
}

pub(super) fn simulate(
    scenario: &Scenario,
    keep: &mut Keep<'_>,
) -> Result<Simulated, SimulationError> {
    let mut adapters = Scripted::new(scenario, keep);
    let ran = run_fsm(&scenario.request, &scenario.policy, &scenario.profile, &mut adapters);
    if let Some(ended) = adapters.ended.take() {
        return Err(ended);
    }
    let (sealed, kept_as) = ran.map_err(|error| failure(scenario, error))?;
    let unused = adapters.unused();
    let evidence = scenario.evidence_of(&sealed);
    Ok(Simulated { sealed, evidence, kept_as, children: adapters.children, unused })
}

/// Tells why a loop left no bundle, and where it stands; too few events are the document's fault.
fn failure(scenario: &Scenario, error: RunError) -> SimulationError {
    let Place { line, column } = scenario.place;
    match error {
        RunError::Budget { .. } => {
            let message = error.to_string();
            let place = scenario.events_place;
            SimulationError::Scenario(ScenarioError::new(Kind::EmptyBudget, place, message))
        }
        error => {
            let (loop_id, error) = (scenario.loop_id(), Box::new(error));
            SimulationError::Run { loop_id, error, line, column }
        }
    }
}

impl Scenario {
    /// Returns the bytes of the evidence that a bundle lists.
    pub(super) fn evidence_of(&self, sealed: &SealedLoop) -> BTreeMap<String, Vec<u8>> {
        let bytes = |path: &str| self.evidence.get(path).map(|file| file.text.as_bytes().to_vec());
        let listed = sealed.manifest.evidence();
        listed.filter_map(|file| Some((file.path.clone(), bytes(&file.path)?))).collect()
    }
}
