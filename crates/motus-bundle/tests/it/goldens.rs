//! The published bundles verify, with the digests that the specification prints.

use motus_testkit::goldens;
use motus_testkit::harness::{Scratch, capture, skip};

use crate::scene::{PROGRAM, golden};

#[test]
fn the_command_verifies_the_published_bundles() {
    let scratch = Scratch::new();
    for (name, digest) in goldens::PUBLISHED {
        let bundle = match golden(name) {
            Ok(bundle) => bundle,
            Err(why) => return skip("goldens::the_command_verifies_the_published_bundles", &why),
        };
        let found = capture(scratch.command(PROGRAM).arg(&bundle)).expect_success().stdout_text();
        assert_eq!(found.lines().next(), Some(format!("VERIFIED {digest}").as_str()), "{name}");
        assert!(!found.contains("WARNING"), "{found}");
        let mut expecting = scratch.command(PROGRAM);
        let found = capture(expecting.args(["--json", "--expect", digest]).arg(&bundle));
        let text = found.expect_success().stdout_text();
        assert!(text.contains(&format!("\"proof_digest\": \"{digest}\"")), "{text}");
        assert!(text.starts_with("{\n  \"ok\": true,\n"), "{text}");
    }
}
