//! A limit of bytes that several relays share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many bytes may still be passed on, by both relays of a command together.
#[derive(Debug, Clone)]
pub(crate) struct Allowance(Option<Arc<AtomicU64>>);

impl Allowance {
    /// Makes one; `None` is no limit.
    pub(crate) fn new(most: Option<u64>) -> Self {
        Self(most.map(|most| Arc::new(AtomicU64::new(most))))
    }

    /// Takes as much of so many bytes as is left.
    pub(super) fn take(&self, wanted: usize) -> usize {
        let Some(left) = &self.0 else { return wanted };
        let take = |left: u64| Some(left.saturating_sub(wanted as u64));
        let before = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take);
        let before = before.unwrap_or_default();
        usize::try_from(before).map_or(wanted, |before| before.min(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_allowance_no_more_is_taken_than_there_is() {
        let allowance = Allowance::new(Some(10));
        let other = allowance.clone();
        assert_eq!([allowance.take(4), other.take(6), other.take(1)], [4, 6, 0]);
        let small = Allowance::new(Some(3));
        assert_eq!([small.take(5), small.take(5)], [3, 0]);
        assert_eq!(Allowance::new(None).take(usize::MAX), usize::MAX);
    }
}
