//! Fills a Store with runs quickly: many rows per transaction, nothing left in the log.
//!
//! For measurements that need a large Store. Times and ids are fixed, so the same arguments give
//! the same rows; one run id per line comes out. Usage: `motus-testkit-filler STORE AMOUNT..`: `EVENTS`
//! is one open run of that many events, and `RUNSxEVENTS` that many closed ones; `evidence:EVENTS` is one
//! closed run whose every event is evidence, and `paths:EVENTS` the same with a path in each summary.

use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::ops::RangeInclusive;
use std::process::ExitCode;

use motus_ledger::kind::Schema;
use motus_ledger::operation::{append_event, close_run, register_kind, start_run};
use motus_ledger::{Run, RunId, Store, WriteTransaction};
use motus_store::{SqliteStore, StorePlace};
use motus_testkit::sample::{ANY_OBJECT, closing, json, new_event, new_run};
use motus_testkit::{FixedClock, SequentialIds};

const KIND: &str = "note";

/// The kind of every event of a run that is full of evidence.
const EVIDENCE_KIND: &str = "evidence.motus_work.test_result";

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
    let Some((path, amounts)) = arguments.split_first() else {
        return Err("usage: motus-testkit-filler STORE AMOUNT..".into());
    };
    let store = SqliteStore::open(&StorePlace::new(path), true)?.store;
    let mut filler =
        Filler { store, clock: FixedClock::default(), ids: SequentialIds::default(), runs: 0 };
    filler.write(|transaction, clock| {
        for kind in [KIND, EVIDENCE_KIND] {
            register_kind(transaction, kind, &Schema::new(json(ANY_OBJECT))?, clock)?;
        }
        Ok(())
    })?;
    let mut stdout = BufWriter::new(io::stdout());
    for amount in amounts {
        let amount = amount.as_str();
        if let Some(events) = amount.strip_prefix("evidence:") {
            writeln!(stdout, "{}", filler.evidence_run(events.parse()?, "")?)?;
        } else if let Some(events) = amount.strip_prefix("paths:") {
            writeln!(stdout, "{}", filler.evidence_run(events.parse()?, " in /home/someone/it")?)?;
        } else if let Some((runs, events)) = amount.split_once('x') {
            filler.closed_runs(runs.parse()?, events.parse()?, &mut stdout)?;
        } else {
            writeln!(stdout, "{}", filler.open_run(amount.parse()?)?)?;
        }
    }
    filler.store.checkpoint()?;
    Ok(stdout.flush()?)
}

struct Filler {
    store: SqliteStore,
    clock: FixedClock,
    ids: SequentialIds,
    /// How many runs there are.
    runs: u32,
}

impl Filler {
    fn open_run(&mut self, events: u32) -> Result<RunId, Box<dyn Error>> {
        let run = self.start(1)?.remove(0).id;
        for first in (1..=events).step_by(BATCH as usize) {
            let last = events.min(first.saturating_add(BATCH - 1));
            self.write(|transaction, clock| append(transaction, &run, first..=last, clock))?;
        }
        Ok(run)
    }

    /// Makes a closed run of evidence as the work loop records it; `where_it_is` ends each summary.
    fn evidence_run(&mut self, events: u32, where_it_is: &str) -> Result<RunId, Box<dyn Error>> {
        let run = self.start(1)?.remove(0).id;
        for first in (1..=events).step_by(BATCH as usize) {
            let last = events.min(first.saturating_add(BATCH - 1));
            self.write(|transaction, clock| {
                for number in first..=last {
                    let (key, payload) = (format!("fill:{number}"), evidence(number, where_it_is));
                    let request = new_event(&run, EVIDENCE_KIND, &key, &payload);
                    append_event(transaction, &request, clock)?;
                }
                Ok(())
            })?;
        }
        self.write(|transaction, clock| {
            close_run(transaction, &closing(&run), clock)?;
            Ok(())
        })?;
        Ok(run)
    }

    fn closed_runs(
        &mut self,
        count: u32,
        events: u32,
        out: &mut dyn Write,
    ) -> Result<(), Box<dyn Error>> {
        let at_once = (BATCH / (events + 1)).max(1);
        let mut left = count;
        while left > 0 {
            let runs = self.start(left.min(at_once))?;
            self.write(|transaction, clock| {
                for run in &runs {
                    append(transaction, &run.id, 1..=events, clock)?;
                    close_run(transaction, &closing(&run.id), clock)?;
                }
                Ok(())
            })?;
            for run in &runs {
                writeln!(out, "{}", run.id)?;
                left -= 1;
            }
        }
        Ok(())
    }

    fn start(&mut self, count: u32) -> Result<Vec<Run>, Box<dyn Error>> {
        let first = self.runs;
        self.runs += count;
        let mut transaction = self.store.begin_write()?;
        let runs: Result<Vec<Run>, _> = (first..self.runs)
            .map(|number| new_run(&format!("fill:{number}")))
            .map(|request| start_run(&mut *transaction, &request, &self.clock, &self.ids))
            .collect();
        let runs = runs?;
        transaction.commit()?;
        Ok(runs)
    }

    fn write(
        &mut self,
        work: impl FnOnce(&mut dyn WriteTransaction, &FixedClock) -> Result<(), Box<dyn Error>>,
    ) -> Result<(), Box<dyn Error>> {
        let mut transaction = self.store.begin_write()?;
        work(&mut *transaction, &self.clock)?;
        Ok(transaction.commit()?)
    }
}

fn append(
    transaction: &mut dyn WriteTransaction,
    run: &RunId,
    numbers: RangeInclusive<u32>,
    clock: &FixedClock,
) -> Result<(), Box<dyn Error>> {
    for number in numbers {
        let request = new_event(run, KIND, &format!("fill:{number}"), &payload(number));
        append_event(transaction, &request, clock)?;
    }
    Ok(())
}

/// Returns a payload that makes an event about as large as those of real work: some 600 bytes.
fn payload(number: u32) -> String {
    let text = "a line that somebody might have written down ".repeat(5);
    format!(r#"{{"number":{number},"text":"{text}","tags":["filled","measured"]}}"#)
}

fn evidence(number: u32, where_it_is: &str) -> String {
    format!(r#"{{"lease_id":"lease-0123456789ab","legacy_evidence_id":"evidence-{number:012}","#)
        + &format!(
            r#""evidence_type":"test_result","summary":"test_result: passed={number} failed=0 skipped=1{where_it_is}","#
        )
        + &format!(
            r#""test_results":{{"failed":0,"passed":{number},"skipped":1}},"diff_summary":null,"log_excerpt":null}}"#
        )
}
