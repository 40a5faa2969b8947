//! Whole bundles: p19 and p20.

use motus_kernel::policy::Rules;
use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::{Code, verify_bundle};
use proptest::prelude::*;
use proptest::sample::Index;

use super::check::{Outcome, Run, check};
use crate::any;

/// Returns the code of the step that failed.
pub(super) fn code(bundle: &MemoryBundle) -> Option<Code> {
    let report = verify_bundle(bundle, &Rules::published_default());
    report.failures.first().map(|failure| failure.code)
}

/// What is sealed verifies, with the digest that the sealer computed by itself.
pub(super) fn p19(run: &Run) -> Outcome {
    check(run, any::scenario(9), |parts| {
        let report = verify_bundle(&parts.bundle(), &Rules::published_default());
        prop_assert_eq!(&report.failures, &[]);
        prop_assert_eq!(report.warnings, Vec::<String>::new());
        let digest = report.proof_digest.map(|digest| digest.to_string());
        prop_assert_eq!(digest, Some(parts.proof_digest()));
        let events = report.summary.map(|summary| summary.events);
        prop_assert_eq!(events, Some(parts.events.len() as u64));
        Ok(())
    })
}

/// One changed byte of a listed file is found as such.
pub(super) fn p20(run: &Run) -> Outcome {
    let change = (any::<Index>(), any::<Index>(), 1..=u8::MAX);
    check(run, (any::scenario(4), change), |(parts, (file, place, mask))| {
        let mut bundle = parts.bundle();
        let listed = bundle.files.iter_mut();
        let mut listed: Vec<_> =
            listed.filter(|(path, bytes)| *path != "manifest.json" && !bytes.is_empty()).collect();
        let file = file.index(listed.len());
        let (path, bytes) = &mut listed[file];
        let (path, place) = (path.clone(), place.index(bytes.len()));
        bytes[place] ^= mask;
        prop_assert_eq!(code(&bundle), Some(Code::FileHashMismatch), "{}, byte {}", path, place);
        Ok(())
    })
}
