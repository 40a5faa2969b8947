//! Fills a Store with open runs quickly: many events per transaction, nothing left in the log.
//!
//! For measurements that need a large Store. Times and ids are fixed, so the same arguments give
//! the same rows; one run id per line comes out. Usage: `motus-testkit-filler STORE EVENTS..`, one
//! run for each number.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use motus_ledger::kind::Schema;
use motus_ledger::operation::{append_event, register_kind, start_run};
use motus_ledger::{RunId, Store};
use motus_store::{SqliteStore, StorePlace};
use motus_testkit::sample::{ANY_OBJECT, json, new_event, new_run};
use motus_testkit::{FixedClock, SequentialIds};

const KIND: &str = "note";

/// How many events one transaction takes: enough to forget its cost, few enough to fit in memory.
const BATCH: u32 = 10_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let Some((path, counts)) = arguments.split_first() else {
        return Err("usage: motus-testkit-filler STORE EVENTS..".into());
    };
    let (clock, ids) = (FixedClock::default(), SequentialIds::default());
    let mut store = SqliteStore::open(&StorePlace::new(path), true)?.store;
    let mut stdout = io::stdout();
    for (number, count) in counts.iter().enumerate() {
        let count = count.parse::<u32>()?;
        let run = start(&mut store, &format!("fill:{number}"), &clock, &ids)?;
        for first in (1..=count).step_by(BATCH as usize) {
            let last = count.min(first.saturating_add(BATCH - 1));
            append(&mut store, &run, first..=last, &clock)?;
        }
        writeln!(stdout, "{run}")?;
    }
    store.checkpoint()?;
    Ok(())
}

fn start(
    store: &mut SqliteStore,
    key: &str,
    clock: &FixedClock,
    ids: &SequentialIds,
) -> Result<RunId, Box<dyn Error>> {
    let schema = Schema::new(json(ANY_OBJECT))?;
    let mut transaction = store.begin_write()?;
    register_kind(&mut *transaction, KIND, &schema, clock)?;
    let run = start_run(&mut *transaction, &new_run(key), clock, ids)?;
    transaction.commit()?;
    Ok(run.id)
}

fn append(
    store: &mut SqliteStore,
    run: &RunId,
    numbers: std::ops::RangeInclusive<u32>,
    clock: &FixedClock,
) -> Result<(), Box<dyn Error>> {
    let mut transaction = store.begin_write()?;
    for number in numbers {
        let request = new_event(run, KIND, &format!("fill:{number}"), &payload(number));
        append_event(&mut *transaction, &request, clock)?;
    }
    Ok(transaction.commit()?)
}

/// Returns a payload that makes an event about as large as those of real work: some 600 bytes.
fn payload(number: u32) -> String {
    let text = "a line that somebody might have written down ".repeat(5);
    format!(r#"{{"number":{number},"text":"{text}","tags":["filled","measured"]}}"#)
}
