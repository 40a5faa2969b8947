//! The columns of one row as an object: exactly those that the table has, each of its type.

use motus_json::{Object, Value};

use super::LARGEST_ROW;
use super::refusal::{Refusal, RefusalKind};
use crate::Timestamp;
use crate::operation::require;

/// An object that has exactly the columns of a table.
#[derive(Debug)]
pub(super) struct Columns {
    /// What messages call the row.
    subject: String,
    members: Object,
}

impl Columns {
    /// Takes a row whose columns are these and no others, and whose texts fit into a Store.
    pub(super) fn new(subject: String, row: Value, names: &[&str]) -> Result<Self, Refusal> {
        let Value::Object(members) = row else {
            return Err(Refusal::new(RefusalKind::Shape, subject, "it is no object of columns"));
        };
        let columns = Self { subject, members };
        if let Some(missing) = names.iter().find(|name| !columns.members.contains_key(name)) {
            return Err(columns.shape(format!("the column `{missing}` is missing")));
        }
        let is_known = |name: &str| names.contains(&name);
        let mut keys = columns.members.iter().map(|(key, _)| key);
        if let Some(extra) = keys.find(|key| !key.as_str().is_some_and(is_known)) {
            return Err(columns.shape(format!("there is no column `{extra}`")));
        }
        columns.refuse_too_large()?;
        Ok(columns)
    }

    /// Calls the row by another name from here on.
    pub(super) fn rename(&mut self, subject: String) {
        self.subject = subject;
    }

    /// Returns a text.
    pub(super) fn text(&self, name: &'static str) -> Result<String, Refusal> {
        self.optional_text(name)?.ok_or_else(|| self.wrong(name, "a text"))
    }

    /// Returns a text that is not blank.
    pub(super) fn filled_text(&self, name: &'static str) -> Result<String, Refusal> {
        let text = self.text(name)?;
        match require(name, &text) {
            Ok(()) => Ok(text),
            Err(_) => Err(self.shape(format!("the column `{name}` is blank"))),
        }
    }

    /// Returns a text, or nothing for `null`.
    pub(super) fn optional_text(&self, name: &'static str) -> Result<Option<String>, Refusal> {
        match self.members.get(name) {
            Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => match text.as_str() {
                Some(text) => Ok(Some(text.to_owned())),
                None => Err(self.shape(format!("the column `{name}` has half of a character"))),
            },
            _ => Err(self.wrong(name, "a text or null")),
        }
    }

    /// Returns a time.
    pub(super) fn time(&self, name: &'static str) -> Result<Timestamp, Refusal> {
        Timestamp::parse(&self.text(name)?).ok_or_else(|| self.wrong(name, "a time in UTC"))
    }

    /// Returns a number that counts from one.
    pub(super) fn number(&self, name: &'static str) -> Result<u64, Refusal> {
        let number = self.members.get(name).and_then(Value::as_u64);
        number.ok_or_else(|| self.wrong(name, "a number"))
    }

    /// Tells whether a column is `null`.
    pub(super) fn is_null(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(Value::is_null)
    }

    /// Refuses the row for its shape.
    pub(super) fn shape(&self, problem: impl AsRef<str>) -> Refusal {
        self.refusal(RefusalKind::Shape, problem)
    }

    /// Refuses the row.
    pub(super) fn refusal(&self, kind: RefusalKind, problem: impl AsRef<str>) -> Refusal {
        Refusal::new(kind, &self.subject, problem)
    }

    fn wrong(&self, name: &str, expected: &str) -> Refusal {
        self.shape(format!("the column `{name}` is not {expected}"))
    }

    fn refuse_too_large(&self) -> Result<(), Refusal> {
        let length = |value: &Value| value.as_str().map_or(0, str::len);
        let bytes: usize = self.members.iter().map(|(_, value)| length(value)).sum();
        if bytes <= LARGEST_ROW {
            return Ok(());
        }
        let problem = format!("its texts are longer than {LARGEST_ROW} bytes");
        Err(self.refusal(RefusalKind::TooLarge, problem))
    }
}
