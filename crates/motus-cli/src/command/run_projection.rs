//! `motus run packet|evidence|decisions|route|handoff`: projections of a run.
//!
//! As JSON each prints the projection with its names sorted; evidence and decisions, which are lists,
//! stand in an object beside their run and their number.

mod page;
mod record;

use motus_app::StorePlace;
use motus_app::runs::{self, Projected};
use motus_json::{Object, Value};

use crate::arguments::{HandoffArguments, ProjectionArguments};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;

pub(crate) fn packet(
    arguments: &ProjectionArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let packet = runs::work_packet(&place(arguments, environment), &arguments.selector.run)?;
    tell(arguments, packet, page::packet)
}

pub(crate) fn evidence(
    arguments: &ProjectionArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let evidence = runs::evidence(&place(arguments, environment), &arguments.selector.run)?;
    let heading = page::run_heading(&evidence.run);
    tell(arguments, list("evidence", evidence), |list| heading + &page::evidence(list))
}

pub(crate) fn decisions(
    arguments: &ProjectionArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let decisions = runs::decisions(&place(arguments, environment), &arguments.selector.run)?;
    let heading = page::run_heading(&decisions.run);
    tell(arguments, list("decisions", decisions), |list| heading + &page::decisions(list))
}

pub(crate) fn route(
    arguments: &ProjectionArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let summary = runs::route_summary(&place(arguments, environment), &arguments.selector.run)?;
    tell(arguments, summary, page::route)
}

pub(crate) fn handoff(
    arguments: &HandoffArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let HandoffArguments { projection: arguments, child } = arguments;
    let place = place(arguments, environment);
    let handoff = runs::handoff(&place, &arguments.selector.run, child.as_deref())?;
    tell(arguments, handoff, page::handoff)
}

fn place(arguments: &ProjectionArguments, environment: &Environment) -> StorePlace {
    environment.store(arguments.common.store.store.as_deref())
}

/// Puts a list beside its run and the number of its items.
fn list(name: &str, projected: Projected<Vec<Value>>) -> Object {
    let Projected { run, projection: items } = projected;
    Object::from([
        ("count", Value::from(items.len())),
        (name, items.into()),
        ("run_id", run.id.as_str().into()),
    ])
}

fn tell(
    arguments: &ProjectionArguments,
    projection: Object,
    page: impl FnOnce(&Object) -> String,
) -> Result<u8, Failure> {
    if arguments.common.json {
        output::json(projection.sorted())?;
    } else {
        output::data(&page(&projection))?;
    }
    Ok(motus_app::exit::OK)
}
