//! `motus db wait`: waits until the Store can be written.

use motus_app::care::{self, Patience};
use motus_app::exit;
use motus_json::{Object, Value};

use super::path_value;
use crate::arguments::WaitArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;

pub(crate) fn wait(arguments: &WaitArguments, environment: &Environment) -> Result<u8, Failure> {
    let patience = Patience::of_seconds(arguments.max_seconds, arguments.interval)?;
    let place = environment.store(arguments.common.store.store.as_deref());
    care::wait(&place, &patience)?;
    if arguments.common.json {
        output::json(Object::from([
            ("available", Value::from(true)),
            ("store_path", path_value(place.path())),
        ]))?;
    } else {
        output::data("Store write lock available\n")?;
    }
    Ok(exit::OK)
}
