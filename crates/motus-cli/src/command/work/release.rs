//! `motus work release`: ends a claim.

use std::fmt::Write as _;

use motus_app::work::{self, Released, WorkStore};
use motus_json::{Object, Value};
use motus_ledger::work::{HandOff, ReleaseRequest, WorkError};

use super::{document, message, proposed, refused, store, tell, told, writer};
use crate::arguments::ReleaseArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::SystemClock;
use crate::text::printable;

pub(crate) fn release(
    arguments: &ReleaseArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let common = &arguments.writing.common;
    let store = store(common, environment)?;
    let release = ReleaseRequest {
        lease: arguments.lease.lease.clone(),
        outcome: arguments.outcome,
        hand_off: hand_off(arguments),
        note: arguments.note.clone(),
        agent_id: writer(&arguments.writing, environment),
    };
    let released = match told(work::release(&store, &release, &SystemClock)) {
        Ok(released) => released,
        Err(failure) => {
            return refused(failure, common, |refusal| denied_document(refusal, &store));
        }
    };
    let written = if common.json {
        output::json(document(&released, &store))
    } else {
        output::data(&page(&released, environment))
    };
    tell(written, || format!("the release was recorded, of {}", released.released.lease.lease_id))
}

/// The command line has all three parts or none.
fn hand_off(arguments: &ReleaseArguments) -> Option<HandOff> {
    Some(HandOff {
        receiver: arguments.handoff_to.clone()?,
        expected_action: arguments.expected_action.clone()?,
        reason: arguments.reason.clone()?,
    })
}

fn words(released: &Released) -> [&'static str; 2] {
    if released.released.replayed {
        ["RELEASED_IDEMPOTENT_REPLAY", "released replay"]
    } else {
        ["RELEASED_OK", "released"]
    }
}

fn receipt_id(receipt: &Object) -> &str {
    receipt.get("receipt_id").and_then(Value::as_str).unwrap_or_default()
}

fn document(told: &Released, store: &WorkStore) -> Object {
    let Released { released, receipt, hand_off } = told;
    let (run_id, [reason_code, message]) = (&released.lease.run.id, words(told));
    let event_id = released.event.as_ref().map(|event| event.id.as_str());
    let bridge = document::bridge(released.replayed, run_id, event_id, store.place.path());
    let mut document = Object::from([
        ("decision", Value::from("GRANTED")),
        ("reason_code", reason_code.into()),
        ("message", message.into()),
        ("lease_status", "released".into()),
        ("receipt_id", receipt_id(receipt).into()),
        ("next_action", receipt.get("next_action").cloned().into()),
        ("kernel_bridge", bridge.into()),
        ("kernel_run_id", run_id.as_str().into()),
        ("kernel_receipt", receipt.clone().into()),
    ]);
    if let Some(hand_off) = hand_off {
        document.insert("handoff", document::hand_off(hand_off));
    }
    document
}

/// Whoever was too late is shown what the work came to.
fn denied_document(refusal: &WorkError, store: &WorkStore) -> Result<Object, Failure> {
    let receipt = match refusal {
        WorkError::ReleaseConflict { run_id, .. } => {
            work::receipt(&store.place, run_id.as_str())?.receipt
        }
        _ => None,
    };
    let mut document = Object::from([
        ("decision", Value::from("DENIED")),
        ("reason_code", document::reason_code(refusal)),
        ("message", message(refusal).into()),
        ("lease_status", Value::Null),
        ("receipt_id", receipt.as_ref().map(receipt_id).into()),
        ("next_action", receipt.as_ref().and_then(|it| it.get("next_action")).cloned().into()),
        ("kernel_bridge", document::no_bridge().into()),
    ]);
    if let Some(receipt) = receipt {
        document.insert("kernel_receipt", receipt);
    }
    Ok(document)
}

fn page(told: &Released, environment: &Environment) -> String {
    let (run, [reason_code, _]) = (&told.released.lease.run.id, words(told));
    let mut page = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(page, "Released: {reason_code}\nFinal status: released\nStore Run: {run}");
    let _ = writeln!(page, "Receipt: {}", receipt_id(&told.receipt));
    if let Some(hand_off) = &told.hand_off {
        let receiver = hand_off.receiver.to_string();
        let accept = ["work", "accept", run.as_str(), "--as", &receiver];
        let _ = writeln!(page, "Handed to: {}", printable(&receiver));
        let next = proposed("Next", &accept, environment);
        if !next.is_empty() {
            page.push('\n');
            page.push_str(&next);
        }
    }
    page
}
