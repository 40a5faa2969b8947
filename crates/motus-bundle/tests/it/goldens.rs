//! The published bundles verify, with the digests that the specification prints.

use motus_testkit::harness::{Scratch, capture, skip};

use crate::scene::{PROGRAM, golden};

/// MOTUS-SPEC-V0.1 §8.
const PUBLISHED: [(&str, &str); 10] = [
    ("basic_edit", "11a092438552f1455bf9590a00e428b7a13b676cc87350a6d8d749e7aa34f29b"),
    ("verify_fail_backtrack", "a06657caf89502e8cafd4966bb170e5d898e8ffa2e9a7ce65f5dc0fb28673b8c"),
    (
        "parallel_children/parent",
        "9ca6104ddcb2c71354aed35faac67380d14f6b598cdc2d89c4a4ab3a50ce40e9",
    ),
    (
        "parallel_children/child_1",
        "0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53",
    ),
    (
        "parallel_children/child_2",
        "e119b01f3209cb889804acd1957e667f005c6b33556c5e7429fea25c118b85fd",
    ),
    (
        "parallel_children/child_3",
        "7fc9ac4bbc6b17cf201aa732ad82149b492bd3c6ffcbd1c2fa16f10a26235595",
    ),
    ("effect_compression", "4e6fb94d48b93c247f3df91c293e0d16b209ef368efb86c4fb7df36d580bf7d2"),
    ("hitl_checkpoint", "f3d2f2d2321364f2452ea88f3c4e07d710ac4085c0b29b3d75cac764eee417af"),
    ("strategy_applied", "e04ce0f769a205f3629ee749d9a1733b06e624be9b1ac70b1082cdded75baf05"),
    ("tiered_recovery", "ab9ed30161d036d051bd91a940e2bd8404781688e3745fb496172330b2ff67a9"),
];

#[test]
fn the_command_verifies_the_published_bundles() {
    let scratch = Scratch::new();
    for (name, digest) in PUBLISHED {
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
