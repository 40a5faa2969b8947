//! Appends events to a run, one per transaction, and prints each acknowledged number.
//!
//! A number on standard output says that the event is committed, so that a test which kills this
//! program knows what must be there afterwards. Usage:
//! `motus-testkit-appender STORE RUN PRODUCER COUNT`.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use motus_ledger::kind::Schema;
use motus_ledger::operation::{append_event, register_kind};
use motus_ledger::{Clock, NewEvent, RunId, Store};
use motus_store::{SqliteStore, StorePlace};
use motus_testkit::sample::{ANY_OBJECT, json, new_event};

const KIND: &str = "note";

struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "a process of its own makes its own clock")]
    fn unix_nanoseconds(&self) -> u64 {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
    }
}

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
    let [path, run, producer, count] = arguments else {
        return Err("usage: motus-testkit-appender STORE RUN PRODUCER COUNT".into());
    };
    let (run, count) = (RunId::from(run.as_str()), count.parse::<u32>()?);
    let mut store = SqliteStore::open(&StorePlace::new(path), true)?.store;
    register(&mut store)?;
    let mut stdout = io::stdout();
    for number in 1..=count {
        let seq = append(&mut store, &run, producer, number)?;
        writeln!(stdout, "{seq}")?;
        stdout.flush()?;
    }
    Ok(())
}

fn register(store: &mut SqliteStore) -> Result<(), Box<dyn Error>> {
    let mut transaction = store.begin_write()?;
    register_kind(&mut *transaction, KIND, &Schema::new(json(ANY_OBJECT))?, &WallClock)?;
    Ok(transaction.commit()?)
}

fn append(
    store: &mut SqliteStore,
    run: &RunId,
    producer: &str,
    number: u32,
) -> Result<u64, Box<dyn Error>> {
    let request = NewEvent {
        producer_id: producer.to_owned(),
        ..new_event(run, KIND, &format!("{producer}:{number}"), "{}")
    };
    let mut transaction = store.begin_write()?;
    let event = append_event(&mut *transaction, &request, &WallClock)?;
    transaction.commit()?;
    Ok(event.seq)
}
