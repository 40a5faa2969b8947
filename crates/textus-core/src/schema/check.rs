//! Holding a schema against fields. It goes only as deep as the schema does, which is bounded.

use std::collections::BTreeMap;

use motus_json::{Object, Text, Value, compact};

use super::field::{Choice, Field, Shape};
use super::{Schema, Subject};
use crate::format::times::Branch;
use crate::{Code, Error};

/// The longest value that a reason repeats, in characters.
const LONGEST_SHOWN: usize = 60;

pub(super) fn validate(schema: &Schema, subject: &Subject<'_>) -> Result<Vec<String>, Error> {
    let present = subject.fields;
    let is_missing = |name: &&String| !present.contains_key(name);
    let missing: Vec<&str> =
        schema.required.iter().filter(is_missing).map(String::as_str).collect();
    if !missing.is_empty() {
        let text = format!("required and missing: {}", missing.join(", "));
        return Err(violation(schema, &text).with("missing", missing));
    }
    let mut walk = Walk { path: Vec::new() };
    walk.members(&schema.fields, present, subject.times).map_err(|fault| {
        let text = format!("field '{}': {}", fault.field, fault.reason);
        violation(schema, &text).with("field", fault.field).with("reason", fault.reason)
    })?;
    let names = present.iter().map(|(name, _)| name.to_string_lossy().into_owned());
    // Every entry may have a uid; no schema need mention it.
    Ok(names.filter(|name| name != "uid" && !schema.known.contains(name)).collect())
}

fn violation(schema: &Schema, what: &str) -> Error {
    Error::new(Code::SchemaViolation, format!("schema '{}': {what}", schema.name))
}

/// Which field is not what it must be, and why.
struct Fault {
    field: String,
    reason: String,
}

/// A step from a value to one that it holds.
enum Step<'a> {
    Member(&'a Text),
    Item(usize),
}

struct Walk<'a> {
    path: Vec<Step<'a>>,
}

impl<'a> Walk<'a> {
    fn members(
        &mut self,
        fields: &BTreeMap<String, Field>,
        object: &'a Object,
        times: Option<&Branch>,
    ) -> Result<(), Fault> {
        for (name, value) in object {
            if let Some(field) = name.as_str().and_then(|name| fields.get(name)) {
                let times = times.and_then(|times| times.below(name.as_str()?));
                self.step(Step::Member(name), field, value, times)?;
            }
        }
        Ok(())
    }

    fn items(
        &mut self,
        field: &Field,
        items: &'a [Value],
        times: Option<&Branch>,
    ) -> Result<(), Fault> {
        for (index, item) in items.iter().enumerate() {
            let times = times.and_then(|times| times.below(&index.to_string()));
            self.step(Step::Item(index), field, item, times)?;
        }
        Ok(())
    }

    fn step(
        &mut self,
        step: Step<'a>,
        field: &Field,
        value: &'a Value,
        times: Option<&Branch>,
    ) -> Result<(), Fault> {
        self.path.push(step);
        self.value(&field.shape, value, times)?;
        self.path.pop();
        Ok(())
    }

    fn value(
        &mut self,
        shape: &Shape,
        value: &'a Value,
        times: Option<&Branch>,
    ) -> Result<(), Fault> {
        let is_time = times.is_some_and(Branch::is_time);
        match (shape, value) {
            (Shape::Unchecked, _)
            | (Shape::Number, Value::Number(_))
            | (Shape::Boolean, Value::Bool(_)) => Ok(()),
            (Shape::String { max }, Value::String(text)) if !is_time => self.length(text, *max),
            (Shape::Enum { values }, value) => self.choice(values, value, is_time),
            (Shape::Array { items }, Value::Array(found)) => self.items(items, found, times),
            (Shape::Object { fields }, Value::Object(found)) => self.members(fields, found, times),
            _ => Err(self.mismatch(shape, value, is_time)),
        }
    }

    fn length(&self, text: &Text, max: Option<u64>) -> Result<(), Fault> {
        let bytes = text.to_string_lossy().len() as u64;
        match max {
            Some(max) if bytes > max => {
                Err(self.fault(format!("has {bytes} bytes, and at most {max} are allowed")))
            }
            _ => Ok(()),
        }
    }

    fn choice(&self, values: &[Choice], value: &Value, is_time: bool) -> Result<(), Fault> {
        if values.iter().any(|choice| choice.is_time == is_time && choice.value == *value) {
            return Ok(());
        }
        let choices: Vec<String> = values.iter().map(|choice| shown(&choice.value)).collect();
        Err(self.fault(format!("expected one of {}, found {}", choices.join(", "), shown(value))))
    }

    fn mismatch(&self, shape: &Shape, value: &Value, is_time: bool) -> Fault {
        let expected = match shape {
            Shape::Unchecked | Shape::Enum { .. } => "another value",
            Shape::String { .. } => "a string",
            Shape::Number => "a number",
            Shape::Boolean => "a boolean",
            Shape::Array { .. } => "an array",
            Shape::Object { .. } => "an object",
        };
        let found = if is_time { "an unquoted date or time" } else { kind(value) };
        self.fault(format!("expected {expected}, found {found}"))
    }

    fn fault(&self, reason: String) -> Fault {
        let mut field = String::new();
        for step in &self.path {
            match step {
                Step::Item(index) => field.push_str(&format!("[{index}]")),
                Step::Member(name) => {
                    if !field.is_empty() {
                        field.push('.');
                    }
                    field.push_str(&name.to_string_lossy());
                }
            }
        }
        Fault { field, reason }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Returns a scalar's text where it is short, or else what kind of value it is.
fn shown(value: &Value) -> String {
    if matches!(value, Value::Array(_) | Value::Object(_)) {
        return kind(value).to_owned();
    }
    let text = compact::write(value);
    let is_long = text.chars().nth(LONGEST_SHOWN).is_some();
    if is_long { kind(value).to_owned() } else { text }
}
