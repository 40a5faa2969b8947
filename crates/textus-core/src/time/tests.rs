//! Moments, their spellings, and texts that are none.

use proptest::prelude::*;

use super::*;

/// Texts of which some are times.
const TIMES: &str = concat!(
    "20[0-9]{2}-[01]?[0-9]-[0-3]?[0-9]",
    "([Tt ][0-2]?[0-9]:[0-5][0-9](:[0-6][0-9](\\.[0-9]{0,9})?)?",
    "( ?([Zz]|UTC|[+-][0-2]?[0-9](:?[0-5][0-9])?))?)?"
);

fn seconds(text: &str) -> Option<i64> {
    Utc::parse(text).map(Utc::seconds)
}

#[test]
fn moments_are_spelled_in_whole_seconds_with_z() {
    assert_eq!(Utc::from_seconds(0).to_string(), "1970-01-01T00:00:00Z");
    assert_eq!(Utc::from_seconds(1_767_323_045).to_string(), "2026-01-02T03:04:05Z");
    assert_eq!(Utc::from_nanoseconds(1_999_999_999).to_string(), "1970-01-01T00:00:01Z");
    assert_eq!(Utc::from_nanoseconds(-1).to_string(), "1969-12-31T23:59:59Z");
}

#[test]
fn what_lies_outside_the_years_is_the_nearest_inside() {
    assert_eq!(Utc::from_seconds(i64::MAX).to_string(), "9999-12-30T22:00:00Z");
    assert_eq!(Utc::from_seconds(i64::MIN).to_string(), "0000-01-01T00:00:00Z");
    assert_eq!(Utc::from_nanoseconds(i128::MAX), Utc::from_seconds(i64::MAX));
    assert_eq!(Utc::from_nanoseconds(i128::MIN), Utc::from_seconds(i64::MIN));
    assert_eq!(Utc::from_seconds(5).plus(u64::MAX), Utc::from_seconds(i64::MAX));
    assert_eq!(Utc::from_seconds(5).minus(u64::MAX), Utc::from_seconds(i64::MIN));
    assert_eq!(seconds("9999-12-31T23:59:59Z"), Some(LAST));
    assert_eq!(seconds("9999-12-31T23:59:59-23:59"), Some(LAST));
    assert_eq!(seconds("0000-01-01T00:00:00+23:59"), Some(FIRST));
}

#[test]
fn iso_and_yaml_forms_mean_the_same_moment() {
    for text in [
        "2026-01-02T03:04:05Z",
        "2026-01-02t03:04:05z",
        "2026-01-02T03:04:05",
        "2026-01-02 03:04:05 UTC",
        "2026-01-02 03:04:05",
        "2026-1-2  3:04:05.999",
        "2026-01-02T03:04:05.5Z",
        "2026-01-02T05:04:05+02:00",
        "2026-01-02 05:04:05 +2",
        "2026-01-01T21:34:05-0530",
        "2026-01-02T03:04:05.Z",
    ] {
        assert_eq!(seconds(text), Some(1_767_323_045), "{text}");
    }
    assert_eq!(seconds("2026-01-02"), Some(1_767_312_000));
    assert_eq!(seconds("2026-01-02T03:04Z"), Some(1_767_323_040));
    assert_eq!(seconds("2016-12-31T23:59:60Z"), seconds("2016-12-31T23:59:59Z"));
    assert_eq!(seconds("2024-02-29"), Some(1_709_164_800));
}

#[test]
fn what_is_no_date_or_time_is_none() {
    for text in [
        "",
        "yesterday",
        "2026",
        "2026-01",
        "26-01-02",
        "2026-13-01",
        "2026-02-29",
        "2026-01-02T",
        "2026-01-02T3",
        "2026-01-02T24:00:00Z",
        "2026-01-02T03:60Z",
        "2026-01-02T03:04:61Z",
        "2026-01-02X03:04:05Z",
        "2026-01-02T03:04:05ZZ",
        "2026-01-02T03:04:05+24:00",
        "2026-01-02T03:04:05+01:60",
        "2026-01-02T03:04:05+01:",
        "2026-01-02T03:04:05+",
        " 2026-01-02",
        "2026-01-02 ",
        "2026-01-0２",
        "12026-01-02",
    ] {
        assert_eq!(seconds(text), None, "{text}");
    }
}

#[test]
fn a_span_before_now_is_a_number_and_a_unit() {
    let now = Utc::from_seconds(1_000_000);
    let since = |text: &str| Utc::parse_since(text, now).map(Utc::seconds);
    assert_eq!(since("30s"), Some(999_970));
    assert_eq!(since(" 2m "), Some(999_880));
    assert_eq!(since("1h"), Some(996_400));
    assert_eq!(since("1d"), Some(913_600));
    assert_eq!(since("99999999999999d"), Some(FIRST));
    assert_eq!(since("1970-01-02"), Some(86_400));
    for text in ["", "h", "1", "1w", "-1h", "1.5h", "+1h", "1hh", "soon"] {
        assert_eq!(since(text), None, "{text}");
    }
}

#[test]
fn unquoted_times_are_told_as_rfc_3339() {
    let told = |text| rfc3339(text).unwrap();
    assert_eq!(told("2026-01-02"), "2026-01-02");
    assert_eq!(told("2026-01-02 03:04:05"), "2026-01-02T03:04:05Z");
    assert_eq!(told("2026-01-02 03:04:05 UTC"), "2026-01-02T03:04:05Z");
    assert_eq!(told("2001-12-14t21:59:43.10-05:00"), "2001-12-14T21:59:43.10-05:00");
    assert_eq!(told("2001-12-14 21:59:43.10 -5"), "2001-12-14T21:59:43.10-05:00");
    assert_eq!(told("2001-1-4 1:59:43 +5:30"), "2001-01-04T01:59:43+05:30");
    assert_eq!(rfc3339("noon"), None);
}

#[test]
fn ages_are_never_negative() {
    let (earlier, later) = (Utc::from_seconds(-5), Utc::from_seconds(60));
    assert_eq!(earlier.age_at(later), 65);
    assert_eq!(later.age_at(earlier), 0);
}

proptest! {
    #[test]
    fn what_is_spelled_reads_back(seconds in FIRST..=LAST) {
        let moment = Utc::from_seconds(seconds);
        let text = moment.to_string();
        prop_assert_eq!(text.len(), 20);
        prop_assert_eq!(Utc::parse(&text), Some(moment));
        prop_assert_eq!(rfc3339(&text), Some(text));
    }

    #[test]
    fn order_of_text_is_order_of_time(left in FIRST..=LAST, right in FIRST..=LAST) {
        let (left, right) = (Utc::from_seconds(left), Utc::from_seconds(right));
        prop_assert_eq!(left.to_string().cmp(&right.to_string()), left.cmp(&right));
    }

    #[test]
    fn any_text_reads_without_a_panic(text in "\\PC{0,30}") {
        let _ = (Utc::parse(&text), Utc::parse_since(&text, Utc::from_seconds(0)));
    }

    #[test]
    fn what_looks_like_a_time_keeps_its_meaning_as_rfc_3339(text in TIMES) {
        if let Some(told) = rfc3339(&text) {
            prop_assert_eq!(Utc::parse(&told), Utc::parse(&text));
        }
    }

    #[test]
    fn what_yaml_takes_for_a_time_is_one_here(text in TIMES) {
        if crate::yaml::read(&text).is_ok_and(|tree| !tree.times.is_empty()) {
            prop_assert!(rfc3339(&text).is_some(), "{}", text);
        }
    }
}
