//! Claiming a task, new or handed over.

use motus_ledger::work::{self, ClaimRequest, Claimed, Origin, ResourceSpec};
use motus_ledger::{Clock, Ids, WriteTransaction};

use crate::work::named::named;
use crate::work::{Changed, WorkFailure, WorkStore, new_id};

/// What is to be claimed.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The task; that of the run it continues when there is none.
    pub task: Option<String>,
    /// Who claims it.
    pub agent_id: String,
    /// What for; a blank one is as good as none.
    pub intent: String,
    /// What else must not be touched by others meanwhile.
    pub resources: Vec<ResourceSpec>,
    /// How long the claim lives without a further event, in seconds.
    pub ttl_seconds: i64,
    /// Whether others may work on the task meanwhile.
    pub shared: bool,
    /// The run whose work it continues: an identifier, a prefix of one, `latest`, or a lease.
    pub from: Option<String>,
}

/// A claim that was granted.
#[derive(Debug)]
pub struct Granted {
    /// The claim.
    pub claimed: Claimed,
    /// The work that it continues.
    pub origin: Option<Origin>,
}

/// Claims a task; a Store that is missing is made, unless the claim continues something.
///
/// Errors, of the request and of the Store itself: `ledger.field_required`, `work.text_too_long`,
/// `work.too_many`, `work.secret_in_name`, `lock.ttl_invalid`, and those of opening a Store.
pub fn claim(
    store: &WorkStore,
    claim: &Claim,
    clock: &dyn Clock,
    lease_ids: &dyn Ids,
    run_ids: &dyn Ids,
) -> Result<Changed<Granted>, WorkFailure> {
    let mut request = request(store, claim, new_id("lease", lease_ids));
    if claim.from.is_some() {
        store.place.require()?;
    } else {
        request.check(clock)?;
    }
    request.git_sha = store.git_sha();
    store.change(clock, |transaction, now| {
        let origin = match &claim.from {
            Some(from) => Some(continued(transaction, from, &mut request)?),
            None => None,
        };
        let claimed = work::claim(transaction, &request, now, run_ids)?;
        Ok(Granted { claimed, origin })
    })
}

fn request(store: &WorkStore, claim: &Claim, lease_id: String) -> ClaimRequest {
    ClaimRequest {
        lease_id,
        work_id: claim.task.clone().unwrap_or_default(),
        agent_id: claim.agent_id.clone(),
        intent: claim.intent.clone(),
        resources: claim.resources.clone(),
        ttl_seconds: claim.ttl_seconds,
        shared: claim.shared,
        cwd: store.cwd(),
        git_sha: None,
        from: None,
    }
}

/// Finds the work that is continued, and lets the request say what it does not say itself.
fn continued(
    transaction: &dyn WriteTransaction,
    from: &str,
    request: &mut ClaimRequest,
) -> Result<Origin, WorkFailure> {
    let (run, _) = named(transaction, from)?;
    Ok(Origin::of_claim(transaction, run, request)?)
}
