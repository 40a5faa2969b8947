//! The end of the leader, told to relays that wait for bytes.

use std::io::{self, PipeReader, PipeWriter};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Tells the relays that the leader has ended.
#[derive(Debug)]
pub(crate) struct LeaderEnd {
    flag: Arc<AtomicBool>,
    /// Held open until the leader ends: the hang-up wakes a relay that waits for bytes.
    alive: PipeWriter,
}

/// The relays' view of [`LeaderEnd`].
#[derive(Debug)]
pub(crate) struct LeaderWatch {
    flag: Arc<AtomicBool>,
    pub(super) hang_up: PipeReader,
}

impl LeaderEnd {
    pub(crate) fn new() -> io::Result<(LeaderEnd, LeaderWatch)> {
        let (hang_up, alive) = io::pipe()?;
        let flag = Arc::new(AtomicBool::new(false));
        Ok((LeaderEnd { flag: Arc::clone(&flag), alive }, LeaderWatch { flag, hang_up }))
    }

    pub(crate) fn announce(self) {
        self.flag.store(true, Ordering::SeqCst);
        drop(self.alive);
    }
}

impl LeaderWatch {
    pub(crate) fn try_clone(&self) -> io::Result<LeaderWatch> {
        Ok(LeaderWatch { flag: Arc::clone(&self.flag), hang_up: self.hang_up.try_clone()? })
    }

    pub(super) fn has_ended(&self) -> bool {
        self.flag.load(Ordering::SeqCst)
    }
}
