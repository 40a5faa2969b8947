//! The user's file as the published `install` makes it, where there is none.

use std::path::PathBuf;

use motus_fs::inspect;
use motus_json::{Object, Value};

use super::change::{Editing, Target};
use super::{Places, SettingsError};

/// What became of the user's file, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The file.
    pub path: PathBuf,
    /// Whether it was not there.
    pub is_new: bool,
    /// What it holds when it is new, in order.
    pub members: Object,
}

/// Writes the user's file unless something has its name; with `dry_run` only tells whether it would.
///
/// Shape: the members for which the published `install` is called. They have no effect here; a published
/// release that reads the file finds what it expects.
/// Errors: `config.no_home`, `config.busy`, `config.unreadable` and `config.not_written`.
pub fn install(places: &Places, dry_run: bool) -> Result<Installed, SettingsError> {
    let path = places.user_file().ok_or(SettingsError::HomeUnknown)?;
    let members = members();
    // What is there is not even looked into.
    if inspect(&path).map_err(SettingsError::unreadable)?.is_some() {
        return Ok(Installed { path, is_new: false, members });
    }
    let is_new = dry_run || Editing::begin(places, Target::User)?.write_new(members.clone())?;
    Ok(Installed { path, is_new, members })
}

fn members() -> Object {
    Object::from([
        ("version", Value::from("1.0")),
        ("motus_enabled", true.into()),
        ("protocol_enforcement", "strict".into()),
    ])
}
