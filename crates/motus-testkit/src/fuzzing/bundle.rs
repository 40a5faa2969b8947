//! What must hold for a whole bundle, as it is and with its digests made right again.

use motus_json::canonical::cj;
use motus_json::{Object, ReadOptions};
use motus_kernel::manifest::MANIFEST;
use motus_kernel::policy::Rules;
use motus_kernel::source::{BundleSource, Entry, MemoryBundle, SourceError, Take};
use motus_kernel::verify::{Report, verify_bundle};

use super::split;
use crate::bundle::Parts;

/// A report is whole, and does not depend on the pieces in which files come. A change that a digest would
/// show is looked at again with the digests made right, so that the steps behind it are reached too.
pub fn bundle(bytes: &[u8]) {
    let bundle = split(bytes);
    check(&bundle);
    let Some(manifest) = bundle.files.get(MANIFEST).and_then(|bytes| object(bytes)) else {
        return;
    };
    let mut parts = Parts { manifest, ..Parts::default() };
    let mut listed = bundle.clone();
    parts.list(&mut listed);
    check(&listed);
    if let Some(sealed) = seal(&mut parts, bundle) {
        check(&sealed);
    }
}

fn check(bundle: &MemoryBundle) {
    let policy = Rules::published_default();
    let report = verify_bundle(bundle, &policy);
    assert_eq!(report.is_ok(), report.failures.is_empty());
    assert_eq!(report.is_ok(), report.proof_digest.is_some() && report.summary.is_some());
    let of_one_step = |pair: &[_]| matches!(pair, [a, b] if code(a) == code(b));
    assert!(report.failures.windows(2).all(of_one_step));
    for size in [1, 37] {
        assert_eq!(verify_bundle(&Pieces { bundle, size }, &policy), report);
    }
    accepted(bundle, &report);
}

fn code(failure: &motus_kernel::verify::Failure) -> motus_kernel::verify::Code {
    failure.code
}

/// What passes lists every file, in canonical text.
fn accepted(bundle: &MemoryBundle, report: &Report) {
    if report.is_ok() {
        for (path, bytes) in &bundle.files {
            let is_document = path == MANIFEST || path == "receipt.json";
            assert!(!is_document || cj::check(bytes, &ReadOptions::default()).is_ok());
        }
    }
}

/// Seals documents that can be read anew, chain, roots and all.
fn seal(parts: &mut Parts, bundle: MemoryBundle) -> Option<MemoryBundle> {
    let log = bundle.files.get("events.jsonl")?;
    let lines = log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    parts.events = lines.map(object).collect::<Option<_>>()?;
    parts.receipt = object(bundle.files.get("receipt.json")?)?;
    parts.receipt.get("integrity").is_none_or(|block| block.as_object().is_some()).then_some(())?;
    let others = bundle
        .files
        .into_iter()
        .filter(|(path, _)| !matches!(path.as_str(), MANIFEST | "receipt.json" | "events.jsonl"));
    parts.files = others.collect();
    Some(parts.clone().seal().bundle())
}

fn object(bytes: &[u8]) -> Option<Object> {
    cj::read(bytes, &ReadOptions::default()).ok()?.as_object().cloned()
}

/// The same files, handed over in small pieces.
struct Pieces<'b> {
    bundle: &'b MemoryBundle,
    size: usize,
}

impl BundleSource for Pieces<'_> {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        self.bundle.list()
    }

    fn read(&self, path: &str, take: &mut Take<'_>) -> Result<u64, SourceError> {
        self.bundle.read(path, &mut |bytes| bytes.chunks(self.size).try_for_each(&mut *take))
    }
}
