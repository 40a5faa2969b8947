//! The final receipt: what came of a release, once.

use motus_json::{Object, Value};

use super::document::{check, commitment, packet_refs, require_readable, take, text};
use super::error::Refusal;
use super::source::{Source, hash};
use super::tree::Tree;
use super::validate::validate;
use super::{FINAL_RECEIPT, ReleaseId, SOURCE, VERSION, WORKFLOW, WORKFLOW_FAMILY, shapes};
use crate::Timestamp;

/// A final receipt that has its shape and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalReceipt(Object);

impl FinalReceipt {
    /// Returns the text of the file.
    pub fn to_text(&self) -> String {
        text(&self.0)
    }

    /// Returns `receipt-` and the name of the release.
    pub fn receipt_id(&self) -> &str {
        self.member("receipt_id")
    }

    /// Returns the name of the release.
    pub fn release_id(&self) -> &str {
        self.member("release_id")
    }

    /// Returns the digest of the receipt without itself.
    pub fn receipt_hash(&self) -> &str {
        self.member("receipt_hash")
    }

    /// Returns what was decided.
    pub fn disposition(&self) -> &str {
        self.member("disposition")
    }

    /// Returns the digest of the source that it was made of.
    pub fn source_hash(&self) -> &str {
        self.member("source_hash")
    }

    /// Returns when it was made.
    pub fn timestamp(&self) -> &str {
        self.member("timestamp")
    }

    fn member(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

/// Makes the final receipt of a workspace.
///
/// Errors: what [`validate`] refuses, [`Refusal::FinalExists`], and [`Refusal::Unfilled`] with every
/// placeholder that nobody replaced.
pub fn finalize(tree: &Tree, id: &ReleaseId, now: &Timestamp) -> Result<FinalReceipt, Refusal> {
    if tree.entry(FINAL_RECEIPT).is_some() {
        return Err(Refusal::FinalExists);
    }
    let source = validate(tree, id)?;
    let receipt = build(&source, now.as_str());
    check("final receipt", &receipt, shapes::RECEIPT).map_err(unfilled)?;
    require_readable(FINAL_RECEIPT, &receipt)?;
    Ok(FinalReceipt(receipt))
}

/// Tells what is wrong with a receipt by the closeout of the source, from which all of it comes that may be.
fn unfilled(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid { faults, .. } => Refusal::Unfilled { faults },
        other => other,
    }
}

/// Returns the digest that the final receipt of a source has when it is made at that time.
///
/// Errors: a source that is not there or not fit, or is that of another release.
pub fn final_hash(tree: &Tree, id: &ReleaseId, at: &Timestamp) -> Result<String, Refusal> {
    let receipt = FinalReceipt(build(&Source::read(tree, id)?, at.as_str()));
    Ok(receipt.receipt_hash().to_owned())
}

/// Returns the members of the closeout that no final receipt takes as they are.
pub(super) fn open_members(source: &Source) -> Vec<String> {
    // Any time will do: what is missing does not depend on it.
    match check("", &build(source, "1970-01-01T00:00:00Z"), shapes::RECEIPT) {
        Err(Refusal::Invalid { faults, .. }) => {
            faults.into_iter().map(|fault| fault.path).collect()
        }
        _ => Vec::new(),
    }
}

/// Checks a workspace and its final receipt.
///
/// Errors: what [`validate`] refuses; a receipt that is not there, has not its shape, was made of another
/// source, or says something else than the source.
pub fn validate_final(tree: &Tree, id: &ReleaseId) -> Result<FinalReceipt, Refusal> {
    let source = validate(tree, id)?;
    let receipt = take(tree, "final receipt", FINAL_RECEIPT)?;
    check("final receipt", &receipt, shapes::RECEIPT)?;
    let path = FINAL_RECEIPT.to_owned();
    let told = |name: &str| receipt.get(name).and_then(Value::as_str).unwrap_or_default();
    if told("source_hash") != source.hash().as_str() {
        return Err(Refusal::Stale { what: "final receipt", path });
    }
    if build(&source, told("timestamp")) != receipt {
        return Err(Refusal::Drift { what: "final receipt", path });
    }
    Ok(FinalReceipt(receipt))
}

fn build(source: &Source, timestamp: &str) -> Object {
    let release = source.release_id();
    let mut receipt = source.closeout();
    let source_hash = source.hash().as_str();
    for (name, value) in [
        ("schema_version", Value::from(VERSION)),
        ("receipt_id", format!("receipt-{release}").into()),
        ("release_id", release.into()),
        ("workflow_family", WORKFLOW_FAMILY.into()),
        ("workflow_ref", WORKFLOW.into()),
        ("packet_refs", packet_refs()),
        ("source_ref", SOURCE.into()),
        ("source_hash", source_hash.into()),
        ("timestamp", timestamp.into()),
        ("ledger_commitment", commitment("pending_ledger_write", source_hash)),
    ] {
        receipt.insert(name, value);
    }
    let hash = hash(receipt.clone().into());
    receipt.insert("receipt_hash", hash.as_str());
    receipt
}
