//! The work is in proportion to the bundle: what is read is counted, not the time that it takes.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use motus_kernel::policy::Rules;
use motus_kernel::source::{BundleSource, Entry, MemoryBundle, SourceError};
use motus_kernel::verify::verify_bundle;
use motus_testkit::bundle::{Shape, shaped};

/// Counts how often it is listed and how many bytes of each file it hands over.
struct Counting<'b> {
    bundle: &'b MemoryBundle,
    listed: Cell<u32>,
    bytes: RefCell<BTreeMap<String, usize>>,
}

impl BundleSource for Counting<'_> {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        self.listed.set(self.listed.get() + 1);
        self.bundle.list()
    }

    fn read(&self, path: &str, take: &mut dyn FnMut(&[u8])) -> Result<(), SourceError> {
        self.bundle.read(path, &mut |piece| {
            *self.bytes.borrow_mut().entry(path.to_owned()).or_default() += piece.len();
            take(piece);
        })
    }
}

/// Verifies and returns how many bytes were read, each file exactly once.
#[track_caller]
fn bytes_read(bundle: &MemoryBundle) -> usize {
    let (listed, bytes) = (Cell::new(0), RefCell::default());
    let source = Counting { bundle, listed, bytes };
    let report = verify_bundle(&source, &Rules::published_default());
    assert_eq!(report.failures, []);
    assert_eq!(source.listed.get(), 1);
    let read = source.bytes.into_inner();
    let sizes = bundle.files.iter().map(|(path, bytes)| (path.clone(), bytes.len()));
    assert_eq!(read, sizes.collect(), "each byte of each file once");
    read.values().sum()
}

/// Measures with so many entries of one kind, twice and four times as many: each step costs the same.
#[track_caller]
fn grows_in_proportion(shape: fn(usize) -> Shape) {
    const COUNT: usize = 200;
    let [none, once, twice] =
        [0, COUNT, 2 * COUNT].map(|count| bytes_read(&shaped(&shape(count)).bundle()));
    let (first, second) = (once - none, twice - once);
    assert!(first > COUNT, "there is something to read");
    assert!(second.abs_diff(first) * 20 < first, "{first} bytes, then {second}");
}

#[test]
fn events_are_read_once() {
    grows_in_proportion(|events| Shape { events, ..Shape::default() });
}

#[test]
fn evidence_is_read_once() {
    grows_in_proportion(|evidence| Shape { evidence, ..Shape::default() });
}

#[test]
fn children_are_read_once() {
    grows_in_proportion(|children| Shape { children, ..Shape::default() });
}

#[test]
fn checks_are_read_once() {
    grows_in_proportion(|checks| Shape { checks, ..Shape::default() });
}

#[test]
fn errors_are_read_once() {
    grows_in_proportion(|errors| Shape { errors, ..Shape::default() });
}

/// What fails is not read more often either.
#[test]
fn a_failing_bundle_is_read_once() {
    let parts = shaped(&Shape { events: 50, evidence: 50, ..Shape::default() });
    let mut bundle = parts.bundle();
    for bytes in bundle.files.values_mut().filter(|bytes| !bytes.starts_with(b"{\"bundle")) {
        bytes.push(b' ');
    }
    let (listed, bytes) = (Cell::new(0), RefCell::default());
    let source = Counting { bundle: &bundle, listed, bytes };
    let report = verify_bundle(&source, &Rules::published_default());
    assert!(report.failures.len() > 50);
    let read: usize = source.bytes.borrow().values().sum();
    assert_eq!(read, bundle.files.values().map(Vec::len).sum::<usize>());
}
