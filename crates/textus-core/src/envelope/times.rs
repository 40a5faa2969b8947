//! Unquoted times of a document, spelled for JSON.

use motus_json::{Object, Value};

use crate::format::times::Branch;
use crate::time;

/// Returns an object with its unquoted times as RFC 3339 has them; bare dates stay.
///
/// It goes no deeper than the places of times do, whose depth the reader of the document bounds.
pub(super) fn told(object: &Object, times: Option<&Branch>) -> Object {
    let Some(times) = times.filter(|times| !times.is_empty()) else {
        return object.clone();
    };
    object
        .iter()
        .map(|(name, value)| {
            let times = name.as_str().and_then(|name| times.below(name));
            (name.clone(), value_told(value, times))
        })
        .collect()
}

fn value_told(value: &Value, times: Option<&Branch>) -> Value {
    let Some(times) = times else {
        return value.clone();
    };
    match value {
        Value::Object(object) => Value::Object(told(object, Some(times))),
        Value::Array(items) => {
            let below = |index: usize| times.below(&index.to_string());
            items.iter().enumerate().map(|(index, item)| value_told(item, below(index))).collect()
        }
        Value::String(text) if times.is_time() => {
            let spelled = text.as_str().and_then(time::rfc3339);
            spelled.map_or_else(|| value.clone(), Value::from)
        }
        other => other.clone(),
    }
}
