//! Hashing many files at once.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder};

use motus_kernel::source::{FileDigest, Hashing, SourceError};

use super::hands::{STACK, hands};
use super::reader::{PIECE, Reader};
use super::root::Root;

/// Starting a thread costs as much as hashing so many small files, or so many bytes.
const WORTH_FILES: usize = 32;
const WORTH_BYTES: u64 = 1 << 20;

/// Hashes files, in the order given, each with the size that it may have.
pub(super) fn digests(root: &Root, wanted: &[(&str, u64)]) -> Vec<Result<FileDigest, SourceError>> {
    let mut reader = Reader::new(root, PIECE);
    let sizes: Vec<_> = wanted.iter().map(|(path, _)| reader.look(path)).collect();
    let queue = Queue::new(wanted, &sizes);
    let workers = worth(&sizes).min(hands());
    // Until a worker tells better, each file is as it looked.
    let unread = |size: Result<u64, _>| size.and_then(|_| Err(SourceError::new("was not read")));
    let mut digests: Vec<_> = sizes.into_iter().map(unread).collect();
    for (index, digest) in queue.run(root, reader, workers) {
        if let Some(place) = digests.get_mut(index) {
            *place = digest;
        }
    }
    digests
}

/// Returns how many threads the work is worth.
fn worth(sizes: &[Result<u64, SourceError>]) -> usize {
    let bytes = sizes.iter().flatten().fold(0_u64, |sum, size| sum.saturating_add(*size));
    let by_bytes = usize::try_from(bytes / WORTH_BYTES).unwrap_or(usize::MAX);
    (1_usize.saturating_add(by_bytes).saturating_add(sizes.len() / WORTH_FILES)).min(sizes.len())
}

type Done = Vec<(usize, Result<FileDigest, SourceError>)>;

/// Files that wait for a worker.
struct Queue<'q> {
    wanted: &'q [(&'q str, u64)],
    /// Positions in `wanted`, the largest file first, so that none of them begins when all else is done.
    order: Vec<usize>,
    next: AtomicUsize,
}

impl<'q> Queue<'q> {
    fn new(wanted: &'q [(&'q str, u64)], sizes: &[Result<u64, SourceError>]) -> Self {
        let found = sizes.iter().enumerate();
        let found = found.filter_map(|(index, size)| Some((index, *size.as_ref().ok()?)));
        let mut files: Vec<(usize, u64)> = found.collect();
        files.sort_by_key(|(_, size)| Reverse(*size));
        let order = files.into_iter().map(|(index, _)| index).collect();
        Self { wanted, order, next: AtomicUsize::new(0) }
    }

    /// Works on all of it with so many threads; this one is the first. A thread that cannot be started is
    /// not needed.
    fn run(&self, root: &Root, reader: Reader<'_>, workers: usize) -> Done {
        thread::scope(|scope| {
            let start = |_| {
                let builder = Builder::new().stack_size(STACK);
                builder.spawn_scoped(scope, || self.work(Reader::new(root, PIECE))).ok()
            };
            let started: Vec<_> = (1..workers).filter_map(start).collect();
            let mut done = self.work(reader);
            for worker in started {
                done.extend(worker.join().unwrap_or_default());
            }
            done
        })
    }

    fn work(&self, mut reader: Reader<'_>) -> Done {
        let mut done = Vec::new();
        // Which worker takes which file matters to nobody: no memory hangs on the number.
        while let Some(&index) = self.order.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            if let Some((path, most)) = self.wanted.get(index) {
                done.push((index, digest(&mut reader, path, *most)));
            }
        }
        done
    }
}

fn digest(reader: &mut Reader<'_>, path: &str, most: u64) -> Result<FileDigest, SourceError> {
    let mut hashing = Hashing::new(most);
    let size_bytes = reader.read(path, &mut |piece| hashing.take(piece))?;
    Ok(hashing.finish(size_bytes))
}
