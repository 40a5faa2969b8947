//! `motus install`: the user's configuration, where there is none.

use motus_app::exit;
use motus_app::settings::{self, Installed};
use motus_json::{Object, Value, compact};

use crate::arguments::InstallArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::shown;

pub(crate) fn run(arguments: &InstallArguments, environment: &Environment) -> Result<u8, Failure> {
    let installed = settings::install(&environment.places(), arguments.dry_run)?;
    if arguments.json {
        output::json(document(&installed, arguments.dry_run))?;
    } else {
        output::data(&page(&installed, arguments.dry_run))?;
        if arguments.dry_run {
            output::talk("only told: nothing was written");
        }
    }
    Ok(exit::OK)
}

fn page(installed: &Installed, dry_run: bool) -> String {
    let path = shown(&installed.path);
    if !installed.is_new {
        return format!("Config left as it is:\n  Path: {path}\n");
    }
    let mut page = String::from(if dry_run { "Config to write:\n" } else { "Config written:\n" });
    for (name, value) in &installed.members {
        let name = name.as_str().unwrap_or_default();
        page.push_str(&format!("  {name} = {}\n", compact::write(value)));
    }
    page.push_str(&format!("  Path: {path}\n"));
    page
}

fn document(installed: &Installed, dry_run: bool) -> Object {
    Object::from([
        ("dry_run", Value::from(dry_run)),
        ("is_new", installed.is_new.into()),
        ("members", installed.is_new.then(|| installed.members.clone()).into()),
        ("path", installed.path.to_string_lossy().as_ref().into()),
    ])
}
