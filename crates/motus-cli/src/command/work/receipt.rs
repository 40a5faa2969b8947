//! `motus work receipt`: what released work comes to.

use motus_app::exit;
use motus_app::work;
use motus_json::{Object, Value};
use motus_ledger::projection::ProjectionError;
use motus_ledger::work::WorkError;

use super::{NOT_FOUND, refused, store};
use crate::arguments::WorkReceiptArguments;
use crate::command::run_page::brief;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::printable;

/// What the contract says of work that has not ended.
const NOT_YET: &str = "Receipt is not available until the work reaches a terminal state.";

pub(crate) fn receipt(
    arguments: &WorkReceiptArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let (common, lease) = (&arguments.common, arguments.lease.lease.as_str());
    let place = store(common, environment)?.place;
    let found = match work::receipt(&place, lease) {
        Ok(found) => found,
        Err(failure) => {
            return refused(failure, common, |refusal| Ok(not_found_document(lease, refusal)));
        }
    };
    match found.receipt {
        Some(receipt) if common.json => output::json(Object::from([
            ("lease_id", Value::from(found.lease_id)),
            ("kernel_run", true.into()),
            ("receipt", receipt.into()),
        ]))?,
        Some(receipt) => output::data(&page(&receipt))?,
        None if common.json => {
            output::json(missing(&found.lease_id, true, NOT_YET))?;
            return Ok(exit::FAILED);
        }
        None => {
            let error = ProjectionError::RunOpen(found.run_id);
            return Err(Failure::Run(error.into()));
        }
    }
    Ok(exit::OK)
}

fn not_found_document(lease: &str, _: &WorkError) -> Object {
    missing(lease, false, NOT_FOUND)
}

fn missing(lease: &str, has_run: bool, message: &str) -> Object {
    Object::from([
        ("lease_id", Value::from(lease)),
        ("found", false.into()),
        ("kernel_run", has_run.into()),
        ("message", message.into()),
    ])
}

fn page(receipt: &Object) -> String {
    let text = |name| printable(receipt.get(name).and_then(Value::as_str).unwrap_or_default());
    let accepted = receipt.get("accepted_close").and_then(Value::as_bool) == Some(true);
    let summary = receipt.get("summary").and_then(Value::as_str).unwrap_or_default();
    format!(
        "Receipt: {}\nRun: {}\nStatus: {}\nOutcome: {}\nRecorded: {}\nAccepted close: {}\n\n\
         Summary: {}\n\nNext: {}\n",
        text("receipt_id"),
        text("run_id"),
        text("status"),
        text("outcome"),
        text("recorded_at"),
        if accepted { "yes" } else { "no" },
        brief(summary),
        text("next_action"),
    )
}
