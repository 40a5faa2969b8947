//! The form of portable receipts: what an envelope and its companions are hashed over.
//!
//! Source: Work Receipt Envelope v0.1, `json.sorted.compact.v0`.
//!
//! - UTF-8; only `"`, `\` and controls below U+0020 are escaped: `\b \f \n \r \t`, otherwise `\u00xx` in
//!   lower case. Everything else stands for itself.
//! - Members sorted by the code points of their keys; `,` and `:` without white space.
//! - Numbers as the Store form has them. What Motus writes holds no floats: implementations of this form
//!   disagree about them.
//! - A lone surrogate has no bytes in this form.

use crate::Value;
use crate::write::{self, Form, Layout};

/// A string holds half of a character, which has no UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a lone surrogate has no canonical text")]
pub struct LoneSurrogate;

impl LoneSurrogate {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        "json.lone_surrogate"
    }
}

/// Returns the canonical text of a value.
///
/// Errors: a lone surrogate anywhere in it.
pub fn write(value: &Value) -> Result<String, LoneSurrogate> {
    let mut out = String::with_capacity(256);
    write::value::<Envelope>(value, &mut out)?;
    Ok(out)
}

struct Envelope;

impl Form for Envelope {
    type Refusal = LoneSurrogate;
    const ASCII: bool = false;
    const LAYOUT: Layout = Layout::Canonical;

    fn lone_surrogate(_: u16, _: &mut String) -> Result<(), LoneSurrogate> {
        Err(LoneSurrogate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReadOptions, read};

    fn rewritten(text: &str) -> Result<String, LoneSurrogate> {
        write(&read(text.as_bytes(), &ReadOptions::default()).expect("the text is JSON"))
    }

    #[test]
    fn characters_stand_for_themselves_and_keys_are_sorted() {
        let text =
            r#"{"é":"/\u007f\u2028\ud83d\ude00","\ud83d\ude00":1,"\uff61":2,"a":"\u0001\n\""}"#;
        assert_eq!(
            rewritten(text).as_deref(),
            Ok("{\"a\":\"\\u0001\\n\\\"\",\"é\":\"/\u{7f}\u{2028}😀\",\"\u{ff61}\":2,\"😀\":1}")
        );
    }

    #[test]
    fn numbers_are_those_of_the_store_form() {
        assert_eq!(
            rewritten("[1.0,1e16,123456789012345678901]").as_deref(),
            Ok("[1.0,1e+16,123456789012345678901]")
        );
    }

    #[test]
    fn half_a_character_is_refused() {
        assert_eq!(rewritten(r#"["\ud800"]"#), Err(LoneSurrogate));
        assert_eq!(rewritten(r#"{"\udc00":1}"#), Err(LoneSurrogate));
    }
}
