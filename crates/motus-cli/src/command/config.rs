//! `motus config`: shows and changes settings.

mod change;
mod show;

use std::path::Path;

use motus_app::exit;
use motus_app::settings::Target;
use motus_json::{Object, Value};

use crate::arguments::{ConfigArguments, ConfigCommand, FileArguments};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::shown;

pub(crate) fn run(arguments: &ConfigArguments, environment: &Environment) -> Result<u8, Failure> {
    match &arguments.command {
        None => show::show(&arguments.show, environment),
        Some(ConfigCommand::Show(arguments)) => show::show(arguments, environment),
        Some(ConfigCommand::Get(arguments)) => show::get(arguments, environment),
        Some(ConfigCommand::Set(arguments)) => change::set(arguments, environment),
        Some(ConfigCommand::Unset(arguments)) => change::unset(arguments, environment),
        Some(ConfigCommand::Reset(arguments)) => change::reset(arguments, environment),
        Some(ConfigCommand::Path(arguments)) => path(arguments, environment),
    }
}

fn path(arguments: &FileArguments, environment: &Environment) -> Result<u8, Failure> {
    let places = environment.places();
    let path = match arguments.target() {
        Target::Project => places.project_file(),
        Target::User => {
            places.user_file().ok_or(motus_app::settings::SettingsError::HomeUnknown)?
        }
    };
    if arguments.json {
        output::json(Object::from([("path", path_value(&path))]))?;
    } else {
        output::data(&format!("{}\n", shown(&path)))?;
    }
    Ok(exit::OK)
}

/// Spells a path as a member of a document.
fn path_value(path: &Path) -> Value {
    path.to_string_lossy().as_ref().into()
}
