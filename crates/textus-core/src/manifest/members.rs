//! The members of one mapping of the manifest, read by type, with the place of each for messages.
//!
//! A member that is null counts as absent; one of another type than the one asked for is refused.

use motus_json::{Object, Text, Value};

use crate::{Code, Error};

/// Makes an error about a place of the manifest.
pub(super) fn refuse(code: Code, place: &str, why: impl AsRef<str>) -> Error {
    Error::new(code, format!("{place}: {}", why.as_ref())).with("at", place)
}

/// Makes an error about a place that holds what no manifest may hold.
pub(super) fn bad(place: &str, why: impl AsRef<str>) -> Error {
    refuse(Code::BadManifest, place, why)
}

/// Makes an error about a value of the wrong type.
pub(super) fn wrong_type(place: &str, expected: &str, found: &Value) -> Error {
    bad(place, format!("expected {expected}, found {}", type_of(found)))
}

/// Names the type of a value.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(text) if text.as_str().is_none() => "a text that is not Unicode",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

/// Joins words for a hint.
pub(super) fn joined<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().collect::<Vec<_>>().join(", ")
}

/// Reads one text.
pub(super) fn text_of<'a>(place: &str, value: &'a Value) -> Result<&'a str, Error> {
    value.as_str().ok_or_else(|| wrong_type(place, "a text", value))
}

/// One mapping and where it stands.
#[derive(Clone)]
pub(super) struct Members<'a> {
    object: &'a Object,
    place: String,
}

impl<'a> Members<'a> {
    /// Takes a value that has to be a mapping.
    pub(super) fn of(value: &'a Value, place: impl Into<String>) -> Result<Self, Error> {
        let place = place.into();
        match value {
            Value::Object(object) => Ok(Self { object, place }),
            other => Err(wrong_type(&place, "a mapping", other)),
        }
    }

    /// Returns where the mapping stands, such as `$.entries[3]`.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Returns where a member stands or would stand.
    pub(super) fn place_of(&self, name: &str) -> String {
        format!("{}.{name}", self.place)
    }

    /// Returns the mapping itself.
    pub(super) fn object(&self) -> &'a Object {
        self.object
    }

    /// Refuses members that have none of the names.
    pub(super) fn only(&self, allowed: &[&str]) -> Result<(), Error> {
        let is_allowed = |key: &Text| key.as_str().is_some_and(|key| allowed.contains(&key));
        match self.object.iter().find(|(key, _)| !is_allowed(key)) {
            None => Ok(()),
            Some((key, _)) => Err(bad(&self.place, format!("unknown key '{key}'"))
                .hint(format!("allowed here: {}", joined(allowed.iter().copied())))),
        }
    }

    /// Returns a member that is there and not null.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// Returns a member with a reader's answer to it.
    fn read<T>(
        &self,
        name: &str,
        expected: &str,
        reader: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        reader(value).map(Some).ok_or_else(|| wrong_type(&self.place_of(name), expected, value))
    }

    /// Reads a text.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, Error> {
        self.read(name, "a text", Value::as_str)
    }

    /// Reads a text that somebody else will own.
    pub(super) fn owned_text(&self, name: &str) -> Result<Option<String>, Error> {
        Ok(self.text(name)?.map(str::to_owned))
    }

    /// Reads a text that has to be there and not to be empty.
    pub(super) fn required_text(&self, name: &str, code: Code) -> Result<&'a str, Error> {
        match self.text(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(refuse(code, &self.place, format!("'{name}' is missing"))),
        }
    }

    /// Reads `true` or `false`.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Error> {
        self.read(name, "true or false", Value::as_bool)
    }

    /// Reads an integer from 0.
    pub(super) fn count(&self, name: &str) -> Result<Option<u64>, Error> {
        self.read(name, "an integer from 0", Value::as_u64)
    }

    /// Reads an integer between bounds.
    pub(super) fn count_within(
        &self,
        name: &str,
        least: u64,
        most: u64,
    ) -> Result<Option<u64>, Error> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let count = value.as_u64().filter(|count| (least..=most).contains(count));
        let place = self.place_of(name);
        let expected = format!("expected an integer from {least} to {most}");
        count.map(Some).ok_or_else(|| match value {
            Value::Number(number) => bad(&place, format!("{expected}, found {number}")),
            other => bad(&place, format!("{expected}, found {}", type_of(other))),
        })
    }

    /// Reads a mapping.
    pub(super) fn mapping(&self, name: &str) -> Result<Option<Members<'a>>, Error> {
        self.get(name).map(|value| Self::of(value, self.place_of(name))).transpose()
    }

    /// Reads a list; without one there are no items.
    pub(super) fn list(&self, name: &str) -> Result<&'a [Value], Error> {
        Ok(self.read(name, "a list", Value::as_array)?.unwrap_or_default())
    }

    /// Reads a list of mappings, each with its place.
    pub(super) fn mappings(&self, name: &str) -> Result<Vec<Members<'a>>, Error> {
        let items = self.list(name)?.iter().zip(0_usize..);
        items.map(|(item, at)| Self::of(item, format!("{}[{at}]", self.place_of(name)))).collect()
    }

    /// Reads texts: a list of them, or one that stands for itself.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, Error> {
        let Some(Value::Array(items)) = self.get(name) else {
            let one = self.read(name, "a text or a list of texts", Value::as_str)?;
            return Ok(one.into_iter().map(str::to_owned).collect());
        };
        let place = self.place_of(name);
        let items = items.iter().zip(0_usize..);
        items.map(|(item, at)| Ok(text_of(&format!("{place}[{at}]"), item)?.to_owned())).collect()
    }
}
