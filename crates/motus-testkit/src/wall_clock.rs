//! The real time, for programs and tests that are about waiting.

use std::time::{SystemTime, UNIX_EPOCH};

use motus_ledger::Clock;

/// The clock of this machine; nothing in a test may depend on what exactly it says.
#[derive(Debug, Clone, Copy, Default)]
pub struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "a process of its own makes its own clock")]
    fn unix_nanoseconds(&self) -> u64 {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
    }
}
