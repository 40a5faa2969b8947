//! Laws over generated documents and over bytes that are almost documents.

use motus_json::canonical::store;
use motus_json::{Number, Object, ReadOptions, Text, Value, pretty, read};
use proptest::collection::vec;
use proptest::prelude::*;

/// Any UTF-16 units, halves of characters among them.
fn text() -> impl Strategy<Value = Text> {
    let unit = prop_oneof![
        4 => 0x20_u16..0x7F,
        1 => 0_u16..0x20,
        1 => Just(0x22_u16),
        1 => Just(0x5C_u16),
        1 => 0xD7FE_u16..0xE002,
        1 => any::<u16>(),
    ];
    vec(unit, 0..12).prop_map(|units| text_of(&units))
}

fn text_of(units: &[u16]) -> Text {
    let escapes: Vec<String> = units.iter().map(|unit| format!("\\u{unit:04X}")).collect();
    let value = stored(format!("\"{}\"", escapes.concat()).as_bytes()).expect("escapes");
    value.as_text().expect("a string").clone()
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-9_i64..10).prop_map(Value::from),
        "-?[1-9][0-9]{15,40}".prop_map(|digits| stored(digits.as_bytes()).expect("an integer")),
        any::<u64>().prop_map(|bits| Number::float(f64::from_bits(bits)).into()),
        (-1e6..1e6).prop_map(|value: f64| Number::float(value).into()),
        prop_oneof!["NaN", "-?Infinity"].prop_map(|word| stored(word.as_bytes()).expect("a word")),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        text().prop_map(Value::from),
    ];
    scalar.prop_recursive(5, 60, 20, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((text(), inner), 0..20).prop_map(|members| Object::from_iter(members).into()),
        ]
    })
}

/// A document in some spelling, then a few bytes put in, taken out or changed.
fn almost_a_document() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        8 => proptest::sample::select(b"{}[]:,\"\\ \n0123456789-+.eEuabfnrtdDNI/\x7F".to_vec()),
        1 => any::<u8>(),
    ];
    let edits = vec((any::<proptest::sample::Index>(), 0..4_u8, byte), 0..4);
    (value(), any::<bool>(), edits).prop_map(|(value, readable, edits)| {
        let text = if readable { pretty::write(&value) } else { store::write(&value) };
        let mut bytes = text.into_bytes();
        for (place, kind, byte) in edits {
            edit(&mut bytes, place, kind, byte);
        }
        bytes
    })
}

fn edit(bytes: &mut Vec<u8>, place: proptest::sample::Index, kind: u8, byte: u8) {
    let place = place.index(bytes.len() + 1);
    match bytes.get_mut(place) {
        Some(old) if kind == 0 => *old = byte,
        Some(_) if kind == 1 => drop(bytes.remove(place)),
        Some(&mut old) if kind == 2 => bytes.insert(place, old),
        _ => bytes.insert(place, byte),
    }
}

fn stored(bytes: &[u8]) -> Option<Value> {
    read(bytes, &ReadOptions::STORED).ok()
}

/// What the check is meant to be equal to.
fn is_canonical(bytes: &[u8]) -> bool {
    stored(bytes).is_some_and(|value| store::write(&value).as_bytes() == bytes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_back_equal(value in value()) {
        prop_assert_eq!(stored(store::write(&value).as_bytes()), Some(value.clone()));
        prop_assert_eq!(stored(pretty::write(&value).as_bytes()), Some(value));
    }

    #[test]
    fn writing_twice_changes_nothing(value in value()) {
        let once = store::write(&value);
        prop_assert!(once.bytes().all(|byte| (0x20..0x7F).contains(&byte)));
        let twice = store::write(&stored(once.as_bytes()).expect("canonical text"));
        prop_assert_eq!(&once, &twice);
        prop_assert_eq!(store::check(once.as_bytes(), &ReadOptions::STORED), Ok(()));
    }

    #[test]
    fn the_check_agrees_with_writing_again(bytes in almost_a_document()) {
        let checked = store::check(&bytes, &ReadOptions::STORED);
        prop_assert_eq!(checked.is_ok(), is_canonical(&bytes), "{} {:?}", bytes.escape_ascii(), checked);
    }

    #[test]
    fn the_check_agrees_on_any_bytes(bytes in vec(any::<u8>(), 0..12)) {
        let checked = store::check(&bytes, &ReadOptions::STORED);
        prop_assert_eq!(checked.is_ok(), is_canonical(&bytes), "{} {:?}", bytes.escape_ascii(), checked);
    }

    #[test]
    fn errors_point_into_the_input(bytes in almost_a_document()) {
        if let Err(error) = read(&bytes, &ReadOptions::default()) {
            prop_assert!(error.offset() <= bytes.len());
            prop_assert_eq!(error.offset() == bytes.len(), error.code() == "json.truncated");
        }
    }

    #[test]
    fn every_float_survives(bits in any::<u64>()) {
        if let Some(number) = Number::float(f64::from_bits(bits)) {
            let text = store::write(&number.into());
            let back = stored(text.as_bytes()).and_then(|value| value.as_number()?.as_f64());
            prop_assert_eq!(back.map(f64::to_bits), Some(bits), "{}", text);
        }
    }

    #[test]
    fn text_is_ordered_and_kept_by_code_point(left in vec(any::<u16>(), 0..6), right in vec(any::<u16>(), 0..6)) {
        let code_points = |units: &[u16]| -> Vec<u32> {
            let decoded = char::decode_utf16(units.iter().copied());
            decoded.map(|unit| unit.map_or_else(|half| half.unpaired_surrogate().into(), u32::from)).collect()
        };
        let expected = code_points(&left).cmp(&code_points(&right));
        prop_assert_eq!(text_of(&left).cmp(&text_of(&right)), expected);
        prop_assert_eq!(text_of(&left) == text_of(&right), expected.is_eq());
        let lossy = String::from_utf16_lossy(&left);
        prop_assert_eq!(text_of(&left).to_string_lossy().into_owned(), lossy);
    }
}
