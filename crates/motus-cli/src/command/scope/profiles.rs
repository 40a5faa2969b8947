//! `motus scope profiles`: the profiles, and the document of one.

use motus_app::exit;
use motus_app::scope::{self, Profile, ScopeError};
use motus_json::{Object, Value};

use crate::arguments::ProfilesArguments;
use crate::failure::Failure;
use crate::output;
use crate::text::printable;

pub(super) fn run(arguments: &ProfilesArguments) -> Result<u8, Failure> {
    let profiles = scope::profiles();
    let Some(name) = &arguments.name else {
        if arguments.json {
            let members: Vec<Value> = profiles.iter().map(|it| object(it).into()).collect();
            output::json(Object::from([("profiles", members)]))?;
        } else {
            output::data(&table(&profiles))?;
        }
        return Ok(exit::OK);
    };
    let found = profiles.into_iter().find(|profile| profile.name == name);
    let profile = found.ok_or_else(|| ScopeError::UnknownProfile(name.clone()))?;
    if arguments.json {
        let mut members = object(&profile);
        members.insert("document", profile.text);
        output::json(members)?;
    } else {
        output::document(profile.text.as_bytes())?;
    }
    Ok(exit::OK)
}

fn object(profile: &Profile) -> Object {
    let about = profile.document.about.as_deref();
    Object::from([("about", Value::from(about)), ("name", profile.name.into())])
}

fn table(profiles: &[Profile]) -> String {
    let width = profiles.iter().map(|profile| profile.name.len()).fold(7, usize::max);
    let heading = format!("{:width$}  WHAT IT IS FOR", "PROFILE");
    let mut table = format!("{}\n", output::bold(heading));
    for profile in profiles {
        let about = profile.document.about.as_deref().unwrap_or_default();
        let about = about.split_whitespace().collect::<Vec<_>>().join(" ");
        table.push_str(&format!("{:width$}  {}\n", profile.name, printable(&about)));
    }
    table
}
