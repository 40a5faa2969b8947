//! What is written verifies, and what cannot be written leaves nothing.
#![expect(clippy::disallowed_methods, reason = "tests prepare places and look at them")]

use std::fs;
use std::os::unix::fs::MetadataExt;

use motus_json::ReadOptions;
use motus_json::canonical::cj;
use motus_kernel::manifest::Manifest;
use motus_kernel::receipt::Receipt;
use motus_testkit::bundle::{Parts, basic_edit, family_member, member_id};
use motus_testkit::harness::Scratch;

use super::*;
use crate::bundle::{Verification, verify};

/// A bundle in memory.
struct Sealed {
    sealed: SealedLoop,
    evidence: BTreeMap<String, Vec<u8>>,
}

impl Sealed {
    fn of(parts: &Parts) -> Self {
        let mut files = parts.bundle().files;
        let mut text = |path: &str| String::from_utf8(files.remove(path).unwrap()).unwrap();
        let (receipt_json, events_jsonl) = (text(RECEIPT), text(EVENTS));
        let manifest_json = text(MANIFEST);
        let read = |text: &str| cj::read(text.as_bytes(), &ReadOptions::default()).unwrap();
        let receipt = Receipt::read(&read(&receipt_json)).unwrap();
        let manifest = Manifest::read(&read(&manifest_json)).unwrap();
        let halted = None;
        let sealed =
            SealedLoop { receipt, manifest, receipt_json, events_jsonl, manifest_json, halted };
        Self { sealed, evidence: files }
    }

    fn new_bundle(&self) -> NewBundle<'_> {
        NewBundle { sealed: &self.sealed, evidence: &self.evidence }
    }
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn is_verified(directory: &Path, children: Option<&Path>) -> bool {
    let policy = &Rules::published_default();
    let verification = Verification { directory, policy, expected: None, children };
    verify(&verification).is_ok_and(|verdict| verdict.ok)
}

#[test]
fn what_is_written_is_the_bundle_and_nothing_else() {
    let scratch = Scratch::new();
    let target = scratch.project().join("made");
    let parts = basic_edit();
    let sealed = Sealed::of(&parts);
    let written = write(&target, sealed.new_bundle(), &[], &Rules::published_default()).unwrap();
    assert_eq!(written.proof_digest.to_string(), parts.proof_digest());
    assert_eq!((written.directory.as_path(), written.children), (target.as_path(), None));
    assert!(is_verified(&target, None));
    for (path, bytes) in &parts.bundle().files {
        assert_eq!(&fs::read(target.join(path)).unwrap(), bytes, "{path}");
        assert_eq!(fs::metadata(target.join(path)).unwrap().mode() & 0o777, 0o600, "{path}");
    }
    assert_eq!(fs::metadata(&target).unwrap().mode() & 0o777, 0o700);
    assert_eq!(names(&scratch.project()), ["made"]);
}

#[test]
fn a_family_is_written_beside_it_and_verifies_with_it() {
    let scratch = Scratch::new();
    let target = scratch.project().join("made");
    let grandchild = family_member(3, Some(2), &[]);
    let child = family_member(2, Some(1), &[&grandchild]);
    let parent = family_member(1, None, &[&child]);
    let [parent, child, grandchild] = [parent, child, grandchild].map(|it| Sealed::of(&it));
    let policy = Rules::published_default();
    let descendants = [grandchild.new_bundle(), child.new_bundle()];
    let written = write(&target, parent.new_bundle(), &descendants, &policy).unwrap();
    let below = scratch.project().join("made.children");
    assert_eq!(written.children.as_deref(), Some(below.as_path()));
    assert_eq!(names(&below), [member_id(2), member_id(3)]);
    assert!(is_verified(&target, Some(&below)));
    let kept = write(&target, parent.new_bundle(), &descendants, &policy).unwrap_err();
    assert_eq!(kept.code(), "bundle.exists");
    fs::remove_dir_all(&target).unwrap();
    let kept = write(&target, parent.new_bundle(), &descendants, &policy).unwrap_err();
    assert_eq!(kept.to_string(), format!("{} exists, and nothing is replaced", below.display()));
    assert_eq!(names(&scratch.project()), ["made.children"]);
}

#[test]
fn a_family_that_lacks_a_member_is_not_written() {
    let scratch = Scratch::new();
    let target = scratch.project().join("made");
    let [first, second] = [2, 3].map(|number| family_member(number, Some(1), &[]));
    let parent = Sealed::of(&family_member(1, None, &[&first, &second]));
    let first = Sealed::of(&first);
    let policy = Rules::published_default();
    let error = write(&target, parent.new_bundle(), &[first.new_bundle()], &policy).unwrap_err();
    assert_eq!(error.code(), "bundle.unsound");
    let missing = format!("no bundle of loop {} is below", member_id(3));
    assert!(error.to_string().ends_with(&missing), "{error}");
    assert!(names(&scratch.project()).is_empty());
}

#[test]
fn where_the_bundle_gets_no_name_its_family_loses_its_own() {
    let scratch = Scratch::new();
    let target = scratch.project().join("made");
    let child = family_member(2, Some(1), &[]);
    let parent = Sealed::of(&family_member(1, None, &[&child]));
    let child = Sealed::of(&child);
    let policy = Rules::published_default();
    let mut below = stage_descendants(&target, &[child.new_bundle()], &policy).unwrap();
    let mut staged = begin(&target).unwrap();
    fill(&mut staged, "", &target, parent.new_bundle()).unwrap();
    fs::create_dir(&target).unwrap();
    let error = publish(&target, &mut staged, below.as_mut()).unwrap_err();
    assert_eq!(error.code(), "bundle.exists");
    drop((staged, below));
    assert_eq!(names(&scratch.project()), ["made"]);
    assert!(names(&target).is_empty());
}

#[test]
fn what_does_not_verify_gets_no_name() {
    let scratch = Scratch::new();
    let target = scratch.project().join("made");
    let policy = Rules::published_default();
    let told = |change: &dyn Fn(&mut Sealed)| {
        let mut sealed = Sealed::of(&basic_edit());
        change(&mut sealed);
        let error = write(&target, sealed.new_bundle(), &[], &policy).unwrap_err();
        assert_eq!(error.code(), "bundle.unsound");
        assert!(names(&scratch.project()).is_empty());
        let told = error.to_string();
        told.split_once("was removed: ").unwrap().1.to_owned()
    };
    let lost = told(&|sealed| drop(sealed.evidence.pop_first()));
    assert!(lost.starts_with("FILE_HASH_MISMATCH evidence/"), "{lost}");
    let changed = told(&|sealed| sealed.evidence.values_mut().next().unwrap().push(b'x'));
    assert!(changed.starts_with("FILE_HASH_MISMATCH evidence/"), "{changed}");
    let digest = told(&|sealed| sealed.sealed.receipt.integrity.proof_digest = Digest::ZERO);
    assert!(digest.starts_with("PROOF_DIGEST_MISMATCH: "), "{digest}");
    let garbage = told(&|sealed| sealed.sealed.events_jsonl.push(' '));
    assert!(garbage.starts_with("FILE_HASH_MISMATCH events.jsonl"), "{garbage}");
    for path in ["../x", "evidence/../../x", "/x", "evidence//x", "receipt.json", "x", ""] {
        let elsewhere = told(&|sealed| drop(sealed.evidence.insert(path.to_owned(), Vec::new())));
        assert_eq!(elsewhere, format!("{path} is no path of evidence"));
    }
}

#[test]
fn whatever_stands_there_is_kept() {
    let scratch = Scratch::new();
    let sealed = Sealed::of(&basic_edit());
    scratch.write("full/kept", "kept");
    scratch.write("file", "kept");
    fs::create_dir(scratch.project().join("empty")).unwrap();
    std::os::unix::fs::symlink("nowhere", scratch.project().join("link")).unwrap();
    for name in ["full", "file", "empty", "link", ".", "full/.."] {
        let target = scratch.project().join(name);
        let error = write(&target, sealed.new_bundle(), &[], &Rules::published_default());
        assert_eq!(error.unwrap_err().code(), "bundle.exists", "{name}");
    }
    assert_eq!(names(&scratch.project()), ["empty", "file", "full", "link"]);
    assert!(names(&scratch.project().join("empty")).is_empty());
}

#[test]
fn a_place_that_cannot_be_is_told() {
    let scratch = Scratch::new();
    let sealed = Sealed::of(&basic_edit());
    scratch.write("file", "kept");
    for (name, code) in [
        ("no/made", "bundle.directory_missing"),
        ("file/made", "bundle.directory_missing"),
        (&"x".repeat(255), "bundle.write_failed"),
        ("/proc/made", "bundle.directory_missing"),
    ] {
        let target = scratch.project().join(name);
        let error = write(&target, sealed.new_bundle(), &[], &Rules::published_default());
        let told = error.unwrap_err().code();
        // Where it may not even be tried, that is told.
        let is_denied = name.starts_with("/proc") && told == "bundle.denied";
        assert!(told == code || is_denied, "{name}: {told}");
    }
    assert_eq!(names(&scratch.project()), ["file"]);
    let target = scratch.project().join("file/made");
    let error = refuse_existing(&target).unwrap_err();
    let told = format!("what is above {} is not a directory", target.display());
    assert_eq!((error.code(), error.to_string()), ("bundle.directory_missing", told));
}
