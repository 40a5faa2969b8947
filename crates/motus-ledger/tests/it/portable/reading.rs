//! From bytes to a document: what is refused before anything is believed.

use motus_ledger::portable::verify::{EXPORT_BYTES, Mode, Phase, RECEIPT_BYTES};
use motus_testkit::receipts::samples;
use proptest::prelude::*;

use super::support::{bytes, look, made, told};

fn receipt() -> String {
    String::from_utf8(bytes(&made(&samples()[0].work).envelope)).expect("UTF-8")
}

#[track_caller]
fn check(text: impl AsRef<[u8]>, expected: &str) {
    for mode in [Mode::Normal, Mode::Strict] {
        let verdict = look(text.as_ref(), mode);
        assert_eq!(verdict.failed, Some(Phase::Reading));
        assert!(told(&verdict).contains(expected), "{}", told(&verdict));
        assert_eq!((verdict.document, verdict.receipt_id), (None, None));
    }
}

#[test]
fn a_receipt_that_was_cut_is_refused() {
    let whole = receipt();
    for length in (0..whole.trim_end().len()).step_by(7) {
        check(&whole[..whole.floor_char_boundary(length)], "");
    }
}

#[test]
fn what_two_readers_could_take_differently_is_refused() {
    let whole = receipt();
    let twice = whole.replacen('{', r#"{"run_id":"x","#, 1);
    check(&twice, "duplicate key");
    check(format!("\u{feff}{whole}"), "byte order mark");
    check(whole.replacen("\"redaction\"", "\"x\": NaN, \"redaction\"", 1), "not finite");
    check(whole.replace("T-1", "T-\u{1}"), "control character");
    check(format!("{whole}{{}}"), "after the document");
    let mut broken = whole.clone().into_bytes();
    broken[30] = 0xff;
    check(broken, "not UTF-8");
    assert!(look(twice.as_bytes(), Mode::Reference).is_valid());
}

#[test]
fn a_document_has_bounds() {
    let deep = |levels: usize| {
        let nested = "[".repeat(levels) + &"]".repeat(levels);
        receipt().replacen('{', &format!(r#"{{"signatures_optional":[{{"x":{nested}}}],"#), 1)
    };
    check(deep(62), "deeper than 64");
    assert_eq!(look(deep(61).as_bytes(), Mode::Normal).failed, Some(Phase::Seal));
    let long = receipt() + &" ".repeat(RECEIPT_BYTES);
    check(&long, "longer than 8388608 bytes");
    assert!(look(long.as_bytes(), Mode::Reference).is_valid());
    let export = bytes(&made(&samples()[0].work).export.to_object());
    let long = [export.as_slice(), &b" ".repeat(RECEIPT_BYTES)].concat();
    assert!(look(&long, Mode::Strict).is_valid());
    check(b" ".repeat(EXPORT_BYTES + 1), "longer than 67108864 bytes");
}

#[test]
fn half_a_character_has_no_seal() {
    let text = receipt().replacen("\"T-1\"", r#""\ud800""#, 1);
    for mode in [Mode::Normal, Mode::Strict, Mode::Reference] {
        let verdict = look(text.as_bytes(), mode);
        assert_eq!(verdict.failed, Some(Phase::Seal));
        assert!(told(&verdict).contains("lone surrogate"), "{}", told(&verdict));
    }
}

#[test]
fn what_is_no_receipt_at_all_is_told_so() {
    for text in ["null", "[]", "7", "{}", "\"x\""] {
        for mode in [Mode::Normal, Mode::Reference] {
            let verdict = look(text.as_bytes(), mode);
            assert_eq!(verdict.failed, Some(Phase::Shape), "{text}");
            assert!(told(&verdict).starts_with("<root>: "), "{}", told(&verdict));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None, cases: 512, ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes_get_a_verdict(bytes in any::<Vec<u8>>(), text in r#"[\[\]{}\\":,0-9eEtrufalsn -]{0,24}"#) {
        for mode in [Mode::Normal, Mode::Strict, Mode::Reference] {
            prop_assert!(!look(&bytes, mode).is_valid());
            prop_assert!(!look(text.as_bytes(), mode).is_valid());
        }
    }

    /// A bit that fell over is noticed, wherever it stands.
    #[test]
    fn a_receipt_with_another_bit_is_not_the_same(place in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut bytes = receipt().into_bytes();
        let whole = look(&bytes, Mode::Strict);
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let changed = look(&bytes, Mode::Strict);
        // White space says nothing, and neither does the case of a letter in an escape.
        prop_assert!(!changed.is_valid() || changed.receipt_id == whole.receipt_id);
        if changed.is_valid() {
            prop_assert!(bytes[place].is_ascii_whitespace(), "{:?}", bytes[place]);
        }
    }
}

#[test]
fn what_refers_to_its_store_is_told_as_that() {
    for (text, name) in [
        (
            r#"{"schema_version":"motus.receipt.projection.v1","run_id":"r","status":"closed"}"#,
            "motus.receipt.projection.v1",
        ),
        (r#"{"events":[],"run":{"id":"r"}}"#, "an export of a run"),
    ] {
        let verdict = look(text.as_bytes(), Mode::Normal);
        assert_eq!(verdict.failed, Some(Phase::Shape));
        assert_eq!(
            told(&verdict),
            format!(
                "<root>: {name} refers to its Store; make one that travels with \
                 `motus receipt RUN --format envelope`"
            )
        );
        assert!(look(text.as_bytes(), Mode::Reference).faults.len() > 1);
    }
    assert!(look(br#"{"run":1,"events":[]}"#, Mode::Normal).faults.len() > 1);
}
