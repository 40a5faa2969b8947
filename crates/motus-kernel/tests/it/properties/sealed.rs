//! Whole bundles: p19, and p20 over generated ones.

use motus_kernel::policy::Rules;
use motus_kernel::verify::{Code, verify_bundle};
use proptest::prelude::*;
use proptest::sample::Index;

use super::{code, config, scenario};

proptest! {
    #![proptest_config(config(150))]

    /// p19: what is sealed verifies, with the digest that the sealer computed by itself.
    #[test]
    fn p19_what_is_sealed_verifies(parts in scenario(9)) {
        let report = verify_bundle(&parts.bundle(), &Rules::published_default());
        prop_assert_eq!(&report.failures, &[]);
        prop_assert_eq!(report.warnings, Vec::<String>::new());
        let digest = report.proof_digest.map(|digest| digest.to_string());
        prop_assert_eq!(digest, Some(parts.proof_digest()));
        let summary = report.summary.expect("it verified");
        prop_assert_eq!(summary.events, parts.events.len() as u64);
    }

    /// p20: one changed byte of a listed file is found as such.
    #[test]
    fn p20_a_changed_byte_is_found(
        parts in scenario(4), file in any::<Index>(), place in any::<Index>(), mask in 1..=u8::MAX,
    ) {
        let mut bundle = parts.bundle();
        bundle.files.retain(|path, bytes| path != "manifest.json" && !bytes.is_empty());
        let path = bundle.files.keys().nth(file.index(bundle.files.len())).expect("a file").clone();
        let mut bundle = parts.bundle();
        let bytes = bundle.files.get_mut(&path).expect("it is there");
        let place = place.index(bytes.len());
        bytes[place] ^= mask;
        prop_assert_eq!(code(&bundle), Some(Code::FileHashMismatch), "{}, byte {}", path, place);
    }
}
