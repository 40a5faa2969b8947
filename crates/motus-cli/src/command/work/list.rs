//! `motus work list`: the claims, newest first.

use std::fmt::Write as _;

use anstyle::AnsiColor;
use motus_app::exit;
use motus_app::work::{self, Listed};
use motus_json::{Object, Value};
use motus_ledger::work::{Judgement, Stage};

use super::cleanup::or_none;
use super::{document, store};
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
    let leases = or_none(work::leases(&place, arguments.all, &SystemClock), environment)?;
    if arguments.common.json {
        output::json(whole_document(&leases))?;
    } else if leases.is_empty() {
        output::data("No Store-backed work runs found.\n")?;
    } else {
        output::data(&table(&leases))?;
    }
    Ok(exit::OK)
}

/// Returns the published word, and ours for an open claim whose time is up.
fn status(listed: &Listed) -> &'static str {
    match listed.stage {
        Stage::Open => "active",
        Stage::Expired => "expired",
        _ => "released",
    }
}

fn whole_document(listed: &[Listed]) -> Object {
    let items: Vec<Value> = listed.iter().map(|listed| Value::Object(item(listed))).collect();
    let count = items.len();
    Object::from([("items", Value::from(items)), ("count", count.into())])
}

fn item(listed: &Listed) -> Object {
    let lease = &listed.lease;
    let judged = listed.judged.as_ref();
    let hand_off = judged.and_then(|judged| judged.hand_off.as_ref()).map(document::hand_off);
    let closing = lease.run.closing.as_ref();
    let outcome = judged
        .map_or_else(|| closing.map(|closing| closing.outcome.as_str()), |judged| judged.outcome);
    Object::from([
        ("lease_id", Value::from(lease.lease_id.as_str())),
        ("task_id", lease.work_id.as_str().into()),
        ("agent_id", lease.agent_id.as_str().into()),
        ("claimed_at", lease.run.started_at.as_str().into()),
        ("expires_at", lease.expires_at().as_str().into()),
        ("status", status(listed).into()),
        ("state", listed.stage.as_str().into()),
        ("run_id", lease.run.id.as_str().into()),
        ("outcome", outcome.into()),
        ("handoff", hand_off.into()),
    ])
}

/// Says where a claim stands, and for whom it waits.
fn state(listed: &Listed) -> String {
    match listed.judged.as_ref().map(|judged| &judged.judgement) {
        Some(Judgement::Waiting { receiver }) if listed.stage == Stage::HandedOver => {
            format!("waits for {}", printable(&receiver.to_string()))
        }
        _ => listed.stage.as_str().to_owned(),
    }
}

/// The task is the last column, so that nothing has to be cut to keep the others in line.
fn table(listed: &[Listed]) -> String {
    let widest = |least: usize, width: &dyn Fn(&Listed) -> usize| {
        listed.iter().map(width).fold(least, usize::max)
    };
    let id = widest(5, &|it| printable(&it.lease.lease_id).chars().count());
    let stands = widest(5, &|it| state(it).chars().count());
    let claimed = widest(7, &|it| it.lease.run.started_at.as_str().len());
    let expires = widest(7, &|it| it.lease.expires_at().as_str().len());
    let agent = widest(5, &|it| printable(&it.lease.agent_id).chars().count());
    let heading = format!(
        "{:id$}  {:stands$}  {:claimed$}  {:expires$}  {:agent$}  TASK",
        "LEASE", "STATE", "CLAIMED", "EXPIRES", "AGENT"
    );
    let mut table = format!("{}\n", output::bold(heading));
    for it in listed {
        let lease = &it.lease;
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "{:id$}  {}  {:claimed$}  {:expires$}  {:agent$}  {}",
            printable(&lease.lease_id),
            coloured(it.stage, format!("{:stands$}", state(it))),
            lease.run.started_at.as_str(),
            lease.expires_at().as_str(),
            printable(&lease.agent_id),
            printable(&lease.work_id),
        );
    }
    table
}

fn coloured(stage: Stage, word: String) -> String {
    let colour = match stage {
        Stage::Open => AnsiColor::Green,
        Stage::Expired | Stage::HandedOver => AnsiColor::Yellow,
        _ => AnsiColor::BrightBlack,
    };
    output::coloured(word, colour)
}
