//! What other releases keep elsewhere: named, looked at by path alone, and left as it is.

use std::path::{Path, PathBuf};

use motus_fs::{FileError, inspect};
use motus_json::{Object, Value};

use crate::doctor::{Check, NAMED, Patient, advice, named};

/// Where release 0.4.0 keeps its records, below the home directory and below a project.
const OF_040: [&str; 3] =
    [".motus/coordination.db", ".motus/context_cache.db", ".motus/state/ledger/activity.jsonl"];

/// The state directory of releases before 0.4.0.
const LEGACY: &str = ".mc";

/// What is there.
#[derive(Debug, Default)]
struct Found {
    of_040: Vec<PathBuf>,
    legacy: Vec<PathBuf>,
}

/// Names Stores of other forms, so that nobody looks for their records in this one.
pub(super) fn other_stores(patient: &Patient) -> Check {
    let name = "other_stores";
    let found = match find(patient) {
        Ok(found) => found,
        Err(error) => return Check::warn(name, error.to_string(), advice::on_file(&error)),
    };
    let mut sentences = Vec::new();
    if !found.of_040.is_empty() {
        sentences.push(format!("Release 0.4.0 left records here: {}", spell(&found.of_040)));
    }
    if !found.legacy.is_empty() {
        sentences.push(format!("A release before it left a directory: {}", spell(&found.legacy)));
    }
    if sentences.is_empty() {
        return Check::pass(name, "No Store of another release found");
    }
    let place = patient.place.path();
    sentences.push(if found.of_040.iter().any(|path| path == place) {
        "Nothing of that is changed, and runs are not recorded there".to_owned()
    } else {
        format!("Nothing of that is changed; runs are recorded in {}", place.display())
    });
    let paths = |paths: &[PathBuf]| {
        Value::from(shown(paths).into_iter().take(NAMED).collect::<Vec<String>>())
    };
    Check::pass(name, sentences.join(". ")).with_details(Object::from([
        ("legacy", paths(&found.legacy)),
        ("release_0_4_0", paths(&found.of_040)),
    ]))
}

fn find(patient: &Patient) -> Result<Found, FileError> {
    let mut found = Found::default();
    for root in patient.home.iter().chain([&patient.directory]) {
        for file in OF_040 {
            add_if_there(&mut found.of_040, root.join(file))?;
        }
    }
    for root in patient.home.as_deref().into_iter().chain(patient.directory.ancestors()) {
        add_if_there(&mut found.legacy, root.join(LEGACY))?;
    }
    Ok(found)
}

/// A link is named as what stands there, and not followed.
fn add_if_there(found: &mut Vec<PathBuf>, path: PathBuf) -> Result<(), FileError> {
    // The root of all, and a home that is a project, come up twice.
    if !found.contains(&path) && is_there(&path)? {
        found.push(path);
    }
    Ok(())
}

/// Where a directory on the way is something else, nothing is there.
fn is_there(path: &Path) -> Result<bool, FileError> {
    match inspect(path) {
        Ok(found) => Ok(found.is_some()),
        Err(error) if error.source.kind() == std::io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(error),
    }
}

fn shown(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.display().to_string()).collect()
}

fn spell(paths: &[PathBuf]) -> String {
    named(&shown(paths), paths.len())
}
