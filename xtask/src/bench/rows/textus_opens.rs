//! What reading project memory opens and reads, counted call by call with strace: never more because there
//! is more of it than was asked for.

use std::fs;

use super::Row;
use crate::bench::measurement::{Measured, Measurement};
use crate::bench::memory::{Memory, key};
use crate::bench::traced::{self, Subject, Traced};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "textus_opens", gate: true, measure };

const LARGE: u32 = 10_000;
const SMALL: u32 = 10;

/// Enough that a search for similar names finds the two hundred that it looks at.
const MIDDLE: u32 = 1_000;

const LOG: u64 = 4 << 20;

const OPENING: [&str; 4] = ["open", "openat", "openat2", "getdents64"];
const READING: [&str; 2] = ["read", "pread64"];

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Err(why) = traced::can_trace() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let large = Memory::new(workbench, LARGE)?;
    let small = Memory::new(workbench, SMALL)?;
    let middle = Memory::new(workbench, MIDDLE)?;
    let opened = |memory: &Memory<'_>, words: &[&str], exit_code| {
        Ok(trace(workbench, memory, words, exit_code, &OPENING)?.count(&OPENING))
    };
    let row = |case: &str, expected, unit, found| {
        let measured = Measured::Count { expected, unit, found: vec![found] };
        Measurement { name: format!("{} {case}", ROW.name), measured }
    };
    let get = ["get", &key(1)];
    let unknown = ["get", "notebook.notes.part-0.not-1"];
    let all = "opens, as in a store of 10";
    let some = "opens and listings, as in a store of 1,000";
    Ok(vec![
        row("get", opened(&small, &get, 0)?, all, opened(&large, &get, 0)?),
        row("unknown key", opened(&middle, &unknown, 1)?, some, opened(&large, &unknown, 1)?),
        row("list", 0, "entries opened", entries_opened(workbench, &large)?),
        row("doctor", 1, "pass over the log", passes(workbench, &small)?),
    ])
}

fn trace(
    workbench: &Workbench,
    memory: &Memory<'_>,
    words: &[&str],
    exit_code: i32,
    calls: &[&str],
) -> Result<Traced, Failure> {
    let command = memory.textus(words);
    let subject = Subject { exit_code, ..Subject::of(&command) };
    traced::run(&workbench.product, &subject, calls, &memory.trace())
}

fn entries_opened(workbench: &Workbench, memory: &Memory<'_>) -> Result<u64, Failure> {
    let traced = trace(workbench, memory, &["list"], 0, &OPENING)?;
    Ok(traced.lines(&OPENING).filter(|line| line.contains(".md\"")).count() as u64)
}

/// Returns how many times the doctor reads all of the log; what it looks up at the end is no time.
fn passes(workbench: &Workbench, memory: &Memory<'_>) -> Result<u64, Failure> {
    memory.fill_log(LOG)?;
    let traced = trace(workbench, memory, &["doctor"], 0, &READING)?;
    let of_log = traced.lines(&READING).filter(|line| line.contains("/audit.log>"));
    let read: u64 = of_log.filter_map(|line| line.rsplit("= ").next()?.parse::<u64>().ok()).sum();
    let length = fs::metadata(memory.log());
    let length = length.map_err(|error| Failure::Failed(format!("there is no log: {error}")))?;
    Ok((read + length.len() / 2) / length.len())
}
