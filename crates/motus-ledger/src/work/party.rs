//! Somebody or something that may take work over.

use std::fmt;

use motus_json::{Object, Value};

use crate::portable::blank::is_blank;
use crate::portable::shapes::ACTOR_TYPES;

/// Who takes part in a hand-off, such as `human:owner`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    kind: String,
    id: String,
}

impl Party {
    /// Reads `TYPE:ID`, where the type is one of [`ACTOR_TYPES`] and the identifier says something.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once(':')?;
        Self::new(kind, id)
    }

    fn new(kind: &str, id: &str) -> Option<Self> {
        let is_known = ACTOR_TYPES.contains(&kind) && !is_blank(id);
        is_known.then(|| Self { kind: kind.to_owned(), id: id.to_owned() })
    }

    /// Reads `{"type","id"}`; nothing when it is not that.
    pub(crate) fn from_value(value: &Value) -> Option<Self> {
        let text = |name| value.get(name).and_then(Value::as_str);
        Self::new(text("type")?, text("id")?)
    }

    /// Returns `{"type","id"}`.
    pub fn to_object(&self) -> Object {
        Object::from([("type", self.kind.as_str()), ("id", self.id.as_str())])
    }

    /// Returns what it is: one of [`ACTOR_TYPES`].
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Returns who it is.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for Party {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.kind, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_party_is_a_known_type_and_a_name() {
        for (text, told) in [
            ("human:owner", Some("human:owner")),
            ("agent:a:b", Some("agent:a:b")),
            ("ci: x", Some("ci: x")),
            ("owner", None),
            ("robot:x", None),
            ("human:", None),
            ("human: ", None),
            ("human:\u{200b}", None),
            (":x", None),
        ] {
            let party = Party::parse(text);
            assert_eq!(party.map(|party| party.to_string()).as_deref(), told, "{text}");
        }
    }

    #[test]
    fn a_party_is_read_back() {
        let party = Party::parse("human:owner").unwrap();
        assert_eq!(Party::from_value(&party.to_object().into()), Some(party));
        assert_eq!(Party::from_value(&Object::from([("type", "human")]).into()), None);
    }
}
