//! A bundle of which any bit was changed is told by the file in which it was.

use std::ops::ControlFlow;

use motus_bundle::Directory;
use motus_kernel::policy::Rules;
use motus_kernel::source::{BundleSource, MemoryBundle};
use motus_kernel::verify::{Code, verify_bundle};
use motus_testkit::harness::skip;

use crate::scene::golden;

fn load(source: &Directory) -> MemoryBundle {
    let mut bundle = MemoryBundle::default();
    for entry in source.list().expect("the bundle can be listed") {
        let mut bytes = Vec::new();
        let mut take = |piece: &[u8]| {
            bytes.extend_from_slice(piece);
            ControlFlow::Continue(())
        };
        source.read(&entry.path, &mut take).expect("readable");
        bundle.files.insert(entry.path, bytes);
    }
    bundle
}

#[test]
fn every_changed_byte_of_a_listed_file_is_a_changed_file() {
    let test = "flips::every_changed_byte_of_a_listed_file_is_a_changed_file";
    let golden = match golden("basic_edit") {
        Ok(golden) => golden,
        Err(why) => return skip(test, &why),
    };
    let policy = Rules::published_default();
    let mut bundle = load(&Directory::open(&golden).expect("the bundle opens"));
    assert!(verify_bundle(&bundle, &policy).is_ok());
    let listed: Vec<(String, usize)> =
        bundle.files.iter().map(|(path, bytes)| (path.clone(), bytes.len())).collect();
    let mut flipped = 0;
    for (path, length) in listed.into_iter().filter(|(path, _)| path != "manifest.json") {
        for index in 0..length {
            bundle.files.get_mut(&path).expect("listed")[index] ^= 1;
            let report = verify_bundle(&bundle, &policy);
            assert_eq!(report.proof_digest, None);
            assert_eq!(report.failures.len(), 1, "{path} {index}: {:?}", report.failures);
            assert_eq!(report.failures[0].code, Code::FileHashMismatch, "{path} {index}");
            assert_eq!(report.failures[0].path.as_deref(), Some(path.as_str()), "{index}");
            bundle.files.get_mut(&path).expect("listed")[index] ^= 1;
            flipped += 1;
        }
    }
    assert_eq!(flipped, 3409 + 40 + 5 + 57 + 16 + 2835);
    assert!(verify_bundle(&bundle, &policy).is_ok());
}
