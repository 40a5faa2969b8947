//! The real clock and the real randomness; nothing else in textus makes one.

use std::time::{SystemTime, UNIX_EPOCH};

use textus_core::{Clock, Code, Error, Ids};

/// The system's wall clock.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn unix_nanoseconds(&self) -> i128 {
        let nanoseconds = |duration: std::time::Duration| duration.as_nanos().cast_signed();
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => nanoseconds(after),
            Err(before) => -nanoseconds(before.duration()),
        }
    }
}

/// Random bytes for one invocation, drawn from the system before anything is opened.
#[derive(Debug)]
pub(crate) struct SystemIds {
    uid: [u8; 8],
    correlation: [u8; 16],
}

impl SystemIds {
    /// Draws them.
    pub(crate) fn draw() -> Result<Self, Error> {
        let mut ids = Self { uid: [0; 8], correlation: [0; 16] };
        getrandom::fill(&mut ids.uid)
            .and_then(|()| getrandom::fill(&mut ids.correlation))
            .map_err(|error| {
                Error::new(Code::IoError, format!("the system gives no random bytes: {error}"))
            })?;
        Ok(ids)
    }
}

impl Ids for SystemIds {
    fn uid(&self) -> [u8; 8] {
        self.uid
    }

    fn correlation(&self) -> [u8; 16] {
        self.correlation
    }
}
