//! What all workers share: the history run, the kinds, and time that passes as things happen.

use std::sync::atomic::{AtomicU64, Ordering};

use motus_ledger::kind::Schema;
use motus_ledger::operation::{register_kind, start_run};
use motus_ledger::{Clock, Ids, LedgerError, NewRun, RunId, Store};

use crate::Random;
use crate::sample::{ANY_OBJECT, json};

/// The kind of the steps in the history run.
pub(super) const STEP: &str = "simulation.step";
/// The kind of the events that workers append; its payload has a whole number `n`.
pub(super) const NOTE: &str = "simulation.note";
/// The canonical schema of [`NOTE`].
pub(super) const NOTE_SCHEMA: &str =
    r#"{"properties":{"n":{"type":"integer"}},"required":["n"],"type":"object"}"#;
/// The source and the producer of every run.
pub(super) const OURS: &str = "simulation";
/// The directory of every run.
pub(super) const CWD: &str = "/simulated";
/// The key and the intent of the history run.
pub(super) const HISTORY: &str = "history";
/// The identifier of the history run.
pub(super) const HISTORY_RUN: &str = "run_01767323045000000000_000000000000";
/// When the simulation begins: 2026-01-02T03:04:05Z, in nanoseconds.
pub(super) const BEGINNING: u64 = 1_767_323_045_000_000_000;
/// How much time passes from one recorded step to the next, in nanoseconds.
const TICK: u64 = 700_000_000;

/// What a worker's clock shows during one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment(pub(super) u64);

impl Moment {
    /// Returns the time after so many steps, as a clock shows it that is wrong by so many
    /// milliseconds.
    pub(super) fn after_steps(steps: u64, wrong_by: i64) -> Self {
        let right = BEGINNING.saturating_add(steps.saturating_mul(TICK));
        Self(right.saturating_add_signed(wrong_by.saturating_mul(1_000_000)))
    }
}

impl Clock for Moment {
    fn unix_nanoseconds(&self) -> u64 {
        self.0
    }
}

/// Random bytes that belong to one life of one worker.
#[derive(Debug)]
pub(super) struct WorkerIds {
    parts: [u64; 3],
    made: AtomicU64,
}

impl WorkerIds {
    pub(super) fn new(seed: u64, worker: u64, life: u64) -> Self {
        Self { parts: [seed, worker, life], made: AtomicU64::new(0) }
    }
}

impl Ids for WorkerIds {
    fn random(&self) -> [u8; 6] {
        let [seed, worker, life] = self.parts;
        let made = self.made.fetch_add(1, Ordering::Relaxed);
        let [_, _, bytes @ ..] = Random::of(&[seed, worker, life, made]).next().to_be_bytes();
        bytes
    }
}

/// The random bytes of [`HISTORY_RUN`].
struct NoBytes;

impl Ids for NoBytes {
    fn random(&self) -> [u8; 6] {
        [0; 6]
    }
}

/// Returns the identifier of the history run.
pub(super) fn history_run() -> RunId {
    RunId::from(HISTORY_RUN)
}

/// Asks for a run of the simulation.
pub(super) fn new_run(key: &str, intent: &str) -> NewRun {
    NewRun {
        source: OURS.to_owned(),
        intent: intent.to_owned(),
        cwd: CWD.to_owned(),
        git_sha: None,
        idempotency_key: key.to_owned(),
        producer_id: OURS.to_owned(),
    }
}

/// Makes a Store ready for workers: the history run and the two kinds.
pub(super) fn prepare(store: &mut dyn Store) -> Result<(), LedgerError> {
    let clock = Moment(BEGINNING);
    let mut transaction = store.begin_write()?;
    start_run(&mut *transaction, &new_run(HISTORY, HISTORY), &clock, &NoBytes)?;
    for (kind, schema) in [(STEP, ANY_OBJECT), (NOTE, NOTE_SCHEMA)] {
        register_kind(&mut *transaction, kind, &Schema::new(json(schema))?, &clock)?;
    }
    Ok(transaction.commit()?)
}
