//! `motus receipt`: receipts that travel.

mod verify;

pub(crate) use verify::verify;

use motus_app::exit;
use motus_app::receipts;
use motus_ledger::portable::shape::json_schema;
use motus_ledger::portable::shapes;
use motus_ledger::portable::story::Actor;

use crate::arguments::{PortableArguments, SchemaArguments};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;

/// Prints a document of a run, byte for byte the same wherever the Store lies.
pub(crate) fn emit(
    arguments: &PortableArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let place = environment.store(arguments.common.store.store.as_deref());
    // The command line has a run, unless it has a command of its own.
    let run = arguments.run.as_deref().unwrap_or_default();
    let emitted = receipts::emit(&place, run, arguments.format, actor(arguments).as_ref())?;
    output::document(emitted.text()?.as_bytes())?;
    Ok(exit::OK)
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
