//! `motus init`: sets a workspace up.

use std::fmt::Write as _;

use motus_app::exit;
use motus_app::workspace::{self, Request, Workspace};
use motus_json::{Object, Value};

use crate::arguments::InitArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::SystemClock;
use crate::text::{printable, shown};

pub(crate) fn run(arguments: &InitArguments, environment: &Environment) -> Result<u8, Failure> {
    let request = Request {
        root: environment.directory.join(arguments.root()),
        mode: arguments.mode(),
        force: arguments.force,
    };
    let workspace = workspace::init(&request, &SystemClock)?;
    if arguments.json {
        output::json(document(&workspace))?;
    } else if workspace.was_complete() {
        output::data(&format!("Already initialized: {}\n", shown(&workspace.root)))?;
    } else {
        output::data(&page(&workspace))?;
    }
    Ok(exit::OK)
}

fn page(workspace: &Workspace) -> String {
    let mut page = String::from("Initialized Motus workspace:\n");
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(page, "  Root: {}", shown(&workspace.root));
    let _ = writeln!(page, "  Mode: {}", workspace.mode.as_str());
    let _ = writeln!(page, "  Motus: {}", shown(&workspace.state));
    let _ = writeln!(page, "  Current: {}", shown(&workspace.current));
    if let Some(target) = &workspace.repointed_from {
        let _ = writeln!(page, "  Current was a link to: {}", printable(target));
    }
    if let Some(file) = &workspace.project_config {
        let _ = writeln!(page, "  ProjectConfig: {}", shown(file));
    }
    page.push_str("  Next: motus wrap -- COMMAND\n");
    page
}

fn document(workspace: &Workspace) -> Object {
    let made: Vec<&str> = workspace.made.iter().map(String::as_str).collect();
    let project_config = workspace.project_config.as_deref().map(path_value);
    Object::from([
        ("already_initialized", Value::from(workspace.was_complete())),
        ("current", path_value(&workspace.current)),
        ("made", made.into()),
        ("mode", workspace.mode.as_str().into()),
        ("motus", path_value(&workspace.state)),
        ("project_config", project_config.into()),
        ("repointed_from", workspace.repointed_from.as_deref().into()),
        ("root", path_value(&workspace.root)),
    ])
}

fn path_value(path: &std::path::Path) -> Value {
    path.to_string_lossy().as_ref().into()
}
