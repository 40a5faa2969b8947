//! The real clock and the real randomness; nothing else in the workspace makes one.

use std::time::{SystemTime, UNIX_EPOCH};

use motus_ledger::{Clock, Ids};

use crate::failure::Failure;

/// The system's wall clock.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn unix_nanoseconds(&self) -> u64 {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX)
    }
}

/// Random bytes for one run, drawn from the system before anything is started.
#[derive(Debug)]
pub(crate) struct SystemIds([u8; 6]);

impl SystemIds {
    pub(crate) fn draw() -> Result<Self, Failure> {
        let mut bytes = [0; 6];
        getrandom::fill(&mut bytes).map_err(Failure::NoRandomness)?;
        Ok(Self(bytes))
    }
}

impl Ids for SystemIds {
    fn random(&self) -> [u8; 6] {
        self.0
    }
}
