//! Where a claim stands, in one word.

use crate::work::{Judged, Judgement, Lease, LeaseState};
use crate::{Clock, Outcome};

/// Where a claim stands, its end and its hand-off included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Its run is open and its time is not up.
    Open,
    /// Its run is open and its time is up.
    Expired,
    /// It was handed over, and waits for its receiver.
    HandedOver,
    /// It was handed over, and its receiver accepted it.
    Accepted,
    /// It was released as a success, or as a partial one.
    Released,
    /// It was released as a failure.
    Failed,
    /// It was given up.
    Aborted,
    /// It was closed because its time was up.
    Cleaned,
}

impl Stage {
    /// Tells where a claim stands now; `judged` is what its run says of its end, if that can be read.
    pub fn of(lease: &Lease, judged: Option<&Judged>, clock: &dyn Clock) -> Self {
        match (lease.state(clock), judged.map(|judged| &judged.judgement)) {
            (LeaseState::Active, _) => return Self::Open,
            (LeaseState::Expired, _) => return Self::Expired,
            (LeaseState::Closed, Some(Judgement::Waiting { .. })) => return Self::HandedOver,
            (LeaseState::Closed, Some(Judgement::Accepted { in_run: Some(_), .. })) => {
                return Self::Accepted;
            }
            (LeaseState::Closed, _) => {}
        }
        match lease.run.closing.as_ref().map(|closing| closing.outcome) {
            _ if lease.ended_by_time() => Self::Cleaned,
            Some(Outcome::Failure) => Self::Failed,
            Some(Outcome::Aborted) => Self::Aborted,
            Some(Outcome::Success) | None => Self::Released,
        }
    }

    /// Returns the word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Expired => "expired",
            Self::HandedOver => "handed_over",
            Self::Accepted => "accepted",
            Self::Released => "released",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
            Self::Cleaned => "cleaned",
        }
    }
}
