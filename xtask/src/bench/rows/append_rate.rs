//! How many acknowledged events a second, against what the disk itself can acknowledge.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;
use crate::machine;

pub(super) const ROW: Row = Row { name: "append_rate", gate: false, measure };

/// Acknowledgements per sample.
const EVENTS: u32 = 100;

/// What the raw side appends: about as much as one event holds.
const RAW_BYTES: [u8; 600] = [b'x'; 600];

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    let folder = workbench.product.path();
    if machine::filesystem(folder).is_some_and(|kind| kind == "tmpfs" || kind == "ramfs") {
        let why = "the folder lies in memory: name one on a disk with --dir";
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let filled = workbench.fill(&[1])?;
    let mut batches = 0;
    let ours = || {
        batches += 1;
        let producer = format!("bench-{batches}");
        append(workbench.appender(&filled, &producer, EVENTS + 1)).map(rate)
    };
    let raw = folder.join("raw");
    let pairs = alternate(ours, || append_raw(&raw).map(rate))?;
    let bound = Bound::AtLeast(0.9);
    let against = "raw fdatasync rate";
    Ok(vec![Measurement::ratio(ROW.name, bound, against, "per s", pairs)])
}

fn rate(elapsed: Duration) -> f64 {
    f64::from(EVENTS) / elapsed.as_secs_f64()
}

/// Returns how long the appender takes from one acknowledgement to the last of those after it.
///
/// Counting begins at the first one, so that starting the program and opening the Store are out.
fn append(mut command: Command) -> Result<Duration, Failure> {
    let failed = |error: std::io::Error| Failure::Failed(format!("cannot append: {error}"));
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(failed)?;
    let mut first = None;
    let mut last = None;
    let mut acknowledged = 0;
    if let Some(pipe) = child.stdout.take() {
        for line in BufReader::new(pipe).lines() {
            line.map_err(failed)?;
            last = Some(Instant::now());
            first = first.or(last);
            acknowledged += 1;
        }
    }
    child.wait().map_err(failed)?;
    match (first, last) {
        (Some(first), Some(last)) if acknowledged == EVENTS + 1 => Ok(last - first),
        _ => Err(Failure::Failed(format!("the appender made only {acknowledged} events"))),
    }
}

fn append_raw(path: &Path) -> Result<Duration, Failure> {
    let append = || {
        let mut file = File::options().append(true).create(true).open(path)?;
        let started = Instant::now();
        for _ in 0..EVENTS {
            file.write_all(&RAW_BYTES)?;
            file.sync_data()?;
        }
        Ok(started.elapsed())
    };
    append().map_err(|error: std::io::Error| Failure::Failed(format!("cannot append: {error}")))
}
