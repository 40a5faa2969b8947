//! What happens to a claim after it was granted.

use motus_json::Object;
use motus_ledger::work::{
    self, AcceptRequest, Accepted, Fact, Lease, Party, ReadyHandOff, ReleaseRequest, WorkError,
};
use motus_ledger::{Clock, Event, Ids, projection};

use crate::work::look::readable;
use crate::work::named::named;
use crate::work::{Changed, WorkFailure, WorkStore, write_now};

/// Makes an identifier such as `lease-0123456789ab` of random bytes.
pub fn new_id(what: &str, ids: &dyn Ids) -> String {
    let mut id = format!("{what}-");
    for byte in ids.random() {
        id.push_str(&format!("{byte:02x}"));
    }
    id
}

/// Something that was added to a claim.
#[derive(Debug)]
pub struct Recorded {
    /// The claim.
    pub lease: Lease,
    /// The event that was added.
    pub event: Event,
    /// Whether it says something: evidence may do no more than be there.
    pub says_something: bool,
}

/// Adds a fact to a claim. The agent is who writes; the one that claimed when none is given.
///
/// Errors, of the Store itself: `store.missing`, and those of opening one.
pub fn record(
    store: &WorkStore,
    lease: &str,
    fact: &Fact,
    agent_id: Option<&str>,
    clock: &dyn Clock,
) -> Result<Changed<Recorded>, WorkFailure> {
    store.place.require()?;
    store.change(clock, |transaction, now| {
        let (lease, event) = work::record(transaction, lease, fact, agent_id, now)?;
        let payload = event.payload().ok();
        let is_evidence = event.schema_kind.starts_with("evidence.");
        let says = payload.is_some_and(|payload| work::says_something(&payload));
        Ok(Recorded { lease, event, says_something: says || !is_evidence })
    })
}

/// A claim that was released.
#[derive(Debug)]
pub struct Released {
    /// The lease, its event, and whether that is a replay.
    pub released: work::Released,
    /// The receipt of its run.
    pub receipt: Object,
    /// How it was handed over.
    pub hand_off: Option<ReadyHandOff>,
}

/// Releases a claim.
///
/// Errors, of the request and of the Store itself: those of [`ReleaseRequest::check`], `store.missing`, and
/// those of opening a Store.
pub fn release(
    store: &WorkStore,
    request: &ReleaseRequest,
    clock: &dyn Clock,
) -> Result<Changed<Released>, WorkFailure> {
    request.check()?;
    store.place.require()?;
    store.change(clock, |transaction, now| {
        let released = work::release(transaction, request, now)?;
        let run = &released.lease.run;
        let receipt = projection::receipt(transaction, &run.id).map_err(WorkError::from)?;
        let hand_off = readable(work::judge(transaction, run))?.and_then(|judged| judged.hand_off);
        Ok(Released { released, receipt, hand_off })
    })
}

/// Who accepts what.
#[derive(Debug, Clone)]
pub struct Accept {
    /// The run that was handed over: an identifier, a prefix of one, `latest`, or a lease.
    pub run: String,
    /// Who accepts it; the agent when nobody is named.
    pub acceptor: Option<Party>,
    /// The agent that writes; the acceptor when none is given.
    pub agent_id: Option<String>,
    /// The agent when neither is named.
    pub default_agent_id: String,
}

/// Accepts work that was handed over.
///
/// Errors, of the Store itself: `store.missing`, and those of opening one.
pub fn accept(
    store: &WorkStore,
    asked: &Accept,
    clock: &dyn Clock,
    ids: &dyn Ids,
) -> Result<Changed<Accepted>, WorkFailure> {
    store.place.require()?;
    let receiver = asked.acceptor.as_ref().map(|acceptor| acceptor.id().to_owned());
    let agent_id = asked.agent_id.clone().or(receiver);
    let agent_id = agent_id.unwrap_or_else(|| asked.default_agent_id.clone());
    let (cwd, git_sha) = (store.cwd(), store.git_sha());
    store.change(clock, |transaction, now| {
        let (run, _) = named(transaction, &asked.run)?;
        let acceptor = asked.acceptor.clone();
        let request = AcceptRequest { run_id: run.id, acceptor, agent_id, cwd, git_sha };
        Ok(work::accept(transaction, &request, now, ids)?)
    })
}

/// Closes every claim whose time is up, some in each transaction.
///
/// Errors, of the Store itself: `store.missing`, and those of opening one.
pub fn clean_up(store: &WorkStore, clock: &dyn Clock) -> Result<Changed<Vec<Lease>>, WorkFailure> {
    store.place.require()?;
    let (mut opened, notices) = store.open()?;
    let mut sweep = || {
        let (mut cleaned, mut before) = (Vec::new(), None);
        loop {
            let (closed, next) = write_now(&mut opened, clock, |transaction, now| {
                Ok(work::expire_page(transaction, before.take(), now)?)
            })?;
            cleaned.extend(closed);
            match next {
                Some(next) => before = Some(next),
                None => return Ok(cleaned),
            }
        }
    };
    Ok(Changed { done: sweep(), notices })
}
