//! The table of plain scalars.

use motus_json::{Number, ReadOptions, Value};

use super::{Plain, looks_like_time, resolve};

fn number(json: &str) -> Plain {
    match motus_json::read(json.as_bytes(), &ReadOptions::default()).unwrap() {
        Value::Number(number) => Plain::Number(number),
        other => panic!("{other:?}"),
    }
}

#[test]
fn words_have_three_cases() {
    for text in ["true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"] {
        assert_eq!(resolve(text), Plain::Bool(true), "{text}");
    }
    for text in ["false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"] {
        assert_eq!(resolve(text), Plain::Bool(false), "{text}");
    }
    for text in ["", "~", "null", "Null", "NULL"] {
        assert_eq!(resolve(text), Plain::Null, "{text}");
    }
    for text in ["y", "Y", "n", "N", "tRUE", "yEs", "oN", "nULL", "NUll", "truely", "nil", "é"] {
        assert_eq!(resolve(text), Plain::Text, "{text}");
    }
}

#[test]
fn integers_are_those_of_yaml_1_1() {
    for (text, json) in [
        ("0", "0"),
        ("-0", "0"),
        ("+7", "7"),
        ("-12", "-12"),
        ("1_000", "1000"),
        ("1,000,000", "1000000"),
        ("012", "10"),
        ("-012", "-10"),
        ("0_7", "7"),
        ("0x1f", "31"),
        ("-0x1F", "-31"),
        ("0b101", "5"),
        ("0b1_0", "2"),
        ("12:30", "45000"),
        ("1:2:3", "3723"),
        ("-12:30", "-45000"),
        ("9223372036854775808", "9223372036854775808"),
        ("18446744073709551616", "18446744073709551616"),
        ("-9999999999999999999999", "-9999999999999999999999"),
        ("0xffffffffffffffffffff", "1208925819614629174706175"),
    ] {
        assert_eq!(resolve(text), number(json), "{text}");
    }
}

#[test]
fn floats_need_a_point_and_a_sign_of_the_exponent() {
    for (text, json) in [
        ("1.5", "1.5"),
        ("1.", "1.0"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("1.0e+20", "1e20"),
        ("1.5E-3", "0.0015"),
        ("1_000.25", "1000.25"),
        ("-0.0", "-0.0"),
    ] {
        assert_eq!(resolve(text), number(json), "{text}");
    }
    assert_eq!(resolve("3.0"), Plain::Number(Number::float(3.0).unwrap()));
}

#[test]
fn what_only_resembles_a_number_is_text() {
    for text in [
        "1e10",
        "1.5e3",
        "12e4567890123456",
        "1.2.3",
        "1_",
        "1,",
        "_1",
        "1__0",
        "0x",
        "0b2",
        "0o17",
        "09",
        "0x1g",
        "-",
        "+",
        ".",
        "-.",
        "1-2",
        "1:60",
        "1:2:3:4",
        "00:11:22:33:44:55",
        "12:",
        ":",
        "12:30.5",
        "1 000",
        "--1",
        "1.5e+",
        "1.e",
        "..5",
        "c2dc",
        "0123456789abcdef",
        "1.2_3",
    ] {
        assert_eq!(resolve(text), Plain::Text, "{text}");
    }
}

#[test]
fn dates_and_times_are_those_that_exist() {
    for text in [
        "2026-01-02",
        "2026-1-2",
        "2024-02-29",
        "2026-01-02T03:04:05Z",
        "2026-01-02t03:04:05.678+01:00",
        "2026-01-02 3:04:05",
        "2026-01-02 03:04:05 Z",
        "2026-01-02 03:04:05 -0500",
        "2026-01-02 03:04:05 +1",
    ] {
        assert_eq!(resolve(text), Plain::Time, "{text}");
    }
    for text in [
        "2026-13-01",
        "2026-00-01",
        "2026-02-30",
        "2025-02-29",
        "2026-01-02T",
        "2026-01-02T25:00:00Z",
        "2026-01-02T03:04",
        "2026-01-02x",
        "2026-01-02T03:04:05ZZ",
        "2026-01-02T03:04:05+",
        "26-01-02",
        "2026-001-02",
        "20260102T030405Z",
        "2026-01-02 03:04:05 +25:00",
    ] {
        assert_eq!(resolve(text), Plain::Text, "{text}");
    }
    assert!(looks_like_time("2026-02-30") && !looks_like_time("2026-02-30 a"));
}

#[test]
fn what_cannot_be_kept_is_refused() {
    let long = format!("0x{}", "f".repeat(33));
    let huge = format!("{}:10", "9".repeat(40));
    for text in [
        ".inf",
        ".Inf",
        "+.INF",
        "-.inf",
        ".nan",
        ".NaN",
        ".NAN",
        "1.0e+400",
        "-1.0e+400",
        ":sym",
        "::",
        ":8080",
        &long,
        &huge,
    ] {
        assert!(matches!(resolve(text), Plain::Refused(_)), "{text}: {:?}", resolve(text));
    }
}
