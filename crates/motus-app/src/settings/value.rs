//! What a setting may be: read from a file or from a word, and checked.

use std::fmt;

use motus_json::Value;

use super::Key;
use super::key::Kind;

/// The longest name or path, in bytes.
const LONGEST: usize = 1024;

/// The value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// A name or a path.
    Text(String),
    /// A whole number.
    Number(u64),
    /// Yes or no.
    Flag(bool),
}

/// Why something is no value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfit {
    /// What it has to be.
    pub(super) expected: String,
    /// What it is; of a text in a file only that it is one.
    pub(super) found: String,
}

impl SettingValue {
    /// Returns the value as it stands in a file.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => (*number).into(),
            Self::Flag(flag) => (*flag).into(),
        }
    }

    /// Takes a value of a file; `null` is as good as nothing.
    pub(super) fn of_json(key: Key, value: &Value) -> Result<Option<Self>, Unfit> {
        let unfit = || Unfit { expected: expected(key), found: told(value) };
        let taken = match (key.kind(), value) {
            (_, Value::Null) => return Ok(None),
            (Kind::Flag, Value::Bool(flag)) => Some(Self::Flag(*flag)),
            (Kind::Number { .. }, Value::Number(number)) => number.as_u64().map(Self::Number),
            (Kind::Name | Kind::Path, Value::String(text)) => {
                text.as_str().map(|text| Self::Text(text.to_owned()))
            }
            _ => None,
        };
        taken.filter(|value| value.is_fit(key)).map(Some).ok_or_else(unfit)
    }

    /// Takes a word of the command line.
    pub(super) fn of_word(key: Key, word: &str) -> Result<Self, Unfit> {
        let unfit = || Unfit { expected: expected(key), found: format!("`{word}`") };
        let taken = match key.kind() {
            Kind::Flag => match word.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => Some(Self::Flag(true)),
                "false" | "no" | "off" | "0" => Some(Self::Flag(false)),
                _ => None,
            },
            Kind::Number { .. } => word.parse().ok().map(Self::Number),
            Kind::Name | Kind::Path => Some(Self::Text(word.to_owned())),
        };
        taken.filter(|value| value.is_fit(key)).ok_or_else(unfit)
    }

    fn is_fit(&self, key: Key) -> bool {
        match (key.kind(), self) {
            (Kind::Number { least, most }, Self::Number(number)) => (least..=most).contains(number),
            (Kind::Name, Self::Text(text)) => is_text(text),
            // The home of another user is not known.
            (Kind::Path, Self::Text(text)) => {
                is_text(text) && (!text.starts_with('~') || text.starts_with("~/"))
            }
            (Kind::Flag, Self::Flag(_)) => true,
            _ => false,
        }
    }
}

fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LONGEST && !text.contains(char::is_control)
}

impl fmt::Display for SettingValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Flag(flag) => write!(formatter, "{flag}"),
        }
    }
}

fn expected(key: Key) -> String {
    match key.kind() {
        Kind::Flag => "true or false".to_owned(),
        Kind::Number { least, most } => format!("a whole number from {least} to {most}"),
        Kind::Name => format!("a name of at most {LONGEST} bytes that is not blank"),
        Kind::Path => {
            format!("a path of at most {LONGEST} bytes that is not blank and begins with no ~NAME")
        }
    }
}

/// Says what a value is; a text may be a secret that was put into the wrong place.
fn told(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(_) => motus_json::compact::write(value),
        Value::String(_) => value.as_str().map_or_else(|| "a string".to_owned(), told_text),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// Says what is wrong with a text where that can be said without a word of it.
fn told_text(text: &str) -> String {
    match text {
        blank if blank.trim().is_empty() && !blank.contains(char::is_control) => {
            "a blank string".to_owned()
        }
        long if long.len() > LONGEST => format!("a string of {} bytes", long.len()),
        text if text.contains(char::is_control) => {
            "a string with a line break or another control character".to_owned()
        }
        _ => "a string".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use motus_json::{ReadOptions, read};

    use super::*;

    fn of_json(key: Key, text: &str) -> Result<Option<SettingValue>, String> {
        let value = read(text.as_bytes(), &ReadOptions::default()).unwrap();
        SettingValue::of_json(key, &value).map_err(|unfit| unfit.found)
    }

    #[test]
    fn values_of_files_have_one_type_and_bounds() {
        use SettingValue::{Flag, Number, Text};
        for (key, text, expected) in [
            (Key::AllowSharedState, "true", Ok(Some(Flag(true)))),
            (Key::AllowSharedState, "null", Ok(None)),
            (Key::AllowSharedState, "\"true\"", Err("a string")),
            (Key::AllowSharedState, "1", Err("1")),
            (Key::WorkTtlSeconds, "60", Ok(Some(Number(60)))),
            (Key::WorkTtlSeconds, "59", Err("59")),
            (Key::WorkTtlSeconds, "60.0", Err("60.0")),
            (Key::WorkTtlSeconds, "-60", Err("-60")),
            (Key::WorkTtlSeconds, "1e3", Err("1000.0")),
            (Key::WorkTtlSeconds, "31536001", Err("31536001")),
            (Key::WrapTimeoutSeconds, "99999999999999999999999", Err("99999999999999999999999")),
            (Key::AgentId, "\"ann\"", Ok(Some(Text("ann".to_owned())))),
            (Key::AgentId, "\" \"", Err("a blank string")),
            (Key::StorePath, "\"\"", Err("a blank string")),
            (
                Key::AgentId,
                "\"a\\u0000b\"",
                Err("a string with a line break or another control character"),
            ),
            (Key::AgentId, "\"\\ud800\"", Err("a string")),
            (Key::AgentId, "[\"ann\"]", Err("a list")),
            (Key::StorePath, "\"~/s.db\"", Ok(Some(Text("~/s.db".to_owned())))),
            (Key::StorePath, "\"~ann/s.db\"", Err("a string")),
            (Key::StorePath, "{}", Err("an object")),
        ] {
            let expected = expected.map_err(str::to_owned);
            assert_eq!(of_json(key, text), expected, "{} {text}", key.as_str());
        }
    }

    #[test]
    fn words_are_read_as_the_setting_wants_them() {
        use SettingValue::{Flag, Number, Text};
        for (key, word, expected) in [
            (Key::AllowSharedState, "Yes", Some(Flag(true))),
            (Key::AllowSharedState, "off", Some(Flag(false))),
            (Key::AllowSharedState, "perhaps", None),
            (Key::RunListLimit, "5", Some(Number(5))),
            (Key::RunListLimit, "0", None),
            (Key::RunListLimit, "-5", None),
            (Key::RunListLimit, "5.0", None),
            (Key::RunListLimit, "x", None),
            (Key::AgentId, "7", Some(Text("7".to_owned()))),
            (Key::AgentId, "", None),
            (Key::StorePath, "~ann/x", None),
        ] {
            assert_eq!(SettingValue::of_word(key, word).ok(), expected, "{} {word}", key.as_str());
        }
        let long = "x".repeat(LONGEST + 1);
        assert!(SettingValue::of_word(Key::AgentId, &long).is_err());
    }
}
