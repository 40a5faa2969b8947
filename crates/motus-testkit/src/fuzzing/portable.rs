//! What must hold for any document that somebody sends: it is judged alike however strictly it is looked at,
//! and beside any other.

use motus_json::{Value, pretty};
use motus_ledger::portable::documents::Documents;
use motus_ledger::portable::verify::{
    Mode, Options, Phase, Said, Verdict, compare, verify, verify_among,
};

use crate::receipts::samples;

/// Stands between two documents; no document begins so.
const SEPARATOR: &[u8] = b"\n\xff\n";

/// Findings that are errors are all that strictness adds; what is valid has a digest, which does not depend on how the document
/// is spelled; and a document agrees with itself.
///
/// Shape: one document, or several with [`SEPARATOR`] between them, as those of one run may lie together.
pub fn portable(bytes: &[u8]) {
    let all: Vec<(String, Said)> = documents(bytes)
        .enumerate()
        .filter_map(|(place, document)| Some((place.to_string(), one(document)?)))
        .collect();
    let all: Vec<(&str, &Said)> = all.iter().map(|(name, said)| (name.as_str(), said)).collect();
    let twice = [all.clone(), all.clone()].concat();
    for (place, finding) in compare(&all) {
        assert!(place < all.len() && !finding.path.is_empty());
    }
    // Each difference is found with each of its two readings, and none between those of one document.
    assert_eq!(compare(&twice).len(), 4 * compare(&all).len());
}

fn one(document: &[u8]) -> Option<Said> {
    let look = |mode| verify(document, &Options { mode, golden: None });
    let (normal, strict, reference) =
        (look(Mode::Normal), look(Mode::Strict), look(Mode::Reference));
    let (among, said) = verify_among(document, &Options { mode: Mode::Normal, golden: None });
    assert_eq!(told(&among), told(&normal));
    assert_eq!(strict.findings, normal.findings);
    assert!(normal.failed != Some(Phase::Findings) && reference.findings.is_empty());
    if let Some(phase) = normal.failed {
        assert_eq!((strict.failed, &strict.faults), (Some(phase), &normal.faults));
        assert!(!normal.faults.is_empty() && normal.findings.is_empty());
        return said;
    }
    let has_errors = normal.findings.iter().any(|finding| finding.kind.is_error());
    let expected = has_errors.then_some(Phase::Findings);
    assert_eq!(strict.failed, expected);
    let spelled = respelled(document).expect("what is valid can be read");
    let again = verify(spelled.as_bytes(), &Options { mode: Mode::Normal, golden: None });
    assert_eq!(again.sha256, normal.sha256);
    assert!(normal.sha256.is_some_and(|digest| digest.len() == 64));
    said
}

fn told(verdict: &Verdict) -> String {
    format!("{verdict:?}")
}

fn respelled(document: &[u8]) -> Option<String> {
    let value = motus_json::read(document, &motus_json::ReadOptions::default()).ok()?;
    Some(pretty::write(&value))
}

fn documents(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest.take()?;
        let found = bytes.windows(SEPARATOR.len()).position(|window| window == SEPARATOR);
        let Some(at) = found else { return Some(bytes) };
        rest = bytes.get(at + SEPARATOR.len()..);
        bytes.get(..at)
    })
}

/// Returns each document of every sample, and those of one run together.
pub(super) fn corpus() -> Vec<Vec<u8>> {
    let mut corpus = Vec::new();
    for sample in samples() {
        let made = Documents::of(sample.work).expect("texts without lone surrogates");
        let spelled = |object| pretty::write(&Value::Object(object)).into_bytes();
        let export = made.export.as_str().as_bytes().to_vec();
        let all = [spelled(made.envelope), export, spelled(made.manifest)];
        corpus.push(all.join(SEPARATOR));
        corpus.extend(all);
    }
    corpus
}
