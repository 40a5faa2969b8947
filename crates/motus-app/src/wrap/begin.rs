//! What is recorded before a command starts, and what its end will be recorded with.

use motus_ledger::kind::Kind;
use motus_ledger::operation::{CloseRequest, append_event, ensure_kind, start_run};
use motus_ledger::wrap::{
    CommandSummary, EndRecord, OutputRecord, SOURCE, StartRecord, Stream, WrapIdentity, summarize,
};
use motus_ledger::{Clock, Ids, LedgerError, NewEvent, NewRun, Run, Store};
use motus_runtime::{Completion, StreamCount, git};

use crate::EndJournal;
use crate::wrap::{Command, GIT_LIMIT, Recording, Verdict, process};

/// A run whose start is recorded.
pub(super) struct Begun {
    pub(super) run: Run,
    identity: WrapIdentity,
    reasons: Vec<&'static str>,
    output_schema: String,
    end_schema: String,
}

/// Records run, kinds and start event in one transaction.
pub(super) fn record_start(
    store: &mut dyn Store,
    command: &Command,
    recording: &Recording,
    clock: &dyn Clock,
    ids: &dyn Ids,
) -> Result<Begun, LedgerError> {
    let summary = summarize_command(command);
    let producer = recording.producer.as_deref();
    let identity = WrapIdentity::new(clock.unix_nanoseconds(), std::process::id(), producer);
    let facts = git::facts(&recording.directory, GIT_LIMIT);
    let mut transaction = store.begin_write()?;
    let start_schema = ensure_kind(&mut *transaction, &Kind::wrap_start(), clock)?;
    let output_schema = ensure_kind(&mut *transaction, &Kind::wrap_output_summary(), clock)?;
    let end_schema = ensure_kind(&mut *transaction, &Kind::wrap_end(), clock)?;
    let request = new_run(&summary, &identity, recording, facts.head);
    let run = start_run(&mut *transaction, &request, clock, ids)?;
    let start = StartRecord {
        command: &summary,
        working_tree_dirty: facts.dirty,
        process: Some(process::describe()),
    };
    let event = NewEvent {
        run_id: run.id.clone(),
        schema_kind: Kind::wrap_start().name,
        payload: start.payload(&run, &identity),
        idempotency_key: identity.event_key("start"),
        producer_id: identity.producer_id.clone(),
        schema_hash: Some(start_schema),
    };
    append_event(&mut *transaction, &event, clock)?;
    transaction.commit()?;
    let mut reasons = identity.reasons.clone();
    reasons.extend(summary.reasons);
    Ok(Begun { run, identity, reasons, output_schema, end_schema })
}

/// Text that is not UTF-8 is recorded with replacement characters; the command gets its own bytes.
fn summarize_command(command: &Command) -> CommandSummary {
    let arguments: Vec<String> =
        command.arguments.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
    summarize(&command.program.to_string_lossy(), &arguments)
}

fn new_run(
    summary: &CommandSummary,
    identity: &WrapIdentity,
    recording: &Recording,
    git_sha: Option<String>,
) -> NewRun {
    NewRun {
        source: SOURCE.to_owned(),
        intent: summary.display.clone(),
        cwd: recording.directory.to_string_lossy().into_owned(),
        git_sha,
        idempotency_key: identity.key.clone(),
        producer_id: identity.producer_id.clone(),
    }
}

impl Begun {
    /// Returns what is to be recorded of the end.
    pub(super) fn journal(
        &self,
        verdict: &Verdict,
        completion: &Completion,
        max_output_bytes: u64,
        clock: &dyn Clock,
    ) -> EndJournal {
        let ended_at = clock.unix_nanoseconds();
        let stderr = verdict.stderr_count(&completion.stderr);
        let output = |stream, count: &StreamCount, reasons| {
            self.output_event(&OutputRecord {
                stream,
                bytes: count.bytes,
                lines: count.lines,
                truncated: count.bytes > max_output_bytes || !count.complete,
                reasons,
            })
        };
        let events = vec![
            output(Stream::Stdout, &completion.stdout, Vec::new()),
            output(Stream::Stderr, &stderr, verdict.stderr_reasons()),
            self.end_event(verdict, completion, clock),
        ];
        let close = CloseRequest {
            run_id: self.run.id.clone(),
            outcome: verdict.outcome,
            outcome_note: Some(format!("motus wrap exited {}", verdict.exit_code)),
            idempotency_key: self.identity.event_key("close"),
            producer_id: self.identity.producer_id.clone(),
        };
        EndJournal { run_id: self.run.id.clone(), events, close, ended_at }
    }

    fn output_event(&self, record: &OutputRecord) -> NewEvent {
        NewEvent {
            run_id: self.run.id.clone(),
            schema_kind: Kind::wrap_output_summary().name,
            payload: record.payload(&self.run, &self.identity),
            idempotency_key: self.identity.event_key(&record.key_part()),
            producer_id: self.identity.producer_id.clone(),
            schema_hash: Some(self.output_schema.clone()),
        }
    }

    fn end_event(&self, verdict: &Verdict, completion: &Completion, clock: &dyn Clock) -> NewEvent {
        let record = EndRecord {
            exit_code: i32::from(verdict.exit_code),
            outcome: verdict.outcome,
            duration_milliseconds: u64::try_from(completion.duration.as_millis())
                .unwrap_or(u64::MAX),
            ended_at: clock.timestamp(),
            timed_out: verdict.timed_out,
            interruption: verdict.interruption.clone(),
            reasons: self.reasons.clone(),
        };
        NewEvent {
            run_id: self.run.id.clone(),
            schema_kind: Kind::wrap_end().name,
            payload: record.payload(&self.run, &self.identity),
            idempotency_key: self.identity.event_key("end"),
            producer_id: self.identity.producer_id.clone(),
            schema_hash: Some(self.end_schema.clone()),
        }
    }
}
