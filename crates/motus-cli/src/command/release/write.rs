//! `motus release scaffold` and `motus release sync`: making the files of a release.

use motus_app::exit;
use motus_app::releases::{self, Workspace, Written};
use motus_json::Value;
use motus_ledger::release::STAGES;

use super::{document, heading, plain, tell, workspace};
use crate::arguments::{ScaffoldArguments, SyncArguments};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::SystemClock;
use crate::text::shown;

pub(super) fn scaffold(
    arguments: &ScaffoldArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let release = &arguments.release;
    let workspace = workspace(&release.release_id, &release.output, environment)?;
    let written =
        releases::scaffold(&workspace, arguments.force, environment.private, &SystemClock)?;
    report("Release workflow scaffold", &workspace, &written, release.output.json)
}

pub(super) fn sync(arguments: &SyncArguments, environment: &Environment) -> Result<u8, Failure> {
    let release = &arguments.release;
    let workspace = workspace(&release.release_id, &release.output, environment)?;
    let written = releases::sync(&workspace, &SystemClock)?;
    report("Release workflow synchronized", &workspace, &written, release.output.json)
}

fn report(what: &str, workspace: &Workspace, written: &Written, json: bool) -> Result<u8, Failure> {
    for stray in &written.strays {
        output::talk(format!("notice: nothing generates this file: {}", shown(stray)));
    }
    if json {
        let mut document = document(workspace);
        let files = written.files.iter().map(|path| Value::from(plain(path)));
        document.insert("generated_files", files.collect::<Value>());
        document.insert("stage_count", STAGES.len());
        tell(document)?;
    } else {
        output::data(&heading(what, workspace, "Stages"))?;
    }
    Ok(exit::OK)
}
