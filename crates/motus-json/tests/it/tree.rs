//! Values, objects, numbers and text as a caller builds and asks them.

use motus_json::canonical::store;
use motus_json::{Number, Object, ReadOptions, Text, Value, read};

fn stored(text: &str) -> Value {
    read(text.as_bytes(), &ReadOptions::STORED).expect(text)
}

fn text(literal: &str) -> Text {
    stored(literal).as_text().expect("a string").clone()
}

#[test]
fn values_come_from_ordinary_types() {
    let object = Object::from([
        ("bool", Value::from(true)),
        ("str", "a".into()),
        ("string", String::from("b").into()),
        ("i64", i64::MIN.into()),
        ("u64", u64::MAX.into()),
        ("u32", 7_u32.into()),
        ("i32", (-7_i32).into()),
        ("usize", 9_usize.into()),
        ("strs", vec!["x", "y"].into()),
        ("strings", vec![String::from("z")].into()),
        ("values", vec![Value::Null].into()),
        ("none", None::<&str>.into()),
        ("some", Some(1_u32).into()),
    ]);
    let expected = r#"{"bool":true,"i32":-7,"i64":-9223372036854775808,"none":null,"some":1,"str":"a","string":"b","strings":["z"],"strs":["x","y"],"u32":7,"u64":18446744073709551615,"usize":9,"values":[null]}"#;
    assert_eq!(store::write(&object.into()), expected);
}

#[test]
fn values_answer_only_for_what_they_are() {
    let value = stored(r#"{"s":"x","n":-3,"f":1.0,"b":false,"a":[1],"o":{"k":null}}"#);
    let get = |key| value.get(key).expect(key);
    assert_eq!(get("s").as_str(), Some("x"));
    assert_eq!((get("n").as_i64(), get("n").as_u64()), (Some(-3), None));
    assert_eq!((get("f").as_i64(), get("f").as_u64()), (None, None));
    assert_eq!(get("b").as_bool(), Some(false));
    assert_eq!(get("a").as_array(), Some(&[Value::from(1_i64)][..]));
    assert!(get("o").get("k").is_some_and(Value::is_null));
    assert_eq!(get("a").get("k"), None);
    assert_eq!((get("s").as_bool(), get("s").as_object(), get("o").as_str()), (None, None, None));
}

#[test]
fn numbers_keep_their_class_and_size() {
    let number = |literal| stored(literal).as_number().expect("a number").clone();
    assert_ne!(number("1"), number("1.0"));
    assert_ne!(number("0.0"), number("-0.0"));
    assert_eq!(number("-0"), number("0"));
    assert_eq!(number("1e2"), number("100.0"));
    assert_eq!(number("NaN"), number("NaN"));
    assert!(number("1").is_integer() && !number("1").is_float());
    assert!(number("1.0").is_float() && number("Infinity").is_float());
    assert_eq!(number("18446744073709551615").as_u64(), Some(u64::MAX));
    assert_eq!(number("18446744073709551615").as_i64(), None);
    assert_eq!(number("18446744073709551616").as_u64(), None);
    assert_eq!(number("9223372036854775807"), Number::from(i64::MAX as u64));
    assert_eq!(
        number("123456789012345678901234567890").to_string(),
        "123456789012345678901234567890"
    );
    assert_eq!(Number::float(1.5).and_then(|number| number.as_f64()), Some(1.5));
    assert_eq!((Number::float(f64::NAN), Number::float(f64::INFINITY)), (None, None));
}

#[test]
fn objects_keep_the_order_of_insertion_and_one_of_each_key() {
    let mut object = Object::from([("b", 1), ("a", 2), ("b", 3)]);
    let keys = |object: &Object| object.iter().map(|(key, _)| key.to_string()).collect::<String>();
    assert_eq!((object.len(), keys(&object).as_str()), (2, "ba"));
    assert_eq!(object.insert("c", "x"), None);
    assert_eq!(object.insert("b", Value::Null), Some(3.into()));
    assert_eq!(keys(&object), "bac");
    assert_eq!(object.remove("b"), Some(Value::Null));
    assert_eq!(object.remove("b"), None);
    assert_eq!(object.insert("b", 4), None);
    assert_eq!(keys(&object), "acb");
    assert!(object.contains_key("a") && !object.contains_key("d") && !object.is_empty());
    assert_eq!(object, Object::from([("b", Value::from(4)), ("c", "x".into()), ("a", 2.into())]));
    assert_ne!(object, Object::from([("b", 4), ("c", 5), ("a", 2)]));
}

#[test]
fn large_objects_find_every_key_after_every_change() {
    let name = |number: usize| format!("key {number}");
    let mut object: Object = (0..200).map(|number| (name(number), number)).collect();
    for removed in (0..200).step_by(3) {
        assert_eq!(object.remove(&name(removed)), Some(removed.into()));
    }
    for number in 0..200 {
        let expected = (number % 3 != 0).then(|| Value::from(number));
        assert_eq!(object.get(&name(number)), expected.as_ref(), "{number}");
    }
    for number in 0..200 {
        assert_eq!(object.insert(name(number), 0).is_some(), number % 3 != 0);
    }
    assert_eq!(object.len(), 200);
}

#[test]
fn text_keeps_lone_surrogates_and_joins_pairs() {
    let half = text(r#""a\ud800b""#);
    assert_eq!(half.as_str(), None);
    assert_eq!(half.to_string_lossy(), "a\u{FFFD}b");
    assert_ne!(half, text(r#""a\ud801b""#));
    let whole = text(r#""\ud83d\ude00""#);
    assert_eq!(whole, "😀");
    assert_eq!(whole.as_str(), Some("😀"));
    assert_eq!(text(r#""\ud800\ud83d\ude00""#).to_string_lossy(), "\u{FFFD}😀");
    assert_eq!(format!("{half:?}"), r#""a\ud800b""#);
}

#[test]
fn text_is_ordered_by_code_point() {
    let ascending = [
        r#""""#,
        r#""a""#,
        r#""aa""#,
        r#""\ud7ff""#,
        r#""\ud800""#,
        r#""\udfff""#,
        r#""\ue000""#,
        r#""\uffff""#,
        r#""\ud800\udc00""#,
        r#""\udbff\udfff""#,
    ];
    for pair in ascending.windows(2) {
        assert!(text(pair[0]) < text(pair[1]), "{pair:?}");
    }
}

#[test]
fn a_key_with_a_lone_surrogate_is_a_member_like_any_other() {
    let value = stored(r#"{"\udc00":1,"x":2}"#);
    assert_eq!(value, stored(r#"{"x":2,"\udc00":1}"#));
    assert_ne!(value, stored(r#"{"x":2,"\udc01":1}"#));
    assert_eq!(value.get("\u{FFFD}"), None);
    let object = value.as_object().expect("an object");
    assert_eq!(object.get_text(&text(r#""\udc00""#)), Some(&1.into()));
    assert_eq!(object.get_text(&text(r#""\udc01""#)), None);
    assert_eq!(object.get_text(&"x".into()), Some(&2.into()));
}

#[test]
fn sorting_reaches_every_depth() {
    let value = stored(r#"{"b":[{"d":1,"c":2}],"a":{"\uff21":1,"\ud83d\ude00":2,"Z":3}}"#);
    let sorted = motus_json::pretty::write(&value.clone().sorted());
    let order: Vec<usize> = ["\"a\"", "\"Z\"", "\"\u{ff21}\"", "\"😀\"", "\"b\"", "\"c\"", "\"d\""]
        .iter()
        .filter_map(|key| sorted.find(key))
        .collect();
    assert_eq!(order.len(), 7);
    assert!(order.is_sorted(), "{sorted}");
    assert_eq!(value.clone().sorted(), value);
}
