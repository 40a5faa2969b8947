//! p20 and more, without chance: every byte of every file, and every part of a bundle put into another.

use motus_json::canonical::cj;
use motus_json::{Object, ReadOptions, Value};
use motus_kernel::manifest::Manifest;
use motus_kernel::policy::Rules;
use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::{Code, Failure, Report, verify_bundle};
use motus_testkit::bundle::{
    Parts, Shape, basic_edit, canonical, document, human_approval, parent, shaped,
};
use motus_testkit::vectors::vectors;

const MANIFEST: &str = "manifest.json";

fn verify(bundle: &MemoryBundle) -> Report {
    verify_bundle(bundle, &Rules::published_default())
}

fn codes(report: &Report) -> Vec<Code> {
    let mut codes: Vec<Code> = report.failures.iter().map(|failure| failure.code).collect();
    codes.dedup();
    codes
}

/// Flips one bit of every byte, another one from byte to byte.
#[track_caller]
fn every_byte_of_every_listed_file(parts: &Parts) {
    bytes_of_listed_files(&mut parts.bundle(), 1);
}

/// Flips one bit of every so many-th byte; each flip is a file whose digest is another one.
#[track_caller]
fn bytes_of_listed_files(bundle: &mut MemoryBundle, step: usize) {
    assert_eq!(verify(bundle).failures, []);
    let listed = bundle.files.keys().filter(|path| *path != MANIFEST);
    let paths: Vec<String> = listed.cloned().collect();
    for path in paths {
        let size = bundle.files[&path].len();
        // A long path is told shortened.
        let named = Failure::new(Code::FileHashMismatch, Some(&path), "").path;
        for at in (0..size).step_by(step) {
            let mask = 1 << (at % 8);
            bundle.files.get_mut(&path).expect("it is there")[at] ^= mask;
            let report = verify(bundle);
            assert_eq!(codes(&report), [Code::FileHashMismatch], "{path}, byte {at}");
            let told = report.failures.iter().any(|failure| failure.path == named);
            assert!(told, "{path}, byte {at}");
            bundle.files.get_mut(&path).expect("it is there")[at] ^= mask;
        }
    }
    assert_eq!(verify(bundle).failures, [], "as it was");
}

/// Flips every bit of every byte: nothing covers the manifest, so that each of its fields must be checked.
#[track_caller]
fn every_bit_of_the_manifest(parts: &Parts) {
    let mut bundle = parts.bundle();
    let bytes = bundle.files[MANIFEST].clone();
    let original = manifest(&bytes);
    let mut passed = 0;
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            bundle.files.insert(MANIFEST.to_owned(), flipped.clone());
            if verify(&bundle).is_ok() {
                let found = manifest(&flipped);
                let created_utc = original.created_utc.clone();
                assert_ne!(found, original, "another spelling of the same, byte {at}");
                assert_eq!(Manifest { created_utc, ..found }, original, "byte {at}");
                passed += 1;
            }
        }
    }
    assert!(passed > 0, "nothing binds the time");
}

fn manifest(bytes: &[u8]) -> Manifest {
    let document = cj::read(bytes, &ReadOptions::default()).expect("a document");
    Manifest::read(&document).expect("a manifest")
}

fn small() -> Parts {
    let text = "\"\\\u{1}\u{7f}é\u{fffd}\u{10000}/".to_owned();
    let (events, records, skills) = (1, 1, 1);
    let (evidence, artifacts, lens_items, effects) = (2, 2, 2, 2);
    let (checks, gates, children, errors) = (2, 2, 2, 2);
    #[rustfmt::skip]
    let shape = Shape {
        events, records, skills, evidence, artifacts, lens_items, effects, checks, gates, children, errors,
        text,
    };
    shaped(&shape)
}

#[test]
fn p20_every_byte_of_basic_edit() {
    every_byte_of_every_listed_file(&basic_edit());
}

#[test]
fn p20_every_byte_of_human_approval() {
    every_byte_of_every_listed_file(&human_approval());
}

#[test]
fn p20_every_byte_of_parent() {
    every_byte_of_every_listed_file(&parent());
}

#[test]
fn p20_every_byte_of_a_scenario_with_everything() {
    every_byte_of_every_listed_file(&small());
}

/// Every byte of these would take minutes: about a hundred and fifty of each bundle.
#[test]
fn p20_bytes_of_every_vector_that_verifies() {
    let mut count = 0;
    for vector in vectors().iter().filter(|vector| vector.code.is_none()) {
        let mut bundle = vector.bundle();
        let size: usize = bundle.files.values().map(Vec::len).sum();
        bytes_of_listed_files(&mut bundle, size / 150 + 1);
        count += 1;
    }
    assert!(count > 10);
}

#[test]
fn every_bit_of_every_manifest() {
    for parts in [basic_edit(), human_approval(), parent(), small()] {
        every_bit_of_the_manifest(&parts);
    }
}

/// Puts parts of one bundle into the other, both of the same loop; `own` also keeps the digests right.
#[test]
fn no_file_can_be_taken_from_another_bundle() {
    let (one, other) = (basic_edit(), small());
    let (files, others) = (one.bundle().files, other.bundle().files);
    let paths = files.keys().chain(others.keys());
    for path in paths.filter(|path| files.get(*path) != others.get(*path)) {
        let mut bundle = one.bundle();
        match others.get(path) {
            Some(bytes) => drop(bundle.files.insert(path.clone(), bytes.clone())),
            None => drop(bundle.files.remove(path)),
        }
        assert!(!verify(&bundle).is_ok(), "{path}");
        if path != MANIFEST {
            one.list(&mut bundle);
            assert!(!verify(&bundle).is_ok(), "{path}, listed");
        }
    }
}

#[test]
fn no_event_can_be_taken_from_another_bundle() {
    let (one, other) = (basic_edit(), small());
    for at in 0..one.events.len() {
        for event in other.events.iter().filter(|event| **event != one.events[at]) {
            let mut parts = one.clone();
            parts.events[at] = event.clone();
            assert!(!verify(&parts.bundle()).is_ok(), "event {at}: {event:?}");
        }
    }
}

#[test]
fn no_part_of_a_receipt_can_be_taken_from_another_bundle() {
    let (one, other) = (basic_edit().receipt, small().receipt);
    let mut swapped = 0;
    for (name, value) in &other {
        let name = name.as_str().expect("a name");
        if one.get(name).is_some_and(|own| own != value) {
            let mut receipt = one.clone();
            receipt.insert(name, value.clone());
            assert_ne!(codes(&with_receipt(receipt)), [], "{name}");
            swapped += 1;
        }
    }
    assert!(swapped > 6);
}

#[test]
fn no_hash_can_be_taken_from_another_bundle() {
    let (one, other) = (basic_edit(), small());
    let block = |parts: &Parts| parts.receipt.get("integrity").and_then(Value::as_object).cloned();
    let (own, others) = (block(&one).expect("sealed"), block(&other).expect("sealed"));
    let roots = |block: &Object| block.get("roots").and_then(Value::as_object).cloned();
    let (own_roots, other_roots) = (roots(&own).expect("roots"), roots(&others).expect("roots"));
    assert!(own_roots.iter().all(|(name, root)| other_roots.get(&name.to_string()) != Some(root)));
    for name in ["receipt_hash", "proof_digest"] {
        let mut block = own.clone();
        block.insert(name, others.get(name).cloned());
        assert_ne!(codes(&with_integrity(block)), [], "{name}");
    }
    for (name, root) in &other_roots {
        let (mut block, mut roots) = (own.clone(), own_roots.clone());
        roots.insert(name.clone(), root.clone());
        block.insert("roots", roots);
        assert_eq!(codes(&with_integrity(block)), [Code::RootMismatch], "{name}");
    }
}

fn with_integrity(block: Object) -> Report {
    let mut receipt = basic_edit().receipt;
    receipt.insert("integrity", block);
    with_receipt(receipt)
}

fn with_receipt(receipt: Object) -> Report {
    verify(&Parts { receipt, ..basic_edit() }.bundle())
}

/// What is told as one bundle in two spellings has one of them refused.
#[test]
fn a_document_has_one_spelling() {
    for name in [MANIFEST, "receipt.json"] {
        let parts = basic_edit();
        let mut bundle = parts.bundle();
        let text = String::from_utf8(bundle.files[name].clone()).expect("text");
        assert_eq!(canonical(&document(&text)), text);
        for other in
            [format!("{text}\n"), text.replacen(':', ": ", 1), text.replacen('a', "\\u0061", 1)]
        {
            bundle.files.insert(name.to_owned(), other.into_bytes());
            if name != MANIFEST {
                parts.list(&mut bundle);
            }
            assert_eq!(codes(&verify(&bundle)), [Code::ParseError], "{name}");
        }
    }
}
