//! `motus work claim`: takes a task.

use std::fmt::Write as _;

use motus_app::settings::Key;
use motus_app::work::{self, Claim, Granted};
use motus_json::{Object, Value};
use motus_ledger::work::{Holding, ResourceSpec, WorkError};
use motus_ledger::{LedgerError, RunId};

use super::{
    DEFAULT_AGENT, agent, command_line, document, message, proposed, refused, store, tell, told,
};
use crate::arguments::ClaimArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::{SystemClock, SystemIds};
use crate::text::{counted, printable};

pub(crate) fn claim(arguments: &ClaimArguments, environment: &Environment) -> Result<u8, Failure> {
    let store = store(&arguments.common, environment)?;
    if environment.store_above().is_some() {
        // A claim in a second Store would exclude nobody from the first.
        store.place.require().map_err(LedgerError::from)?;
    }
    let agent_id = agent(arguments.agent.as_deref(), environment);
    let claim = Claim {
        task: arguments.task.clone(),
        agent_id: agent_id.unwrap_or_else(|| DEFAULT_AGENT.to_owned()),
        intent: arguments.intent.clone(),
        resources: arguments.resources.iter().map(|text| ResourceSpec::parse(text)).collect(),
        ttl_seconds: environment.number(arguments.ttl, Key::WorkTtlSeconds),
        shared: arguments.shared,
        from: arguments.from.clone(),
    };
    let (lease_ids, run_ids) = (SystemIds::draw()?, SystemIds::draw()?);
    let granted = match told(work::claim(&store, &claim, &SystemClock, &lease_ids, &run_ids)) {
        Ok(granted) => granted,
        Err(failure) => {
            return refused(failure, &arguments.common, |refusal| Ok(denied_document(refusal)));
        }
    };
    let written = if arguments.common.json {
        output::json(granted_document(&granted, store.place.path()))
    } else {
        output::data(&page(&granted, environment))
    };
    tell(written, || {
        let lease_id = granted.claimed.lease.lease_id.as_str();
        let release = command_line(&["work", "release", lease_id, "aborted"], environment);
        format!("the claim was recorded, as {lease_id}; give it back with `{release}`")
    })
}

fn granted_document(granted: &Granted, store: &std::path::Path) -> Object {
    let (claimed, lease) = (&granted.claimed, &granted.claimed.lease);
    let run_id = &lease.run.id;
    let fencing = claimed.locks.iter().map(|lock| {
        Value::Object(Object::from([
            ("resource", Value::from(lock.resource.as_str())),
            ("token", lock.fencing_token.into()),
        ]))
    });
    let bridge = document::bridge(false, run_id, Some(&claimed.event.id), store);
    let mut document = Object::from([
        ("decision", Value::from("GRANTED")),
        ("reason_code", "STORE_ONLY_COMPAT".into()),
        ("lease_id", lease.lease_id.as_str().into()),
        ("message", "claimed".into()),
        ("kernel_bridge", bridge.into()),
        ("kernel_run_id", run_id.as_str().into()),
        ("expires_at", lease.expires_at().as_str().into()),
        ("fencing", fencing.collect()),
    ]);
    if let Some(origin) = &granted.origin {
        document.insert("from", document::origin(origin));
    }
    document
}

fn denied_document(refusal: &WorkError) -> Object {
    let mut document = Object::from([
        ("decision", Value::from("DENIED")),
        ("reason_code", document::reason_code(refusal)),
        ("lease_id", Value::Null),
        ("message", message(refusal).into()),
        ("kernel_bridge", document::no_bridge().into()),
    ]);
    if let WorkError::Held(holding) = refusal {
        let Holding { resource, holder, agent_id, run_id, until } = &**holding;
        let run_id = run_id.as_ref().map(RunId::as_str);
        let held_by = Object::from([
            ("resource", Value::from(resource.as_str())),
            ("holder", holder.as_str().into()),
            ("agent_id", agent_id.as_deref().into()),
            ("run_id", run_id.into()),
            ("until", until.as_str().into()),
        ]);
        document.insert("held_by", held_by);
    }
    document
}

fn page(granted: &Granted, environment: &Environment) -> String {
    let lease = &granted.claimed.lease;
    let lease_id = lease.lease_id.as_str();
    let evidence = ["work", "evidence", lease_id, "test_result", "--passed", "1", "--failed", "0"];
    let mut page = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(page, "Claimed: {}", printable(&lease.work_id));
    let _ = writeln!(page, "Lease ID: {lease_id}");
    let _ = writeln!(page, "Store Run: {}", lease.run.id);
    let _ = writeln!(page, "Expires: {}", lease.expires_at());
    if let Some(origin) = &granted.origin {
        let number = u64::try_from(origin.evidence.len()).unwrap_or(u64::MAX);
        let evidence = counted(number, "piece");
        let _ = writeln!(page, "Continues: {}, with {evidence} of evidence", origin.run.id);
    }
    page.push('\n');
    page.push_str(&proposed("Next", &evidence, environment));
    page.push_str(&proposed("Optional", &["work", "context", lease_id], environment));
    page
}
