//! Sealing: receipt and manifest with every root and digest.
//!
//! What is sealed is verified before anybody sees it, so that no loop leaves a bundle that nobody can verify.

mod verified;

use std::collections::BTreeMap;

use motus_json::canonical::cj::{self, Unwritable};
use motus_json::{Object, Value};

use super::request::RunError;
use crate::manifest::{BUNDLE_VERSION, EVENTS, EVIDENCE, ListedFile, MANIFEST, Manifest, RECEIPT};
use crate::policy::Policy;
use crate::proof::{proof_digest, receipt_hash};
use crate::receipt::{
    Body, CJ_VERSION, ENF_VERSION, FSM_VERSION, Integrity, PROOF_VERSION, Receipt, Roots,
};
use crate::{Digest, roots};

/// A loop's bundle but for the bytes of its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedLoop {
    /// The receipt.
    pub receipt: Receipt,
    /// The manifest.
    pub manifest: Manifest,
    /// The bytes of `receipt.json`.
    pub receipt_json: String,
    /// The bytes of `events.jsonl`.
    pub events_jsonl: String,
    /// The bytes of `manifest.json`.
    pub manifest_json: String,
    /// Why the loop was halted; `None` when it came to its end.
    pub halted: Option<String>,
}

impl SealedLoop {
    /// Returns the files that are no evidence, each with its name.
    pub fn documents(&self) -> [(&'static str, &str); 3] {
        [
            (RECEIPT, &self.receipt_json),
            (EVENTS, &self.events_jsonl),
            (MANIFEST, &self.manifest_json),
        ]
    }
}

/// Seals a receipt, its log and its evidence.
///
/// Shape: `created_utc` of the manifest is the receipt's time.
/// Errors: `loop.request` for text that has no canonical form, or evidence that is kept elsewhere than under
/// `evidence/`; `loop.unverifiable` for everything that a
/// verifier would not accept: documents and lists that are too long, evidence that is named and not there,
/// entries that are there twice, rules of the policy that are broken.
pub(super) fn seal(
    body: Body,
    events: (String, Digest),
    evidence: BTreeMap<String, ListedFile>,
    policy: &dyn Policy,
    halted: Option<String>,
) -> Result<SealedLoop, RunError> {
    all_are_evidence(&evidence)?;
    let (events_jsonl, event_log_root) = events;
    let cut = CutReceipt::of(body.write()).map_err(unwritable)?;
    let roots = roots::of(&body, event_log_root, evidence.values());
    let receipt = Receipt { integrity: integrity(cut.hash(), roots, policy), body };
    let receipt_json = cut.sealed(&receipt.integrity).map_err(unwritable)?;
    let manifest =
        manifest(&receipt, evidence, [(RECEIPT, &receipt_json), (EVENTS, &events_jsonl)]);
    let manifest_json = cj::write(&manifest.write().into()).map_err(unwritable)?;
    let sealed =
        SealedLoop { receipt, manifest, receipt_json, events_jsonl, manifest_json, halted };
    verified::check(&sealed, policy).map_err(RunError::Unverifiable)?;
    Ok(sealed)
}

/// What is no evidence would be listed, and be in no root.
fn all_are_evidence(evidence: &BTreeMap<String, ListedFile>) -> Result<(), RunError> {
    let is_elsewhere =
        |(path, file): &(&String, &ListedFile)| **path != file.path || !path.starts_with(EVIDENCE);
    match evidence.iter().find(is_elsewhere) {
        Some((path, _)) => Err(RunError::Request(format!("{path} is no path of evidence"))),
        None => Ok(()),
    }
}

fn unwritable(error: Unwritable) -> RunError {
    RunError::Request(error.to_string())
}

fn integrity(receipt_hash: Digest, roots: Roots, policy: &dyn Policy) -> Integrity {
    Integrity {
        cj_version: CJ_VERSION.to_owned(),
        proof_version: PROOF_VERSION.to_owned(),
        fsm_version: FSM_VERSION.to_owned(),
        enf_version: ENF_VERSION.to_owned(),
        policy_id: policy.id().to_owned(),
        policy_hash: policy.hash(),
        receipt_hash,
        proof_digest: proof_digest(&receipt_hash, &roots),
        roots,
    }
}

/// Lists the evidence and the documents, sorted by path.
fn manifest(
    receipt: &Receipt,
    evidence: BTreeMap<String, ListedFile>,
    documents: [(&str, &String); 2],
) -> Manifest {
    let mut files = evidence;
    for (path, text) in documents {
        let sha256 = Digest::of(&[text.as_bytes()]);
        let file = ListedFile { path: path.to_owned(), sha256, size_bytes: text.len() as u64 };
        files.insert(path.to_owned(), file);
    }
    Manifest {
        bundle_version: BUNDLE_VERSION.to_owned(),
        loop_id: receipt.loop_id,
        created_utc: receipt.timestamp_utc.clone(),
        files: files.into_values().collect(),
    }
}

/// A receipt's canonical text without its integrity block, cut where that belongs: it is written once, and
/// hashed and sealed as it stands.
struct CutReceipt {
    /// The members before, each with a comma behind it.
    before: String,
    /// The members behind.
    after: String,
}

/// The member that the hash does not cover.
const INTEGRITY: &str = "integrity";

impl CutReceipt {
    fn of(body: Object) -> Result<Self, Unwritable> {
        let is_before = |(name, _): &(motus_json::Text, Value)| name.as_str() < Some(INTEGRITY);
        let (before, after): (Vec<_>, Vec<_>) = body.into_iter().partition(is_before);
        let text = |members: Vec<_>| cj::write(&Value::from(Object::from_iter(members)));
        let (mut before, mut after) = (text(before)?, text(after)?);
        // Both have members: `intent` is one of the last, `actor` one of the first.
        before.pop();
        before.push(',');
        after.remove(0);
        Ok(Self { before, after })
    }

    fn hash(&self) -> Digest {
        receipt_hash(&[self.before.as_bytes(), self.after.as_bytes()])
    }

    /// Returns the text with the integrity block.
    fn sealed(&self, integrity: &Integrity) -> Result<String, Unwritable> {
        let block = cj::write(&crate::receipt::write::integrity(integrity).into())?;
        Ok([&self.before, "\"", INTEGRITY, "\":", &block, ",", &self.after].concat())
    }
}

#[cfg(test)]
mod tests;
