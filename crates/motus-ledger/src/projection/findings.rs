//! What a receipt and a work packet are both made of.

use crate::Event;
use crate::projection::ProjectionError;
use crate::projection::claim::Claim;
use crate::projection::decision::Decisions;
use crate::projection::evidence::Evidence;
use crate::projection::observer::Observer;
use crate::projection::route::Route;

/// The claim, the evidence, the decisions, the route and the release; of the other events their number.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) event_count: u64,
    pub(super) claim: Claim,
    pub(super) evidence: Evidence,
    pub(super) decisions: Decisions,
    pub(super) route: Route,
}

impl Observer for Findings {
    fn observe(&mut self, event: &Event) -> Result<(), ProjectionError> {
        self.event_count = self.event_count.saturating_add(1);
        self.claim.observe(event)?;
        self.evidence.observe(event)?;
        self.decisions.observe(event)?;
        self.route.observe(event)
    }
}
