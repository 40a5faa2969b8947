//! Every vector of the corpus: those that verify do, the others fail in the one way they must.

use std::collections::BTreeMap;
use std::path::Path;

use motus_kernel::policy::Rules;
use motus_kernel::verify::{Report, verify_bundle};
use motus_testkit::vectors::{Vector, folder, vectors};

fn report(vector: &Vector) -> Report {
    verify_bundle(&vector.bundle(), &Rules::published_default())
}

#[test]
fn good_vectors_verify_with_the_digest_that_the_sealer_computed() {
    let mut wrong = Vec::new();
    for vector in vectors().iter().filter(|vector| vector.code.is_none()) {
        let report = report(vector);
        let digest = report.proof_digest.map(|digest| digest.to_string());
        if !report.is_ok() || digest != vector.sealed_digest() {
            wrong.push(format!("{}: {:?}", vector.name, report.failures));
        }
        let warns = vector.name == "times_that_go_back";
        assert_eq!(!report.warnings.is_empty(), warns, "{}: {:?}", vector.name, report.warnings);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn bad_vectors_fail_with_their_one_code() {
    let mut wrong = Vec::new();
    for vector in vectors() {
        let Some(code) = vector.code else { continue };
        let report = report(&vector);
        let is_it = |failure: &motus_kernel::verify::Failure| failure.code == code;
        let fails = !report.failures.is_empty() && report.failures.iter().all(is_it);
        if !fails || report.proof_digest.is_some() {
            wrong.push(format!("{}: not {code:?} but {:?}", vector.name, report.failures));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn bad_vectors_are_good_ones_with_a_defect() {
    for vector in vectors().iter().filter(|vector| vector.code.is_some()) {
        let base = vector.base();
        let report = verify_bundle(&base, &Rules::published_default());
        assert_eq!(report.failures, [], "the base of {}", vector.name);
        assert_ne!(base, vector.bundle(), "{} has no defect", vector.name);
    }
}

#[test]
fn the_committed_folder_is_the_corpus() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/0.1");
    let mut found = BTreeMap::new();
    read_below(&root, "", &mut found);
    let corpus = folder();
    let differs = |path: &&String| found.get(*path) != corpus.get(*path);
    let differing: Vec<&String> = corpus.keys().chain(found.keys()).filter(differs).collect();
    assert!(differing.is_empty(), "run `cargo xtask vectors`: {differing:?}");
}

fn read_below(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("the entry can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            read_below(&path, &format!("{prefix}{name}/"), found);
        } else {
            found.insert(format!("{prefix}{name}"), std::fs::read(&path).expect("it can be read"));
        }
    }
}
