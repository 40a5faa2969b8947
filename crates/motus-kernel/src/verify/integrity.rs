//! Steps 2, 3, 5 and 6: versions, and the hashes that the receipt claims.

use super::failure::{Code, Failures};
use super::receipt_file::ReceiptFile;
use crate::manifest::{BUNDLE_VERSION, MANIFEST, Manifest, RECEIPT};
use crate::receipt::{
    CJ_VERSION, ENF_VERSION, FSM_VERSION, PROOF_VERSION, RECEIPT_VERSION, Receipt,
};
use crate::{Digest, proof, roots};

/// Step 2.
pub(super) fn versions(manifest: &Manifest, receipt: &Receipt) -> Failures {
    let mut failures = Failures::new(Code::VersionUnsupported);
    let integrity = &receipt.integrity;
    for (path, name, found, supported) in [
        (MANIFEST, "bundle_version", &manifest.bundle_version, BUNDLE_VERSION),
        (RECEIPT, "receipt_version", &receipt.receipt_version, RECEIPT_VERSION),
        (RECEIPT, "integrity.cj_version", &integrity.cj_version, CJ_VERSION),
        (RECEIPT, "integrity.proof_version", &integrity.proof_version, PROOF_VERSION),
        (RECEIPT, "integrity.fsm_version", &integrity.fsm_version, FSM_VERSION),
        (RECEIPT, "integrity.enf_version", &integrity.enf_version, ENF_VERSION),
        (RECEIPT, "effects.enf_version", &receipt.effects.enf_version, ENF_VERSION),
    ] {
        if found != supported {
            failures.note(path, format!("{name} is {found}; this verifier knows {supported}"));
        }
    }
    failures
}

/// Step 3.
pub(super) fn receipt_hash(receipt: &ReceiptFile) -> Failures {
    let mut failures = Failures::new(Code::ReceiptHashMismatch);
    if receipt.hash != receipt.receipt.integrity.receipt_hash {
        failures
            .note(RECEIPT, format!("receipt_hash is not that of the receipt: {}", receipt.hash));
    }
    failures
}

/// Step 5.
pub(super) fn roots(manifest: &Manifest, receipt: &Receipt, event_log_root: Digest) -> Failures {
    let computed = roots::of(receipt, event_log_root, manifest.evidence());
    let mut failures = Failures::new(Code::RootMismatch);
    let claimed = receipt.integrity.roots.named();
    for ((name, computed), (_, claimed)) in computed.named().into_iter().zip(claimed) {
        if computed != claimed {
            failures.note(RECEIPT, format!("{name} is not that of its leaves: {computed}"));
        }
    }
    failures
}

/// Step 6: by now the claimed parts are the computed ones.
pub(super) fn proof_digest(receipt: &Receipt) -> Result<Digest, Failures> {
    let integrity = &receipt.integrity;
    let computed = proof::proof_digest(&integrity.receipt_hash, &integrity.roots);
    if computed == integrity.proof_digest {
        return Ok(computed);
    }
    let message = format!("proof_digest is not that of its parts: {computed}");
    Err(Failures::one(Code::ProofDigestMismatch, RECEIPT, message))
}
