//! The work loop: a task is claimed, proof is added while it is done, it is released.
//!
//! A claim is a run with a lease. Run and events are the truth: a claim is alive while its run is open
//! and its last event is younger than its time to live. The task and what else the claim names are locked
//! for the lease; a lock only fences, so that of two claims one is refused, and so that who lost a lock
//! writes no more. Run, event and locks change in one transaction.
//!
//! Work that is released may be handed over: the receiver goes on with it by a claim of their own, or
//! accepts it, which is a run of its own as well.

mod accept;
mod claim;
mod error;
mod evidence;
mod fact;
mod fence;
mod gist;
mod hand_off;
mod judge;
mod kinds;
mod lease;
mod lookup;
mod outcome;
mod party;
mod record;
mod release;
mod replay;
mod resource;
mod stage;
mod test_results;
mod texts;

pub use crate::portable::story::{Judged, Judgement, Method};
pub use accept::{AcceptRequest, Accepted, accept};
pub use claim::{ClaimRequest, Claimed, claim};
pub use error::{Holding, WorkError};
pub use evidence::says_something;
pub use fact::{DecisionFact, EvidenceFact, Fact, OutcomeFact, TestCounts};
pub use gist::gist;
pub use hand_off::{HandOff, Origin, ReadyHandOff};
pub use judge::{judge, judge_briefly};
pub use kinds::{
    RELEASE_KIND, decision_kind, evidence_kind, handoff_kind, kind_suffix, outcome_kind, route_kind,
};
pub use lease::{Lease, LeaseState};
pub use lookup::{find_lease, lease_of_run, visit_leases};
pub use outcome::ReleaseOutcome;
pub use party::Party;
pub use record::record;
pub use release::{ReleaseRequest, Released, expire_page, release};
pub use resource::ResourceSpec;
pub use stage::Stage;
pub use test_results::ReportedEvidence;

pub(crate) use judge::accepted_by;
pub(crate) use kinds::{CLAIM_KIND, DECISION_KIND, work_kind_named};
pub(crate) use release::NOTE;
pub use texts::{LONGEST_NAME, LONGEST_TEXT, MOST_ITEMS};

/// The source column of a claimed run.
pub const SOURCE: &str = "motus-work";

/// How long a claim lives without a further event, when it does not say, in seconds.
pub const DEFAULT_TTL_SECONDS: i64 = 3600;

/// Names who writes on behalf of an agent.
pub fn producer(agent_id: &str) -> String {
    format!("{SOURCE}:{agent_id}")
}
