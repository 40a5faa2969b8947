//! A bundle that somebody changes while it is verified: what is hashed is what is parsed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use motus_bundle::{Directory, Request, verify};
use motus_kernel::policy::Rules;
use motus_kernel::source::{BundleSource, Entry, SourceError, Take};
use motus_kernel::verify::Code;
use motus_testkit::harness::Scratch;

use crate::scene::{DIGEST, Scene};

#[test]
fn a_file_that_is_replaced_while_it_is_read_is_read_to_its_own_end() {
    let scratch = Scratch::new();
    let file = scratch.write("a/file", vec![b'a'; 1 << 20]);
    let other = scratch.write("other", vec![b'b'; 1 << 20]);
    let source = Directory::open(&scratch.project()).expect("the directory opens");
    let mut read = Vec::new();
    let result = source.read("a/file", &mut |piece| {
        if read.is_empty() {
            fs::rename(&other, &file).expect("the file can be replaced");
        }
        read.extend_from_slice(piece);
        ControlFlow::Continue(())
    });
    assert_eq!(result, Ok(1 << 20));
    assert_eq!(read.len(), 1 << 20);
    assert!(read.iter().all(|byte| *byte == b'a'), "nothing of the other file");
    assert_eq!(fs::read(&file).expect("readable"), vec![b'b'; 1 << 20], "it was replaced");
}

#[test]
fn a_bundle_that_is_moved_away_is_still_the_one_that_was_opened() {
    let scratch = Scratch::new();
    scratch.write("bundle/file", "first");
    let place = scratch.project().join("bundle");
    let source = Directory::open(&place).expect("the directory opens");
    fs::rename(&place, scratch.project().join("moved")).expect("it can be moved");
    scratch.write("bundle/file", "second, longer");
    let mut read = Vec::new();
    let result = source.read("file", &mut |piece| {
        read.extend_from_slice(piece);
        ControlFlow::Continue(())
    });
    assert_eq!(result, Ok(5));
    assert_eq!(read, b"first");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test makes links")]
fn a_directory_below_is_opened_where_the_root_is_and_behind_no_link() {
    let scratch = Scratch::new();
    scratch.write("root/a/b/file", "first");
    let place = scratch.project().join("root");
    let root = Directory::open(&place).expect("the directory opens");
    fs::rename(&place, scratch.project().join("moved")).expect("it can be moved");
    scratch.write("root/a/b/file", "second, longer");
    let size = |path: &str, file: &str| {
        let below = root.below(path).map_err(|error| error.code())?;
        below.read(file, &mut |_| ControlFlow::Continue(())).map_err(|_| "unread")
    };
    assert_eq!(size("a/b", "file"), Ok(5));
    assert_eq!(size("", "a/b/file"), Ok(5));
    assert_eq!(size("a/c", "file"), Err("bundle.missing"));
    assert_eq!(size("a/b/file", "file"), Err("bundle.not_a_directory"));
    let moved = scratch.project().join("moved/a");
    fs::rename(moved.join("b"), moved.join("c")).expect("it can be moved");
    symlink("c", moved.join("b")).expect("a link can be made");
    assert_eq!(size("a/b", "file"), Err("bundle.unreadable"));
    assert_eq!(size("../root/a/b", "file"), Err("bundle.unreadable"));
    assert_eq!(size("a/c", "file"), Ok(5));
}

/// Counts how often each file is read.
struct Counting {
    directory: Directory,
    reads: RefCell<BTreeMap<String, u32>>,
}

impl BundleSource for Counting {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        self.directory.list()
    }

    fn read(&self, path: &str, take: &mut Take<'_>) -> Result<u64, SourceError> {
        *self.reads.borrow_mut().entry(path.to_owned()).or_default() += 1;
        self.directory.read(path, take)
    }
}

#[test]
fn every_file_is_read_once() {
    let scene = Scene::new();
    let directory = Directory::open(&scene.bundle).expect("the bundle opens");
    let source = Counting { directory, reads: RefCell::default() };
    let policy = Rules::published_default();
    assert!(verify(&source, &Request::new(&policy)).is_ok());
    let reads = source.reads.into_inner();
    assert_eq!(reads.len(), 7);
    assert!(reads.values().all(|count| *count == 1), "{reads:?}");
}

#[test]
fn a_receipt_that_is_swapped_all_the_time_is_right_or_wrong_as_a_whole() {
    let scene = Scene::new();
    let receipt = scene.path("receipt.json");
    let right = fs::read(&receipt).expect("readable");
    let mut wrong = right.clone();
    let last = wrong.len() / 2;
    wrong[last] ^= 1;
    let (stop, policy) = (AtomicBool::new(false), Rules::published_default());
    let source = Directory::open(&scene.bundle).expect("the bundle opens");
    let request = Request::new(&policy);
    let verdicts = thread::scope(|scope| {
        scope.spawn(|| {
            let new = scene.scratch.path().join("new");
            for content in [&wrong, &right].into_iter().cycle() {
                fs::write(&new, content).expect("a file can be written");
                fs::rename(&new, &receipt).expect("a file can be replaced");
                if stop.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let verdicts: Vec<_> = (0..1000).map(|_| verify(&source, &request)).collect();
        stop.store(true, Ordering::Relaxed);
        verdicts
    });
    let right = verdicts.iter().filter(|report| report.is_ok()).count();
    assert!(right > 0 && right < verdicts.len(), "the race was run: {right} right");
    for report in verdicts {
        match report.proof_digest {
            Some(digest) => assert_eq!(digest.to_string(), DIGEST),
            None => assert_eq!(
                report.failures.iter().map(|failure| failure.code).collect::<Vec<_>>(),
                [Code::FileHashMismatch],
                "{:?}",
                report.failures
            ),
        }
    }
}
