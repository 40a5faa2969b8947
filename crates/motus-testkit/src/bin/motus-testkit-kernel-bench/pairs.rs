//! Two things measured in turn.
#![expect(clippy::disallowed_methods, reason = "a measurement reads a clock of its own")]

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How many pairs decide a ratio.
const PAIRS: usize = 7;

/// How many measurements decide a time: so many at least, and more where they are short.
const RUNS: usize = 3;
const MOST_RUNS: usize = 101;
const ENOUGH_MS: f64 = 200.0;

/// What is quicker is repeated until it took so long.
const SHORTEST: Duration = Duration::from_millis(50);

/// Milliseconds that each of the two took.
pub(super) struct Pair {
    pub(super) ours: f64,
    pub(super) theirs: f64,
}

/// Measures: one pair to warm up, then those that count. Who goes first changes from pair to pair.
pub(super) fn alternate<A, B>(ours: impl Fn() -> A, theirs: impl Fn() -> B) -> Vec<Pair> {
    let (own_times, other_times) = (times(&ours), times(&theirs));
    let own = || milliseconds(&ours, own_times);
    let other = || milliseconds(&theirs, other_times);
    (0..PAIRS)
        .map(|number| {
            if number % 2 == 0 {
                let ours = own();
                Pair { ours, theirs: other() }
            } else {
                let theirs = other();
                Pair { ours: own(), theirs }
            }
        })
        .collect()
}

/// Measures something as often as pairs are, each time against the milliseconds that it may take.
pub(super) fn against<T>(most_ms: f64, work: impl Fn() -> T) -> Vec<Pair> {
    let times = times(&work);
    (0..PAIRS).map(|_| Pair { ours: milliseconds(&work, times), theirs: most_ms }).collect()
}

/// Returns the milliseconds that something takes: the median of a few measurements, each as long as it needs.
pub(super) fn median<T>(work: impl Fn() -> T) -> f64 {
    let times = times(&work);
    let mut found = [0.0; RUNS].map(|_| milliseconds(&work, times));
    found.sort_by(f64::total_cmp);
    found[RUNS / 2]
}

/// Returns the milliseconds of what measures itself: the median of as many runs as take long enough together.
pub(super) fn median_of(run: impl Fn() -> f64) -> f64 {
    let (mut found, mut whole) = (Vec::new(), 0.0);
    while found.len() < RUNS || (whole < ENOUGH_MS && found.len() < MOST_RUNS) {
        let milliseconds = run();
        whole += milliseconds;
        found.push(milliseconds);
    }
    found.sort_by(f64::total_cmp);
    found.get(found.len() / 2).copied().unwrap_or_default()
}

/// Measures one piece of work in milliseconds.
pub(super) fn once<T>(work: impl FnOnce() -> T) -> f64 {
    let started = Instant::now();
    black_box(work());
    started.elapsed().as_secs_f64() * 1000.0
}

/// Returns how often something must be repeated to be measured.
fn times<T>(work: &impl Fn() -> T) -> u32 {
    let started = Instant::now();
    let mut times = 0;
    while started.elapsed() < SHORTEST {
        black_box(work());
        times += 1;
    }
    times
}

fn milliseconds<T>(work: &impl Fn() -> T, times: u32) -> f64 {
    let started = Instant::now();
    for _ in 0..times {
        black_box(work());
    }
    started.elapsed().as_secs_f64() * 1000.0 / f64::from(times)
}
