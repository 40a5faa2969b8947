//! What happens to a claim after it was granted.

use motus_json::Object;
use motus_ledger::work::{
    self, AcceptRequest, Accepted, Expired, Fact, HandOff, Lease, Party, ReadyHandOff,
    ReleaseOutcome, ReleaseRequest, WorkError,
};
use motus_ledger::{Clock, Event, Ids, projection};

use crate::runs::select;
use crate::work::look::selected_by_lease;
use crate::work::{Changed, WorkFailure, WorkStore, write};

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
    store.require()?;
    store.change(clock, |transaction, now| {
        let (lease, event) = work::record(transaction, lease, fact, agent_id, now)?;
        Ok(Recorded { lease, event })
    })
}

/// How a claim is to be released.
#[derive(Debug, Clone)]
pub struct Release {
    /// The lease or its run.
    pub lease: String,
    /// How the work ended.
    pub outcome: ReleaseOutcome,
    /// To whom the work is handed.
    pub hand_off: Option<HandOff>,
    /// The agent that writes; the one that claimed when none is given.
    pub agent_id: Option<String>,
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
/// Errors, of the request and of the Store itself: those of [`HandOff::check`], `store.missing`, and
/// those of opening a Store.
pub fn release(
    store: &WorkStore,
    release: &Release,
    clock: &dyn Clock,
) -> Result<Changed<Released>, WorkFailure> {
    if let Some(hand_off) = &release.hand_off {
        hand_off.check()?;
    }
    store.require()?;
    let request = ReleaseRequest {
        lease: release.lease.clone(),
        outcome: release.outcome,
        hand_off: release.hand_off.clone(),
        agent_id: release.agent_id.clone(),
    };
    store.change(clock, |transaction, now| {
        let released = work::release(transaction, &request, now)?;
        let run = &released.lease.run;
        let receipt = projection::receipt(transaction, &run.id).map_err(WorkError::from)?;
        let hand_off = match ReadyHandOff::of_run(transaction, run) {
            Err(WorkError::NotHandedOver(_)) => None,
            hand_off => Some(hand_off?),
        };
        Ok(Released { released, receipt, hand_off })
    })
}

/// Who accepts what.
#[derive(Debug, Clone)]
pub struct Acceptance {
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
    acceptance: &Acceptance,
    clock: &dyn Clock,
    ids: &dyn Ids,
) -> Result<Changed<Accepted>, WorkFailure> {
    store.require()?;
    let named = acceptance.acceptor.as_ref().map(|acceptor| acceptor.id().to_owned());
    let agent_id = acceptance.agent_id.clone().or(named);
    let agent_id = agent_id.unwrap_or_else(|| acceptance.default_agent_id.clone());
    let (cwd, git_sha) = (store.cwd(), store.git_sha());
    store.change(clock, |transaction, now| {
        let run = match selected_by_lease(transaction, &acceptance.run)? {
            Some(run) => run,
            None => select(transaction, &acceptance.run)?,
        };
        let acceptor = acceptance.acceptor.clone();
        let request = AcceptRequest { run_id: run.id, acceptor, agent_id, cwd, git_sha };
        Ok(work::accept(transaction, &request, now, ids)?)
    })
}

/// Closes every claim whose time is up, some in each transaction.
///
/// Errors, of the Store itself: `store.missing`, and those of opening one.
pub fn clean_up(
    store: &WorkStore,
    clock: &dyn Clock,
) -> Result<Changed<Vec<Expired>>, WorkFailure> {
    store.require()?;
    let (mut opened, notices) = store.open()?;
    let mut sweep = || {
        let (mut cleaned, mut before) = (Vec::new(), None);
        loop {
            let (closed, next) = write(&mut opened, clock, |transaction, now| {
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
