//! Changing a file of settings, and telling what that comes to.

use motus_app::exit;
use motus_app::settings::{self, Changed, Given, Key, Origin, Target};
use motus_json::{Object, Value};

use super::path_value;
use super::show::told_origin;
use crate::arguments::{FileArguments, SetArguments, UnsetArguments};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::{printable, shown};

pub(super) fn set(arguments: &SetArguments, environment: &Environment) -> Result<u8, Failure> {
    let target = arguments.file.target();
    let places = environment.places();
    let changed = settings::set(&places, target, &arguments.key, &arguments.value)?;
    let mut page = String::new();
    if let Some((key, value)) = &changed.set {
        page = format!("Set {} = {}\n", key.as_str(), printable(&value.to_string()));
    }
    page.push_str(&format!("Saved to {}\n", shown(&changed.path)));
    tell(&page, &changed, &arguments.file, environment)
}

pub(super) fn unset(arguments: &UnsetArguments, environment: &Environment) -> Result<u8, Failure> {
    let target = arguments.file.target();
    let changed = settings::unset(&environment.places(), target, &arguments.key)?;
    let (key, path) = (printable(&arguments.key), shown(&changed.path));
    let page = if changed.removed.is_empty() {
        format!("Not set: {key}\nLeft as it is: {path}\n")
    } else {
        format!("Unset {key}\nSaved to {path}\n")
    };
    tell(&page, &changed, &arguments.file, environment)
}

pub(super) fn reset(arguments: &FileArguments, environment: &Environment) -> Result<u8, Failure> {
    let changed = settings::reset(&environment.places(), arguments.target())?;
    let path = shown(&changed.path);
    let page = match &changed.put_aside {
        Some(aside) => format!("Put aside: {path}\nIt is now: {}\n", shown(aside)),
        None if changed.removed.is_empty() => format!("Nothing to reset: {path}\n"),
        None => format!("Reset {}\nSaved to {path}\n", changed.removed.join(", ")),
    };
    tell(&page, &changed, arguments, environment)
}

/// Prints what was changed, and says on stderr what keeps it from having an effect.
fn tell(
    page: &str,
    changed: &Changed,
    arguments: &FileArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    if arguments.json {
        output::json(document(changed))?;
    } else {
        output::data(page)?;
    }
    if let Some((key, _)) = &changed.set {
        tell_what_counts(*key, arguments.target(), environment);
    }
    for problem in settings::look(&environment.places(), &Given::default()).problems {
        let told = printable(&problem.to_string());
        output::talk(format!("warning[{}]: {told}", problem.code()));
    }
    Ok(exit::OK)
}

/// Says so when the value that was just set is not the one that counts.
fn tell_what_counts(key: Key, target: Target, environment: &Environment) {
    let origin = environment.settings().get(key).origin;
    let is_hidden = match target {
        Target::User => !matches!(origin, Origin::User | Origin::Default),
        Target::Project => matches!(origin, Origin::Flag(_) | Origin::Environment(_)),
    };
    if is_hidden {
        let origin = told_origin(origin, environment);
        output::talk(format!("notice: another value of {} counts: {origin}", key.as_str()));
    }
}

fn document(changed: &Changed) -> Object {
    let removed: Vec<&str> = changed.removed.iter().map(String::as_str).collect();
    let set = changed.set.as_ref();
    Object::from([
        ("key", Value::from(set.map(|(key, _)| key.as_str()))),
        ("path", path_value(&changed.path)),
        ("put_aside", changed.put_aside.as_deref().map(path_value).into()),
        ("removed", removed.into()),
        ("value", set.map(|(_, value)| value.to_json()).into()),
    ])
}
