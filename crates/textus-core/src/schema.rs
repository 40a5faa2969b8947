//! Schemas: what the fields of an entry must be.
//!
//! A schema knows fields and nothing of files, roles or keys. It never changes an entry, and what it
//! does not know it lets through.

mod check;
mod field;
mod read;
mod subject;

use std::collections::{BTreeMap, BTreeSet};

use motus_json::{Object, Text, Value};

use crate::Error;
use crate::format::Times;

pub use subject::Subject;

use field::Field;

/// Says which fields an entry must have and what each may hold. Source: textus/3 §5.8, §6.
#[derive(Clone, Debug)]
pub struct Schema {
    name: String,
    required: Vec<String>,
    optional: Vec<String>,
    fields: BTreeMap<String, Field>,
    /// Every name that is mentioned above.
    known: BTreeSet<String>,
    declared: Object,
}

impl Schema {
    /// Reads the text of a schema file; `name` is the file's without its extension.
    ///
    /// Shape: a mapping with any of `required` and `optional` (lists of names), `fields` (a mapping of
    /// field specifications) and `evolution`; other keys are let be.
    /// Errors: `io_error` for what is no YAML or no schema, with the place in its message.
    pub fn read(name: &str, text: &str) -> Result<Self, Error> {
        read::from_text(name, text)
    }

    /// Takes a schema that was read as YAML; the paths of its unquoted times begin at its root.
    ///
    /// Errors: `io_error` for what is no schema, with the place in its message.
    pub fn from_value(name: &str, value: Value, times: &Times) -> Result<Self, Error> {
        read::from_value(name, value, times)
    }

    /// Returns the name under which entries refer to it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the mapping as it was declared.
    pub fn declared(&self) -> &Object {
        &self.declared
    }

    /// Returns the names of the fields that must be present.
    pub fn required(&self) -> &[String] {
        &self.required
    }

    /// Returns the names of the fields that may be present.
    pub fn optional(&self) -> &[String] {
        &self.optional
    }

    /// Returns who maintains a field, where the schema says so.
    pub fn maintained_by(&self, field: &str) -> Option<&str> {
        self.fields.get(field)?.maintained_by.as_deref()
    }

    /// Yields the fields whose maintainer is declared, with their maintainers, by name.
    pub fn owned_fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.fields.iter();
        pairs.filter_map(|(name, field)| Some((name.as_str(), field.maintained_by.as_deref()?)))
    }

    /// Returns the names of all known fields that nobody is declared to maintain: required ones, then
    /// optional ones, then others.
    pub fn unowned_fields(&self) -> Vec<&str> {
        let listed = self.required.iter().chain(&self.optional).chain(self.fields.keys());
        let unowned = listed.map(String::as_str).filter(|name| self.maintained_by(name).is_none());
        let mut seen = BTreeSet::new();
        unowned.filter(|name| seen.insert(*name)).collect()
    }

    /// Returns the declared history, empty where there is none.
    pub fn evolution(&self) -> Object {
        let evolution = self.declared.get("evolution").and_then(|value| value.as_object());
        evolution.cloned().unwrap_or_default()
    }

    /// Returns which fields were renamed, as old name and new name, in the order of the file.
    pub fn migrate_from(&self) -> Vec<(String, String)> {
        let evolution = self.evolution();
        let renames = evolution.get("migrate_from").and_then(|value| value.as_object());
        let pair = |(old, new): (&Text, &Value)| {
            Some((old.as_str()?.to_owned(), new.as_str()?.to_owned()))
        };
        renames.into_iter().flatten().filter_map(pair).collect()
    }

    /// Holds the schema against an entry and returns the names of the fields that it does not know.
    ///
    /// Errors: `schema_violation`. First of all with `{missing: [..]}`, in the order of `required`;
    /// otherwise with `{field, reason}` of the first present field, in the entry's order, that is not
    /// what it must be, as `aliases[0]` or `address.city`. Only presence counts as present: `null` is
    /// there, but of no type.
    pub fn validate(&self, subject: &Subject<'_>) -> Result<Vec<String>, Error> {
        check::validate(self, subject)
    }
}

#[cfg(test)]
mod tests;
