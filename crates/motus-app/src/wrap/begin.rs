//! What is recorded before a command starts, and what its end will be recorded with.

use std::collections::BTreeMap;

use motus_json::canonical;
use motus_ledger::kind::Kind;
use motus_ledger::operation::{CloseRequest, append_event, ensure_kind, start_run};
use motus_ledger::report::LARGEST_PAYLOAD;
use motus_ledger::scope::{self, DeclaredScope, ObservedEffects};
use motus_ledger::wrap::{
    CommandSummary, END_KIND, EndRecord, EvidenceRecord, OUTPUT_SUMMARY_KIND, OutputRecord, SOURCE,
    START_KIND, StartRecord, Stream, WrapIdentity, evidence_kind, summarize,
};
use motus_ledger::{Clock, Ids, LedgerError, NewEvent, NewRun, Run, Store, WriteTransaction};
use motus_runtime::git::GitFacts;
use motus_runtime::{Completion, StreamCount};

use crate::EndJournal;
use crate::evidence::{Gathered, Wanted};
use crate::scope::Plan;
use crate::wrap::{Command, Recording, Verdict, process};

/// A run whose start is recorded.
pub(super) struct Begun {
    pub(super) run: Run,
    identity: WrapIdentity,
    reasons: Vec<&'static str>,
    output_schema: String,
    end_schema: String,
    /// The kinds of evidence that may be recorded, by name.
    evidence_schemas: BTreeMap<String, String>,
    /// The kind of what is seen of a command in a scope.
    scope_schema: Option<String>,
}

/// Records run, kinds and start event in one transaction.
pub(super) fn record_start(
    store: &mut dyn Store,
    command: &Command,
    recording: &Recording,
    wanted: &[Wanted],
    facts: GitFacts,
    clock: &dyn Clock,
    ids: &dyn Ids,
) -> Result<Begun, LedgerError> {
    let summary = summarize_command(command);
    let identity = identify(recording, clock, ids);
    let mut transaction = store.begin_write()?;
    let start_schema = ensure_kind(&mut *transaction, &Kind::wrap_start(), clock)?;
    let output_schema = ensure_kind(&mut *transaction, &Kind::wrap_output_summary(), clock)?;
    let end_schema = ensure_kind(&mut *transaction, &Kind::wrap_end(), clock)?;
    let evidence_schemas = ensure_evidence(&mut *transaction, wanted, clock)?;
    let scope_schemas = command.scope.as_ref().map(|_| ensure_scope(&mut *transaction, clock));
    let scope_schemas = scope_schemas.transpose()?;
    let request = new_run(&summary, &identity, recording, facts.head);
    let run = start_run(&mut *transaction, &request, clock, ids)?;
    let start = StartRecord {
        command: &summary,
        working_tree_dirty: facts.dirty,
        process: Some(process::describe()),
    };
    let event = NewEvent {
        run_id: run.id.clone(),
        schema_kind: START_KIND.to_owned(),
        payload: start.payload(&run, &identity),
        idempotency_key: identity.event_key("start"),
        producer_id: identity.producer_id.clone(),
        schema_hash: Some(start_schema),
    };
    append_event(&mut *transaction, &event, clock)?;
    if let (Some(plan), Some((schema, _))) = (&command.scope, &scope_schemas) {
        let event = declared_event(plan, &run, &identity, schema);
        append_event(&mut *transaction, &event, clock)?;
    }
    transaction.commit()?;
    let mut reasons = identity.reasons.clone();
    reasons.extend(summary.reasons);
    let scope_schema = scope_schemas.map(|(_, observed)| observed);
    Ok(Begun { run, identity, reasons, output_schema, end_schema, evidence_schemas, scope_schema })
}

/// Registers the kinds of what is declared and of what is seen, so that nothing about them can fail at the end.
fn ensure_scope(
    transaction: &mut dyn WriteTransaction,
    clock: &dyn Clock,
) -> Result<(String, String), LedgerError> {
    let declared = ensure_kind(transaction, &scope::declared_kind(), clock)?;
    Ok((declared, ensure_kind(transaction, &scope::observed_kind(), clock)?))
}

fn declared_event(plan: &Plan, run: &Run, identity: &WrapIdentity, schema: &str) -> NewEvent {
    NewEvent {
        run_id: run.id.clone(),
        schema_kind: scope::DECLARED_KIND.to_owned(),
        payload: plan.declared.payload(run, identity, LARGEST_PAYLOAD),
        idempotency_key: identity.event_key(DeclaredScope::KEY_PART),
        producer_id: identity.producer_id.clone(),
        schema_hash: Some(schema.to_owned()),
    }
}

/// Registers the kinds of what the command may leave, so that nothing about them can fail at its end.
fn ensure_evidence(
    transaction: &mut dyn WriteTransaction,
    wanted: &[Wanted],
    clock: &dyn Clock,
) -> Result<BTreeMap<String, String>, LedgerError> {
    let mut schemas = BTreeMap::new();
    for wanted in wanted {
        // What is missing is recorded as well.
        for subject in [Some(wanted.subject), None] {
            let kind = evidence_kind(subject);
            let schema = ensure_kind(transaction, &kind, clock)?;
            schemas.insert(kind.name.into_owned(), schema);
        }
    }
    Ok(schemas)
}

fn identify(recording: &Recording, clock: &dyn Clock, ids: &dyn Ids) -> WrapIdentity {
    let (now, process) = (clock.unix_nanoseconds(), std::process::id());
    match &recording.step {
        Some(step) => WrapIdentity::of_step(step, now, process, ids.random()),
        None => WrapIdentity::new(now, process, recording.producer.as_deref()),
    }
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
        source: recording.step.as_ref().map_or(SOURCE, |step| step.system.source()).to_owned(),
        intent: summary.display.clone(),
        cwd: recording.directory.to_string_lossy().into_owned(),
        git_sha,
        idempotency_key: identity.key.clone(),
        producer_id: identity.producer_id.clone(),
    }
}

/// A clock that has been read.
struct Reading(u64);

impl Clock for Reading {
    fn unix_nanoseconds(&self) -> u64 {
        self.0
    }
}

impl Begun {
    /// Returns what is to be recorded of the end.
    pub(super) fn journal(
        &self,
        verdict: &Verdict,
        completion: &Completion,
        max_output_bytes: u64,
        ended_at: u64,
    ) -> EndJournal {
        // Row and payload must name the same time.
        let ended_at = Reading(ended_at);
        let stderr = verdict.stderr_count(&completion.stderr);
        let output = |stream, count: &StreamCount| {
            self.output_event(&OutputRecord {
                stream,
                bytes: count.bytes,
                lines: count.lines,
                truncated: count.bytes > max_output_bytes || !count.complete,
                // The output itself is never looked at, and of our own line only the length is kept.
            })
        };
        let events = vec![
            output(Stream::Stdout, &completion.stdout),
            output(Stream::Stderr, &stderr),
            self.end_event(verdict, completion, &ended_at),
        ];
        let close = CloseRequest {
            run_id: self.run.id.clone(),
            outcome: verdict.outcome,
            outcome_note: Some(format!("motus wrap exited {}", verdict.exit_code)),
            idempotency_key: self.identity.event_key("close"),
            producer_id: self.identity.producer_id.clone(),
        };
        EndJournal { run_id: self.run.id.clone(), events, close, ended_at: ended_at.0 }
    }

    /// Adds what came of the files that were expected, before the end of the command.
    ///
    /// All of it together is no longer than one payload may be: an end that is kept must be read again.
    pub(super) fn add_evidence(&self, journal: &mut EndJournal, gathered: &[Gathered]) {
        let mut room = LARGEST_PAYLOAD;
        let mut events = Vec::new();
        for (left, item) in (1..=gathered.len()).rev().zip(gathered) {
            // What one leaves of its share is there for those behind it.
            let share = room.checked_div(left).unwrap_or(room);
            let event = self.evidence_event(&item.record, share);
            room = room.saturating_sub(canonical::store::write(&event.payload).len());
            events.push(event);
        }
        let end = journal.events.len().saturating_sub(1);
        journal.events.splice(end..end, events);
    }

    /// Adds what was seen of the command in its scope, before its end.
    pub(super) fn add_observed(&self, journal: &mut EndJournal, observed: &ObservedEffects) {
        let event = NewEvent {
            run_id: self.run.id.clone(),
            schema_kind: scope::OBSERVED_KIND.to_owned(),
            payload: observed.payload(&self.run, &self.identity, crate::scope::RECORDED_BYTES),
            idempotency_key: self.identity.event_key(ObservedEffects::KEY_PART),
            producer_id: self.identity.producer_id.clone(),
            schema_hash: self.scope_schema.clone(),
        };
        let end = journal.events.len().saturating_sub(1);
        journal.events.insert(end, event);
    }

    fn evidence_event(&self, record: &EvidenceRecord, limit: usize) -> NewEvent {
        let kind = record.kind().name.into_owned();
        NewEvent {
            run_id: self.run.id.clone(),
            payload: record.payload(&self.run, &self.identity, limit),
            idempotency_key: self.identity.event_key(&record.key_part()),
            producer_id: self.identity.producer_id.clone(),
            schema_hash: self.evidence_schemas.get(&kind).cloned(),
            schema_kind: kind,
        }
    }

    fn output_event(&self, record: &OutputRecord) -> NewEvent {
        NewEvent {
            run_id: self.run.id.clone(),
            schema_kind: OUTPUT_SUMMARY_KIND.to_owned(),
            payload: record.payload(&self.run, &self.identity),
            idempotency_key: self.identity.event_key(&record.key_part()),
            producer_id: self.identity.producer_id.clone(),
            schema_hash: Some(self.output_schema.clone()),
        }
    }

    fn end_event(
        &self,
        verdict: &Verdict,
        completion: &Completion,
        ended_at: &Reading,
    ) -> NewEvent {
        let record = EndRecord {
            exit_code: i32::from(verdict.exit_code),
            outcome: verdict.outcome,
            duration_milliseconds: u64::try_from(completion.duration.as_millis())
                .unwrap_or(u64::MAX),
            ended_at: ended_at.timestamp(),
            timed_out: verdict.timed_out,
            interruption: verdict.interruption.clone(),
            reasons: self.reasons.clone(),
        };
        NewEvent {
            run_id: self.run.id.clone(),
            schema_kind: END_KIND.to_owned(),
            payload: record.payload(&self.run, &self.identity),
            idempotency_key: self.identity.event_key("end"),
            producer_id: self.identity.producer_id.clone(),
            schema_hash: Some(self.end_schema.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use motus_json::Value;
    use motus_ledger::{RunId, Timestamp};
    use motus_runtime::{End, StartFailure, StartFailureKind};

    use super::*;

    /// Ends a run whose command could not be started, at a time that starts at this second.
    fn journal(program: &str, second: u64) -> EndJournal {
        let identity = WrapIdentity::new(0, 1, None);
        let run = Run {
            id: RunId::from("run_1"),
            idempotency_key: identity.key.clone(),
            producer_id: identity.producer_id.clone(),
            source: SOURCE.to_owned(),
            started_at: Timestamp::parse("2026-01-02T03:04:05Z").unwrap(),
            intent: String::new(),
            cwd: String::new(),
            git_sha: None,
            closing: None,
        };
        let schema = String::new;
        let begun = Begun {
            run,
            identity,
            reasons: vec!["some_reason"],
            output_schema: schema(),
            end_schema: schema(),
            evidence_schemas: BTreeMap::new(),
            scope_schema: None,
        };
        let command =
            Command { program: program.into(), arguments: Vec::new(), timeout: None, scope: None };
        let failure = StartFailure {
            kind: StartFailureKind::NotFound,
            errno: Some(2),
            message: "No such file or directory".to_owned(),
            explanation: None,
        };
        let completion = Completion {
            end: End::NotStarted(failure),
            interruption: None,
            stdout: StreamCount::default(),
            stderr: StreamCount::default(),
            duration: Duration::ZERO,
            observation: None,
        };
        let ended_at = second * 1_000_000_000;
        begun.journal(&Verdict::of(&command, &completion), &completion, 10, ended_at)
    }

    #[test]
    fn row_and_payload_name_the_same_end() {
        let journal = journal("x", 1_767_323_045);
        assert_eq!(journal.ended_at, 1_767_323_045_000_000_000);
        let end = journal.events.last().unwrap();
        let told = end.payload.get("ended_at").and_then(Value::as_str);
        assert_eq!(told, Some("2026-01-02T03:04:05Z"));
    }

    #[test]
    fn an_output_is_never_said_to_be_redacted() {
        let journal = journal("https://u:p@h/", 0);
        let outputs = journal.events.iter().filter(|it| it.schema_kind == OUTPUT_SUMMARY_KIND);
        let said: Vec<_> = outputs
            .map(|event| {
                let applied = event.payload.get("redaction_applied").and_then(Value::as_bool);
                (applied, event.payload.get("redaction_reason_codes").cloned())
            })
            .collect();
        let nothing = (Some(false), Some(Value::from(Vec::<Value>::new())));
        assert_eq!(said, [nothing.clone(), nothing]);
    }
}
