//! Failures of verification, with the codes of the specification.

use crate::shape::Fault;

/// Names the kind of a failure.
///
/// Source: MOTUS-SPEC-V0.1 §6.2, and `PARSE_ERROR` for what is no document of the format at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A document has another form, order or spelling than it must, or an entry twice.
    ParseError,
    /// A file is missing, is no file, has another size or content, or is not listed.
    FileHashMismatch,
    /// The receipt's hash is not that of the receipt.
    ReceiptHashMismatch,
    /// The log's chain is broken, or not the log of this loop.
    EventChainInvalid,
    /// A Merkle root is not that of its leaves.
    RootMismatch,
    /// The proof digest is not that of its parts.
    ProofDigestMismatch,
    /// The phases break the rules, or receipt and log disagree.
    FsmInvalid,
    /// The policy is another one, or is broken.
    PolicyViolation,
    /// The bundle is of a version that this verifier does not know.
    VersionUnsupported,
    /// Something was touched that was not declared, or too much was declared.
    EffectBoundsViolation,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 10] = [
        Self::ParseError,
        Self::FileHashMismatch,
        Self::ReceiptHashMismatch,
        Self::EventChainInvalid,
        Self::RootMismatch,
        Self::ProofDigestMismatch,
        Self::FsmInvalid,
        Self::PolicyViolation,
        Self::VersionUnsupported,
        Self::EffectBoundsViolation,
    ];

    /// Returns the code as reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ParseError => "PARSE_ERROR",
            Self::FileHashMismatch => "FILE_HASH_MISMATCH",
            Self::ReceiptHashMismatch => "RECEIPT_HASH_MISMATCH",
            Self::EventChainInvalid => "EVENT_CHAIN_INVALID",
            Self::RootMismatch => "ROOT_MISMATCH",
            Self::ProofDigestMismatch => "PROOF_DIGEST_MISMATCH",
            Self::FsmInvalid => "FSM_INVALID",
            Self::PolicyViolation => "POLICY_VIOLATION",
            Self::VersionUnsupported => "VERSION_UNSUPPORTED",
            Self::EffectBoundsViolation => "EFFECT_BOUNDS_VIOLATION",
        }
    }
}

/// One reason why a bundle does not verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The kind.
    pub code: Code,
    /// What is wrong, as a sentence.
    pub message: String,
    /// The file in which it is wrong.
    pub path: Option<String>,
}

/// So many failures of a step are told one by one.
const TOLD: usize = 100;

/// The failures of one step.
#[derive(Debug, Clone)]
pub(super) struct Failures {
    code: Code,
    told: Vec<Failure>,
    untold: u64,
}

impl Failures {
    pub(super) fn new(code: Code) -> Self {
        Self { code, told: Vec::new(), untold: 0 }
    }

    /// A step that failed in one way.
    pub(super) fn one(code: Code, path: &str, message: impl Into<String>) -> Self {
        let mut failures = Self::new(code);
        failures.note(path, message);
        failures
    }

    pub(super) fn note(&mut self, path: impl Into<String>, message: impl Into<String>) {
        if self.told.len() < TOLD {
            let (message, path) = (message.into(), Some(path.into()));
            self.told.push(Failure { code: self.code, message, path });
        } else {
            self.untold += 1;
        }
    }

    /// Notes the faults of a document, each with its place.
    pub(super) fn note_faults(&mut self, path: &str, prefix: &str, faults: Vec<Fault>) {
        for Fault { place, message } in faults {
            let separator = if place.is_empty() { "" } else { " " };
            self.note(path, format!("{prefix}{place}{separator}{message}"));
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        self.untold += other.untold;
        for failure in other.told {
            self.note(failure.path.unwrap_or_default(), failure.message);
        }
    }

    /// Ends the step: with all of its failures, if it has any.
    pub(super) fn end_step(self) -> Result<(), Self> {
        if self.told.is_empty() { Ok(()) } else { Err(self) }
    }

    pub(super) fn into_vec(self) -> Vec<Failure> {
        let mut failures = self.told;
        if self.untold > 0 {
            let message = format!("and {} more", self.untold);
            failures.push(Failure { code: self.code, message, path: None });
        }
        failures
    }
}
