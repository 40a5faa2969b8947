//! `motus work receipt`: what released work comes to.

use motus_app::exit;
use motus_app::work::{self, Review};
use motus_json::{Object, Value};
use motus_ledger::projection::ProjectionError;

use super::{NOT_FOUND, document, next_line, refused, store};
use crate::arguments::WorkReceiptArguments;
use crate::command::review::{acceptance, heading_lines};
use crate::command::run_page::brief;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::SystemClock;
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
            return refused(failure, common, |refusal| {
                let mut document = missing(lease, false, NOT_FOUND);
                document.insert("reason_code", document::reason_code(refusal));
                Ok(document)
            });
        }
    };
    match found.receipt {
        Some(receipt) if common.json => output::json(Object::from([
            ("lease_id", Value::from(found.lease_id)),
            ("kernel_run", true.into()),
            ("receipt", receipt.into()),
        ]))?,
        Some(receipt) => {
            let review = work::review(&place, found.run_id.as_str(), &SystemClock)?;
            output::data(&(page(&receipt) + &handed_over(&review, environment)))?;
        }
        None if common.json => {
            output::json(missing(&found.lease_id, true, NOT_YET))?;
            return Ok(exit::FAILED);
        }
        None => {
            let error = ProjectionError::RunOpen(found.run_id);
            let hint = "it has a receipt once it is released with `motus work release`";
            return Err(Failure::Run(error.into()).hinted(hint));
        }
    }
    Ok(exit::OK)
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

/// Tells behind the published lines for whom the work waits, which they do not know.
fn handed_over(review: &Review, environment: &Environment) -> String {
    let judged = review.standing.judged.as_ref();
    if judged.and_then(|judged| judged.hand_off.as_ref()).is_none() {
        return String::new();
    }
    let mut lines = acceptance(review);
    lines.extend(next_line(review, environment));
    let lines = heading_lines(&lines).into_iter();
    lines.fold("\n".to_owned(), |page, (name, value)| format!("{page}{name}: {value}\n"))
}
