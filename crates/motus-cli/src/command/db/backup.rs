//! `motus db backup`: a copy of the Store in a new file.

use std::fmt::Write as _;
use std::path::Path;

use motus_app::StorePlace;
use motus_app::care::{self, BackedUp};
use motus_app::exit;
use motus_app::scope::CopiedLists;
use motus_json::{Object, Value};
use motus_ledger::RunId;

use super::{lists_notice, path_value, tell_kept_ends};
use crate::arguments::BackupArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::shown;

pub(crate) fn backup(
    arguments: &BackupArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let place = environment.store(arguments.common.store.store.as_deref());
    let target = StorePlace::new(environment.directory.join(&arguments.file));
    let made = care::back_up(&place, &target)?;
    if arguments.common.json {
        output::json(document(place.path(), target.path(), &made))?;
    } else {
        output::data(&page(target.path(), &made))?;
    }
    if made.lacks_damaged_log {
        output::talk("warning: the log is damaged, and something in it is not in the backup");
        output::hint(
            "see to it with `motus db recover`, which keeps the log, before anybody writes",
        );
    }
    tell_lists(&made.lists);
    tell_kept_ends(
        made.kept_ends,
        &place,
        "not in the backup: ",
        "record them with `motus doctor --fix`, then make another backup",
    );
    Ok(exit::OK)
}

/// Tells of which runs the backup lacks lists; only those that there are can be copied.
fn tell_lists(lists: &CopiedLists) {
    let missing = lists_notice("not in the backup, and not beside the Store", &lists.missing);
    let changed = lists_notice("not in the backup, and not what was recorded", &lists.changed);
    let notices: Vec<String> = missing.into_iter().chain(changed).collect();
    for notice in &notices {
        output::talk(notice);
    }
    if !notices.is_empty() {
        output::hint(
            "copy them from the Store that the runs were recorded in, or from an older backup",
        );
    }
}

fn page(target: &Path, made: &BackedUp) -> String {
    let mut page = format!("Backup complete: {}\n", shown(target));
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(page, "Size: {} bytes", made.figures.database_bytes);
    for (table, rows) in &made.figures.rows {
        let _ = writeln!(page, "{table}: {rows}");
    }
    if made.lists.copied > 0 {
        let _ = writeln!(page, "lists of effects: {}", made.lists.copied);
    }
    page
}

fn document(place: &Path, target: &Path, made: &BackedUp) -> Object {
    let rows = made.figures.rows.iter().map(|(table, rows)| (*table, Value::from(*rows)));
    Object::from([
        ("backup_path", path_value(target)),
        ("backup_size_bytes", made.figures.database_bytes.into()),
        ("integrity_check", "ok".into()),
        ("lists", lists(&made.lists).into()),
        ("store_path", path_value(place)),
        ("table_counts", rows.collect::<Object>().into()),
        ("unrecorded_ends", made.kept_ends.into()),
    ])
}

fn lists(lists: &CopiedLists) -> Object {
    let names = |runs: &[RunId]| runs.iter().map(|run| run.as_str().to_owned()).collect::<Vec<_>>();
    Object::from([
        ("changed", Value::from(names(&lists.changed))),
        ("copied", lists.copied.into()),
        ("missing", names(&lists.missing).into()),
    ])
}
