//! Adapters that say what the scenario says, and note what it does not say.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use motus_kernel::compiler::{
    ActOut, AdapterError, ChildProof, ChildSpec, DecideOut, HitlAnswer, LensOut, LoopState,
    ObserveOut, OverrideEstimate, RuntimeAdapters, SealedLoop, VerificationOut,
};
use motus_kernel::manifest::ListedFile;
use motus_kernel::names::{ErrorClass, Phase, VerificationLevel};
use motus_kernel::receipt::{Gate, HitlRecord, Outcome};
use motus_kernel::{Digest, Uuid};

use super::error::{Kind, Place, ScenarioError, SimulationError};
use super::queue::{Counting, Queue, Ticking};
use super::run::{Keep, Simulated, Unused, simulate};
use super::scenario::{Decided, Scenario};

type Said<'s, T> = Queue<'s, Result<T, AdapterError>>;

/// The adapters of one loop.
pub(super) struct Scripted<'s, 'k, 'f> {
    scenario: &'s Scenario,
    keep: &'k mut Keep<'f>,
    clock: Ticking<'s>,
    ids: Counting<'s>,
    observe: Said<'s, ObserveOut>,
    orient: Said<'s, LensOut>,
    decide: Said<'s, Decided>,
    act: Said<'s, ActOut>,
    verify: Said<'s, VerificationOut>,
    gates: BTreeMap<Phase, Said<'s, Vec<Gate>>>,
    human: Said<'s, HitlAnswer>,
    /// The children of the last plan that were not spawned yet.
    wanted: VecDeque<(Place, Uuid)>,
    asked: Asked<'s>,
    by_id: BTreeMap<Uuid, &'s Scenario>,
    /// What the children that were spawned have proved.
    proofs: BTreeMap<Uuid, ChildProof>,
    pub(super) children: Vec<Simulated>,
    /// Why the simulation cannot go on; from here on nothing is answered.
    pub(super) ended: Option<SimulationError>,
}

/// What was asked for of that which has one answer only.
#[derive(Default)]
struct Asked<'s> {
    evidence: BTreeSet<&'s str>,
    estimate: bool,
    conclude: bool,
}

impl<'s, 'k, 'f> Scripted<'s, 'k, 'f> {
    pub(super) fn new(scenario: &'s Scenario, keep: &'k mut Keep<'f>) -> Self {
        let answers = &scenario.answers;
        let gates = answers.gates.iter().map(|(phase, list)| {
            let name = format!("gates.{}", phase.as_str());
            (*phase, Queue::new(name, list))
        });
        Self {
            scenario,
            keep,
            clock: Ticking::new(&scenario.clock),
            ids: Counting::new(&scenario.ids),
            observe: Queue::new("observe", &answers.observe),
            orient: Queue::new("orient", &answers.orient),
            decide: Queue::new("decide", &answers.decide),
            act: Queue::new("act", &answers.act),
            verify: Queue::new("verify", &answers.verify),
            gates: gates.collect(),
            human: Queue::new("human", &answers.human),
            wanted: VecDeque::new(),
            asked: Asked::default(),
            by_id: scenario.children.iter().map(|child| (child.loop_id(), child)).collect(),
            proofs: BTreeMap::new(),
            children: Vec::new(),
            ended: None,
        }
    }

    /// Returns everything that was never asked for, in the order of the text.
    pub(super) fn unused(&self) -> Vec<Unused> {
        let mut told = Vec::new();
        self.clock.unused(&mut told);
        self.ids.unused(&mut told);
        self.observe.unused(&mut told);
        self.orient.unused(&mut told);
        self.decide.unused(&mut told);
        self.act.unused(&mut told);
        self.verify.unused(&mut told);
        self.gates.values().for_each(|queue| queue.unused(&mut told));
        self.human.unused(&mut told);
        let answers = &self.scenario.answers;
        let estimate = answers.estimate.as_ref().filter(|_| !self.asked.estimate);
        let conclude = answers.conclude.as_ref().filter(|_| !self.asked.conclude);
        let singles = [("override", estimate.map(place)), ("conclude", conclude.map(place))];
        for (name, place) in singles {
            told.extend(place.map(|at| Unused::new(format!("'{name}' was never asked for"), at)));
        }
        for (path, file) in &self.scenario.evidence {
            if !self.asked.evidence.contains(path.as_str()) {
                told.push(Unused::new("this evidence was never recorded", file.place));
            }
        }
        for child in &self.scenario.children {
            if !self.proofs.contains_key(&child.loop_id()) {
                told.push(Unused::new("this child was never spawned", child.place));
            }
        }
        told.sort_by_key(|unused| (unused.line, unused.column));
        told
    }

    /// Ends the simulation; the first reason counts.
    fn end(&mut self, error: SimulationError) -> AdapterError {
        self.ended.get_or_insert(error);
        refusal()
    }

    fn missing(&mut self, error: ScenarioError) -> AdapterError {
        self.end(SimulationError::Scenario(error))
    }

    /// Refuses every answer once one was missing.
    fn go_on(&self) -> Result<(), AdapterError> {
        if self.ended.is_some() { Err(refusal()) } else { Ok(()) }
    }

    fn next<T: Clone + 's>(
        &mut self,
        queue: impl FnOnce(&mut Self) -> &mut Said<'s, T>,
    ) -> Result<T, AdapterError> {
        self.go_on()?;
        match queue(self).take() {
            Ok(said) => said.clone(),
            Err(error) => Err(self.missing(error)),
        }
    }
}

fn place<T>(single: &(Place, T)) -> Place {
    single.0
}

/// What the runner is told when the simulation has ended; it is recorded nowhere.
fn refusal() -> AdapterError {
    AdapterError {
        class: ErrorClass::Catastrophic,
        code: "SIMULATION_ENDED".to_owned(),
        message: "the scenario has no further answer".to_owned(),
        retryable: false,
        evidence: None,
        retry_after_ms: None,
    }
}

impl RuntimeAdapters for Scripted<'_, '_, '_> {
    fn now_utc(&mut self) -> Result<String, AdapterError> {
        self.go_on()?;
        self.clock.read().map_err(|error| self.missing(error))
    }

    fn next_event_id(&mut self) -> Result<Uuid, AdapterError> {
        self.go_on()?;
        self.ids.next().map_err(|error| self.missing(error))
    }

    fn evidence_file(&mut self, path: &str) -> Result<ListedFile, AdapterError> {
        self.go_on()?;
        let Some((path, file)) = self.scenario.evidence.get_key_value(path) else {
            let message = format!("the loop records the evidence '{path}', which is not there");
            let error = ScenarioError::new(Kind::MissingEvidence, self.scenario.place, message);
            return Err(self.missing(error));
        };
        self.asked.evidence.insert(path);
        let bytes = file.text.as_bytes();
        let (sha256, size_bytes) = (Digest::of(&[bytes]), bytes.len() as u64);
        Ok(ListedFile { path: path.clone(), sha256, size_bytes })
    }

    fn observe_signals(&mut self, _: &LoopState) -> Result<ObserveOut, AdapterError> {
        self.next(|said| &mut said.observe)
    }

    fn assemble_lens(&mut self, _: &LoopState) -> Result<LensOut, AdapterError> {
        self.next(|said| &mut said.orient)
    }

    fn decide(&mut self, _: &LoopState) -> Result<DecideOut, AdapterError> {
        self.go_on()?;
        let decided = match self.decide.take() {
            Ok(said) => said.as_ref().map_err(Clone::clone)?,
            Err(error) => return Err(self.missing(error)),
        };
        self.wanted =
            decided.spawned.iter().map(|(place, loop_id, _)| (*place, *loop_id)).collect();
        Ok(decided.plan.clone())
    }

    fn execute_act(&mut self, _: &LoopState) -> Result<ActOut, AdapterError> {
        self.next(|said| &mut said.act)
    }

    fn run_verification(
        &mut self,
        _: &LoopState,
        _: VerificationLevel,
        _: &[String],
    ) -> Result<VerificationOut, AdapterError> {
        self.next(|said| &mut said.verify)
    }

    /// A phase that the scenario gives no answers for has no gates.
    fn evaluate_gates(&mut self, _: &LoopState, phase: Phase) -> Result<Vec<Gate>, AdapterError> {
        self.go_on()?;
        match self.gates.get_mut(&phase).map(Queue::take) {
            None => Ok(Vec::new()),
            Some(Ok(said)) => said.clone(),
            Some(Err(error)) => Err(self.missing(error)),
        }
    }

    fn estimate_override(&mut self, _: &LoopState) -> Result<OverrideEstimate, AdapterError> {
        self.go_on()?;
        self.asked.estimate = true;
        once(self.scenario.answers.estimate.as_ref())
            .unwrap_or_else(|| Ok(OverrideEstimate::default()))
    }

    fn request_hitl_decision(&mut self, _: &HitlRecord) -> Result<HitlAnswer, AdapterError> {
        self.next(|said| &mut said.human)
    }

    fn spawn_child(&mut self, _: u32, _: &ChildSpec) -> Result<Uuid, AdapterError> {
        self.go_on()?;
        let scenario = self.scenario;
        let (place, loop_id) = self.wanted.pop_front().unwrap_or((scenario.place, Uuid::default()));
        if self.proofs.contains_key(&loop_id) {
            let message = format!("the loop {loop_id} was spawned by an earlier plan");
            return Err(self.missing(ScenarioError::new(Kind::RepeatedLoop, place, message)));
        }
        let Some(child) = self.by_id.get(&loop_id) else {
            let message = "the loop spawns more children than its plan names";
            return Err(self.missing(ScenarioError::new(Kind::MissingAnswer, place, message)));
        };
        let simulated = simulate(child, self.keep).map_err(|error| self.end(error))?;
        let receipt = &simulated.sealed.receipt;
        let (proof_digest, outcome_status) =
            (receipt.integrity.proof_digest, receipt.outcome.status);
        self.proofs.insert(loop_id, ChildProof { proof_digest, outcome_status });
        self.children.push(simulated);
        Ok(loop_id)
    }

    fn fetch_child_proof(&mut self, child: Uuid) -> Result<ChildProof, AdapterError> {
        self.go_on()?;
        self.proofs.get(&child).copied().ok_or_else(refusal)
    }

    fn conclude(&mut self, _: &LoopState) -> Result<Outcome, AdapterError> {
        self.go_on()?;
        self.asked.conclude = true;
        let scenario = self.scenario;
        once(scenario.answers.conclude.as_ref()).unwrap_or_else(|| {
            let message = "the loop asks for 'conclude', which is not given";
            let error = ScenarioError::new(Kind::MissingAnswer, scenario.place, message);
            Err(self.missing(error))
        })
    }

    fn persist_bundle(&mut self, sealed: &SealedLoop) -> Result<String, AdapterError> {
        self.go_on()?;
        (self.keep)(sealed, &self.scenario.evidence_of(sealed))
    }
}

/// Returns the one answer, however often it is asked for.
fn once<T: Clone>(
    single: Option<&(Place, Result<T, AdapterError>)>,
) -> Option<Result<T, AdapterError>> {
    single.map(|(_, said)| said.clone())
}
