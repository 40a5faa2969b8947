//! What adapters answer.

use motus_json::Object;

use crate::Digest;
use crate::effect::Effect;
use crate::names::{ErrorClass, OutcomeStatus, Phase, VerificationLevel};
use crate::receipt::{Actor, Artifact, Check, Decision, ErrorRecord, Intent, LensItem};
use crate::strategy::{Signal, Suggestion};
use crate::verify::shortened;

/// Why an adapter has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdapterError {
    /// How bad it is; decides whether the loop tries again.
    pub class: ErrorClass,
    /// A stable code.
    pub code: String,
    /// What failed, as a sentence.
    pub message: String,
    /// Whether trying again may help.
    pub retryable: bool,
    /// A file of evidence.
    pub evidence: Option<String>,
    /// How long the adapter waits before it tries again, in milliseconds.
    pub retry_after_ms: Option<u64>,
}

impl AdapterError {
    /// Returns the error as a receipt records it.
    ///
    /// Shape: a code of more than 200 characters and a message of more than 2,000 are cut in their middle.
    pub fn record(&self, phase: Phase) -> ErrorRecord {
        ErrorRecord {
            phase,
            class: self.class,
            code: shortened(&self.code, LONGEST_CODE).into_owned(),
            message: shortened(&self.message, LONGEST_ERROR).into_owned(),
            retryable: self.retryable,
            evidence: self.evidence.clone(),
        }
    }

    /// Returns what is recorded of an answer that cannot be recorded itself.
    pub(super) fn refusing(code: &str, message: impl Into<String>) -> Self {
        Self {
            class: ErrorClass::Unrecoverable,
            code: code.to_owned(),
            message: message.into(),
            retryable: false,
            evidence: None,
            retry_after_ms: None,
        }
    }
}

/// So many characters of an error's code are recorded.
const LONGEST_CODE: usize = 200;

/// So many characters of what an adapter says about an error are recorded: the rest is evidence.
const LONGEST_ERROR: usize = 2000;

/// What was observed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObserveOut {
    /// The signals, as far as they are named.
    pub signals: Vec<Signal>,
    /// How many signals there were, no fewer than are named; `None` when nothing was looked for.
    pub signals_count: Option<u32>,
    /// A file of evidence.
    pub evidence: Option<String>,
    /// What the loop starts from.
    pub inputs: Vec<Artifact>,
}

/// What is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LensOut {
    /// A name for this lens.
    pub lens_id: String,
    /// When it was made.
    pub created_utc: String,
    /// What is in it, in any order.
    pub items: Vec<LensItem>,
    /// Permille: how much of what matters is in it.
    pub coverage: u16,
    /// Permille: how little of it contradicts itself.
    pub conflict: u16,
    /// Permille: how far its sources can be trusted.
    pub provenance: u16,
    /// Permille: how fresh it is, where the adapter knows better than Q12.
    pub freshness: Option<u16>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideOut {
    /// The plan's name.
    pub plan: String,
    /// What it may touch, in any order and number.
    pub effects: Vec<Effect>,
    /// Choices that were made.
    pub decisions: Vec<Decision>,
    /// The level of verification.
    pub verification_level: VerificationLevel,
    /// The checks that must pass.
    pub checks_required: Vec<String>,
    /// Strategies that fit the signals, matched by [`crate::strategy::match_strategies`] or by the adapter.
    pub suggestions: Vec<Suggestion>,
    /// The strategy that was used, opaque.
    pub strategy_used: Option<Object>,
    /// How children are spawned.
    pub spawn_mode: SpawnMode,
    /// Children to spawn, in this order.
    pub children: Vec<ChildSpec>,
    /// Further members of the event that tells the plan, which nothing else uses. Under `children` it may foretell
    /// them; where that does not come true the loop is halted, and the event tells it under `foretold`.
    pub details: Object,
}

/// How children are spawned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SpawnMode {
    /// Each is joined before the next is spawned.
    #[default]
    Sequential,
    /// All are spawned before the first is joined.
    Parallel,
}

/// A child loop that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildSpec {
    /// What is wanted of it.
    pub intent: Intent,
    /// Whether the parent fails where it fails.
    pub critical: bool,
}

/// What a child proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChildProof {
    /// The proof digest of its bundle.
    pub proof_digest: Digest,
    /// What came of it.
    pub outcome_status: OutcomeStatus,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActOut {
    /// The skills that ran, in order.
    pub skills: Vec<Skill>,
    /// What ended the work early.
    pub error: Option<AdapterError>,
}

/// One skill that ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skill {
    /// Its name.
    pub skill: String,
    /// A file of evidence.
    pub evidence: Option<String>,
    /// What it made.
    pub artifacts_out: Vec<Artifact>,
    /// What it touched.
    pub effects_observed: Vec<Effect>,
}

/// What the checks gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerificationOut {
    /// The results; a check that was run before gets the number of its attempt.
    pub results: Vec<Check>,
    /// What kind of failure it is where a check failed; `None` leads back to Orient.
    pub class: Option<ErrorClass>,
    /// Why the loop goes back, where a check failed.
    pub reason: Option<String>,
}

/// What an adapter knows of the probability that a human would decide otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OverrideEstimate {
    /// The probability in permille, where the adapter knows better than Q15.
    pub p_override_permille: Option<u16>,
    /// What the human is told.
    pub reason: Option<String>,
}

/// What came of asking a human.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HitlAnswer {
    /// A decision.
    Decided {
        /// Whether the loop may lock.
        approved: bool,
        /// Who decided.
        approver: Actor,
        /// Why.
        note: Option<String>,
    },
    /// Nobody answered in time.
    TimedOut,
}
