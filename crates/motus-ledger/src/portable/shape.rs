//! Shapes of portable documents: one table that checks them and prints their schema.

mod check;
mod json_schema;

pub use check::{Fault, Strictness, check};
pub use json_schema::json_schema;

/// What a value has to be.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Exactly this text.
    Const(&'static str),
    /// Any text.
    Text,
    /// A text of at least one character.
    NonEmpty,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A point in time (RFC 3339).
    Time,
    /// 64 lower-case hexadecimal digits behind this prefix.
    Hex(&'static str),
    /// A text that somebody wrote, and no placeholder: it does not begin with `<`.
    Authored,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
    /// A whole number of at least this.
    AtLeast(i64),
    /// A number that is not negative, or `null`.
    Measure,
    /// Any object.
    AnyObject,
    /// An object of these members and no others.
    Object(&'static [Member]),
    /// An object with any keys, whose values have this shape.
    Map(&'static Shape),
    /// An array of this.
    Array(&'static Shape),
    /// An array of this with at least one item.
    Some(&'static Shape),
    /// An array of this in which nothing stands twice.
    Set(&'static Shape),
    /// What another document of the registry is.
    Document(&'static Document),
    /// A part that the envelope defines for itself.
    Defined(&'static Definition),
}

/// A member of a closed object.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// Its key.
    pub name: &'static str,
    /// Whether it has to be there.
    pub required: bool,
    /// What it has to be.
    pub shape: Shape,
}

/// A document of the registry.
#[derive(Debug)]
pub struct Document {
    /// Its name, such as `work-event`.
    pub name: &'static str,
    /// What it is called for people.
    pub title: &'static str,
    /// Its members.
    pub members: &'static [Member],
    /// Parts that have a name of their own inside it.
    pub definitions: &'static [&'static Definition],
}

impl Document {
    /// Returns what `schema_version` has to be in the document; a part of others has none.
    pub fn schema_version(&self) -> Option<&'static str> {
        let versions = self.members.iter().filter(|member| member.name == "schema_version");
        let mut words = versions.filter_map(|member| match member.shape {
            Shape::Const(word) => Some(word),
            _ => None,
        });
        words.next()
    }
}

/// A part of a document that is used more than once.
#[derive(Debug)]
pub struct Definition {
    /// Its name inside the document.
    pub name: &'static str,
    /// Its members.
    pub members: &'static [Member],
}
