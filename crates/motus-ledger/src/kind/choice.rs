//! The values that a field may have, compared as the published checker does: `true`, `1` and `1.0` are one.
//!
//! Each value has one spelling that it shares with all values that are equal to it. So a payload is looked
//! up among the spellings, however many choices there are.

use std::collections::BTreeSet;

use motus_json::{Number, Object, Value, canonical};

/// The longest integer that a float can be equal to, in digits.
const LONGEST_FLOAT: usize = 309;

/// The values of an `enum`; one that is no list has none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Choices(BTreeSet<String>);

impl Choices {
    pub(super) fn of(items: &Value) -> Self {
        let items = items.as_array().unwrap_or_default();
        Self(items.iter().filter_map(spelling).collect())
    }

    pub(super) fn have(&self, value: &Value) -> bool {
        spelling(value).is_some_and(|spelling| self.0.contains(&spelling))
    }
}

/// Returns what equal values share; what holds a NaN is equal to nothing.
fn spelling(value: &Value) -> Option<String> {
    Some(canonical::store::write(&normal(value)?))
}

fn normal(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Bool(flag) => Value::Number(normal_number(&Number::from(i64::from(*flag)))?),
        Value::Number(number) => Value::Number(normal_number(number)?),
        Value::Array(items) => Value::Array(items.iter().map(normal).collect::<Option<_>>()?),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| Some((name.clone(), normal(value)?)));
            Value::Object(members.collect::<Option<Object>>()?)
        }
        other => other.clone(),
    })
}

/// Makes a float of every number that is exactly one.
fn normal_number(number: &Number) -> Option<Number> {
    if let Some(float) = number.as_f64() {
        // Adding zero takes the sign off `-0.0`.
        return if float.is_finite() {
            Number::float(float + 0.0)
        } else {
            (!float.is_nan()).then(|| number.clone())
        };
    }
    let digits = number.to_string();
    if digits.trim_start_matches('-').len() > LONGEST_FLOAT {
        return Some(number.clone());
    }
    // A precision makes Rust write the float's own digits to the last: no integer is rounded.
    let float = digits.parse().ok().filter(|float| format!("{float:.0}") == digits);
    Some(float.and_then(Number::float).unwrap_or_else(|| number.clone()))
}
