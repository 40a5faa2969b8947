//! What one field may hold.

use std::collections::BTreeMap;

use motus_json::Value;

/// What a schema says about one field, or about the items of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Field {
    pub(super) shape: Shape,
    pub(super) maintained_by: Option<String>,
}

/// What a value must be.
#[derive(Clone, Debug, Default)]
pub(super) enum Shape {
    /// Anything, `null` too: the type is not given, or is none of the protocol's.
    #[default]
    Unchecked,
    /// Text that is no unquoted date or time, of so many bytes at most.
    String { max: Option<u64> },
    /// An integer or a float.
    Number,
    /// A truth value.
    Boolean,
    /// One of these.
    Enum { values: Vec<Choice> },
    /// A list of such items.
    Array { items: Box<Field> },
    /// A mapping; members that are not listed are let be.
    Object { fields: BTreeMap<String, Field> },
}

/// One value of an enumeration; an unquoted date equals only an unquoted date.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) value: Value,
    pub(super) is_time: bool,
}
