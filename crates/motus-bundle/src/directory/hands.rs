//! Jobs that several threads do, and that are finished here in their order.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, Builder, Thread};

/// The most threads: beyond, they wait for the disk and for each other.
const MOST: usize = 8;
/// Starting a thread costs as much as so many jobs, each of them some 16 KiB to look at.
const WORTH: usize = 16;
/// A job needs a few kilobytes.
pub(super) const STACK: usize = 256 << 10;

/// Returns how many threads may work at the same time.
pub(super) fn hands() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).min(MOST)
}

/// Tells whether so many jobs are worth a second thread.
pub(super) fn is_worth(count: usize) -> bool {
    count >= 2 * WORTH
}

/// Does as [`BundleSource::in_order`] asks, with so many hands; this thread is the first. A thread that
/// cannot be started is not needed.
///
/// [`BundleSource::in_order`]: motus_kernel::source::BundleSource::in_order
pub(super) fn in_order(
    hands: usize,
    count: usize,
    job: &(dyn Fn(usize) + Sync),
    finish: &mut dyn FnMut(usize),
) {
    let work = Work::new(count, job);
    thread::scope(|scope| {
        for _ in 1..hands.min(count / WORTH) {
            let builder = Builder::new().stack_size(STACK);
            // Which thread does which job matters to nobody.
            let _ = builder.spawn_scoped(scope, || while work.next() {});
        }
        let mut finished = 0;
        while let Some(is_done) = work.done.get(finished) {
            if is_done.load(Ordering::Acquire) {
                finish(finished);
                finished += 1;
            } else if !work.next() {
                thread::park();
            }
        }
    });
}

/// Jobs that wait, and those that are done.
struct Work<'j> {
    job: &'j (dyn Fn(usize) + Sync),
    next: AtomicUsize,
    done: Vec<AtomicBool>,
    finisher: Thread,
}

impl<'j> Work<'j> {
    fn new(count: usize, job: &'j (dyn Fn(usize) + Sync)) -> Self {
        let done = (0..count).map(|_| AtomicBool::new(false)).collect();
        Self { job, next: AtomicUsize::new(0), done, finisher: thread::current() }
    }

    /// Does the next job; tells whether there was one.
    fn next(&self) -> bool {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let Some(is_done) = self.done.get(number) else { return false };
        let _told = Told { is_done, finisher: &self.finisher };
        (self.job)(number);
        true
    }
}

/// Tells that a job is over, also when it panicked: nobody may wait for it for ever.
struct Told<'t> {
    is_done: &'t AtomicBool,
    finisher: &'t Thread,
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.is_done.store(true, Ordering::Release);
        self.finisher.unpark();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[test]
    fn each_job_is_done_once_and_finished_in_order() {
        for hands in 0..=9 {
            for count in [0, 1, WORTH, 2 * WORTH, 200] {
                let done: Vec<AtomicU32> = (0..count).map(|_| AtomicU32::new(0)).collect();
                let job = |number: usize| {
                    if number.is_multiple_of(7) {
                        thread::yield_now();
                    }
                    done[number].fetch_add(1, Ordering::Relaxed);
                };
                let mut finished = Vec::new();
                in_order(hands, count, &job, &mut |number| {
                    assert_eq!(done[number].load(Ordering::Relaxed), 1, "it is done");
                    finished.push(number);
                });
                assert_eq!(finished, (0..count).collect::<Vec<_>>(), "{hands} hands");
                assert!(done.iter().all(|done| done.load(Ordering::Relaxed) == 1));
            }
        }
    }

    #[test]
    fn several_threads_work() {
        let (here, others) = (thread::current().id(), Mutex::new(0));
        let job = |_| {
            while thread::current().id() == here && *others.lock().expect("no panic") == 0 {
                thread::yield_now();
            }
            *others.lock().expect("no panic") += 1;
        };
        in_order(2, 2 * WORTH, &job, &mut |_| {});
        assert_eq!(*others.lock().expect("no panic"), 2 * WORTH);
    }

    #[test]
    fn a_job_that_panics_ends_the_work() {
        let job = |number| assert_ne!(number, 5, "planted");
        let work = || in_order(3, 4 * WORTH, &job, &mut |_| {});
        assert!(std::panic::catch_unwind(work).is_err());
    }
}
