//! Laws of CJ-0.1 over generated values and over bytes that are almost canonical.

use motus_json::canonical::cj;
use motus_json::{Object, ReadOptions, Value};
use proptest::collection::vec;
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => proptest::char::range(' ', '~'),
        1 => proptest::char::range('\0', '\u{1f}'),
        1 => proptest::sample::select(vec!['"', '\\', '\u{7f}', '\u{fffd}', '\u{10000}', 'é']),
        1 => any::<char>(),
    ];
    vec(character, 0..10).prop_map(String::from_iter)
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    scalar.prop_recursive(5, 60, 20, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((text(), inner), 0..20).prop_map(|members| Object::from_iter(members).into()),
        ]
    })
}

/// A canonical text with a few bytes put in, taken out or changed.
fn almost_canonical() -> impl Strategy<Value = Vec<u8>> {
    let byte =
        proptest::sample::select(b"{}[]:,\"\\ \n0123456789-.eEuabfntrABCDEF\x7F\xC3".to_vec());
    let edits = vec((any::<proptest::sample::Index>(), 0..3_u8, byte), 0..3);
    (value(), edits).prop_map(|(value, edits)| {
        let mut bytes = cj::write(&value).expect("the value has a text").into_bytes();
        for (place, kind, byte) in edits {
            let place = place.index(bytes.len() + 1);
            match (kind, place < bytes.len()) {
                (0, true) => bytes[place] = byte,
                (1, true) => drop(bytes.remove(place)),
                _ => bytes.insert(place, byte),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// p01: the text is the same every time, and reads back.
    #[test]
    fn p01_writing_is_deterministic_and_reads_back(value in value()) {
        let text = cj::write(&value).unwrap();
        prop_assert_eq!(cj::write(&value).unwrap(), text.clone());
        prop_assert_eq!(cj::read(text.as_bytes(), &ReadOptions::default()).unwrap(), value);
    }

    /// p02: the order in which members were inserted does not show.
    #[test]
    fn p02_the_order_of_insertion_does_not_show(members in vec((text(), value()), 0..12)) {
        let object: Object = members.into_iter().collect();
        let backwards: Vec<_> = object.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        let backwards: Object = backwards.into_iter().rev().collect();
        prop_assert_eq!(cj::write(&object.into()), cj::write(&backwards.into()));
    }

    #[test]
    fn the_check_agrees_with_writing_again(bytes in almost_canonical()) {
        let options = ReadOptions::default();
        let again = cj::read(&bytes, &options).ok().and_then(|value| cj::write(&value).ok());
        let is_canonical = again.is_some_and(|text| text.as_bytes() == bytes);
        prop_assert_eq!(cj::check(&bytes, &options).is_ok(), is_canonical);
    }

    #[test]
    fn members_make_the_object_again(bytes in almost_canonical()) {
        let options = ReadOptions::default();
        let mut members = Vec::new();
        let checked = cj::check_members(&bytes, &options, &mut members);
        let is_object = bytes.first() == Some(&b'{');
        prop_assert_eq!(checked.is_ok(), is_object && cj::check(&bytes, &options).is_ok());
        if checked.is_ok() {
            let spelled: Vec<String> = members
                .iter()
                .map(|member| format!("\"{}\":{}", member.key, member.value))
                .collect();
            let object = format!("{{{}}}", spelled.join(","));
            prop_assert_eq!(object.as_bytes(), bytes.as_slice());
        }
    }
}
