//! The simulated world: adapters that answer at random, and remember what they said.

use std::collections::{BTreeMap, BTreeSet};

use motus_kernel::compiler::{
    ActOut, AdapterError, ChildProof, ChildSpec, DecideOut, HitlAnswer, LensOut, LoopState,
    ObserveOut, OverrideEstimate, RuntimeAdapters, SealedLoop, VerificationOut,
};
use motus_kernel::manifest::ListedFile;
use motus_kernel::names::{ErrorClass, Phase, VerificationLevel};
use motus_kernel::receipt::{Gate, HitlRecord, Outcome};
use motus_kernel::{Digest, Uuid};

use super::case::{Case, Temper};
use super::content::text;
use super::{answers, flaws};
use crate::Random;

/// Adapters that simulate a world: what a seed decides, it says.
#[derive(Debug)]
pub struct SimulatedWorld {
    pub(super) random: Random,
    pub(super) temper: Temper,
    /// What it says it has written, by path.
    pub(super) evidence: BTreeMap<String, Vec<u8>>,
    pub(super) said: Said,
    seconds: u64,
    ids: u64,
    /// The gates that it evaluated.
    pub(super) gates: BTreeMap<Phase, BTreeSet<String>>,
    /// Whether the gates are what it was asked for last, but for their evidence.
    is_at_gates: bool,
}

/// What a world said that somebody may be held to.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The codes of the errors with which it answered, in their order.
    pub(super) errors: Vec<String>,
    /// What it said that nobody could record.
    pub(super) flaws: Vec<&'static str>,
    /// What excuses a run without a bundle.
    pub(super) oddities: BTreeSet<Oddity>,
    /// How often it was asked what only a human can answer.
    pub(super) questions: usize,
    /// Which phases it was asked in where it should not have been.
    pub(super) astray: Vec<String>,
    /// How often it was asked for gates.
    rounds: usize,
    /// The codes of those errors that came while gates were evaluated, and for which time they were.
    pub(super) at_gates: BTreeMap<String, usize>,
    /// How many identifiers it gave.
    pub(super) ids: usize,
}

/// What excuses a run without a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Oddity {
    /// Clock or identifiers broke down.
    BrokeDown,
    /// The bundle could not be kept.
    LostTheBundle,
}

impl SimulatedWorld {
    /// Returns the world of a case.
    pub fn new(case: &Case) -> Self {
        Self {
            random: Random::of(&[11, case.seed]),
            temper: case.temper,
            evidence: BTreeMap::new(),
            said: Said::default(),
            seconds: 0,
            ids: 0,
            gates: BTreeMap::new(),
            is_at_gates: false,
        }
    }

    /// Tells whether the next answer has a flaw, and of which kind it is.
    pub(super) fn flaw(&mut self, name: &'static str) -> bool {
        let is_flawed = self.random.chance(self.temper.flaws);
        if is_flawed {
            self.said.flaws.push(name);
        }
        is_flawed
    }

    /// Returns a path of evidence: of one file for each place, or of a new one.
    pub(super) fn evidence(&mut self, place: &str) -> Option<String> {
        if self.random.chance(40) {
            return None;
        }
        if self.flaw("evidence") {
            return Some(flaws::evidence_path(&mut self.random));
        }
        let number = self.random.below(6);
        Some(format!("evidence/{place}/{number}.txt"))
    }

    /// Fails, sometimes.
    fn stumble(&mut self) -> Result<(), AdapterError> {
        self.is_at_gates = false;
        self.stumble_there()
    }

    /// Fails, sometimes, where it was asked last.
    fn stumble_there(&mut self) -> Result<(), AdapterError> {
        if !self.random.chance(self.temper.errors) {
            return Ok(());
        }
        let error = self.error();
        if self.is_at_gates {
            self.said.at_gates.insert(error.code.clone(), self.said.rounds);
        }
        Err(error)
    }

    /// Returns an error of any class, whose code no other error has.
    pub(super) fn error(&mut self) -> AdapterError {
        let code = format!("E{}", self.said.errors.len());
        self.said.errors.push(code.clone());
        let random = &mut self.random;
        let class = random.pick([
            ErrorClass::Recoverable,
            ErrorClass::Recoverable,
            ErrorClass::Recoverable,
            ErrorClass::PatternFailure,
            ErrorClass::PatternFailure,
            ErrorClass::Unrecoverable,
            ErrorClass::Catastrophic,
        ]);
        let message = if random.chance(2) { flaws::long(random) } else { text(random) };
        let retryable = random.chance(80);
        let retry_after_ms = random.chance(50).then(|| random.next());
        let evidence = self.evidence("errors");
        AdapterError { class, code, message, retryable, evidence, retry_after_ms }
    }

    fn expect_phase(&mut self, state: &LoopState, phase: Phase) {
        if state.phase != phase {
            self.said.astray.push(format!("asked for {phase:?} in {:?}", state.phase));
        }
    }
}

impl RuntimeAdapters for SimulatedWorld {
    fn now_utc(&mut self) -> Result<String, AdapterError> {
        if self.random.chance(self.temper.breakdowns) {
            self.said.oddities.insert(Oddity::BrokeDown);
            return if self.random.chance(50) { Err(self.error()) } else { Ok("noon".to_owned()) };
        }
        // Now and then it goes back.
        self.seconds = match self.random.below(12) {
            0 => self.seconds.saturating_sub(90),
            1 => self.seconds,
            _ => self.seconds + self.random.below(40),
        };
        let (minutes, seconds) = (self.seconds / 60, self.seconds % 60);
        let fraction = self.random.pick(["", "", ".5", ".25"]);
        Ok(format!("2026-01-01T{:02}:{:02}:{seconds:02}{fraction}Z", minutes / 60, minutes % 60))
    }

    fn next_event_id(&mut self) -> Result<Uuid, AdapterError> {
        self.said.ids += 1;
        if self.random.chance(self.temper.breakdowns) {
            self.said.oddities.insert(Oddity::BrokeDown);
            // One that was given before, unless it is the first.
            return if self.ids == 0 || self.random.chance(50) {
                Err(self.error())
            } else {
                Ok(Uuid::from_bits(u128::from(self.ids)))
            };
        }
        self.ids += 1;
        Ok(Uuid::from_bits(u128::from(self.ids)))
    }

    fn evidence_file(&mut self, path: &str) -> Result<ListedFile, AdapterError> {
        self.stumble_there()?;
        let bytes = path.as_bytes().to_vec();
        let (sha256, size_bytes) = (Digest::of(&[&bytes]), bytes.len() as u64);
        if self.flaw("another file") {
            return Ok(ListedFile { path: "evidence/another".to_owned(), sha256, size_bytes });
        }
        self.evidence.insert(path.to_owned(), bytes);
        Ok(ListedFile { path: path.to_owned(), sha256, size_bytes })
    }

    fn observe_signals(&mut self, state: &LoopState) -> Result<ObserveOut, AdapterError> {
        self.expect_phase(state, Phase::Observe);
        self.stumble()?;
        Ok(answers::observe(self))
    }

    fn assemble_lens(&mut self, state: &LoopState) -> Result<LensOut, AdapterError> {
        self.expect_phase(state, Phase::Orient);
        self.stumble()?;
        Ok(answers::lens(self))
    }

    fn decide(&mut self, state: &LoopState) -> Result<DecideOut, AdapterError> {
        self.expect_phase(state, Phase::Decide);
        self.stumble()?;
        Ok(answers::decide(self, state))
    }

    fn execute_act(&mut self, state: &LoopState) -> Result<ActOut, AdapterError> {
        self.expect_phase(state, Phase::Act);
        self.stumble()?;
        Ok(answers::act(self, state))
    }

    fn run_verification(
        &mut self,
        state: &LoopState,
        level: VerificationLevel,
        checks_required: &[String],
    ) -> Result<VerificationOut, AdapterError> {
        self.expect_phase(state, Phase::Verify);
        self.stumble()?;
        Ok(answers::verification(self, level, checks_required))
    }

    fn evaluate_gates(
        &mut self,
        state: &LoopState,
        phase: Phase,
    ) -> Result<Vec<Gate>, AdapterError> {
        self.expect_phase(state, phase);
        // What it evaluated before, it usually evaluates again.
        let known = self.gates.get(&phase).is_some_and(|known| !known.is_empty());
        if self.random.chance(if known { 3 } else { 60 }) {
            self.is_at_gates = false;
            return Ok(Vec::new());
        }
        self.is_at_gates = true;
        self.said.rounds += 1;
        self.stumble_there()?;
        Ok(answers::gates(self, phase))
    }

    fn estimate_override(&mut self, state: &LoopState) -> Result<OverrideEstimate, AdapterError> {
        self.expect_phase(state, Phase::Lock);
        self.stumble()?;
        Ok(answers::estimate(self))
    }

    fn request_hitl_decision(&mut self, prompt: &HitlRecord) -> Result<HitlAnswer, AdapterError> {
        self.said.questions += 1;
        if prompt.required != Some(true) {
            self.said.astray.push("a question that needs no answer was put".to_owned());
        }
        self.stumble()?;
        Ok(answers::human(self))
    }

    fn spawn_child(&mut self, spawn_index: u32, child: &ChildSpec) -> Result<Uuid, AdapterError> {
        if child.intent.description.is_empty() {
            self.said.astray.push("a child that nobody wanted was spawned".to_owned());
        }
        self.stumble()?;
        if self.flaw("child") {
            // The loop itself, its parent, or the first child once more.
            return Ok(Uuid::from_bits(self.random.pick([1, 2, 1000])));
        }
        Ok(Uuid::from_bits(1000 + u128::from(spawn_index)))
    }

    fn fetch_child_proof(&mut self, child: Uuid) -> Result<ChildProof, AdapterError> {
        self.stumble()?;
        Ok(answers::proof(self, child))
    }

    fn conclude(&mut self, state: &LoopState) -> Result<Outcome, AdapterError> {
        self.expect_phase(state, Phase::Lock);
        self.stumble()?;
        Ok(answers::outcome(self))
    }

    fn persist_bundle(&mut self, _: &SealedLoop) -> Result<String, AdapterError> {
        if self.random.chance(self.temper.breakdowns) {
            self.said.oddities.insert(Oddity::LostTheBundle);
            return Err(self.error());
        }
        Ok("simulated".to_owned())
    }
}
