//! Verification of a bundle, step by step: the first step that fails decides.
//!
//! Source: MOTUS-SPEC-V0.1 §6. Nothing is written again to be compared: text is checked to be canonical and
//! then hashed as it stands.

mod agreement;
mod bounds;
mod failure;
mod files;
mod integrity;
mod log;
mod receipt_file;

pub use failure::{Code, Failure, LONGEST_MESSAGE, TOLD, shortened};
pub use files::{MANIFEST_LIMITS, RECEIPT_LIMITS};
pub(crate) use log::MOST_EVENTS;

use failure::Failures;
use files::Files;
use log::EventLog;
use receipt_file::ReceiptFile;

use crate::manifest::Manifest;
use crate::names::{LockLevel, OutcomeStatus};
use crate::policy::Policy;
use crate::source::BundleSource;
use crate::{Digest, Uuid, fsm};

/// What verification came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The digest of a bundle that passed every step.
    pub proof_digest: Option<Digest>,
    /// What the bundle says of itself, once it passed.
    pub summary: Option<Summary>,
    /// All failures of the first step that failed.
    pub failures: Vec<Failure>,
    /// What is odd and breaks no rule.
    pub warnings: Vec<String>,
}

/// What a bundle that passed says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The loop.
    pub loop_id: Uuid,
    /// The loop that spawned it.
    pub parent_loop_id: Option<Uuid>,
    /// How it ended.
    pub status: OutcomeStatus,
    /// How final that is.
    pub lock_level: LockLevel,
    /// How many events its log has.
    pub events: u64,
    /// How many files of evidence it has.
    pub evidence_files: usize,
    /// The loops it spawned, in order.
    pub children: Vec<crate::receipt::Child>,
}

impl Report {
    /// Tells whether every step passed.
    pub fn is_ok(&self) -> bool {
        self.proof_digest.is_some() && self.failures.is_empty()
    }
}

/// What a self-consistent bundle does not prove, whatever its digest.
pub const NOT_PROVEN: [&str; 4] = [
    "who made the bundle: nothing in it is signed, and anybody can make another one that is consistent",
    "that the work happened: evidence shows what was written down",
    "that nothing is left out: a bundle cut short and sealed again is consistent too",
    "when it was made: the times are the maker's own",
];

/// Verifies a bundle against a policy that the caller trusts.
pub fn verify_bundle(source: &dyn BundleSource, policy: &dyn Policy) -> Report {
    match steps(source, policy) {
        Ok(report) => report,
        Err(failures) => {
            let failures = failures.into_vec();
            Report { proof_digest: None, summary: None, failures, warnings: Vec::new() }
        }
    }
}

/// Steps 0 to 10. Files are hashed before they are parsed: a changed byte is a changed file, whatever it
/// does to the text.
fn steps(source: &dyn BundleSource, policy: &dyn Policy) -> Result<Report, Failures> {
    let manifest = files::load_manifest(source)?;
    let mut files = Files::check(source, &manifest);
    let mut receipt = ReceiptFile::load(source, &manifest, &mut files);
    let log = EventLog::load(source, &manifest, receipt.take_document(), &mut files);
    files.failures.end_step()?;

    let (receipt, log) = receipt_file::both_parsed(receipt, log)?;
    log.evidence(&receipt).end_step()?;
    integrity::versions(&manifest, &receipt.receipt).end_step()?;
    integrity::receipt_hash(&receipt).end_step()?;
    log.chain(&manifest, &receipt.receipt).end_step()?;
    integrity::roots(&manifest, &receipt.receipt, log.root).end_step()?;
    let proof_digest = integrity::proof_digest(&receipt.receipt)?;
    trace(&log, &receipt, policy).end_step()?;
    bounds::check(&receipt.receipt, &log, policy).end_step()?;
    policy_rules(policy, &receipt).end_step()?;
    Ok(report(proof_digest, &manifest, &receipt, &log))
}

/// Step 7: the phases, and that the receipt tells what the log tells.
fn trace(log: &EventLog, receipt: &ReceiptFile, policy: &dyn Policy) -> Failures {
    let mut failures = Failures::new(Code::FsmInvalid);
    let sequence = &receipt.receipt.phase_sequence;
    for broken in fsm::check(&log.trace, sequence, policy.allows_backtrack_to_observe()) {
        failures.note(crate::manifest::EVENTS, broken);
    }
    for broken in &log.lock_faults {
        failures.note(crate::manifest::EVENTS, broken.clone());
    }
    for (path, message) in log.agreement.faults(&receipt.receipt) {
        failures.note(path, message);
    }
    failures
}

/// Step 9.
fn policy_rules(policy: &dyn Policy, receipt: &ReceiptFile) -> Failures {
    let mut failures = Failures::new(Code::PolicyViolation);
    for message in crate::policy::violations(policy, &receipt.receipt) {
        failures.note(crate::manifest::RECEIPT, message);
    }
    failures
}

/// Step 10.
fn report(
    proof_digest: Digest,
    manifest: &Manifest,
    receipt: &ReceiptFile,
    log: &EventLog,
) -> Report {
    let receipt = &receipt.receipt;
    let summary = Summary {
        loop_id: receipt.loop_id,
        parent_loop_id: receipt.parent_loop_id,
        status: receipt.outcome.status,
        lock_level: receipt.lock_level,
        events: log.events,
        evidence_files: manifest.evidence().count(),
        children: receipt.children.clone(),
    };
    let warnings = log.warnings.clone();
    Report {
        proof_digest: Some(proof_digest),
        summary: Some(summary),
        failures: Vec::new(),
        warnings,
    }
}
