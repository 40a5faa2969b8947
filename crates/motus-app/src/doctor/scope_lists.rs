//! Lists of effects that lie beside the Store, against the records that name them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use motus_fs::{FileError, FileType, inspect, list};
use motus_ledger::scope::EffectList;
use motus_ledger::{RunId, Store, StoreError};
use motus_store::{SqliteStore, StorePlace};

use crate::doctor::{Check, advice, named};
use crate::scope::lists::{self, Found};

const NAME: &str = "scope_lists";

/// The lists that records name, by their files, each with the run.
type Recorded = BTreeMap<PathBuf, (EffectList, RunId)>;

/// What stands where the lists would be.
#[derive(Debug)]
enum Directory {
    Missing,
    /// It holds these files.
    Holding(Vec<PathBuf>),
    /// A link, or a file: through a link lists are found, and none is put there.
    InTheWay,
}

/// Returns nothing when no record names a list, and nothing stands where they would be.
pub(super) fn scope_lists(store: &mut SqliteStore, place: &StorePlace) -> Option<Check> {
    let recorded = match recorded(store, place) {
        Ok(recorded) => recorded,
        Err(error) => return Some(Check::fail(NAME, error.to_string(), advice::on_store(&error))),
    };
    match directory(place) {
        Ok(Directory::Missing) if recorded.is_empty() => None,
        Ok(directory) => Some(compare(place, &recorded, &directory)),
        Err(error) => Some(Check::warn(NAME, error.to_string(), advice::on_file(&error))),
    }
}

fn directory(place: &StorePlace) -> Result<Directory, FileError> {
    let path = place.scope_lists();
    Ok(match inspect(&path)?.map(|found| found.file_type) {
        None => Directory::Missing,
        Some(FileType::Directory) => Directory::Holding(list(&path)?),
        Some(_) => Directory::InTheWay,
    })
}

fn compare(place: &StorePlace, recorded: &Recorded, directory: &Directory) -> Check {
    let files: &[PathBuf] = match directory {
        Directory::Holding(files) => files,
        Directory::Missing | Directory::InTheWay => &[],
    };
    let without_run = files.iter().filter(|file| !recorded.contains_key(*file));
    let without_run: Vec<String> = without_run.map(|file| file.display().to_string()).collect();
    let (mut missing, mut changed, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
    for (list, run) in recorded.values() {
        match lists::read(place, list) {
            Found::Missing => missing.push(run.to_string()),
            Found::Unreadable(_) => unreadable.push(run.to_string()),
            Found::Changed => changed.push(run.to_string()),
            Found::Whole(_) => {}
        }
    }
    let say = |what: &str, names: &[String]| {
        (!names.is_empty()).then(|| format!("{what}: {}", named(names, names.len())))
    };
    let is_in_the_way = matches!(directory, Directory::InTheWay);
    let place = place.scope_lists();
    let trouble = [
        is_in_the_way.then(|| format!("cannot be kept, no directory is at {}", place.display())),
        say("changed, of", &changed),
        say("that cannot be read, of", &unreadable),
        say("missing, of", &missing),
        say("without a run", &without_run),
    ];
    let trouble: Vec<String> = trouble.into_iter().flatten().collect();
    if trouble.is_empty() {
        return Check::pass(NAME, "Every list of effects is what was recorded");
    }
    let next = if is_in_the_way {
        "move away what stands there; the directory is made when a list is kept"
    } else if changed.is_empty() && missing.is_empty() && unreadable.is_empty() {
        "remove lists without a run by hand, if no run that is spooled needs them"
    } else {
        "copy them from the Store that the runs were recorded in, or from a backup"
    };
    Check::warn(NAME, format!("Lists of effects {}", trouble.join("; ")), next)
}

fn recorded(store: &mut SqliteStore, place: &StorePlace) -> Result<Recorded, StoreError> {
    let named = lists::named(&*store.begin_read()?)?;
    Ok(named.into_iter().map(|it| (lists::file_of(place, &it.list), (it.list, it.run))).collect())
}
