//! `motus db`: looking after the Store's file.

mod backup;
mod checkpoint;
mod look;
mod recover;
mod vacuum;
mod wait;

use std::fmt::Write as _;
use std::path::Path;

use motus_app::StorePlace;
use motus_app::care::Sizes;
use motus_json::Value;
use motus_ledger::RunId;

use crate::output;
use crate::text::{counted, printable, shown};

pub(crate) use backup::backup;
pub(crate) use checkpoint::checkpoint;
pub(crate) use look::{analyze, lock_info, stats};
pub(crate) use recover::recover;
pub(crate) use vacuum::vacuum;
pub(crate) use wait::wait;

/// How commands call a Store that is not there, where that is no error.
const NOT_INITIALIZED: &str = "Store not initialized";

/// How many runs are named whose lists of effects are missing; JSON has all of them.
const MOST_NAMED: usize = 5;

/// Returns the lines that tell how much room the files take, and took when that was different.
fn size_lines(before: Sizes, after: Sizes) -> String {
    let mut lines = String::new();
    for (name, before, after) in [
        ("Size", before.database_bytes, after.database_bytes),
        ("WAL", before.wal_bytes, after.wal_bytes),
    ] {
        let was = if before == after { String::new() } else { format!(" (before: {before})") };
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "{name}: {after} bytes{was}");
    }
    lines
}

/// Returns the same as members of a document.
fn size_members(before: Sizes, after: Sizes) -> [(&'static str, Value); 4] {
    [
        ("db_size_bytes", after.database_bytes.into()),
        ("db_size_bytes_before", before.database_bytes.into()),
        ("wal_size_bytes", after.wal_bytes.into()),
        ("wal_size_bytes_before", before.wal_bytes.into()),
    ]
}

/// Tells of ends that wait beside the Store to be recorded in it; `lead` says what they are missing from.
fn tell_kept_ends(kept_ends: Option<usize>, place: &StorePlace, lead: &str, next: &str) {
    let ends = match kept_ends {
        Some(0) => return,
        Some(number) => counted(u64::try_from(number).unwrap_or(u64::MAX), "unrecorded end"),
        None => "an unknown number of unrecorded ends".to_owned(),
    };
    output::talk(format!("notice: {lead}{ends} in {}", shown(&place.spool())));
    output::hint(next);
}

/// Says of which runs the lists of effects are not as they should be; `None` of no runs.
pub(super) fn lists_notice(what: &str, runs: &[RunId]) -> Option<String> {
    let named: Vec<&str> = runs.iter().take(MOST_NAMED).map(RunId::as_str).collect();
    let more = match runs.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named = printable(&named.join(", "));
    (!runs.is_empty()).then(|| format!("notice: {what}: the lists of effects of {named}{more}"))
}

/// Spells a path as a member of a document.
fn path_value(path: &Path) -> Value {
    path.to_string_lossy().as_ref().into()
}

/// Returns the line that names the Store.
fn store_line(path: &Path) -> String {
    format!("Store: {}\n", shown(path))
}
