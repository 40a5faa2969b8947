//! Durations as a manifest or a flag spells them; it knows no calendar and refuses nothing.

use motus_json::Value;

/// Reads a duration of a manifest.
///
/// Shape: an integer, a text of digits, or a text that [`parse`] reads; anything else, also what is
/// negative or too large, reads as no value. Units: seconds. Source: textus/3 §5.11.
pub fn seconds(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => parse(text.as_str()?),
        _ => None,
    }
}

/// Reads `90`, `90s`, `15 m`, `12h` or `30d`.
///
/// Shape: ASCII digits, blanks, at most one unit; nothing before or after. Units: seconds.
pub fn parse(text: &str) -> Option<u64> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(end)?;
    let count: u64 = digits.parse().ok()?;
    if rest.is_empty() {
        return Some(count);
    }
    count.checked_mul(unit(rest.trim_start_matches([' ', '\t']))?)
}

/// Returns how many seconds a unit has.
fn unit(name: &str) -> Option<u64> {
    match name {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3_600),
        "d" => Some(86_400),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_count_has_at_most_one_unit() {
        let good = [
            ("0", 0),
            ("90", 90),
            ("007", 7),
            ("30s", 30),
            ("90m", 5_400),
            ("12h", 43_200),
            ("30d", 2_592_000),
            ("6 h", 21_600),
            ("6 \t h", 21_600),
            ("18446744073709551615", u64::MAX),
        ];
        for (text, expected) in good {
            assert_eq!(parse(text), Some(expected), "{text:?}");
        }
        let bad = [
            "",
            " ",
            "h",
            "-1",
            "+1",
            "1.5h",
            "1e3",
            "1 ",
            " 1",
            "1h ",
            "1H",
            "1w",
            "1hm",
            "1 h m",
            "1h30m",
            "٣",
            "1\nh",
            "forever",
            "18446744073709551616",
            "213503982334602d",
        ];
        for text in bad {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn only_whole_numbers_and_texts_are_durations() {
        assert_eq!(seconds(&60.into()), Some(60));
        assert_eq!(seconds(&"2m".into()), Some(120));
        let float = motus_json::Number::float(1.5).unwrap();
        for value in [Value::Null, true.into(), (-1).into(), float.into(), Value::from(["1h"])] {
            assert_eq!(seconds(&value), None, "{value:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not(text in "[0-9]{0,22}[ \t]{0,2}[smhdx]?|\\PC*") {
            if let Some(seconds) = parse(&text) {
                prop_assert!(text.starts_with(|first: char| first.is_ascii_digit()));
                prop_assert_eq!(parse(&seconds.to_string()), Some(seconds));
            }
        }

        #[test]
        fn a_unit_multiplies(count in any::<u64>(), blanks in "[ \t]{0,3}") {
            for (unit, factor) in [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)] {
                let read = parse(&format!("{count}{blanks}{unit}"));
                prop_assert_eq!(read, count.checked_mul(factor));
            }
        }
    }
}
