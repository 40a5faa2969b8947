//! Loops: running one that a scenario simulates, seeing how the machine moved, and keeping what it left.

use std::path::Path;

pub use motus_kernel::names::OutcomeStatus;
use motus_kernel::names::{LockLevel, Phase};
use motus_kernel::policy::{Policy, Rules};
use motus_kernel::receipt::Outcome;
use motus_kernel::{Digest, Uuid};
use thiserror::Error;

use crate::bundle::{self, Moment, NewBundle, WriteError, Written, moments, refuse_existing};
pub use crate::simulation::ScenarioError;
use crate::simulation::{self, Scenario, Simulated, SimulationError, Unused};

/// The longest scenario, in bytes.
pub const LONGEST_SCENARIO: u64 = 1 << 20;

/// What came of a simulation.
#[derive(Debug)]
pub struct Simulation {
    /// The loop itself.
    pub told: LoopTold,
    /// The loops that it spawned and those that they spawned, each behind its parent.
    pub descendants: Vec<LoopTold>,
    /// What the scenario says and nobody asked for.
    pub unused: Vec<Unused>,
    /// Whether the bundles verify under the default policy, and not under the scenario's own.
    pub under_default_policy: bool,
    /// Where the bundles are, when they were to be kept.
    pub written: Option<Written>,
}

/// How one loop went.
#[derive(Debug)]
pub struct LoopTold {
    /// The loop.
    pub loop_id: Uuid,
    /// The loop that spawned it.
    pub parent_loop_id: Option<Uuid>,
    /// What came of it.
    pub outcome: Outcome,
    /// How final that is.
    pub lock_level: LockLevel,
    /// What its bundle proves.
    pub proof_digest: Digest,
    /// Why it was halted; `None` when it came to its end.
    pub halted: Option<String>,
    /// The phases that it went through, one after the other.
    pub phases: Vec<Phase>,
    /// What its log tells, in order.
    pub moments: Vec<Moment>,
    /// How many events are not told: they are too many.
    pub left_out: u64,
}

impl Simulation {
    /// Tells whether the loop came to what it was meant for.
    pub fn succeeded(&self) -> bool {
        self.told.outcome.status == OutcomeStatus::Success
    }
}

/// Why a simulation left nothing.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SimulateError {
    /// The document is no scenario, its loop asks for more than it answers, or a loop left no bundle.
    #[error("not a scenario that can be run")]
    Scenario(Vec<ScenarioError>),
    /// The bundles were not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl SimulateError {
    /// Returns the stable code; of several faults that of the first.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Scenario(faults) => faults.first().map_or("scenario.syntax", |it| it.code),
            Self::Write(error) => error.code(),
        }
    }
}

impl From<SimulationError> for SimulateError {
    fn from(error: SimulationError) -> Self {
        let error = match error {
            SimulationError::Scenario(error) => error,
            SimulationError::Run { loop_id, error, line, column } => ScenarioError {
                code: error.code(),
                message: format!("loop {loop_id}: {error}"),
                line,
                column,
            },
        };
        Self::Scenario(vec![error])
    }
}

/// Runs a scenario and, where a directory is named, keeps the bundles there: that of the loop in the directory,
/// those of its descendants in [`bundle::children_of`] it.
///
/// A loop that fails leaves bundles like any other. Nothing is run when something stands in the directory's
/// place.
/// Errors: everything that is wrong with the scenario; a loop without a bundle; those of [`bundle::write`].
pub fn simulate(document: &[u8], out: Option<&Path>) -> Result<Simulation, SimulateError> {
    if let Some(directory) = out {
        refuse_existing(directory)?;
    }
    let text = std::str::from_utf8(document)
        .map_err(|error| SimulateError::Scenario(vec![not_utf8(document, error.valid_up_to())]))?;
    let scenario = Scenario::read(text).map_err(SimulateError::Scenario)?;
    let simulated = simulation::run(&scenario, &mut |sealed, _| {
        // What is to be kept is written at the end: a family as a whole, or nothing of it.
        Ok(sealed.receipt.loop_id.to_string())
    })?;
    let family = family(&simulated);
    let policy = scenario.policy();
    let descendants: Vec<NewBundle<'_>> =
        family.iter().skip(1).map(|member| new_bundle(member)).collect();
    let keep = |directory| bundle::write(directory, new_bundle(&simulated), &descendants, policy);
    let written = out.map(keep).transpose()?;
    Ok(Simulation {
        told: told(&simulated),
        descendants: family.iter().skip(1).map(|member| told(member)).collect(),
        unused: family.iter().flat_map(|member| member.unused.clone()).collect(),
        under_default_policy: policy.hash() == Rules::published_default().hash(),
        written,
    })
}

/// Lists a loop and all below it, each before its own children; how deep they go is input.
fn family(simulated: &Simulated) -> Vec<&Simulated> {
    let (mut members, mut waiting) = (Vec::new(), vec![simulated]);
    while let Some(member) = waiting.pop() {
        members.push(member);
        waiting.extend(member.children.iter().rev());
    }
    members
}

fn new_bundle(simulated: &Simulated) -> NewBundle<'_> {
    NewBundle { sealed: &simulated.sealed, evidence: &simulated.evidence }
}

fn told(simulated: &Simulated) -> LoopTold {
    let sealed = &simulated.sealed;
    let receipt = &sealed.receipt;
    let (moments, left_out) = moments(&sealed.events_jsonl);
    LoopTold {
        loop_id: receipt.loop_id,
        parent_loop_id: receipt.parent_loop_id,
        outcome: receipt.outcome.clone(),
        lock_level: receipt.lock_level,
        proof_digest: receipt.integrity.proof_digest,
        halted: sealed.halted.clone(),
        phases: receipt.phase_sequence.clone(),
        moments,
        left_out,
    }
}

/// Tells where a document stops being text.
fn not_utf8(document: &[u8], offset: usize) -> ScenarioError {
    let before = String::from_utf8_lossy(document.get(..offset).unwrap_or_default());
    let last = before.rsplit('\n').next().unwrap_or_default();
    ScenarioError {
        code: "scenario.syntax",
        message: "not UTF-8".to_owned(),
        line: before.matches('\n').count() + 1,
        column: last.chars().count() + 1,
    }
}

#[cfg(test)]
mod tests {
    use motus_testkit::harness::Scratch;

    use super::*;

    const SCENARIO: &str = include_str!("../../../scenarios/0.1/basic_edit.yaml");
    const FAMILY: &str = include_str!("../../../scenarios/0.1/parallel_children.yaml");

    fn faults(document: &[u8]) -> Vec<String> {
        match simulate(document, None) {
            Err(SimulateError::Scenario(faults)) => faults
                .iter()
                .map(|it| format!("{} {}:{}: {}", it.code, it.line, it.column, it.message))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_loop_is_told_with_everything_below_it() {
        let simulation = simulate(FAMILY.as_bytes(), None).unwrap();
        assert!(simulation.succeeded() && simulation.under_default_policy);
        assert!(simulation.written.is_none() && simulation.unused.is_empty());
        let told = |told: &LoopTold| (told.parent_loop_id, told.moments.len(), told.left_out);
        assert_eq!(told(&simulation.told), (None, 11, 0));
        let parent = Some(simulation.told.loop_id);
        let children: Vec<_> = simulation.descendants.iter().map(told).collect();
        assert_eq!(children, [(parent, 6, 0); 3]);
        let mut ids: Vec<_> = simulation.descendants.iter().map(|it| it.loop_id).collect();
        ids.dedup();
        assert_eq!(ids.len(), 3);
    }

    #[test]
    fn a_parent_that_joins_none_or_few_of_its_children_is_kept_with_them() {
        let scratch = Scratch::new();
        let mut unjoined = 0;
        for events in 6..12 {
            let budget = format!("max_events: {events}");
            // What the plan foretells of them could not come true.
            let (before, rest) = FAMILY.split_once("    details:\n").unwrap();
            let (_, after) = rest.split_once("\nact:\n").unwrap();
            let less = format!("{before}\nact:\n{after}");
            let less = less.replacen("max_events: 100", &budget, 1);
            let target = scratch.project().join(events.to_string());
            let simulation = simulate(less.as_bytes(), Some(&target)).unwrap();
            let written = simulation.written.expect("it was to be kept");
            let (policy, expected) = (&Rules::published_default(), Some(written.proof_digest));
            let children = written.children.as_deref();
            let directory = target.as_path();
            let verification = bundle::Verification { directory, policy, expected, children };
            let verdict = bundle::verify(&verification).unwrap();
            assert!(verdict.ok, "{}", verdict.text);
            unjoined += verdict.text.matches("its parent never joined it").count();
        }
        assert!(unjoined > 3, "{unjoined}");
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        assert_eq!(faults(b"a\nb: \xc3\xa9\xff"), ["scenario.syntax 2:5: not UTF-8"]);
        assert_eq!(faults(b""), ["scenario.syntax 1:1: there is no document"]);
        let few = SCENARIO.replace("max_events: 100", "max_events: 1");
        let line = few.lines().position(|line| line.ends_with("max_events: 1")).unwrap() + 1;
        let [found] = faults(few.as_bytes()).try_into().unwrap();
        let expected = format!("scenario.empty_budget {line}:15: 1 events are allowed");
        assert!(found.starts_with(&expected), "{found}");
    }

    #[test]
    fn nothing_is_read_or_run_for_a_place_that_is_taken() {
        let scratch = Scratch::new();
        let error = simulate(b"no scenario", Some(&scratch.project())).unwrap_err();
        assert_eq!(error.code(), "bundle.exists");
        let there = scratch.project().join("made");
        assert_eq!(
            simulate(b"no scenario", Some(&there)).unwrap_err().code(),
            "scenario.wrong_type"
        );
        assert!(!there.exists());
        let simulation = simulate(SCENARIO.as_bytes(), Some(&there)).unwrap();
        let written = simulation.written.expect("it was to be kept");
        assert_eq!(written.proof_digest, simulation.told.proof_digest);
        assert!(there.join("manifest.json").exists());
    }
}
