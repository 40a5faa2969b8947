//! What a ledger knows of a final receipt, so that another one in its place is noticed.
//!
//! A release is finalized in a run of its own: it begins before the receipt is there, and ends with the
//! digest of the receipt. What is recorded are names and digests, and nothing of the machine.

use motus_json::{Object, Value};

use super::{FinalReceipt, ReleaseId, WORKFLOW_FAMILY};
use crate::kind::{Kind, STRING};
use crate::operation::{CloseRequest, append_event, close_run, ensure_kind, start_run};
use crate::{
    Clock, Digest, Event, Ids, LedgerError, NewEvent, NewRun, Outcome, ReadTransaction, Run,
    StoreError, Timestamp, WriteTransaction,
};

/// The source column of a run in which a release was finalized, and who recorded it.
pub const RUN_SOURCE: &str = "motus-release";

/// How much of a place's digest tells it from others, in hexadecimal digits.
const PLACE_DIGITS: usize = 16;

/// Names the one final receipt of a release at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinKey {
    release: ReleaseId,
    key: String,
}

impl PinKey {
    /// Names it by the release and by where its workspace is, of which only a part of the digest is kept.
    pub fn new(release: &ReleaseId, place: &str) -> Self {
        let digest = Digest::of(place);
        let place = digest.hex().get(..PLACE_DIGITS).unwrap_or_default();
        Self { release: release.clone(), key: format!("finalize:{release}:{place}") }
    }

    /// Returns the key of a run: the first one, or one that follows runs that somebody else has closed.
    fn of_attempt(&self, attempt: u32) -> String {
        if attempt == 1 { self.key.clone() } else { format!("{}:{attempt}", self.key) }
    }
}

/// How a final receipt stands to what the ledger knows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// It is the one that was recorded.
    Ok,
    /// Another one was recorded.
    Changed,
    /// Nothing can be said: no receipt was recorded here.
    NotAvailable,
}

impl Pin {
    /// Returns the words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Changed => "changed",
            Self::NotAvailable => "not available",
        }
    }
}

/// What a ledger knows of a final receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Unknown,
    /// It was begun in this run, which is open.
    Begun(Run),
    /// It was recorded.
    Recorded(Recorded),
}

impl Standing {
    /// Judges a final receipt, or that there is none, by what was recorded.
    pub fn judge(&self, receipt: Option<&FinalReceipt>) -> Pin {
        let Self::Recorded(recorded) = self else { return Pin::NotAvailable };
        let is_the_same =
            receipt.is_some_and(|receipt| receipt.receipt_hash() == recorded.receipt_hash);
        if is_the_same { Pin::Ok } else { Pin::Changed }
    }
}

/// A final receipt that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The run that recorded it.
    pub run: Run,
    /// The digest of the receipt; empty when the event does not tell.
    pub receipt_hash: String,
    /// When the receipt was made, if the event tells.
    pub timestamp: Option<Timestamp>,
}

/// Finds what is known of a final receipt.
pub fn standing(transaction: &dyn ReadTransaction, key: &PinKey) -> Result<Standing, StoreError> {
    Ok(last_attempt(transaction, key)?.1)
}

/// Returns what is known, and the attempt that knows it or that comes next.
fn last_attempt(
    transaction: &dyn ReadTransaction,
    key: &PinKey,
) -> Result<(u32, Standing), StoreError> {
    let mut attempt: u32 = 1;
    loop {
        let run = transaction.run_by_source_and_key(RUN_SOURCE, &key.of_attempt(attempt))?;
        let Some(run) = run else { return Ok((attempt, Standing::Unknown)) };
        if run.is_open() {
            return Ok((attempt, Standing::Begun(run)));
        }
        let event = transaction.event_by_key(&run.id, &event_key(&run, "receipt"))?;
        // A run without it was closed by another hand, and says nothing of a receipt.
        if let Some(event) = event {
            return Ok((attempt, Standing::Recorded(recorded(run, &event))));
        }
        attempt = attempt.saturating_add(1);
    }
}

fn recorded(run: Run, event: &Event) -> Recorded {
    let payload = event.payload().unwrap_or(Value::Null);
    let told = |name: &str| payload.get(name).and_then(Value::as_str).unwrap_or_default();
    let receipt_hash = told("receipt_hash").to_owned();
    let timestamp = Timestamp::parse(told("timestamp"));
    Recorded { run, receipt_hash, timestamp }
}

fn event_key(run: &Run, part: &str) -> String {
    format!("{}:{part}", run.idempotency_key)
}

/// What beginning to finalize a release needs.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The receipt that is to be made.
    pub key: PinKey,
    /// The digest of the source as it is now.
    pub source_hash: String,
    /// The working directory.
    pub cwd: String,
    /// The commit that is checked out, when known.
    pub git_sha: Option<String>,
    /// Who finalizes.
    pub producer_id: String,
}

/// What beginning came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// This run takes the receipt; it may have been open before.
    Run(Run),
    /// A receipt was recorded before.
    Recorded(Recorded),
}

/// Opens the run in which a release is finalized, or finds the one that is open.
///
/// All kinds are registered, so that nothing but the Store itself can refuse the end. Errors: those of
/// starting a run and of appending an event, and `kind.evolution_refused`.
pub fn begin(
    transaction: &mut dyn WriteTransaction,
    beginning: &Beginning,
    clock: &dyn Clock,
    ids: &dyn Ids,
) -> Result<Begun, LedgerError> {
    let started = ensure_kind(transaction, &started_kind(), clock)?;
    for kind in [receipt_kind(), decision_kind()] {
        ensure_kind(transaction, &kind, clock)?;
    }
    let attempt = match last_attempt(&*transaction, &beginning.key)? {
        (_, Standing::Recorded(recorded)) => return Ok(Begun::Recorded(recorded)),
        (_, Standing::Begun(run)) => return Ok(Begun::Run(run)),
        (attempt, Standing::Unknown) => attempt,
    };
    let release = beginning.key.release.as_str();
    let request = NewRun {
        source: RUN_SOURCE.to_owned(),
        intent: format!("finalize release {release}"),
        cwd: beginning.cwd.clone(),
        git_sha: beginning.git_sha.clone(),
        idempotency_key: beginning.key.of_attempt(attempt),
        producer_id: beginning.producer_id.clone(),
    };
    let run = start_run(transaction, &request, clock, ids)?;
    let payload = Object::from([
        ("release_id", release),
        ("workflow_family", WORKFLOW_FAMILY),
        ("source_hash", &beginning.source_hash),
    ]);
    let event = event(&run, &started_kind(), started, "started", payload, &beginning.producer_id);
    append_event(transaction, &event, clock)?;
    Ok(Begun::Run(run))
}

/// Records the final receipt in the run that was begun for it, and closes the run.
///
/// Doing it again is a replay. Errors: those of appending an event and of closing a run.
pub fn record(
    transaction: &mut dyn WriteTransaction,
    run: &Run,
    receipt: &FinalReceipt,
    producer_id: &str,
    clock: &dyn Clock,
) -> Result<Run, LedgerError> {
    let (release, disposition) = (receipt.release_id(), receipt.disposition());
    let receipt_payload = Object::from([
        ("release_id", release.to_owned()),
        ("evidence_type", "final_receipt".to_owned()),
        ("summary", format!("final receipt of release {release}: {disposition}")),
        ("receipt_id", receipt.receipt_id().to_owned()),
        ("receipt_hash", receipt.receipt_hash().to_owned()),
        ("source_hash", receipt.source_hash().to_owned()),
        ("disposition", disposition.to_owned()),
        ("timestamp", receipt.timestamp().to_owned()),
    ]);
    let decision_payload = Object::from([("release_id", release), ("decision", disposition)]);
    for (kind, part, payload) in [
        (receipt_kind(), "receipt", receipt_payload),
        (decision_kind(), "decision", decision_payload),
    ] {
        let schema = ensure_kind(transaction, &kind, clock)?;
        let event = event(run, &kind, schema, part, payload, producer_id);
        append_event(transaction, &event, clock)?;
    }
    let close = CloseRequest {
        run_id: run.id.clone(),
        outcome: outcome(disposition),
        outcome_note: Some(format!("motus release finalized {release}: {disposition}")),
        idempotency_key: event_key(run, "close"),
        producer_id: producer_id.to_owned(),
    };
    close_run(transaction, &close, clock)
}

/// A run knows no half of a success, and no success of what was not accepted.
fn outcome(disposition: &str) -> Outcome {
    match disposition {
        "accepted" | "partial" => Outcome::Success,
        "aborted" | "superseded" => Outcome::Aborted,
        _ => Outcome::Failure,
    }
}

fn event(
    run: &Run,
    kind: &Kind,
    schema_hash: String,
    part: &str,
    payload: Object,
    producer_id: &str,
) -> NewEvent {
    NewEvent {
        run_id: run.id.clone(),
        schema_kind: kind.name.to_string(),
        payload: payload.into(),
        idempotency_key: event_key(run, part),
        producer_id: producer_id.to_owned(),
        schema_hash: Some(schema_hash),
    }
}

/// A release is about to be finalized.
fn started_kind() -> Kind {
    Kind::plain(
        "motus_release.started",
        &["release_id", "workflow_family", "source_hash"],
        &[("release_id", STRING), ("workflow_family", STRING), ("source_hash", STRING)],
    )
}

/// The final receipt of a release.
fn receipt_kind() -> Kind {
    Kind::plain(
        "evidence.motus_release.final_receipt",
        &["release_id", "evidence_type", "summary", "receipt_id", "receipt_hash"],
        &[
            ("release_id", STRING),
            ("evidence_type", STRING),
            ("summary", STRING),
            ("receipt_id", STRING),
            ("receipt_hash", STRING),
            ("source_hash", STRING),
            ("disposition", STRING),
            ("timestamp", STRING),
        ],
    )
}

/// What was decided on a release.
fn decision_kind() -> Kind {
    Kind::plain(
        "decision.motus_release",
        &["release_id", "decision"],
        &[("release_id", STRING), ("decision", STRING)],
    )
}
