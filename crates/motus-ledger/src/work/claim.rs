//! Claiming a task.

use motus_json::{Object, Value};

use crate::kind::Kind;
use crate::operation::{
    AcquireRequest, acquire_lock, append_event, ensure_kind, release_lock, start_run,
};
use crate::work::Holding;
use crate::work::fence::fencing;
use crate::work::kinds::CLAIM_KIND;
use crate::work::lease::claim_key;
use crate::work::lookup::{lease_of_run, lease_with_key};
use crate::work::resource::{TASK_LOCKS, fenced_names};
use crate::work::texts::{Redaction, check_items, check_name, check_text};
use crate::work::{Lease, LeaseState, ResourceSpec, SOURCE, WorkError, producer};
use crate::{Clock, Event, Ids, LedgerError, Lock, NewEvent, NewRun, RunId, WriteTransaction};

/// What claiming a task needs.
#[derive(Debug, Clone)]
pub struct ClaimRequest {
    /// The lease to begin; nobody has used it before.
    pub lease_id: String,
    /// The task.
    pub work_id: String,
    /// Who claims it.
    pub agent_id: String,
    /// What for; `Work on TASK` when it is blank.
    pub intent: String,
    /// What else must not be touched by others meanwhile.
    pub resources: Vec<ResourceSpec>,
    /// How long the claim lives without a further event, in seconds.
    pub ttl_seconds: i64,
    /// Whether others may work on the task meanwhile.
    pub shared: bool,
    /// The working directory.
    pub cwd: String,
    /// The commit that is checked out, when known.
    pub git_sha: Option<String>,
    /// The run whose work is continued.
    pub from: Option<RunId>,
}

impl ClaimRequest {
    /// Refuses what every Store would refuse, so that none is opened or made for it.
    ///
    /// Errors: `ledger.field_required`, `work.text_too_long`, `work.too_many`, `work.secret_in_name`,
    /// `lock.ttl_invalid`.
    pub fn check(&self, clock: &dyn Clock) -> Result<(), WorkError> {
        check_name("task", &self.work_id)?;
        check_name("agent", &self.agent_id)?;
        check_text("intent", &self.intent)?;
        check_items("resource", self.resources.len())?;
        for resource in &self.resources {
            for part in [&resource.resource_type, &resource.path] {
                check_name("resource", part)?;
            }
            check_name("resource", &resource.lock_name())?;
        }
        Ok(self.acquisition(ResourceSpec::task(&self.work_id).lock_name()).check(clock)?)
    }

    fn acquisition(&self, resource: String) -> AcquireRequest {
        AcquireRequest { resource, holder: self.lease_id.clone(), ttl_seconds: self.ttl_seconds }
    }

    fn fenced(&self) -> Vec<String> {
        fenced_names(&self.work_id, &self.resources, self.shared)
    }

    fn run(&self, intent: &str) -> NewRun {
        NewRun {
            source: SOURCE.to_owned(),
            intent: intent.to_owned(),
            cwd: self.cwd.clone(),
            git_sha: self.git_sha.clone(),
            idempotency_key: claim_key(&self.lease_id),
            producer_id: producer(&self.agent_id),
        }
    }
}

/// A claim that was granted.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The lease.
    pub lease: Lease,
    /// Its first event.
    pub event: Event,
    /// The locks that it holds.
    pub locks: Vec<Lock>,
}

/// Claims a task: run, first event and locks, together.
///
/// Errors: those of [`ClaimRequest::check`]; `ledger.start_conflict` when the lease was used before;
/// `work.held` when somebody works on the task, or holds what the claim names.
pub fn claim(
    transaction: &mut dyn WriteTransaction,
    request: &ClaimRequest,
    clock: &dyn Clock,
    ids: &dyn Ids,
) -> Result<Claimed, WorkError> {
    request.check(clock)?;
    if transaction.run_by_source_and_key(SOURCE, &claim_key(&request.lease_id))?.is_some() {
        return Err(LedgerError::StartConflict.into());
    }
    let wanted = request.fenced();
    refuse_unlocked_work(transaction, &wanted, clock)?;
    let locks = wanted
        .into_iter()
        .map(|name| take(transaction, name, request, clock))
        .collect::<Result<Vec<_>, _>>()?;
    let mut redaction = Redaction::default();
    let intent = redaction.clean(&intent(request));
    let run = start_run(transaction, &request.run(&intent), clock, ids)?;
    let mut payload = payload(request, &intent, &locks);
    redaction.record(&mut payload);
    let event = NewEvent {
        run_id: run.id.clone(),
        schema_kind: CLAIM_KIND.to_owned(),
        payload: payload.into(),
        idempotency_key: format!("{}:event", run.idempotency_key),
        producer_id: run.producer_id.clone(),
        schema_hash: Some(ensure_kind(transaction, &Kind::work_claim(), clock)?),
    };
    let event = append_event(transaction, &event, clock)?;
    let lease = lease_of_run(transaction, run)?
        .ok_or_else(|| WorkError::LeaseNotFound(request.lease_id.clone()))?;
    Ok(Claimed { lease, event, locks })
}

fn intent(request: &ClaimRequest) -> String {
    if request.intent.trim().is_empty() {
        return format!("Work on {}", request.work_id);
    }
    request.intent.clone()
}

/// The published releases claim without locks: those of their runs that are open are looked at one by one.
///
/// So are shared claims. One that lost a lock can never write again, and is in nobody's way.
fn refuse_unlocked_work(
    transaction: &dyn WriteTransaction,
    wanted: &[String],
    clock: &dyn Clock,
) -> Result<(), WorkError> {
    if wanted.is_empty() {
        return Ok(());
    }
    for run in transaction.open_runs_without_lock(SOURCE, &claim_key(""), TASK_LOCKS)? {
        let Some(lease) = lease_of_run(transaction, run)? else { continue };
        if lease.state(clock) != LeaseState::Active {
            continue;
        }
        if let Some(name) = lease.fenced().into_iter().find(|name| wanted.contains(name)) {
            return Err(held(name, &lease));
        }
    }
    Ok(())
}

/// Locks a resource, whose last holder may have ended without giving it back.
fn take(
    transaction: &mut dyn WriteTransaction,
    name: String,
    request: &ClaimRequest,
    clock: &dyn Clock,
) -> Result<Lock, WorkError> {
    if let Some(lock) = transaction.lock(&name)?
        && let Some(lease) = lease_with_key(transaction, &lock.holder)?
        && lease.fenced().contains(&name)
    {
        if lease.state(clock) == LeaseState::Active {
            return Err(held(name, &lease));
        }
        release_lock(transaction, &lock.fence(), clock)?;
    }
    acquire_lock(transaction, &request.acquisition(name), clock).map_err(|error| match error {
        LedgerError::LockHeld(lock) => held_by_lock(*lock),
        other => other.into(),
    })
}

fn held(resource: String, lease: &Lease) -> WorkError {
    WorkError::Held(Box::new(Holding {
        resource,
        holder: lease.lease_id.clone(),
        agent_id: Some(lease.agent_id.clone()),
        run_id: Some(lease.run.id.clone()),
        until: lease.expires_at(),
    }))
}

fn held_by_lock(lock: Lock) -> WorkError {
    WorkError::Held(Box::new(Holding {
        resource: lock.resource,
        holder: lock.holder,
        agent_id: None,
        run_id: None,
        until: lock.expires_at,
    }))
}

fn payload(request: &ClaimRequest, intent: &str, locks: &[Lock]) -> Object {
    let task = [ResourceSpec::task(&request.work_id)];
    let named: &[ResourceSpec] =
        if request.resources.is_empty() { &task } else { &request.resources };
    let specs: Value = named.iter().map(|spec| Value::Object(spec.to_object())).collect();
    let mut payload = Object::from([
        ("lease_id", Value::from(request.lease_id.as_str())),
        ("work_id", request.work_id.as_str().into()),
        ("agent_id", request.agent_id.as_str().into()),
        ("intent", intent.into()),
        ("resource_specs", specs),
        ("ttl_s", request.ttl_seconds.into()),
        ("fencing", fencing(locks)),
    ]);
    if request.shared {
        payload.insert("shared", true);
    }
    if let Some(from) = &request.from {
        payload.insert("from_run", from.as_str());
    }
    payload
}
