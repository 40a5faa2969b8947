//! Taking a document's fields: every fault is noted with its place, and reading goes on.
//!
//! A field that is not as it must be yields a value that means nothing; whoever asked for the fields
//! throws the result away when anything was noted.

use std::cell::RefCell;
use std::fmt::Display;

use motus_json::{Object, Value};

use crate::timestamp::is_timestamp;
use crate::{Digest, Uuid};

/// One thing that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands, such as `effects.declared[2].op`.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

/// What was found while fields were taken.
#[derive(Debug, Default)]
pub(crate) struct Faults(RefCell<Vec<Fault>>);

/// So many faults of one document are kept; nobody reads more.
const KEPT: usize = 100;

/// The most entries of one list.
pub(crate) const MOST_ENTRIES: usize = 100_000;

impl Faults {
    pub(crate) fn note(&self, place: impl Into<String>, message: impl Into<String>) {
        let mut faults = self.0.borrow_mut();
        if faults.len() < KEPT {
            faults.push(Fault { place: place.into(), message: message.into() });
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Fault> {
        self.0.into_inner()
    }
}

/// A value in its place.
pub(crate) struct Node<'v> {
    pub(crate) value: &'v Value,
    pub(crate) place: String,
    pub(crate) faults: &'v Faults,
}

/// An object in its place.
pub(crate) struct Fields<'v> {
    object: &'v Object,
    place: String,
    faults: &'v Faults,
}

impl<'v> Node<'v> {
    pub(crate) fn root(value: &'v Value, faults: &'v Faults) -> Self {
        Self { value, place: String::new(), faults }
    }

    pub(crate) fn note(&self, message: impl Into<String>) {
        self.faults.note(&self.place, message);
    }

    pub(crate) fn fields(&self) -> Option<Fields<'v>> {
        let Some(object) = self.value.as_object() else {
            self.note("must be an object");
            return None;
        };
        Some(Fields { object, place: self.place.clone(), faults: self.faults })
    }

    pub(crate) fn text(&self) -> String {
        let text = self.value.as_str();
        if text.is_none() {
            self.note("must be a string");
        }
        text.unwrap_or_default().to_owned()
    }

    pub(crate) fn choice<T>(&self, parse: fn(&str) -> Option<T>) -> Option<T> {
        let found = self.value.as_str().and_then(parse);
        if found.is_none() {
            self.note("is not one of the names that may stand here");
        }
        found
    }
}

impl<'v> Fields<'v> {
    pub(crate) fn note(&self, name: &str, message: impl Into<String>) {
        self.faults.note(self.place_of(name), message);
    }

    /// Notes members other than these: what nothing binds must say nothing that is not looked at.
    pub(crate) fn only(&self, known: &[&str]) {
        for (key, _) in self.object {
            if !known.iter().any(|known| key == known) {
                self.faults.note(self.place_of(key), "is not known");
            }
        }
    }

    fn place_of(&self, name: impl Display) -> String {
        if self.place.is_empty() { name.to_string() } else { format!("{}.{name}", self.place) }
    }

    /// Returns a member that must be there; `null` counts as being there.
    pub(crate) fn required(&self, name: &str) -> Option<Node<'v>> {
        let found = self.object.get(name).map(|value| Node {
            value,
            place: self.place_of(name),
            faults: self.faults,
        });
        if found.is_none() {
            self.note(name, "is missing");
        }
        found
    }

    /// Returns a member that may be missing or `null`.
    pub(crate) fn optional(&self, name: &str) -> Option<Node<'v>> {
        let value = self.object.get(name).filter(|value| **value != Value::Null)?;
        Some(Node { value, place: self.place_of(name), faults: self.faults })
    }

    pub(crate) fn child(&self, name: &str) -> Option<Fields<'v>> {
        self.required(name)?.fields()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.required(name).map(|node| node.text()).unwrap_or_default()
    }

    pub(crate) fn optional_text(&self, name: &str) -> Option<String> {
        self.optional(name).map(|node| node.text())
    }

    pub(crate) fn digest(&self, name: &str) -> Digest {
        let parsed =
            self.required(name).map(|node| (node.value.as_str().and_then(Digest::parse), node));
        match parsed {
            Some((Some(digest), _)) => digest,
            Some((None, node)) => {
                node.note("must be 64 lower-case hexadecimal digits");
                Digest::ZERO
            }
            None => Digest::ZERO,
        }
    }

    pub(crate) fn uuid(&self, name: &str) -> Uuid {
        self.required(name).and_then(|node| uuid_of(&node)).unwrap_or_default()
    }

    pub(crate) fn optional_uuid(&self, name: &str) -> Option<Uuid> {
        self.optional(name).and_then(|node| uuid_of(&node))
    }

    pub(crate) fn time(&self, name: &str) -> String {
        let text = self.text(name);
        if self.object.contains_key(name) && !is_timestamp(&text) {
            self.note(name, "must be a time such as 2025-12-24T00:00:00Z");
        }
        text
    }

    pub(crate) fn boolean(&self, name: &str) -> bool {
        self.required(name).and_then(|node| boolean_of(&node)).unwrap_or_default()
    }

    pub(crate) fn optional_boolean(&self, name: &str) -> Option<bool> {
        self.optional(name).and_then(|node| boolean_of(&node))
    }

    pub(crate) fn unsigned(&self, name: &str, most: u64) -> u64 {
        self.required(name).and_then(|node| unsigned_of(&node, most)).unwrap_or_default()
    }

    pub(crate) fn optional_unsigned(&self, name: &str, most: u64) -> Option<u64> {
        self.optional(name).and_then(|node| unsigned_of(&node, most))
    }

    pub(crate) fn optional_signed(&self, name: &str) -> Option<i64> {
        let node = self.optional(name)?;
        let found = node.value.as_i64();
        if found.is_none() {
            node.note("must be an integer of 64 bits");
        }
        found
    }

    pub(crate) fn permille(&self, name: &str) -> u16 {
        u16::try_from(self.unsigned(name, 1000)).unwrap_or_default()
    }

    pub(crate) fn number(&self, name: &str) -> u32 {
        u32::try_from(self.unsigned(name, u32::MAX.into())).unwrap_or_default()
    }

    pub(crate) fn choice<T>(&self, name: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
        self.required(name)?.choice(parse)
    }

    /// Returns the items of a list that must be there.
    pub(crate) fn list(&self, name: &str) -> Vec<Node<'v>> {
        let Some(node) = self.required(name) else { return Vec::new() };
        let Some(items) = node.value.as_array() else {
            node.note("must be an array");
            return Vec::new();
        };
        if items.len() > MOST_ENTRIES {
            node.note(format!("more than {MOST_ENTRIES} entries"));
            return Vec::new();
        }
        let item = |(index, value)| Node {
            value,
            place: format!("{}[{index}]", node.place),
            faults: self.faults,
        };
        items.iter().enumerate().map(item).collect()
    }

    /// Returns what each object of a list is read into.
    pub(crate) fn objects<T>(&self, name: &str, read: fn(&Fields<'v>) -> Option<T>) -> Vec<T> {
        self.list(name).iter().filter_map(|node| read(&node.fields()?)).collect()
    }

    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.list(name).iter().map(Node::text).collect()
    }
}

fn uuid_of(node: &Node<'_>) -> Option<Uuid> {
    let found = node.value.as_str().and_then(Uuid::parse);
    if found.is_none() {
        node.note("must be a UUID in lower case");
    }
    found
}

fn boolean_of(node: &Node<'_>) -> Option<bool> {
    let found = node.value.as_bool();
    if found.is_none() {
        node.note("must be true or false");
    }
    found
}

fn unsigned_of(node: &Node<'_>, most: u64) -> Option<u64> {
    let found = node.value.as_u64().filter(|number| *number <= most);
    if found.is_none() {
        node.note(format!("must be an integer from 0 to {most}"));
    }
    found
}
