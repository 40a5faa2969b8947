//! The digests that hold a bundle together: of the receipt, and of everything (PROOF-0.1).

use crate::Digest;
use crate::receipt::Roots;

const RECEIPT_SEPARATOR: &[u8] = b"MOTUS|RECEIPT|0.1|";
const PROOF_SEPARATOR: &[u8] = b"MOTUS|PROOF|0.1|";

/// Hashes a receipt's canonical text without its member `integrity`, given as the pieces around it.
///
/// Source: MOTUS-SPEC-V0.1 §6.3 step 3.
pub fn receipt_hash(without_integrity: &[&[u8]]) -> Digest {
    let parts = [&[RECEIPT_SEPARATOR], without_integrity].concat();
    Digest::of(&parts)
}

/// Hashes the receipt's hash and the eight roots, each as 32 raw bytes.
///
/// Source: MOTUS-SPEC-V0.1 §2 Algorithm 4.
pub fn proof_digest(receipt_hash: &Digest, roots: &Roots) -> Digest {
    let named = roots.named();
    let mut parts: Vec<&[u8]> = vec![PROOF_SEPARATOR, receipt_hash.as_bytes()];
    parts.extend(named.iter().map(|(_, root)| root.as_bytes().as_slice()));
    Digest::of(&parts)
}
