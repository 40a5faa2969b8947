//! The receipt: what a loop says it did, typed.
//!
//! Source: MOTUS-SPEC-V0.1 §1.3–§1.13, fields and spellings as in published bundles. Fields that the
//! specification does not know are hashed like all others and not looked at.

#[cfg(test)]
pub(crate) mod any;
mod order;
pub(crate) mod path;
pub(crate) mod read;
pub(crate) mod write;

use std::ops::Deref;

use crate::effect::Effect;
use crate::names::{
    ActorType, ArtifactKind, ErrorClass, HitlKind, IntentSource, LockLevel, OutcomeStatus, Phase,
    VerificationLevel,
};
use crate::shape::Fault;
use crate::{Digest, Uuid};
use motus_json::{Object, Value};

/// The version of receipts.
pub const RECEIPT_VERSION: &str = "0.1.0";
/// The version of the canonical text.
pub const CJ_VERSION: &str = "CJ-0.1";
/// The version of the proof digest.
pub const PROOF_VERSION: &str = "PROOF-0.1";
/// The version of the rules about phases.
pub const FSM_VERSION: &str = "FSM-0.1";
/// The version of the rules about effects.
pub const ENF_VERSION: &str = "ENF-0.1";

/// What a loop was, did and came to, and the hashes that hold its bundle together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Everything that the receipt's hash covers.
    pub body: Body,
    /// The hashes, over which none of them goes.
    pub integrity: Integrity,
}

/// Everybody but sealing and its verification asks for what the body says.
impl Deref for Receipt {
    type Target = Body;

    fn deref(&self) -> &Body {
        &self.body
    }
}

/// A receipt without its integrity block: what a loop was, did and came to.
///
/// Source: MOTUS-SPEC-V0.1 §1.13 and §2 Algorithm 5, `WorkReceiptWithoutIntegrity`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Body {
    pub receipt_version: String,
    pub loop_id: Uuid,
    pub parent_loop_id: Option<Uuid>,
    /// When the loop began; the specification calls it the time of the lock, published bundles do not.
    pub timestamp_utc: String,
    pub intent: Intent,
    pub outcome: Outcome,
    pub actor: Actor,
    pub lock_level: LockLevel,
    pub phase_sequence: Vec<Phase>,
    pub inputs: Vec<Artifact>,
    pub outputs: Vec<Artifact>,
    pub lens: Lens,
    pub effects: EffectSet,
    pub decisions: Vec<Decision>,
    pub strategies: Strategies,
    pub verification_level: VerificationLevel,
    pub checks_required: Vec<String>,
    pub checks: Vec<Check>,
    pub gates: Vec<Gate>,
    pub children: Vec<Child>,
    pub errors: Vec<ErrorRecord>,
    pub hitl: Vec<HitlRecord>,
}

impl Receipt {
    /// Takes a receipt's fields out of a document.
    ///
    /// Errors: every field that is not as it must be: missing, of another type or range, a list that
    /// must be sorted and is not, an entry that must be unique and is not.
    pub fn read(document: &Value) -> Result<Self, Vec<Fault>> {
        read::receipt(document)
    }

    /// Returns the receipt as a document, which reads back as the same.
    ///
    /// Shape: what has no value is left out, but for `parent_loop_id` and `strategies.used`, which are `null`.
    pub fn write(&self) -> Object {
        write::receipt(self)
    }
}

impl Body {
    /// Returns the document over which the receipt's hash goes: the receipt without its integrity block.
    pub fn write(&self) -> Object {
        write::body(self)
    }
}

pub use path::is_artifact_path;
pub(crate) use read::effect as read_effect;

/// What was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Intent {
    pub description: String,
    pub source: IntentSource,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Outcome {
    pub status: OutcomeStatus,
    pub description: String,
}

/// Who worked or decided.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Actor {
    pub kind: ActorType,
    pub name: String,
    pub model: Option<String>,
    pub model_digest: Option<Digest>,
    pub email: Option<String>,
}

/// Something that went in or came out, by the digest of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Artifact {
    pub path: String,
    pub sha256: Digest,
    pub size_bytes: Option<u64>,
    pub kind: Option<ArtifactKind>,
}

/// What was known when the loop decided.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Lens {
    pub lens_id: String,
    pub created_utc: String,
    pub items: Vec<LensItem>,
    pub quality: LensQuality,
}

/// One thing that was known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct LensItem {
    pub kind: String,
    pub uri: String,
    pub sha256: Digest,
    pub ts_utc: String,
    pub provenance: String,
    pub weight: Option<u16>,
}

/// How good the lens was, each in permille.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct LensQuality {
    pub coverage: u16,
    pub freshness: u16,
    pub conflict: u16,
    pub provenance: u16,
    pub aggregate: u16,
}

impl LensQuality {
    /// Returns the worst of the four (Algorithm 13).
    pub fn worst(&self) -> u16 {
        self.coverage.min(self.freshness).min(self.conflict).min(self.provenance)
    }
}

/// What the loop declared that it touches, and what it touched.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct EffectSet {
    pub enf_version: String,
    pub k: u32,
    pub executed_raw: Vec<Effect>,
    pub declared: Vec<Effect>,
    /// How the declared ones were made, where they were compressed; opaque.
    pub compression: Option<Value>,
}

/// Which strategies were suggested and which was used; opaque to who verifies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Strategies {
    pub suggestions: Vec<Value>,
    pub used: Option<Value>,
}

/// A choice and what was not chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Decision {
    pub point: String,
    pub choice: String,
    pub rationale: String,
    pub alternatives_rejected: Vec<String>,
}

/// The result of a check; `check_id` may end in `@` and the number of the attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Check {
    pub level: VerificationLevel,
    pub check_id: String,
    pub passed: bool,
    pub evidence: Option<String>,
}

/// The result of a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Gate {
    pub phase: Phase,
    pub gate_id: String,
    pub passed: bool,
    pub evidence: Option<String>,
}

/// A loop that this one spawned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Child {
    pub spawn_index: u32,
    pub child_loop_id: Uuid,
    pub critical: bool,
    pub child_proof_digest: Digest,
    pub outcome_status: OutcomeStatus,
}

/// What stands before the identifier of a child that proved nothing, to be hashed with it.
const UNPROVEN_SEPARATOR: &[u8] = b"MOTUS|UNPROVEN|0.1|";

impl Child {
    /// Returns the digest of a child that was spawned and never joined: no bundle has it, nor any other child.
    pub fn unproven_digest(child_loop_id: Uuid) -> Digest {
        Digest::of(&[UNPROVEN_SEPARATOR, child_loop_id.to_string().as_bytes()])
    }

    /// Tells whether the parent says that the child failed, and commits to no bundle of it.
    pub fn is_unproven(&self) -> bool {
        self.outcome_status == OutcomeStatus::Failed
            && self.child_proof_digest == Self::unproven_digest(self.child_loop_id)
    }
}

/// Something that went wrong on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct ErrorRecord {
    pub phase: Phase,
    pub class: ErrorClass,
    pub code: String,
    pub message: String,
    pub retryable: bool,
    pub evidence: Option<String>,
}

/// A question to a human, or the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct HitlRecord {
    pub kind: HitlKind,
    pub ts_utc: String,
    pub required: Option<bool>,
    pub reason: Option<String>,
    pub p_override_permille: Option<u16>,
    pub loss_ms: Option<u64>,
    pub cost_ms: Option<u64>,
    /// May be negative: what a human would cost more than save.
    pub evi_ms: Option<i64>,
    pub approved: Option<bool>,
    pub approver: Option<Actor>,
    pub note: Option<String>,
}

/// The hashes by which the bundle is held together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Integrity {
    pub cj_version: String,
    pub proof_version: String,
    pub fsm_version: String,
    pub enf_version: String,
    pub policy_id: String,
    pub policy_hash: Digest,
    pub receipt_hash: Digest,
    pub proof_digest: Digest,
    pub roots: Roots,
}

/// The eight Merkle roots, in the order of the proof digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub struct Roots {
    pub event_log_root: Digest,
    pub artifacts_root: Digest,
    pub evidence_root: Digest,
    pub lens_root: Digest,
    pub effects_root: Digest,
    pub gates_root: Digest,
    pub verification_root: Digest,
    pub workgraph_root: Digest,
}

impl Roots {
    /// Returns the roots with their names, in the order of the proof digest.
    pub fn named(&self) -> [(&'static str, Digest); 8] {
        [
            ("event_log_root", self.event_log_root),
            ("artifacts_root", self.artifacts_root),
            ("evidence_root", self.evidence_root),
            ("lens_root", self.lens_root),
            ("effects_root", self.effects_root),
            ("gates_root", self.gates_root),
            ("verification_root", self.verification_root),
            ("workgraph_root", self.workgraph_root),
        ]
    }
}
