//! The receipt: what a closed run comes to, with a digest that names it.

use motus_json::{Object, Value, canonical};

use crate::projection::findings::Findings;
use crate::projection::observer::gather;
use crate::projection::{ProjectionError, find};
use crate::{Closing, Digest, ReadTransaction, Run, RunId};

const SCHEMA_VERSION: &str = "motus.receipt.projection.v1";

/// Projects the receipt of a closed run, members in the published order.
///
/// The last member, `receipt_id`, is the hash of the schema version, a NUL byte and the canonical
/// text of all other members. Errors: `ledger.run_unknown`, `projection.run_open`,
/// `projection.payload_unreadable`.
pub fn receipt(
    transaction: &dyn ReadTransaction,
    run_id: &RunId,
) -> Result<Object, ProjectionError> {
    let run = find(transaction, run_id)?;
    let Some(closing) = &run.closing else {
        return Err(ProjectionError::RunOpen(run.id));
    };
    let findings = gather(transaction, run_id, Findings::default())?;
    Ok(document(&run, closing, findings))
}

/// Makes the receipt of a run that ended so.
pub(super) fn document(run: &Run, closing: &Closing, findings: Findings) -> Object {
    let release = findings.route.release;
    let outcome = release.refine(closing.outcome);
    let evidence_ids = member_of_each(&findings.evidence.items, "evidence_id");
    let decision_summaries = member_of_each(&findings.decisions.items, "decision");
    let mut receipt = Object::from([
        ("schema_version", Value::from(SCHEMA_VERSION)),
        ("run_id", run.id.as_str().into()),
        ("lease_id", findings.claim.lease_id_or_run(run)),
        ("work_id", findings.claim.work_id_or_run(run)),
        ("status", run.status().into()),
        ("outcome", outcome.into()),
        ("outcome_note", closing.outcome_note.as_deref().into()),
        ("recorded_at", closing.ended_at.as_str().into()),
        ("accepted_close", release.accepts(closing.outcome).into()),
        ("summary", summary(closing, outcome)),
        ("evidence", findings.evidence.items.into()),
        ("evidence_ids", evidence_ids),
        ("decisions", findings.decisions.items.into()),
        ("decision_summaries", decision_summaries),
        ("event_count", findings.event_count.into()),
        ("route_summary", findings.route.summary(run).into()),
        ("next_action", "inspect receipt and route summary".into()),
    ]);
    let digest = receipt_id(&mut receipt);
    receipt.insert("receipt_id", digest.as_str());
    receipt
}

/// Returns the digest that names a receipt without its `receipt_id`.
///
/// The receipt is lent as a value and given back, since a copy could be large.
pub fn receipt_id(receipt: &mut Object) -> Digest {
    let mut lent = Value::Object(std::mem::take(receipt));
    let text = canonical::store::write(&lent);
    if let Some(lent) = lent.as_object_mut() {
        std::mem::swap(receipt, lent);
    }
    Digest::of_parts(&[SCHEMA_VERSION.as_bytes(), b"\0", text.as_bytes()])
}

fn summary(closing: &Closing, outcome: &str) -> Value {
    match closing.outcome_note.as_deref().filter(|note| !note.is_empty()) {
        Some(note) => note.into(),
        None => format!("Run closed with {outcome}.").into(),
    }
}

fn member_of_each(items: &[Value], name: &str) -> Value {
    items.iter().filter_map(|item| item.get(name)).cloned().collect()
}
