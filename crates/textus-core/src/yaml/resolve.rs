//! What a plain scalar means: the types of YAML 1.1.
//!
//! Only text without quotes comes here; quoted text is always a string. The words, numbers and
//! times are those of YAML 1.1, narrowed so that a uid or a version never turns into a number: a
//! float needs a point, and its exponent a sign; separators stand between two digits.

mod number;
mod time;

use motus_json::Number;

pub(super) use time::looks_like_time;

/// What a plain scalar stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Plain {
    /// Empty, `~` or a spelling of null.
    Null,
    /// A truth value, also as yes, no, on or off.
    Bool(bool),
    /// An integer or a float.
    Number(Number),
    /// A date or a time; its value is its source text.
    Time,
    /// Any other text, which is itself.
    Text,
    /// What the wire cannot hold or a safe reader does not take, and why.
    Refused(String),
}

/// Decides what a plain scalar means.
///
/// Shape: booleans and nulls in lower case, Capitalised and UPPER CASE; `y` and `n` are text. Cost:
/// linear.
pub(super) fn resolve(text: &str) -> Plain {
    if let Some(word) = word(text) {
        return word;
    }
    let Some(first) = text.bytes().next() else {
        return Plain::Null;
    };
    match first {
        b':' if text.len() > 1 => Plain::Refused("symbols are not allowed; quote the text".into()),
        b'0'..=b'9' | b'+' | b'-' | b'.' => {
            if time::is_time(text) {
                return Plain::Time;
            }
            number::resolve(text).unwrap_or(Plain::Text)
        }
        _ => Plain::Text,
    }
}

/// Resolves the words, each in the three cases that it has.
fn word(text: &str) -> Option<Plain> {
    match text {
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => {
            Some(Plain::Bool(true))
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            Some(Plain::Bool(false))
        }
        "null" | "Null" | "NULL" | "~" => Some(Plain::Null),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
