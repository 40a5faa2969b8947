//! Objects: members in the order of insertion, found by key.

mod index;

use crate::{Text, Value};
use index::Index;

/// Holds the members of a JSON object.
///
/// Shape: keys are unique and compared by code point; members keep the order in which their keys first
/// came. Two objects are equal when they have equal members in any order.
/// Cost: finding a key is constant on average, whatever keys an attacker chooses.
#[derive(Clone, Default)]
pub struct Object {
    members: Vec<Member>,
    index: Option<Box<Index>>,
}

pub(crate) type Member = (Text, Value);

/// Up to here, looking at each key is quicker than hashing one.
const LINEAR: usize = 12;

impl Object {
    /// Returns an object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Tells whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Returns the value under a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.find(key.as_bytes())
    }

    /// Returns the value under a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let position = self.position(key.as_bytes())?;
        self.members.get_mut(position).map(|(_, value)| value)
    }

    /// Returns the value under a key that may have lone surrogates.
    pub fn get_text(&self, key: &Text) -> Option<&Value> {
        self.find(key.as_wtf8())
    }

    /// Tells whether a key is present.
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key.as_bytes()).is_some()
    }

    /// Sets the value under a key and returns the one it replaces; a key keeps its place.
    pub fn insert(&mut self, key: impl Into<Text>, value: impl Into<Value>) -> Option<Value> {
        let (key, value) = (key.into(), value.into());
        if let Some(position) = self.position(key.as_wtf8())
            && let Some((_, place)) = self.members.get_mut(position)
        {
            return Some(std::mem::replace(place, value));
        }
        self.push(key, value);
        None
    }

    /// Takes a member out and returns its value; the others keep their order. Cost: linear.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let position = self.position(key.as_bytes())?;
        let (_, value) = self.members.remove(position);
        self.index = Index::of(&self.members);
        Some(value)
    }

    /// Returns the same object with its members, at every depth, in the order of their keys by code
    /// point.
    #[must_use]
    pub fn sorted(self) -> Self {
        let mut members: Vec<(Text, Value)> =
            self.into_iter().map(|(key, value)| (key, value.sorted())).collect();
        members.sort_by(|(left, _), (right, _)| left.cmp(right));
        members.into_iter().collect()
    }

    /// Returns the members in the order of insertion.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.members.iter())
    }

    /// Adds a key whose value follows through [`Object::set_last`]; returns false when it is there already.
    pub(crate) fn start_member(&mut self, key: Text) -> bool {
        let fresh = self.position(key.as_wtf8()).is_none();
        if fresh {
            self.push(key, Value::Null);
        }
        fresh
    }

    /// Gives the youngest member its value.
    pub(crate) fn set_last(&mut self, value: Value) {
        if let Some((_, last)) = self.members.last_mut() {
            *last = value;
        }
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    fn find(&self, key: &[u8]) -> Option<&Value> {
        self.members.get(self.position(key)?).map(|(_, value)| value)
    }

    fn position(&self, key: &[u8]) -> Option<usize> {
        match &self.index {
            Some(index) => index.position(&self.members, key),
            None => self.members.iter().position(|(name, _)| name.as_wtf8() == key),
        }
    }

    /// Adds a member whose key is known to be new.
    fn push(&mut self, key: Text, value: Value) {
        self.members.push((key, value));
        match &mut self.index {
            Some(index) => index.add_last(&self.members),
            None => self.index = Index::of(&self.members),
        }
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.members.iter().all(|(key, value)| other.find(key.as_wtf8()) == Some(value))
    }
}

impl Eq for Object {}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Into<Text>, V: Into<Value>> FromIterator<(K, V)> for Object {
    /// Collects members; of two with the same key the later value stays.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(members: I) -> Self {
        let mut object = Self::new();
        object.extend(members);
        object
    }
}

impl<K: Into<Text>, V: Into<Value>> Extend<(K, V)> for Object {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, members: I) {
        for (key, value) in members {
            self.insert(key, value);
        }
    }
}

impl<K: Into<Text>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Object {
    fn from(members: [(K, V); N]) -> Self {
        members.into_iter().collect()
    }
}

impl IntoIterator for Object {
    type Item = (Text, Value);
    type IntoIter = std::vec::IntoIter<(Text, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

impl<'a> IntoIterator for &'a Object {
    type Item = (&'a Text, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Walks the members of an [`Object`] in the order of insertion.
#[derive(Debug, Clone)]
pub struct Iter<'a>(std::slice::Iter<'a, Member>);

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a Text, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}
