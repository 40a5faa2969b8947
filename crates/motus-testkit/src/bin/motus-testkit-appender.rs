//! Appends events to a run, one per transaction, and prints each acknowledged number.
//!
//! A number on standard output says that the event is committed, so that a test which kills this
//! program knows what must be there afterwards. Usage: `motus-testkit-appender STORE RUN PRODUCER
//! COUNT [--fenced] [--pause MICROSECONDS] [--longest]`: under a lock of its own, with a pause after
//! each event, and with the longest wait for an acknowledgement on standard error, in microseconds.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use motus_ledger::kind::Schema;
use motus_ledger::operation::{
    AcquireRequest, acquire_lock, append_event, append_fenced_event, register_kind,
};
use motus_ledger::{Clock, Fence, NewEvent, RunId, Store};
use motus_store::{SqliteStore, StorePlace};
use motus_testkit::sample::{ANY_OBJECT, json, new_event};

const KIND: &str = "note";

const USAGE: &str = "usage: motus-testkit-appender STORE RUN PRODUCER COUNT [--fenced] \
                     [--pause MICROSECONDS] [--longest]";

/// How to append.
#[derive(Debug, Default)]
struct Options {
    fenced: bool,
    pause: Duration,
    tells_longest: bool,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, Box<dyn Error>> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--fenced" => options.fenced = true,
                "--pause" => {
                    let microseconds = rest.next().ok_or(USAGE)?.parse()?;
                    options.pause = Duration::from_micros(microseconds);
                }
                "--longest" => options.tells_longest = true,
                _ => return Err(USAGE.into()),
            }
        }
        Ok(options)
    }
}

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
    let (asked, options) = arguments.split_at(arguments.len().min(4));
    let [path, run, producer, count] = asked else {
        return Err(USAGE.into());
    };
    let (run, count) = (RunId::from(run.as_str()), count.parse::<u32>()?);
    let options = Options::parse(options)?;
    let mut store = SqliteStore::open(&StorePlace::new(path), true)?.store;
    let started = now();
    register(&mut store)?;
    let mut longest = now().duration_since(started);
    let fence = if options.fenced { Some(acquire(&mut store, producer)?) } else { None };
    let mut stdout = io::stdout();
    for number in 1..=count {
        let request = NewEvent {
            producer_id: producer.to_owned(),
            ..new_event(&run, KIND, &format!("{producer}:{number}"), "{}")
        };
        let started = now();
        let seq = append(&mut store, &request, fence.as_ref())?;
        longest = longest.max(now().duration_since(started));
        writeln!(stdout, "{seq}")?;
        stdout.flush()?;
        if !options.pause.is_zero() {
            thread::sleep(options.pause);
        }
    }
    if options.tells_longest {
        writeln!(io::stderr(), "{}", longest.as_micros())?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a process of its own measures its own time")]
fn now() -> Instant {
    Instant::now()
}

fn register(store: &mut SqliteStore) -> Result<(), Box<dyn Error>> {
    let mut transaction = store.begin_write()?;
    register_kind(&mut *transaction, KIND, &Schema::new(json(ANY_OBJECT))?, &WallClock)?;
    Ok(transaction.commit()?)
}

/// Takes a lock of the producer's own, which nobody else asks for.
fn acquire(store: &mut SqliteStore, producer: &str) -> Result<Fence, Box<dyn Error>> {
    let request = AcquireRequest {
        resource: format!("appender:{producer}"),
        holder: producer.to_owned(),
        ttl_seconds: 3600,
    };
    let mut transaction = store.begin_write()?;
    let lock = acquire_lock(&mut *transaction, &request, &WallClock)?;
    transaction.commit()?;
    Ok(lock.fence())
}

fn append(
    store: &mut SqliteStore,
    request: &NewEvent,
    fence: Option<&Fence>,
) -> Result<u64, Box<dyn Error>> {
    let mut transaction = store.begin_write()?;
    let event = match fence {
        None => append_event(&mut *transaction, request, &WallClock)?,
        Some(fence) => append_fenced_event(&mut *transaction, request, fence, &WallClock)?,
    };
    transaction.commit()?;
    Ok(event.seq)
}
