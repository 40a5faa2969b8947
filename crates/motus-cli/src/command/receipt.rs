//! `motus receipt`: receipts that travel.

mod verify;

pub(crate) use verify::verify;

use motus_app::exit;
use motus_app::receipts::{self, Format};
use motus_ledger::portable::shape::json_schema;
use motus_ledger::portable::shapes;
use motus_ledger::portable::story::Actor;

use crate::arguments::{PortableArguments, SchemaArguments};
use crate::command::work::run_of_lease;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;

/// Prints a document of a run, byte for byte the same wherever the Store lies.
pub(crate) fn emit(
    arguments: &PortableArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let place = environment.store(arguments.store.store.as_deref());
    // The command line has a run, unless it has a command of its own.
    let run = arguments.run.as_deref().unwrap_or_default();
    let actor = actor(arguments);
    let emitted = run_of_lease(&place, run, |run| {
        let emitted = receipts::emit(&place, run, arguments.format, actor.as_ref());
        emitted.map_err(|error| advised(error.into(), arguments.format))
    })?;
    output::document(emitted.text()?.as_bytes())?;
    Ok(exit::OK)
}

/// A projection names nobody, whatever the name.
fn advised(failure: Failure, format: Format) -> Failure {
    if failure.code() == "receipt.actor_invalid" && format == Format::Projection {
        return failure
            .hinted("such as --format envelope, or leave --actor-type and --actor-id out");
    }
    failure
}

/// The command line has both parts or none.
fn actor(arguments: &PortableArguments) -> Option<Actor> {
    let (kind, id) = (arguments.actor_type.clone()?, arguments.actor_id.clone()?);
    Some(Actor { kind, id })
}

/// Prints the schema of a document.
pub(crate) fn schema(arguments: &SchemaArguments) -> Result<u8, Failure> {
    if let Some(document) = shapes::find(&arguments.name) {
        output::json(json_schema(document))?;
    }
    Ok(exit::OK)
}
