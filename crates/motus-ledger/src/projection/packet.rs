//! The work packet: all that a run says of itself, for one who goes on with it or reviews it.

use motus_json::{Object, Value};

use crate::projection::event_view::EventViews;
use crate::projection::findings::Findings;
use crate::projection::observer::{Observer, gather};
use crate::projection::{ProjectionError, find, receipt};
use crate::{Event, ReadTransaction, Run, RunId};

/// Projects the work packet of a run, open or closed, members in the published order.
///
/// The one projection that keeps every event. `receipt_id` is that of the receipt, null while the run is
/// open; `lease_id` is what the claim says, null without one. Errors: `ledger.run_unknown`,
/// `projection.payload_unreadable`.
pub fn work_packet(
    transaction: &dyn ReadTransaction,
    run_id: &RunId,
) -> Result<Object, ProjectionError> {
    let run = find(transaction, run_id)?;
    let seen = gather(transaction, run_id, Everything::default())?;
    Ok(document(&run, seen))
}

/// The findings, and a view of every event.
#[derive(Debug)]
pub(super) struct Everything {
    findings: Findings,
    events: EventViews,
}

impl Default for Everything {
    fn default() -> Self {
        Self { findings: Findings::default(), events: EventViews::of_kinds("") }
    }
}

impl Observer for Everything {
    fn observe(&mut self, event: &Event) -> Result<(), ProjectionError> {
        self.findings.observe(event)?;
        self.events.observe(event)
    }
}

fn document(run: &Run, Everything { findings, events }: Everything) -> Object {
    let closing = run.closing.as_ref();
    let work_id = findings.claim.work_id_or_run(run);
    let lease_id = findings.claim.lease_id();
    let outcome = findings.route.release.outcome(run);
    // A receipt is named by all that stands in it, and what both say is moved out of it then.
    let mut shared = match closing {
        Some(closing) => receipt::document(run, closing, findings),
        None => told_while_open(run, findings),
    };
    let mut shared = |name| Value::from(shared.remove(name));
    Object::from([
        ("schema_version", Value::from("motus.work_packet.projection.v1")),
        ("work_id", work_id),
        ("run_id", run.id.as_str().into()),
        ("lease_id", lease_id),
        ("intent", run.intent.as_str().into()),
        ("source", run.source.as_str().into()),
        ("producer_id", run.producer_id.as_str().into()),
        ("cwd", run.cwd.as_str().into()),
        ("git_sha", run.git_sha.as_deref().into()),
        ("status", run.status().into()),
        ("started_at", run.started_at.as_str().into()),
        ("ended_at", closing.map(|closing| closing.ended_at.as_str()).into()),
        ("outcome", outcome.into()),
        ("outcome_note", closing.and_then(|closing| closing.outcome_note.as_deref()).into()),
        ("events", events.views.into()),
        ("evidence", shared("evidence")),
        ("decisions", shared("decisions")),
        ("route_summary", shared("route_summary")),
        ("receipt_id", shared("receipt_id")),
    ])
}

/// What an open run has instead of a receipt.
fn told_while_open(run: &Run, findings: Findings) -> Object {
    Object::from([
        ("evidence", Value::from(findings.evidence.items)),
        ("decisions", findings.decisions.items.into()),
        ("route_summary", findings.route.summary(run).into()),
    ])
}
