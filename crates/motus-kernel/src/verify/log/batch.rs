//! Lines of a log that are looked at together, apart from all others, so that several batches can be at once.
//!
//! What a line is by itself is found here: its members, its hash and its leaf. What it is after the line
//! before is not.

use std::sync::{Mutex, MutexGuard, PoisonError};

use memchr::{memchr, memchr_iter};

use crate::Digest;
use crate::event::Event;
use crate::roots;
use crate::shape::Fault;

/// So many bytes are one batch: enough to be worth handing over, and few enough to keep all hands busy.
const SIZE: usize = 16 << 10;

/// Most lines are longer.
const USUAL_LINE: usize = 400;

/// What a line is by itself.
pub(super) struct Looked<'l> {
    pub(super) event: Event<'l>,
    /// The hash of the leaf that it is in the tree of the log.
    pub(super) leaf: Digest,
}

/// A line, or every fault of it.
pub(super) type Found<'l> = Result<Looked<'l>, Vec<Fault>>;

/// Looks at a line.
pub(super) fn look(line: &[u8]) -> Found<'_> {
    let event = Event::read(line)?;
    let leaf = roots::event_leaf_hash(event.seq, &event.computed_hash);
    Ok(Looked { event, leaf })
}

/// Whole lines, each with its newline.
pub(super) struct Batch<'l> {
    lines: &'l [u8],
    /// The memory is taken where it is given back: it matters to allocators which thread that is.
    found: Mutex<Vec<Found<'l>>>,
}

impl<'l> Batch<'l> {
    /// Cuts whole lines into batches.
    pub(super) fn cut(lines: &'l [u8]) -> Vec<Self> {
        let (mut batches, mut rest) = (Vec::with_capacity(lines.len() / SIZE + 1), lines);
        while !rest.is_empty() {
            let from = SIZE.min(rest.len());
            let end = rest.get(from..).and_then(|rest| memchr(b'\n', rest));
            let end = end.map_or(rest.len(), |end| from + end + 1);
            let (lines, after) = rest.split_at(end);
            let found = Mutex::new(Vec::with_capacity(lines.len() / USUAL_LINE));
            batches.push(Self { lines, found });
            rest = after;
        }
        batches
    }

    /// Looks at the lines, up to the first with a fault: how much the faults of a batch weigh is bounded.
    pub(super) fn look(&self) {
        let mut found = self.found();
        for line in self.lines() {
            let looked = look(line);
            let is_last = looked.is_err();
            found.push(looked);
            if is_last {
                break;
            }
        }
    }

    /// Returns the lines without their newlines.
    pub(super) fn lines(&self) -> impl Iterator<Item = &'l [u8]> + use<'l> {
        let (lines, mut from) = (self.lines, 0);
        memchr_iter(b'\n', lines).map(move |end| {
            let line = lines.get(from..end).unwrap_or_default();
            from = end + 1;
            line
        })
    }

    /// Returns what was found in the first lines; those after it were not looked at.
    pub(super) fn found(&self) -> MutexGuard<'_, Vec<Found<'l>>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Batch, SIZE};

    #[test]
    fn every_line_is_in_one_batch() {
        for length in [0, 1, 7, 700, SIZE - 1, SIZE, SIZE + 1] {
            let line = [vec![b'a'; length], vec![b'\n']].concat();
            let count = (4 * SIZE).div_ceil(line.len());
            let text = line.repeat(count);
            let batches = Batch::cut(&text);
            assert!(batches.len() > 1, "{length}: {} batches", batches.len());
            assert!(batches.iter().all(|batch| batch.lines.len() <= SIZE + line.len()));
            let lines: Vec<_> = batches.iter().flat_map(Batch::lines).collect();
            assert_eq!(lines, vec![&line[..length]; count]);
        }
        assert!(Batch::cut(b"").is_empty());
    }

    #[test]
    fn nothing_is_looked_at_after_a_fault() {
        let text = b"\n".repeat(SIZE);
        let [batch] = Batch::cut(&text).try_into().ok().expect("one batch");
        assert_eq!((batch.found().len(), batch.lines().count()), (0, SIZE));
        batch.look();
        assert!(matches!(batch.found().as_slice(), [Err(faults)] if faults.len() == 1));
    }
}
