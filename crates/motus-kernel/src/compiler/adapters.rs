//! The port through which a loop meets the world.

use super::answer::{
    ActOut, AdapterError, ChildProof, ChildSpec, DecideOut, HitlAnswer, LensOut, ObserveOut,
    OverrideEstimate, VerificationOut,
};
use super::seal::SealedLoop;
use super::state::LoopState;
use crate::Uuid;
use crate::manifest::ListedFile;
use crate::names::{Phase, VerificationLevel};
use crate::receipt::{Gate, HitlRecord, Outcome};

/// Answers a loop's questions.
///
/// Equal answers in equal order give equal bundles. An error is recorded in the loop and decides what
/// happens next by its class; it never ends the run without a receipt, except where it says so. So does an
/// answer that no receipt can hold: it is recorded as an error `ANSWER_INVALID`, `ANSWER_TOO_LARGE`,
/// `ANSWER_UNRECORDABLE`, `EVIDENCE_INVALID`, `EFFECT_BOUNDS_VIOLATION` or `HITL_NOT_HUMAN`, and halts.
/// Source: MOTUS-SPEC-V0.1 §1.16, with what it lacks: clock, identifiers, plans, gates, evidence; ADR 9.
pub trait RuntimeAdapters {
    /// Returns the time, as [`is_timestamp`](crate::timestamp::is_timestamp) has it, 64 bytes at most.
    ///
    /// Asked once for each event. A time before the last one counts as the last one.
    /// An error here, and what is no time, ends the run: nothing can be recorded without one.
    fn now_utc(&mut self) -> Result<String, AdapterError>;

    /// Returns an identifier for the next event, never the same twice.
    ///
    /// Asked once for each event, after the time. An error here, and a repeated identifier, ends the run.
    fn next_event_id(&mut self) -> Result<Uuid, AdapterError>;

    /// Returns size and digest of a file of evidence that an answer named, under `evidence/`.
    ///
    /// Asked once for each path, when an answer names it first and before that answer is recorded; the file must
    /// not change after that.
    fn evidence_file(&mut self, path: &str) -> Result<ListedFile, AdapterError>;

    /// Observe: captures signals.
    fn observe_signals(&mut self, state: &LoopState) -> Result<ObserveOut, AdapterError>;

    /// Orient: assembles the lens.
    fn assemble_lens(&mut self, state: &LoopState) -> Result<LensOut, AdapterError>;

    /// Decide: chooses a plan and declares its effects.
    fn decide(&mut self, state: &LoopState) -> Result<DecideOut, AdapterError>;

    /// Act: executes skills under the declared effects.
    fn execute_act(&mut self, state: &LoopState) -> Result<ActOut, AdapterError>;

    /// Verify: runs the checks that are required.
    fn run_verification(
        &mut self,
        state: &LoopState,
        level: VerificationLevel,
        checks_required: &[String],
    ) -> Result<VerificationOut, AdapterError>;

    /// Evaluates the gates of a phase, all of them of that phase; most phases have none.
    ///
    /// Asked at the end of a phase that came to it, in Lock after the human. A gate that does not pass halts.
    fn evaluate_gates(
        &mut self,
        state: &LoopState,
        phase: Phase,
    ) -> Result<Vec<Gate>, AdapterError>;

    /// Lock: may estimate the probability that a human would decide otherwise, and say why one is asked.
    ///
    /// Asked in each loop that comes to Lock by itself. A low estimate does not do away with a human whom the
    /// policy wants.
    fn estimate_override(&mut self, state: &LoopState) -> Result<OverrideEstimate, AdapterError>;

    /// Lock: asks a human and waits for the answer.
    ///
    /// The question is recorded with its answer. One without an answer, or with one of somebody who is no human
    /// with a name, is not: no verifier accepts a receipt that asks and has no answer.
    fn request_hitl_decision(&mut self, prompt: &HitlRecord) -> Result<HitlAnswer, AdapterError>;

    /// Act: starts a child loop and returns its identifier, which is that of no other loop of the family.
    ///
    /// A child that was spawned is not spawned again when Act is repeated.
    fn spawn_child(&mut self, spawn_index: u32, child: &ChildSpec) -> Result<Uuid, AdapterError>;

    /// Act: waits for a child and returns what it proved, which no other child proved.
    ///
    /// A child that cannot be joined for good stands in the receipt as a failure, with the digest of no bundle.
    fn fetch_child_proof(&mut self, child: Uuid) -> Result<ChildProof, AdapterError>;

    /// Lock: says what came of the loop itself, without its children; not asked of a loop that was halted.
    fn conclude(&mut self, state: &LoopState) -> Result<Outcome, AdapterError>;

    /// Keeps the bundle and returns the name under which it is kept.
    ///
    /// An error here is the run's error: there is nothing that could record it.
    fn persist_bundle(&mut self, sealed: &SealedLoop) -> Result<String, AdapterError>;
}
