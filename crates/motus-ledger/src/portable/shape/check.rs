//! Holding a value against a shape: every fault, with where it is.

use std::collections::BTreeSet;

use motus_json::{Object, Text, Value, canonical};

use crate::portable::date::is_rfc3339;
use crate::portable::shape::{Member, Shape};

/// One thing that is not as its shape says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it is: member names and indices joined by dots, `<root>` for the document itself.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

/// Which of two readings of a shape is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// What the shape says.
    Strict,
    /// The same, times being any text: somebody else looks at them.
    Untimed,
    /// What the published validator makes of it: times are any text, a digest may end with a line break,
    /// a whole number may be written as a float.
    Published,
}

/// Returns every fault of a value, outer ones first.
///
/// Depth is bounded by that of the tables, not of the value.
pub fn check(value: &Value, shape: Shape, strictness: Strictness) -> Vec<Fault> {
    let mut checker = Checker { strictness, path: Vec::new(), faults: Vec::new() };
    checker.value(value, shape);
    checker.faults
}

struct Checker {
    strictness: Strictness,
    path: Vec<String>,
    faults: Vec<Fault>,
}

impl Checker {
    fn value(&mut self, value: &Value, shape: Shape) {
        match shape {
            Shape::AtLeast(least) => self.number(value, least),
            Shape::AnyObject => {
                self.object(value);
            }
            Shape::Object(members) => self.members(value, members),
            Shape::Document(document) => self.members(value, document.members),
            Shape::Defined(definition) => self.members(value, definition.members),
            Shape::Map(of) => {
                for (key, value) in self.object(value).into_iter().flat_map(Object::iter) {
                    self.below(spelled(key), value, *of);
                }
            }
            Shape::Array(of) => {
                self.items(value, *of);
            }
            Shape::Some(of) => {
                if self.items(value, *of).is_empty() && value.as_array().is_some() {
                    self.fault("[] should be non-empty".to_owned());
                }
            }
            Shape::Set(of) => {
                let items = self.items(value, *of);
                let spelled: BTreeSet<String> = items.iter().map(canonical::store::write).collect();
                if spelled.len() < items.len() {
                    self.fault(format!("{} has non-unique elements", shown(value)));
                }
            }
            Shape::Boolean if value.as_bool().is_some() => {}
            Shape::Boolean => self.fault(format!("{} is not of type 'boolean'", shown(value))),
            Shape::Null if value.is_null() => {}
            Shape::Null => self.fault(format!("{} is not of type 'null'", shown(value))),
            Shape::Measure => self.measure(value),
            Shape::Const(_)
            | Shape::Authored
            | Shape::Text
            | Shape::NonEmpty
            | Shape::OneOf(_)
            | Shape::Time
            | Shape::Hex(_) => self.text(value, shape),
        }
    }

    fn text(&mut self, value: &Value, shape: Shape) {
        let Some(text) = value.as_text() else {
            return self.fault(format!("{} is not of type 'string'", shown(value)));
        };
        let said = text.as_str();
        match shape {
            Shape::Const(expected) if said != Some(expected) => {
                self.fault(format!("'{expected}' was expected"));
            }
            Shape::Authored if text.is_empty() || said.is_some_and(is_no_text) => {
                self.fault(format!("{} does not match '^(?!<).+'", shown(value)));
            }
            Shape::NonEmpty if text.is_empty() => self.fault("'' should be non-empty".to_owned()),
            Shape::OneOf(words) if !said.is_some_and(|said| words.contains(&said)) => {
                let words = words.join("', '");
                self.fault(format!("{} is not one of ['{words}']", shown(value)));
            }
            Shape::Hex(prefix) if !said.is_some_and(|said| self.is_hex(said, prefix)) => {
                let message = format!("{} does not match '^{prefix}[a-f0-9]{{64}}$'", shown(value));
                self.fault(message);
            }
            Shape::Time if !self.is_time(said) => {
                self.fault(format!("{} is not a 'date-time'", shown(value)));
            }
            _ => {}
        }
    }

    /// Unless times are looked at by somebody else.
    fn is_time(&self, text: Option<&str>) -> bool {
        self.strictness != Strictness::Strict || text.is_some_and(is_rfc3339)
    }

    fn is_hex(&self, text: &str, prefix: &str) -> bool {
        let text = match self.strictness {
            Strictness::Strict | Strictness::Untimed => text,
            Strictness::Published => text.strip_suffix('\n').unwrap_or(text),
        };
        let digits = text.strip_prefix(prefix).unwrap_or_default();
        digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }

    fn number(&mut self, value: &Value, least: i64) {
        let is_too_small = match (value.as_i64(), value.as_u64()) {
            (Some(number), _) => Some(number < least),
            (None, Some(_)) => Some(false),
            (None, None) => self.whole(value, least),
        };
        match is_too_small {
            Some(false) => {}
            Some(true) => {
                self.fault(format!("{} is less than the minimum of {least}", shown(value)));
            }
            None => self.fault(format!("{} is not of type 'integer'", shown(value))),
        }
    }

    fn measure(&mut self, value: &Value) {
        let is_measure = match value.as_number() {
            Some(number) => !number.to_string().starts_with('-'),
            None => value.is_null(),
        };
        if !is_measure {
            self.fault(format!("{} is neither null nor a number of at least 0", shown(value)));
        }
    }

    /// Tells of a whole number that 64 bits do not hold, or that is written as a float, whether it is too
    /// small; nothing of anything else.
    fn whole(&self, value: &Value, least: i64) -> Option<bool> {
        let number = value.as_number()?;
        let float = number.as_f64();
        if !number.is_float() {
            return Some(number.to_string().starts_with('-'));
        }
        let whole = float.filter(|float| float.fract() == 0.0)?;
        // The tables ask for 0 or 1 at the least.
        (self.strictness == Strictness::Published).then_some(whole < 1.0 && least > 0)
    }

    fn object<'v>(&mut self, value: &'v Value) -> Option<&'v Object> {
        let object = value.as_object();
        if object.is_none() {
            self.fault(format!("{} is not of type 'object'", shown(value)));
        }
        object
    }

    fn members(&mut self, value: &Value, members: &[Member]) {
        let Some(object) = self.object(value) else { return };
        let is_known = |key: &Text| members.iter().any(|member| key.as_str() == Some(member.name));
        for (key, _) in object.iter().filter(|(key, _)| !is_known(key)) {
            let key = spelled(key);
            self.fault(format!("Additional properties are not allowed ('{key}' was unexpected)"));
        }
        for member in members {
            match object.get(member.name) {
                Some(value) => self.below(member.name.to_owned(), value, member.shape),
                None if member.required => {
                    self.fault(format!("'{}' is a required property", member.name));
                }
                None => {}
            }
        }
    }

    fn items<'v>(&mut self, value: &'v Value, of: Shape) -> &'v [Value] {
        let Some(items) = value.as_array() else {
            self.fault(format!("{} is not of type 'array'", shown(value)));
            return &[];
        };
        for (index, item) in items.iter().enumerate() {
            self.below(index.to_string(), item, of);
        }
        items
    }

    fn below(&mut self, step: String, value: &Value, shape: Shape) {
        self.path.push(step);
        self.value(value, shape);
        self.path.pop();
    }

    fn fault(&mut self, message: String) {
        let path = if self.path.is_empty() { "<root>".to_owned() } else { self.path.join(".") };
        self.faults.push(Fault { path, message });
    }
}

/// Tells whether a text is still a placeholder, or begins with nothing that could be read.
fn is_no_text(text: &str) -> bool {
    text.starts_with(['<', '\n'])
}

fn spelled(key: &Text) -> String {
    key.to_string_lossy().into_owned()
}

/// Spells a value for a message, as far as it is short.
fn shown(value: &Value) -> String {
    const MOST: usize = 80;
    let text = match value.as_str() {
        Some(text) => format!("'{text}'"),
        None => canonical::store::write(value),
    };
    if text.chars().count() <= MOST {
        return text;
    }
    let beginning: String = text.chars().take(MOST).collect();
    format!("{beginning}…")
}
