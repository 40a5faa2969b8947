//! The work is in proportion to the bundle: what is read is counted, not the time that it takes.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use motus_kernel::digest::Hasher;
use motus_kernel::policy::Rules;
use motus_kernel::source::{BundleSource, Entry, MemoryBundle, SourceError, Take};
use motus_kernel::verify::{Code, verify_bundle};
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

    fn read(&self, path: &str, take: &mut Take<'_>) -> Result<u64, SourceError> {
        self.bundle.read(path, &mut |piece| {
            *self.bytes.borrow_mut().entry(path.to_owned()).or_default() += piece.len();
            take(piece)
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

/// Lines that are no events cost something each, so that not all of them are looked at.
#[test]
fn unreadable_lines_are_looked_at_up_to_a_bound() {
    let mut bundle = shaped(&Shape::default()).bundle();
    let blank = "\n".repeat(8 << 20).into_bytes();
    let entry = |bytes: &[u8]| {
        let mut hasher = Hasher::new();
        hasher.update(bytes);
        let (digest, size) = (hasher.finish(), bytes.len());
        format!("{{\"path\":\"events.jsonl\",\"sha256\":\"{digest}\",\"size_bytes\":{size}}}")
    };
    let log = bundle.files.insert("events.jsonl".to_owned(), blank.clone());
    let listed = entry(&log.expect("it has a log"));
    let manifest = bundle.files.get_mut("manifest.json").expect("it has a manifest");
    let text = String::from_utf8_lossy(manifest).replace(&listed, &entry(&blank));
    *manifest = text.into_bytes();
    let failures = verify_bundle(&bundle, &Rules::published_default()).failures;
    assert!(failures.iter().all(|failure| failure.code == Code::ParseError), "{failures:?}");
    let last = failures.last().map(|failure| failure.message.as_str());
    assert_eq!((failures.len(), last), (101, Some("and 1 more")));
}
