//! `motus db checkpoint`: moves the log into the database.

use motus_app::care;
use motus_app::exit;
use motus_json::{Object, Value};

use super::{path_value, size_lines, size_members};
use crate::arguments::CommonArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;

pub(crate) fn checkpoint(
    arguments: &CommonArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let place = environment.store(arguments.store.store.as_deref());
    let moved = care::checkpoint(&place)?;
    if arguments.json {
        let mut document = Object::from([
            ("busy", Value::from(moved.busy)),
            ("store_path", path_value(place.path())),
        ]);
        document.extend(size_members(moved.before, moved.after));
        output::json(document.sorted())?;
        return Ok(exit::OK);
    }
    let lines = size_lines(moved.before, moved.after);
    output::data(&format!("Store WAL checkpoint complete\n{lines}"))?;
    if moved.busy {
        output::talk(
            "notice: all of the log is in the database; somebody uses the log, so it was not emptied",
        );
    }
    Ok(exit::OK)
}
