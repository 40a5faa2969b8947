//! The number that decides all choices of a torture.

use std::time::{SystemTime, UNIX_EPOCH};

use motus_testkit::Random;

/// Returns a seed that differs from run to run and is short enough to type.
pub(super) fn seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Random::new(since.map_or(0, |since| u64::from(since.subsec_nanos()))).below(1_000_000)
}
