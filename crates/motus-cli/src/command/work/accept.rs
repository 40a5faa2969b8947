//! `motus work accept`: accepts work that was handed over.

use motus_app::work::{self, Accept};
use motus_json::{Object, Value};
use motus_ledger::work::{Accepted, WorkError};

use super::{DEFAULT_AGENT, agent, document, message, refused, store, tell, told};
use crate::arguments::AcceptArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::{SystemClock, SystemIds};
use crate::text::printable;

pub(crate) fn accept(
    arguments: &AcceptArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let common = &arguments.common;
    let store = store(common, environment)?;
    let asked = Accept {
        run: arguments.run.clone(),
        acceptor: arguments.acceptor.clone(),
        agent_id: agent(arguments.agent.as_deref(), environment),
        default_agent_id: DEFAULT_AGENT.to_owned(),
    };
    let accepted = match told(work::accept(&store, &asked, &SystemClock, &SystemIds::draw()?)) {
        Ok(accepted) => accepted,
        Err(failure) => return refused(failure, common, |refusal| Ok(denied_document(refusal))),
    };
    let written = if common.json {
        output::json(granted_document(&accepted, store.place.path()))
    } else {
        output::data(&page(&accepted))
    };
    tell(written, || format!("the acceptance was recorded, as {}", accepted.run.id))
}

fn words(accepted: &Accepted) -> [&'static str; 2] {
    if accepted.replayed {
        ["ACCEPTED_IDEMPOTENT_REPLAY", "accepted replay"]
    } else {
        ["ACCEPTED_OK", "accepted"]
    }
}

fn granted_document(accepted: &Accepted, store: &std::path::Path) -> Object {
    let (run_id, [reason_code, message]) = (&accepted.run.id, words(accepted));
    let bridge = document::bridge(accepted.replayed, run_id, Some(&accepted.event.id), store);
    Object::from([
        ("decision", Value::from("GRANTED")),
        ("reason_code", reason_code.into()),
        ("message", message.into()),
        ("accepted_run", accepted.accepted_run.as_str().into()),
        ("receipt_id", accepted.receipt_id.as_str().into()),
        ("acceptor", accepted.acceptor.to_object().into()),
        ("kernel_bridge", bridge.into()),
        ("kernel_run_id", run_id.as_str().into()),
    ])
}

fn denied_document(refusal: &WorkError) -> Object {
    Object::from([
        ("decision", Value::from("DENIED")),
        ("reason_code", document::reason_code(refusal)),
        ("message", message(refusal).into()),
        ("accepted_run", Value::Null),
        ("receipt_id", Value::Null),
        ("acceptor", Value::Null),
        ("kernel_bridge", document::no_bridge().into()),
    ])
}

fn page(accepted: &Accepted) -> String {
    let [reason_code, _] = words(accepted);
    let acceptor = printable(&accepted.acceptor.to_string());
    format!(
        "Accepted: {reason_code}\nBy: {acceptor}\nRun: {}\nReceipt: {}\nStore Run: {}\n",
        accepted.accepted_run, accepted.receipt_id, accepted.run.id
    )
}
