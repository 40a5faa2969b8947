//! `motus db vacuum`: gives back the room that nothing needs.

use motus_app::care;
use motus_app::exit;
use motus_json::{Object, Value};

use super::{path_value, size_lines, size_members};
use crate::arguments::VacuumArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;

pub(crate) fn vacuum(
    arguments: &VacuumArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let place = environment.store(arguments.common.store.store.as_deref());
    let vacuumed = care::vacuum(&place)?;
    let (before, after) = (vacuumed.before, vacuumed.after);
    if arguments.common.json {
        let mut document = Object::from([
            ("busy", Value::from(vacuumed.busy)),
            ("store_path", path_value(place.path())),
        ]);
        document.extend(size_members(before, after));
        output::json(document.sorted())?;
        return Ok(exit::OK);
    }
    let full = if arguments.full {
        "Store full analysis skipped; table set remains deterministic\n"
    } else {
        ""
    };
    output::data(&format!("{full}Store VACUUM completed\n{}", size_lines(before, after)))?;
    if vacuumed.busy {
        output::talk(
            "notice: somebody reads the Store; the file keeps its size until they are done",
        );
        output::hint("shrink it then with `motus db checkpoint`");
    }
    Ok(exit::OK)
}
