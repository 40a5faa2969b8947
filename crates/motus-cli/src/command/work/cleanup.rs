//! `motus work cleanup`: closes the claims whose time is up.

use std::fmt::Write as _;

use motus_app::exit;
use motus_app::work::{self, WorkFailure};
use motus_json::{Object, Value};
use motus_ledger::work::Lease;

use super::{store, told};
use crate::arguments::CleanupArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::SystemClock;
use crate::text::printable;

pub(crate) fn cleanup(
    arguments: &CleanupArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let store = store(&arguments.common, environment)?;
    let cleaned = told(work::clean_up(&store, &SystemClock));
    let cleaned = or_none(cleaned, environment)?;
    if arguments.common.json {
        output::json(document(&cleaned))?;
    } else {
        output::data(&page(&cleaned))?;
    }
    Ok(exit::OK)
}

/// Where there is no Store there is no claim; that it is missing is told beside the answer.
pub(super) fn or_none<T>(
    found: Result<Vec<T>, WorkFailure>,
    environment: &Environment,
) -> Result<Vec<T>, Failure> {
    match found {
        Err(failure) if failure.code() == "store.missing" => {
            output::talk(format!("notice: {}", printable(&failure.to_string())));
            let missing = Failure::from(failure).look_above(environment).of_work();
            missing.hints().iter().for_each(|hint| output::hint(printable(hint)));
            Ok(Vec::new())
        }
        found => Ok(found?),
    }
}

fn document(cleaned: &[Lease]) -> Object {
    let items: Vec<Value> = cleaned.iter().map(|lease| Value::Object(item(lease))).collect();
    Object::from([("expired_count", Value::from(cleaned.len())), ("items", items.into())])
}

fn item(lease: &Lease) -> Object {
    let outcome = lease.run.closing.as_ref().map(|closing| closing.outcome.as_str());
    Object::from([
        ("lease_id", Value::from(lease.lease_id.as_str())),
        ("task_id", lease.work_id.as_str().into()),
        ("agent_id", lease.agent_id.as_str().into()),
        ("run_id", lease.run.id.as_str().into()),
        ("outcome", outcome.into()),
    ])
}

fn page(cleaned: &[Lease]) -> String {
    let mut page = format!("Expired leases: {}\n", cleaned.len());
    for lease in cleaned {
        let (lease_id, task) = (printable(&lease.lease_id), printable(&lease.work_id));
        // Writing to a string cannot fail.
        let _ = writeln!(page, "  {lease_id}  {}  {task}", lease.run.id);
    }
    page
}
