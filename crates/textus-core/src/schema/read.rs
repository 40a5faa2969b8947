//! Reading a schema from its YAML. It refuses what would check something else than was meant.

use std::collections::{BTreeMap, BTreeSet};

use motus_json::{Object, Value};

use super::Schema;
use super::field::{Choice, Field, Shape};
use crate::format::Times;
use crate::{Code, Error, yaml};

/// How many field specifications may stand inside one another.
const MOST_LEVELS: usize = 32;

pub(super) fn from_text(name: &str, text: &str) -> Result<Schema, Error> {
    let tree = yaml::read(text).map_err(|fault| {
        let message = format!("schema '{name}' cannot be read: {fault}");
        Error::new(Code::IoError, message)
            .with("schema", name)
            .with("line", fault.line)
            .with("column", fault.column)
    })?;
    from_value(name, tree.value, &tree.times)
}

pub(super) fn from_value(name: &str, value: Value, times: &Times) -> Result<Schema, Error> {
    let mut reader = Reader { name, times, path: Vec::new() };
    let Value::Object(declared) = value else {
        return Err(reader.refuse("a schema must be a mapping"));
    };
    let required = reader.names(&declared, "required")?;
    let optional = reader.names(&declared, "optional")?;
    let fields = reader.fields(&declared, 0)?;
    let known: BTreeSet<String> =
        required.iter().chain(&optional).chain(fields.keys()).cloned().collect();
    Ok(Schema { name: name.to_owned(), required, optional, fields, known, declared })
}

struct Reader<'a> {
    name: &'a str,
    times: &'a Times,
    /// The keys and positions from the root to where the reader is.
    path: Vec<String>,
}

impl Reader<'_> {
    /// Reads a list of names; nothing at all is an empty one.
    fn names(&mut self, declared: &Object, key: &str) -> Result<Vec<String>, Error> {
        self.path.push(key.to_owned());
        let names = match declared.get(key) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => {
                let names: Option<Vec<String>> =
                    items.iter().map(|item| Some(item.as_str()?.to_owned())).collect();
                names.ok_or_else(|| self.refuse("every item must be the name of a field"))?
            }
            Some(_) => return Err(self.refuse("must be a list of names")),
        };
        self.path.pop();
        Ok(names)
    }

    /// Reads the member `fields`, a mapping of specifications by the names of fields.
    fn fields(&mut self, holder: &Object, level: usize) -> Result<BTreeMap<String, Field>, Error> {
        let mut fields = BTreeMap::new();
        self.path.push("fields".to_owned());
        match holder.get("fields") {
            None | Some(Value::Null) => {}
            Some(Value::Object(declared)) => {
                for (name, specification) in declared {
                    let name = name.to_string_lossy().into_owned();
                    let field = self.field(&name, specification, level)?;
                    fields.insert(name, field);
                }
            }
            Some(_) => return Err(self.refuse("must be a mapping of fields")),
        }
        self.path.pop();
        Ok(fields)
    }

    fn field(&mut self, key: &str, specification: &Value, level: usize) -> Result<Field, Error> {
        self.path.push(key.to_owned());
        let field = match specification {
            Value::Null => Field::default(),
            Value::Object(_) if level == MOST_LEVELS => {
                return Err(self.refuse(&format!("is nested deeper than {MOST_LEVELS} levels")));
            }
            Value::Object(declared) => Field {
                shape: self.shape(declared, level + 1)?,
                maintained_by: declared
                    .get("maintained_by")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            },
            _ => return Err(self.refuse("must be a mapping, such as {type: string}")),
        };
        self.path.pop();
        Ok(field)
    }

    fn shape(&mut self, declared: &Object, level: usize) -> Result<Shape, Error> {
        Ok(match declared.get("type").and_then(Value::as_str) {
            Some("string") => Shape::String { max: self.max(declared)? },
            Some("number") => Shape::Number,
            Some("boolean") => Shape::Boolean,
            Some("enum") => Shape::Enum { values: self.values(declared)? },
            Some("array") => {
                let items = declared.get("items").unwrap_or(&Value::Null);
                Shape::Array { items: Box::new(self.field("items", items, level)?) }
            }
            Some("object") => Shape::Object { fields: self.fields(declared, level)? },
            _ => Shape::Unchecked,
        })
    }

    fn max(&mut self, declared: &Object) -> Result<Option<u64>, Error> {
        match declared.get("max") {
            None | Some(Value::Null) => Ok(None),
            Some(max) => match max.as_u64() {
                Some(bytes) => Ok(Some(bytes)),
                None => Err(self.refuse("'max' must be a whole number of bytes")),
            },
        }
    }

    fn values(&mut self, declared: &Object) -> Result<Vec<Choice>, Error> {
        let Some(Value::Array(values)) = declared.get("values") else {
            return Err(self.refuse("an enum needs 'values', a list"));
        };
        self.path.push("values".to_owned());
        let choice = |(index, value): (usize, &Value)| Choice {
            value: value.clone(),
            is_time: self.is_time(index),
        };
        let choices = values.iter().enumerate().map(choice).collect();
        self.path.pop();
        Ok(choices)
    }

    /// Tells whether an item of the list at hand was an unquoted date or time.
    fn is_time(&self, index: usize) -> bool {
        let mut path = self.path.clone();
        path.push(index.to_string());
        self.times.contains(&path)
    }

    fn refuse(&self, what: &str) -> Error {
        let place = if self.path.is_empty() {
            "$".to_owned()
        } else {
            format!("$.{}", self.path.join("."))
        };
        let message = format!("schema '{}' cannot be used: {what} ({place})", self.name);
        Error::new(Code::IoError, message).with("schema", self.name).with("path", place)
    }
}
