//! The wrapping process as a record, so that a run whose wrapper died can be told from a live one.

use std::ops::ControlFlow;

use motus_json::{Object, Value};
use motus_ledger::Digest;
use motus_ledger::wrap::START_KIND;
use motus_ledger::{ReadTransaction, Run, StoreError};
use motus_runtime::identity::{Liveness, ProcessIdentity};

/// Describes this process. The machine's own identifier is recorded by its hash alone.
pub(super) fn describe() -> Object {
    let identity = hashed(ProcessIdentity::current());
    Object::from([
        ("pid", Value::from(identity.pid)),
        ("start_ticks", identity.start_ticks.into()),
        ("boot_id", identity.boot_id.into()),
        ("pid_namespace", identity.pid_namespace.into()),
        ("machine", identity.machine_id.into()),
    ])
}

/// Tells whether the process that recorded a run still runs, by the start event that the Store has.
///
/// A run without a readable start event, such as one of another release, tells nothing.
pub(crate) fn wrapper_of(
    transaction: &dyn ReadTransaction,
    run: &Run,
) -> Result<Liveness, StoreError> {
    let mut liveness = Liveness::Unknown;
    transaction.visit_events(&run.id, &mut |event| {
        if event.schema_kind == START_KIND
            && let Ok(payload) = event.payload()
        {
            liveness = liveness_of(&payload);
        }
        ControlFlow::Break(())
    })?;
    Ok(liveness)
}

/// Tells whether the process that wrote the payload of a start event still runs.
///
/// Releases 0.5.3 and 0.6.5 describe no process, so of their runs nothing is known.
fn liveness_of(payload: &Value) -> Liveness {
    let here = hashed(ProcessIdentity::current());
    process_of(payload).map_or(Liveness::Unknown, |process| process.liveness_seen_from(&here))
}

fn process_of(payload: &Value) -> Option<ProcessIdentity> {
    let process = payload.get("process")?;
    let text = |name| process.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(ProcessIdentity {
        pid: u32::try_from(process.get("pid")?.as_u64()?).ok()?,
        start_ticks: process.get("start_ticks").and_then(Value::as_u64),
        boot_id: text("boot_id"),
        pid_namespace: text("pid_namespace"),
        machine_id: text("machine"),
    })
}

/// Returns an identity whose machine is named by a hash, as recorded ones are.
fn hashed(identity: ProcessIdentity) -> ProcessIdentity {
    let machine_id = identity
        .machine_id
        .map(|id| Digest::of_parts(&[b"motus.machine.v1\0", id.as_bytes()]).as_str().to_owned());
    ProcessIdentity { machine_id, ..identity }
}
