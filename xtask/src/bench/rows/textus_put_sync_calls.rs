//! How often a change of project memory makes the disk wait: counted call by call with strace.
//!
//! A put waits three times: for the new content beside its target, so that the name never leads to less than
//! all of it; for the row in the log, from which on the change counts; and for the directory, so that the
//! name is there when success is told. A new directory has its own name synced.
//! A delete has no content whose presence would prove what was going on, so that its note is synced instead.
//! A move and an accept are both: content and note, one row or two in one sync, and two names in two
//! directories, the new one before the old one goes.

use std::process::Command;

use serde_json::json;

use super::Row;
use crate::bench::measurement::{Measured, Measurement};
use crate::bench::memory::{Memory, key, note, opened};
use crate::bench::spent::quietly;
use crate::bench::sync_calls;
use crate::bench::traced::Subject;
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "textus_put_sync_calls", gate: true, measure };

const TIMES: u32 = 3;

/// One change of each kind: its name, its sync calls, and whether it reads a request.
const CASES: [(&str, u64, bool); 6] = [
    ("new", 3, true),
    ("new directory", 4, true),
    ("over", 3, true),
    ("delete", 3, false),
    ("mv", 5, false),
    ("accept", 5, false),
];

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Err(why) = sync_calls::can_count() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let memory = Memory::new(workbench, 10)?;
    let mut measurements = Vec::new();
    for (case, expected, reads) in CASES {
        let found: Result<Vec<u64>, Failure> =
            (0..TIMES).map(|time| count(workbench, &memory, case, reads, time)).collect();
        let measured = Measured::Count { expected, unit: "sync calls", found: found? };
        measurements.push(Measurement { name: format!("{} {case}", ROW.name), measured });
    }
    Ok(measurements)
}

fn count(
    workbench: &Workbench,
    memory: &Memory<'_>,
    case: &str,
    reads: bool,
    time: u32,
) -> Result<u64, Failure> {
    let input = if reads { Some(memory.request(&note(&format!("{case} {time}")))?) } else { None };
    let command = change(memory, case, time)?;
    let subject = Subject { input: input.as_deref(), ..Subject::of(&command) };
    sync_calls::count_of(&workbench.product, &subject, &memory.trace())
}

/// Prepares a change of its own for each time.
fn change(memory: &Memory<'_>, case: &str, time: u32) -> Result<Command, Failure> {
    let put = |key: &str| memory.textus(&["put", key, "--stdin", "--as=agent"]);
    let fresh = format!("notebook.notes.part-0.fresh-{time}");
    Ok(match case {
        "new" => put(&fresh),
        "new directory" => put(&format!("notebook.notes.dir-{time}.fresh")),
        "over" => put(&key(1)),
        "delete" => memory.textus(&["delete", &key(3 + 2 * time), "--as=agent"]),
        "mv" => {
            // The directory is there since an entry was put into it.
            let to = format!("notebook.notes.dir-{time}.moved-{time}");
            memory.textus(&["key", "mv", &fresh, &to, "--as=agent"])
        }
        _ => {
            let proposal = format!("proposals.notes.change-{time}");
            propose(memory, &proposal)?;
            memory.textus(&["accept", &proposal, "--as=human"])
        }
    })
}

fn propose(memory: &Memory<'_>, key: &str) -> Result<(), Failure> {
    let target = "knowledge.notes.part-0.note-0";
    let request = memory.request(&json!({
        "_meta": {
            "proposal": {"target_key": target, "action": "put"},
            "frontmatter": {"name": "note-0", "title": key, "status": "draft"},
        },
        "body": "Proposed.\n",
    }))?;
    let mut put = memory.textus(&["put", key, "--stdin", "--as=agent"]);
    quietly(put.stdin(opened(&request)?))
}
