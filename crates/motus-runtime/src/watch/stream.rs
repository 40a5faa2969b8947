//! One output of the command as the watch sees it: whether it is open, and whether its reader takes anything.

use std::time::{Duration, Instant};

use crate::relay::Relay;

/// After an interruption, a relay that delivers nothing for this long is given up.
const STALL_LIMIT: Duration = Duration::from_secs(1);

/// One output of the command.
pub(super) struct Stream {
    pub(super) relay: Relay,
    pub(super) is_open: bool,
    delivered: u64,
    pub(super) delivered_at: Instant,
}

impl Stream {
    pub(super) fn new(relay: Relay, now: Instant) -> Stream {
        Stream { relay, is_open: true, delivered: 0, delivered_at: now }
    }

    /// When an open relay counts as stalled, unless it delivers something before.
    pub(super) fn stalls_at(&mut self, now: Instant) -> Option<Instant> {
        let delivered = self.relay.delivered();
        if delivered != self.delivered {
            (self.delivered, self.delivered_at) = (delivered, now);
        }
        self.is_open.then_some(self.delivered_at + STALL_LIMIT)
    }
}
