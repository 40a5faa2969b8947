//! A closed run with any rows, as a Store may hold them, and the work that is told of it.

use motus_ledger::portable::story::{Actor, StoryError, tell};
use motus_ledger::portable::work::Work;
use motus_ledger::work::{Judged, judge, judge_briefly};
use motus_ledger::{Closing, Digest, Event, Outcome, Run, RunId, Timestamp};
use motus_testkit::sample::{ANY_OBJECT, ANY_OBJECT_HASH};
use motus_testkit::{MemoryStore, TestLedger};

/// The rows of a run.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) source: String,
    pub(super) intent: String,
    pub(super) git_sha: Option<String>,
    pub(super) outcome: Outcome,
    pub(super) note: Option<String>,
    /// Kinds and payloads.
    pub(super) events: Vec<(String, String)>,
    /// What belongs to the machine: directory, process, keys.
    pub(super) machine: String,
    /// What the clock said at the start, at each event, and at the end; where it says nothing it is right.
    pub(super) clock: Vec<String>,
}

pub(super) const RUN_ID: &str = "run_00000000000000000007_0123456789ab";

impl Scene {
    pub(super) fn of(source: &str, outcome: Outcome, events: &[(&str, &str)]) -> Self {
        let owned = |(kind, payload): &(&str, &str)| ((*kind).to_owned(), (*payload).to_owned());
        Self {
            source: source.to_owned(),
            intent: "Do it".to_owned(),
            git_sha: None,
            outcome,
            note: Some("done".to_owned()),
            events: events.iter().map(owned).collect(),
            machine: "here".to_owned(),
            clock: Vec::new(),
        }
    }

    fn time(&self, place: usize, usual: &str) -> Timestamp {
        let said = self.clock.get(place).map_or(usual, String::as_str);
        Timestamp::parse(said).expect("a time")
    }

    fn run(&self) -> Run {
        Run {
            id: RunId::from(RUN_ID),
            idempotency_key: self.machine.clone(),
            producer_id: self.machine.clone(),
            source: self.source.clone(),
            started_at: self.time(0, "2026-01-02T03:04:05Z"),
            intent: self.intent.clone(),
            cwd: self.machine.clone(),
            git_sha: self.git_sha.clone(),
            closing: None,
        }
    }

    fn closing(&self) -> Closing {
        Closing {
            ended_at: self.time(self.events.len() + 1, "2026-01-02T03:04:09.25Z"),
            outcome: self.outcome,
            outcome_note: self.note.clone(),
            idempotency_key: self.machine.clone(),
            payload_hash: self.machine.clone(),
            producer_id: self.machine.clone(),
        }
    }

    fn event(&self, seq: u64, kind: &str, payload: &str) -> Event {
        let run_id = RunId::from(RUN_ID);
        Event {
            id: Event::derive_id(&run_id, &seq.to_string()).as_str().to_owned(),
            run_id,
            seq,
            idempotency_key: format!("{}:{seq}", self.machine),
            payload_hash: Digest::of(payload).as_str().to_owned(),
            schema_hash: ANY_OBJECT_HASH.to_owned(),
            schema_kind: kind.to_owned(),
            ts: self.time(usize::try_from(seq).expect("a place"), "2026-01-02T03:04:06Z"),
            payload_json: payload.to_owned(),
            producer_id: self.machine.clone(),
        }
    }

    /// Puts the rows into a Store: what they hold is more than an append takes.
    fn recorded(&self, is_closed: bool) -> TestLedger {
        self.recorded_as(RUN_ID, &|_| (), is_closed)
    }

    /// Does so under another identifier, and when somebody has gone over the events.
    fn recorded_as(
        &self,
        run_id: &str,
        change: &dyn Fn(&mut Event),
        is_closed: bool,
    ) -> TestLedger {
        let id = RunId::from(run_id);
        let mut ledger = TestLedger::new(Box::new(MemoryStore::new()));
        for (kind, _) in &self.events {
            ledger.register(kind, ANY_OBJECT).expect("the kind is registered");
        }
        let written = ledger.write(|transaction| {
            transaction.insert_run(&Run { id: id.clone(), ..self.run() })?;
            for (seq, (kind, payload)) in (1..).zip(&self.events) {
                let mut event = Event { run_id: id.clone(), ..self.event(seq, kind, payload) };
                change(&mut event);
                transaction.insert_event(&event)?;
            }
            if is_closed {
                transaction.close_run(&id, &self.closing())?;
            }
            Ok(())
        });
        written.expect("the rows are written");
        ledger
    }

    pub(super) fn tell_changed(
        &self,
        run_id: &str,
        change: &dyn Fn(&mut Event),
    ) -> Result<Work, StoryError> {
        let mut ledger = self.recorded_as(run_id, change, true);
        let run = ledger.run(&RunId::from(run_id));
        ledger.read(|transaction| tell(transaction, run, None))
    }

    pub(super) fn tell_as(&self, named: Option<Actor>) -> Result<Work, StoryError> {
        tell_from(&mut self.recorded(true), named)
    }

    pub(super) fn tell(&self) -> Work {
        self.tell_as(None).expect("the work can be told")
    }

    pub(super) fn judge(&self) -> Judged {
        let mut ledger = self.recorded(true);
        let run = ledger.run(&RunId::from(RUN_ID));
        ledger.read(|transaction| judge(transaction, &run)).expect("the run can be judged")
    }

    pub(super) fn judge_briefly(&self) -> Judged {
        let mut ledger = self.recorded(true);
        let run = ledger.run(&RunId::from(RUN_ID));
        let judged = ledger.read(|transaction| judge_briefly(transaction, &run));
        judged.expect("the run can be judged")
    }

    pub(super) fn tell_open(&self) -> Result<Work, StoryError> {
        tell_from(&mut self.recorded(false), None)
    }
}

fn tell_from(ledger: &mut TestLedger, named: Option<Actor>) -> Result<Work, StoryError> {
    let run = ledger.run(&RunId::from(RUN_ID));
    ledger.read(|transaction| tell(transaction, run, named))
}

/// Returns the identifier of an event by its number.
pub(super) fn event_id(seq: u64) -> String {
    Event::derive_id(&RunId::from(RUN_ID), &seq.to_string()).as_str().to_owned()
}
