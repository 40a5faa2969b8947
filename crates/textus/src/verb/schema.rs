//! `schema show`: what an entry must hold.

use motus_json::{Object, Value};
use textus_core::Error;

use super::subject::Subject;
use crate::Store;

/// Tells `key, schema_ref, schema`; both are `null` for an entry without one.
///
/// Errors: `usage`, `unknown_key`, `io_error` for a schema that is missing or broken.
pub fn show_schema(store: &Store, key: &str) -> Result<Object, Error> {
    let subject = Subject::find(store, key)?;
    let name = subject.entry().schema.as_deref();
    let schema = name.map(|name| store.schema(name)).transpose()?;
    let mut told = Object::new();
    told.insert("key", subject.key.as_str());
    told.insert("schema_ref", name);
    told.insert("schema", schema.map(|schema| Value::Object(schema.declared().clone())));
    Ok(told)
}
