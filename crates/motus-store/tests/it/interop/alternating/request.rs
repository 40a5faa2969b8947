//! What a hand is asked for, how the package hears it, and how our rules answer.

use motus_json::{Object, Value};
use motus_ledger::kind::Schema;
use motus_ledger::operation::{self, AcquireRequest, CloseRequest};
use motus_ledger::{
    Clock, Fence, Ids, LedgerError, NewEvent, NewRun, RunId, SchemaError, WriteTransaction,
};
use motus_testkit::sample::json;

/// One operation.
#[derive(Debug)]
pub(super) enum Request {
    Start(NewRun),
    Register { kind: &'static str, schema: &'static str },
    Log(NewEvent),
    End(CloseRequest),
    Acquire(AcquireRequest),
    Assert(Fence),
    Release(Fence),
}

/// What came of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Said(Value),
    Refused(String),
}

impl Answer {
    /// Expects that it was done.
    #[track_caller]
    pub(super) fn said(self) -> Value {
        match self {
            Self::Said(value) => value,
            Self::Refused(why) => panic!("refused: {why}"),
        }
    }
}

impl Request {
    /// Returns the name of the package's function.
    pub(super) fn call(&self) -> &'static str {
        match self {
            Self::Start(_) => "start_run",
            Self::Register { .. } => "register_kind",
            Self::Log(_) => "log_event",
            Self::End(_) => "end_run",
            Self::Acquire(_) => "acquire_lock",
            Self::Assert(_) => "assert_lock",
            Self::Release(_) => "release_lock",
        }
    }

    /// Returns the run that is written to.
    pub(super) fn run(&self) -> Option<&RunId> {
        match self {
            Self::Log(event) => Some(&event.run_id),
            Self::End(end) => Some(&end.run_id),
            _ => None,
        }
    }

    /// Returns the arguments of the package's function; `now` is in seconds.
    pub(super) fn arguments(&self, now: u64) -> Object {
        match self {
            Self::Start(run) => Object::from([
                ("source", Value::from(run.source.as_str())),
                ("intent", run.intent.as_str().into()),
                ("cwd", run.cwd.as_str().into()),
                ("git_sha", run.git_sha.as_deref().into()),
                ("idempotency_key", run.idempotency_key.as_str().into()),
                ("producer_id", run.producer_id.as_str().into()),
            ]),
            Self::Register { kind, schema } => {
                Object::from([("schema_kind", Value::from(*kind)), ("schema", json(schema))])
            }
            Self::Log(event) => Object::from([
                ("run_id", Value::from(event.run_id.as_str())),
                ("schema_kind", event.schema_kind.as_str().into()),
                ("payload", event.payload.clone()),
                ("idempotency_key", event.idempotency_key.as_str().into()),
                ("producer_id", event.producer_id.as_str().into()),
                ("schema_hash", event.schema_hash.as_deref().into()),
            ]),
            Self::End(end) => Object::from([
                ("run_id", Value::from(end.run_id.as_str())),
                ("outcome", end.outcome.as_str().into()),
                ("outcome_note", end.outcome_note.as_deref().into()),
                ("idempotency_key", end.idempotency_key.as_str().into()),
                ("producer_id", end.producer_id.as_str().into()),
            ]),
            Self::Acquire(request) => Object::from([
                ("resource", Value::from(request.resource.as_str())),
                ("holder", request.holder.as_str().into()),
                ("ttl_seconds", request.ttl_seconds.into()),
                ("now", now.into()),
            ]),
            Self::Assert(fence) | Self::Release(fence) => Object::from([
                ("resource", Value::from(fence.resource.as_str())),
                ("holder", fence.holder.as_str().into()),
                ("fencing_token", fence.token.into()),
                ("now", now.into()),
            ]),
        }
    }

    /// Answers by our rules, as the package spells it; whether that stays is the caller's to say.
    pub(super) fn answer(
        &self,
        transaction: &mut dyn WriteTransaction,
        clock: &dyn Clock,
        ids: &dyn Ids,
    ) -> Answer {
        match self.done(transaction, clock, ids) {
            Ok(value) => Answer::Said(value),
            Err(error) => Answer::Refused(self.spelled(error)),
        }
    }

    fn done(
        &self,
        transaction: &mut dyn WriteTransaction,
        clock: &dyn Clock,
        ids: &dyn Ids,
    ) -> Result<Value, LedgerError> {
        Ok(match self {
            Self::Start(run) => {
                operation::start_run(transaction, run, clock, ids)?.to_object().into()
            }
            Self::Register { kind, schema } => {
                let schema = Schema::new(json(schema))?;
                operation::register_kind(transaction, kind, &schema, clock)?.into()
            }
            Self::Log(event) => {
                operation::append_event(transaction, event, clock)?.to_object().into()
            }
            Self::End(end) => operation::close_run(transaction, end, clock)?.to_object().into(),
            Self::Acquire(request) => {
                operation::acquire_lock(transaction, request, clock)?.to_object().into()
            }
            Self::Assert(fence) => {
                operation::assert_lock(transaction, fence, clock)?;
                Value::Null
            }
            Self::Release(fence) => match operation::release_lock(transaction, fence, clock) {
                // The package says only whether there was such a lock.
                Err(LedgerError::LockMissing(_) | LedgerError::FenceInvalid(_)) => false.into(),
                released => released.map(|_| true)?.into(),
            },
        })
    }

    /// Returns the package's words.
    fn spelled(&self, error: LedgerError) -> String {
        match (error, self) {
            (LedgerError::RunUnknown(run), _) => run.to_string(),
            (LedgerError::LockHeld(_), _) => "resource lock is held".to_owned(),
            (LedgerError::LockMissing(_), _) => "resource lock is missing".to_owned(),
            (LedgerError::FenceInvalid(_), _) => {
                "resource lock fencing token is invalid".to_owned()
            }
            // Asked for one version, the package does not look whether there is any.
            (
                LedgerError::Schema(SchemaError::KindUnknown { kind }),
                Self::Log(NewEvent { schema_hash: Some(hash), .. }),
            ) => SchemaError::VersionUnknown { kind, hash: hash.clone() }.to_string(),
            (error, _) => error.to_string(),
        }
    }
}
