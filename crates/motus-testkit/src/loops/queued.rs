//! A queued world: simulated adapters that answer what a test has put in a queue, and like a steady world when
//! the queue is empty.

use std::collections::VecDeque;

use motus_kernel::Uuid;
use motus_kernel::compiler::{
    ActOut, AdapterError, ChildProof, ChildSpec, DecideOut, HitlAnswer, LensOut, LoopBudgets,
    LoopRequest, LoopState, ObserveOut, OverrideEstimate, RuntimeAdapters, SealedLoop,
    VerificationOut,
};
use motus_kernel::manifest::ListedFile;
use motus_kernel::names::{
    ActorType, ErrorClass, IntentSource, LockLevel, Phase, VerificationLevel,
};
use motus_kernel::receipt::{Actor, Gate, HitlRecord, Intent, Outcome};

use super::SteadyWorld;

/// What is to be answered, in its order.
pub type Queue<T> = VecDeque<Result<T, AdapterError>>;

/// Adapters that simulate a world of which a test decides what it says.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "each queue has the name of what is asked")]
pub struct QueuedWorld {
    pub now_utc: Queue<String>,
    pub next_event_id: Queue<Uuid>,
    pub evidence_file: Queue<ListedFile>,
    pub observe_signals: Queue<ObserveOut>,
    pub assemble_lens: Queue<LensOut>,
    pub decide: Queue<DecideOut>,
    pub execute_act: Queue<ActOut>,
    pub run_verification: Queue<VerificationOut>,
    pub evaluate_gates: Queue<Vec<Gate>>,
    pub estimate_override: Queue<OverrideEstimate>,
    pub request_hitl_decision: Queue<HitlAnswer>,
    pub spawn_child: Queue<Uuid>,
    pub fetch_child_proof: Queue<ChildProof>,
    pub conclude: Queue<Outcome>,
    pub persist_bundle: Queue<String>,
    /// What was asked so far, by the names of the queues, but for clock and identifiers.
    pub asked: Vec<&'static str>,
    /// The world behind the queues.
    pub steady: SteadyWorld,
}

/// Returns what was asked for: anything, at Committed, with a few tries.
pub fn request() -> LoopRequest {
    LoopRequest {
        loop_id: Uuid::from_bits(1),
        parent_loop_id: None,
        intent: Intent { description: "do it".to_owned(), source: IntentSource::Human },
        actor: Actor {
            kind: ActorType::Agent,
            name: "agent".to_owned(),
            model: None,
            model_digest: None,
            email: None,
        },
        lock_level: LockLevel::Committed,
        enf_k: 50,
        budgets: LoopBudgets { max_backtracks: 2, max_act_retries: 2, max_events: 200 },
    }
}

/// Returns an error of a class that may be retried.
pub fn error(class: ErrorClass, code: &str) -> AdapterError {
    AdapterError {
        class,
        code: code.to_owned(),
        message: "it does not work".to_owned(),
        retryable: true,
        evidence: None,
        retry_after_ms: None,
    }
}

/// Returns a human who may decide.
pub fn human() -> Actor {
    Actor {
        kind: ActorType::Human,
        name: "oncall".to_owned(),
        model: None,
        model_digest: None,
        email: None,
    }
}

/// Answers from the queue of a name, or from the world behind it.
macro_rules! answer {
    ($self:ident, $name:ident $(, $argument:expr)*) => {{
        $self.asked.push(stringify!($name));
        match $self.$name.pop_front() {
            Some(answer) => answer,
            None => $self.steady.$name($($argument),*),
        }
    }};
}

impl RuntimeAdapters for QueuedWorld {
    fn now_utc(&mut self) -> Result<String, AdapterError> {
        self.now_utc.pop_front().unwrap_or_else(|| self.steady.now_utc())
    }

    fn next_event_id(&mut self) -> Result<Uuid, AdapterError> {
        self.next_event_id.pop_front().unwrap_or_else(|| self.steady.next_event_id())
    }

    fn evidence_file(&mut self, path: &str) -> Result<ListedFile, AdapterError> {
        answer!(self, evidence_file, path)
    }

    fn observe_signals(&mut self, state: &LoopState) -> Result<ObserveOut, AdapterError> {
        answer!(self, observe_signals, state)
    }

    fn assemble_lens(&mut self, state: &LoopState) -> Result<LensOut, AdapterError> {
        answer!(self, assemble_lens, state)
    }

    fn decide(&mut self, state: &LoopState) -> Result<DecideOut, AdapterError> {
        answer!(self, decide, state)
    }

    fn execute_act(&mut self, state: &LoopState) -> Result<ActOut, AdapterError> {
        answer!(self, execute_act, state)
    }

    fn run_verification(
        &mut self,
        state: &LoopState,
        level: VerificationLevel,
        checks_required: &[String],
    ) -> Result<VerificationOut, AdapterError> {
        answer!(self, run_verification, state, level, checks_required)
    }

    fn evaluate_gates(
        &mut self,
        state: &LoopState,
        phase: Phase,
    ) -> Result<Vec<Gate>, AdapterError> {
        answer!(self, evaluate_gates, state, phase)
    }

    fn estimate_override(&mut self, state: &LoopState) -> Result<OverrideEstimate, AdapterError> {
        answer!(self, estimate_override, state)
    }

    fn request_hitl_decision(&mut self, prompt: &HitlRecord) -> Result<HitlAnswer, AdapterError> {
        answer!(self, request_hitl_decision, prompt)
    }

    fn spawn_child(&mut self, spawn_index: u32, child: &ChildSpec) -> Result<Uuid, AdapterError> {
        answer!(self, spawn_child, spawn_index, child)
    }

    fn fetch_child_proof(&mut self, child: Uuid) -> Result<ChildProof, AdapterError> {
        answer!(self, fetch_child_proof, child)
    }

    fn conclude(&mut self, state: &LoopState) -> Result<Outcome, AdapterError> {
        answer!(self, conclude, state)
    }

    fn persist_bundle(&mut self, sealed: &SealedLoop) -> Result<String, AdapterError> {
        answer!(self, persist_bundle, sealed)
    }
}
