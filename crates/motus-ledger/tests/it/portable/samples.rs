//! Documents of our own: they have the bytes they had, satisfy every rule, and reach their level.

use motus_ledger::portable::verify::{Mode, Options, Phase, verify};
use motus_testkit::levels::{self, Schemas};
use motus_testkit::levels::{Value, json};
use motus_testkit::receipts::samples;

use super::support::{bytes, expect_sound, look_at, made, papers, told};

#[test]
fn each_sample_is_sound_and_has_its_digest() {
    for sample in samples() {
        let made = made(&sample.work);
        expect_sound(&made, sample.name);
        let golden = Options { mode: Mode::Strict, golden: Some(sample.golden) };
        let verdict = verify(&bytes(&made.envelope), &golden);
        assert!(verdict.is_valid(), "{}: {}", sample.name, told(&verdict));
        assert_eq!(verdict.document, Some("work-receipt-envelope"));
        assert_eq!(verdict.sha256.as_deref(), Some(sample.golden));
        assert_eq!(verdict.receipt_id, Some(format!("sha256:{}", sample.golden)));
        let reached = levels::level_2(&papers(&made).envelope).is_empty();
        assert_eq!(reached, sample.is_handed_over, "{}", sample.name);
    }
}

#[test]
fn another_digest_than_the_expected_one_is_refused() {
    for mode in [Mode::Normal, Mode::Reference] {
        for golden in ["", "0", &samples()[1].golden.to_uppercase()] {
            let made = made(&samples()[1].work);
            let verdict = verify(&bytes(&made.envelope), &Options { mode, golden: Some(golden) });
            assert_eq!(verdict.failed, Some(Phase::Golden), "{golden}");
            assert!(told(&verdict).contains("golden mismatch"));
        }
    }
}

#[test]
fn the_digest_of_an_export_is_that_of_its_canonical_bytes() {
    let made = made(&samples()[0].work);
    let verdict = look_at(&papers(&made).export, Mode::Strict);
    assert_eq!(verdict.document, Some("store-export"));
    assert_eq!(verdict.sha256.as_deref(), Some(made.export.digest().hex()));
    assert_eq!(verdict.receipt_id, None);
}

/// Makes a hand-off with one thing wrong, sealed again.
fn not_handed_over() -> Vec<(&'static str, Value)> {
    let whole = papers(&made(&samples()[3].work)).envelope;
    let change = |name, change: &dyn Fn(&mut Value)| {
        let mut changed = whole.clone();
        change(&mut changed);
        levels::reseal(&mut changed);
        (name, changed)
    };
    let remove = |value: &mut Value, name: &str| {
        value.as_object_mut().expect("an object").remove(name).expect("it is there");
    };
    vec![
        change("another next actor", &|it| it["route_summary"]["next_actor"]["id"] = json!("x")),
        change("another acceptor", &|it| it["acceptance"]["actor"]["id"] = json!("x")),
        change("no evidence", &|it| it["handoff"]["evidence_refs"] = json!([])),
        change("unknown evidence", &|it| it["handoff"]["evidence_refs"] = json!(["x"])),
        change("no next actor", &|it| remove(&mut it["route_summary"], "next_actor")),
        change("no receiver", &|it| remove(&mut it["handoff"], "receiver")),
    ]
}

#[test]
fn a_hand_off_that_is_not_whole_is_noticed_twice() {
    let schemas = Schemas::printed();
    for (name, envelope) in not_handed_over() {
        assert_eq!(levels::level_0(&envelope, &schemas, None), [""; 0], "{name}");
        assert_ne!(levels::level_2(&envelope), [""; 0], "{name}");
        let verdict = look_at(&envelope, Mode::Strict);
        assert_eq!(verdict.failed, Some(Phase::Findings), "{name}");
        assert!(told(&verdict).contains("handoff"), "{name}: {}", told(&verdict));
        assert!(look_at(&envelope, Mode::Normal).is_valid(), "{name}");
        assert!(look_at(&envelope, Mode::Reference).is_valid(), "{name}");
    }
}
