//! The form of one line: members as inserted, nothing between tokens. Never hashed.
//!
//! For envelopes and logs whose members have a told order. A line may end on a terminal, so that all
//! control characters are escaped, not only those that JSON demands.

use std::convert::Infallible;

use crate::Value;
use crate::escape::escape_all;
use crate::write::{self, Form, Layout};

/// Returns the value as one line without a newline at the end.
///
/// Shape: `,` and `:` without white space, `{}` and `[]` when empty. Quotes, backslashes, the controls
/// U+0000..U+001F and U+007F..U+009F and lone surrogates are escaped, and nothing else. Numbers as in
/// [`canonical::store`](crate::canonical::store).
pub fn write(value: &Value) -> String {
    let mut out = String::with_capacity(256);
    let Ok(()) = write::value::<Compact>(value, &mut out);
    // Outside strings there is nothing but printable ASCII, so that every control stands inside one.
    escape_all(out, char::is_control)
}

struct Compact;

impl Form for Compact {
    type Refusal = Infallible;
    const ASCII: bool = false;
    const LAYOUT: Layout = Layout::Compact;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::write;
    use crate::{ReadOptions, Value, read};

    /// Checks that a line is written back as it was read.
    fn check(line: &str) {
        let value = read(line.as_bytes(), &ReadOptions::default()).unwrap();
        assert_eq!(write(&value), line);
    }

    #[test]
    fn members_keep_their_order_and_nothing_stands_between_tokens() {
        check(r#"{"z":1,"a":[true,null,{}],"m":{"y":[],"b":-1.5}}"#);
        check("[]");
        check(r#""""#);
        check(r#"{"":{"":""}}"#);
    }

    #[test]
    fn text_stands_for_itself_but_for_controls() {
        check("\"é 😀 </a>&'\u{2028}\"");
        check(r#""\"\\\b\f\n\r\t\u0000\u001b\u007f\u0080\u009b\u009f""#);
        check("\"\u{a0}\u{200d}\u{202e}\"");
        check(r#""\ud800""#);
        let line = write(&Value::from("a/b\u{9b}31m"));
        assert_eq!(line, r#""a/b\u009b31m""#);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        scalar.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                prop::collection::vec((any::<String>(), inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_line_reads_back_in_the_same_order(value in any_value()) {
            let line = write(&value);
            prop_assert!(!line.contains(char::is_control));
            let read = read(line.as_bytes(), &ReadOptions::default()).unwrap();
            prop_assert_eq!(write(&read), line);
            prop_assert_eq!(read, value);
        }
    }
}
