//! Calls about sockets of the command that may wait for as long as it likes: each on a thread that is cut short.

use std::thread;
use std::time::{Duration, Instant};

use super::super::sys;
use super::underway::STACK;

/// What is done at once is done by then.
const AT_ONCE: Duration = Duration::from_millis(20);

/// So long is tried to cut it short; then the thread, and what it holds, are left alone.
pub(super) const LEAVING: Duration = Duration::from_secs(5);

const STEP: Duration = Duration::from_micros(200);

/// Makes a call, and interrupts it where it does not return at once. False when there is no thread to make it, and then
/// it was not made.
pub(super) fn run(name: &str, call: impl FnOnce() + Send + 'static) -> bool {
    let errand = thread::Builder::new().name(name.to_owned()).stack_size(STACK);
    let errand = errand.spawn(move || {
        // Whoever starts it takes no signals, and what cannot be interrupted is not begun.
        if sys::be_interruptible().is_ok() {
            call();
        }
    });
    let Ok(errand) = errand else { return false };
    let began = Instant::now();
    while !errand.is_finished() && began.elapsed() < LEAVING {
        thread::sleep(STEP);
        if began.elapsed() > AT_ONCE {
            let _ = sys::interrupt(&errand);
        }
    }
    true
}
