//! An alarm that wakes this process although it is stopped: the system resumes whoever is sent SIGCONT.

use std::time::Instant;

#[cfg(target_os = "linux")]
use std::time::Duration;

#[cfg(target_os = "linux")]
use nix::sys::signal::{SigEvent, SigevNotify, Signal};
#[cfg(target_os = "linux")]
use nix::sys::timer::{Expiration, Timer, TimerSetTimeFlags};
#[cfg(target_os = "linux")]
use nix::time::ClockId;

/// It comes again and again: the first one may come before the stop.
#[cfg(target_os = "linux")]
const AGAIN: Duration = Duration::from_secs(1);

/// Wakes this process at an instant and from then on, until dropped.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub(super) struct Alarm {
    _timer: Option<Timer>,
}

#[cfg(target_os = "linux")]
impl Alarm {
    /// Without it, as when the user may have no more of them, nothing wakes us but the shell.
    pub(super) fn set(at: Instant) -> Self {
        // Nothing left would be no alarm at all.
        let left = at.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        let notify = SigevNotify::SigevSignal { signal: Signal::SIGCONT, si_value: 0 };
        let timer = Timer::new(ClockId::CLOCK_MONOTONIC, SigEvent::new(notify));
        let timer = timer.and_then(|mut timer| {
            let expiration = Expiration::IntervalDelayed(left.into(), AGAIN.into());
            timer.set(expiration, TimerSetTimeFlags::empty()).map(|()| timer)
        });
        Self { _timer: timer.ok() }
    }
}

/// There is none: nothing wakes us but the shell.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub(super) struct Alarm;

#[cfg(not(target_os = "linux"))]
impl Alarm {
    pub(super) fn set(_at: Instant) -> Self {
        Self
    }
}
