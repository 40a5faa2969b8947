//! Receipts whose hash is that of something else, and proof digests of other parts.

use motus_json::Object;
use motus_kernel::Digest;
use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::Code;

use super::bases::{noted, small};
use super::edit::Edit::{Map, Set};
use super::edit::{changed, flip};
use super::{Made, Row, Vector, edited, made};
use crate::bundle::{Parts, canonical};

pub(super) fn vectors() -> Vec<Vector> {
    let (receipt, proof) = (Some(Code::ReceiptHashMismatch), Some(Code::ProofDigestMismatch));
    [
        edited(receipt, small, FLIPPED),
        made(receipt, noted, RECEIPT),
        edited(proof, small, FLIPPED_PROOF),
        made(proof, small, PROOF),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const FLIPPED: &[Row] = &[
    (
        "receipt_hash_of_another_receipt",
        "1",
        "receipt_hash has another last digit.",
        &[Map("integrity/receipt_hash", flip)],
    ),
    (
        "receipt_hash_of_nothing",
        "1",
        "receipt_hash is 64 zeros.",
        &[Set(
            "integrity/receipt_hash",
            "\"0000000000000000000000000000000000000000000000000000000000000000\"",
        )],
    ),
];

const SEPARATOR: &[u8] = b"MOTUS|RECEIPT|0.1|";

const RECEIPT: &[Made] = &[
    ("receipt_changed_after_sealing", "1", "A member was added after sealing.", |mut parts| {
        *parts.in_receipt(&["decisions_more"]) = "added".into();
        parts.bundle()
    }),
    (
        "receipt_hash_without_unknown_members",
        "1",
        "receipt_hash leaves out what is not known.",
        |parts| {
            claim(parts, |receipt| {
                receipt.remove("zz");
                hash(SEPARATOR, receipt)
            })
        },
    ),
    (
        "receipt_hash_without_nulls",
        "1 2",
        "receipt_hash leaves out members that are null.",
        |parts| {
            claim(parts, |receipt| {
                receipt.remove("parent_loop_id");
                hash(SEPARATOR, receipt)
            })
        },
    ),
    ("receipt_hash_without_separator", "1", "receipt_hash is over the text alone.", |parts| {
        claim(parts, |receipt| hash(b"", receipt))
    }),
    ("receipt_hash_as_an_event", "1", "receipt_hash has the separator of events.", |parts| {
        claim(parts, |receipt| hash(b"MOTUS|EVT|0.1|", receipt))
    }),
    (
        "receipt_hash_with_integrity_emptied",
        "1",
        "receipt_hash is over an empty integrity block.",
        |parts| {
            claim(parts, |receipt| {
                receipt.insert("integrity", Object::new());
                hash(SEPARATOR, receipt)
            })
        },
    ),
    (
        "receipt_hash_with_a_line_feed",
        "10",
        "receipt_hash is over the text and a line feed.",
        |parts| {
            claim(parts, |receipt| {
                Digest::of(&[SEPARATOR, canonical(receipt).as_bytes(), b"\n"]).to_string()
            })
        },
    ),
    (
        "integrity_of_another_bundle",
        "20",
        "The integrity block is that of another valid bundle.",
        |mut parts| {
            let other = reworded(parts.clone());
            *parts.in_receipt(&["integrity"]) =
                other.receipt.get("integrity").cloned().unwrap_or_default();
            parts.bundle()
        },
    ),
];

fn reworded(parts: Parts) -> Parts {
    changed(parts, &[Set("receipt/decisions/0/rationale", "\"another\"")])
}

fn hash(separator: &[u8], receipt: &Object) -> String {
    Digest::of(&[separator, canonical(receipt).as_bytes()]).to_string()
}

/// Claims a hash that is made of the receipt without its integrity block.
fn claim(mut parts: Parts, hash: fn(&mut Object) -> String) -> MemoryBundle {
    let mut rest = parts.receipt.clone();
    rest.remove("integrity");
    let claimed = hash(&mut rest);
    set(&mut parts, "receipt_hash", claimed);
    parts.seal_proof();
    parts.bundle()
}

fn set(parts: &mut Parts, name: &str, digest: String) {
    let integrity = parts.in_receipt(&["integrity"]);
    integrity.as_object_mut().expect("an object").insert(name, digest);
}

const FLIPPED_PROOF: &[Row] = &[(
    "proof_digest_of_another_bundle",
    "20",
    "proof_digest has another last digit.",
    &[Map("proof/proof_digest", flip)],
)];

const PROOF: &[Made] = &[
    (
        "proof_digest_over_text",
        "15",
        "proof_digest is over hexadecimal digits, not raw bytes.",
        |parts| prove(parts, |parts| parts.concat().into_bytes()),
    ),
    (
        "proof_digest_with_roots_out_of_order",
        "15",
        "proof_digest takes two roots the other way round.",
        |parts| {
            prove(parts, |parts| {
                let mut parts = parts.to_vec();
                parts.swap(2, 3);
                raw(&parts)
            })
        },
    ),
    (
        "proof_digest_without_receipt_hash",
        "15",
        "proof_digest leaves out the receipt's hash.",
        |parts| prove(parts, |parts| raw(&parts[1..])),
    ),
    (
        "proof_digest_without_workgraph",
        "15",
        "proof_digest leaves out workgraph_root, which is over nothing.",
        |parts| prove(parts, |parts| raw(&parts[..8])),
    ),
    (
        "proof_digest_is_the_receipt_hash",
        "20",
        "proof_digest is the receipt's hash.",
        |mut parts| {
            let hash = claimed(&parts).swap_remove(0);
            set(&mut parts, "proof_digest", hash);
            parts.bundle()
        },
    ),
    (
        "proof_digest_of_the_bundle_before",
        "20",
        "The receipt was changed and sealed again, but for proof_digest.",
        |parts| {
            let before = parts.proof_digest();
            let mut parts = reworded(parts);
            set(&mut parts, "proof_digest", before);
            parts.bundle()
        },
    ),
];

fn prove(mut parts: Parts, bytes: fn(&[String]) -> Vec<u8>) -> MemoryBundle {
    let bytes = bytes(&claimed(&parts));
    set(&mut parts, "proof_digest", Digest::of(&[b"MOTUS|PROOF|0.1|", &bytes]).to_string());
    parts.bundle()
}

/// Returns the receipt's hash and the eight roots as the receipt claims them.
fn claimed(parts: &Parts) -> Vec<String> {
    let integrity = parts.receipt.get("integrity").expect("the receipt is sealed");
    let roots = integrity.get("roots").expect("there are roots");
    let text = |value: Option<&motus_json::Value>| {
        value.and_then(motus_json::Value::as_str).expect("a digest is text").to_owned()
    };
    let named = ORDER.iter().map(|name| text(roots.get(name)));
    std::iter::once(text(integrity.get("receipt_hash"))).chain(named).collect()
}

const ORDER: [&str; 8] = [
    "event_log_root",
    "artifacts_root",
    "evidence_root",
    "lens_root",
    "effects_root",
    "gates_root",
    "verification_root",
    "workgraph_root",
];

fn raw(digests: &[String]) -> Vec<u8> {
    let bytes = |digest: &String| *Digest::parse(digest).expect("a digest").as_bytes();
    digests.iter().flat_map(bytes).collect()
}
