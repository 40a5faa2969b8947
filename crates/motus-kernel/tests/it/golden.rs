//! The published bundles verify, with the digests that the specification prints.

use motus_kernel::policy::Rules;
use motus_kernel::verify::verify_bundle;
use motus_testkit::goldens;
use motus_testkit::harness::{fixtures, skip};

#[test]
fn the_published_bundles_have_the_printed_digests() {
    let fixtures = match fixtures() {
        Ok(fixtures) => fixtures,
        Err(why) => return skip("golden::the_published_bundles_have_the_printed_digests", &why),
    };
    for (name, digest) in goldens::PUBLISHED {
        let bundle = goldens::read(&fixtures, name).expect("the bundle can be read");
        let report = verify_bundle(&bundle, &Rules::published_default());
        assert_eq!(report.failures, [], "{name}");
        assert_eq!(report.warnings, Vec::<String>::new(), "{name}");
        assert_eq!(report.proof_digest.map(|digest| digest.to_string()).as_deref(), Some(digest));
    }
}
