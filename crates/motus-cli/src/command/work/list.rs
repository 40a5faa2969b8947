//! `motus work list`: the claims, newest first.

use std::fmt::Write as _;

use anstyle::AnsiColor;
use motus_app::exit;
use motus_app::work;
use motus_json::{Object, Value};
use motus_ledger::work::{Lease, LeaseState};

use super::cleanup::or_none;
use super::store;
use crate::arguments::WorkListArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::SystemClock;
use crate::text::printable;

pub(crate) fn list(
    arguments: &WorkListArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let place = store(&arguments.common, environment)?.place;
    let leases = or_none(work::leases(&place, arguments.all), environment)?;
    if arguments.common.json {
        output::json(document(&leases))?;
    } else if leases.is_empty() {
        output::data("No Store-backed work runs found.\n")?;
    } else {
        output::data(&table(&leases))?;
    }
    Ok(exit::OK)
}

/// Returns the published word, and ours for an open claim whose time is up.
fn status(lease: &Lease) -> &'static str {
    match lease.state(&SystemClock) {
        LeaseState::Active => "active",
        LeaseState::Expired => "expired",
        LeaseState::Closed => "released",
    }
}

fn document(leases: &[Lease]) -> Object {
    let items: Vec<Value> = leases.iter().map(|lease| Value::Object(item(lease))).collect();
    let count = items.len();
    Object::from([("items", Value::from(items)), ("count", count.into())])
}

fn item(lease: &Lease) -> Object {
    Object::from([
        ("lease_id", Value::from(lease.lease_id.as_str())),
        ("task_id", lease.work_id.as_str().into()),
        ("agent_id", lease.agent_id.as_str().into()),
        ("claimed_at", lease.run.started_at.as_str().into()),
        ("expires_at", lease.expires_at().as_str().into()),
        ("status", status(lease).into()),
    ])
}

/// The task is the last column, so that nothing has to be cut to keep the others in line.
fn table(leases: &[Lease]) -> String {
    let widest = |least: usize, width: &dyn Fn(&Lease) -> usize| {
        leases.iter().map(width).fold(least, usize::max)
    };
    let id = widest(5, &|lease| printable(&lease.lease_id).chars().count());
    let claimed = widest(7, &|lease| lease.run.started_at.as_str().len());
    let expires = widest(7, &|lease| lease.expires_at().as_str().len());
    let agent = widest(5, &|lease| printable(&lease.agent_id).chars().count());
    let heading = format!(
        "{:id$}  {:8}  {:claimed$}  {:expires$}  {:agent$}  TASK",
        "LEASE", "STATUS", "CLAIMED", "EXPIRES", "AGENT"
    );
    let mut table = format!("{}\n", output::bold(heading));
    for lease in leases {
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "{:id$}  {}  {:claimed$}  {:expires$}  {:agent$}  {}",
            printable(&lease.lease_id),
            coloured(status(lease)),
            lease.run.started_at.as_str(),
            lease.expires_at().as_str(),
            printable(&lease.agent_id),
            printable(&lease.work_id),
        );
    }
    table
}

fn coloured(status: &str) -> String {
    let colour = match status {
        "active" => AnsiColor::Green,
        "expired" => AnsiColor::Yellow,
        _ => AnsiColor::BrightBlack,
    };
    output::coloured(format!("{status:8}"), colour)
}
