//! The lens: what the events said of it last, member by member.

use std::collections::BTreeMap;

use motus_json::{Text, Value};

/// The members of the receipt's lens, and whether the last event that told each told the same.
#[derive(Default)]
pub(super) struct Lens(BTreeMap<String, (Value, bool)>);

impl Lens {
    /// Takes the receipt's lens, without nulls.
    pub(super) fn new(lens: Value) -> Self {
        let items = lens.get("items").and_then(Value::as_array).unwrap_or_default().len();
        let Value::Object(lens) = lens else { return Self::default() };
        let named = |(name, value): (Text, Value)| {
            (name.as_str().unwrap_or_default().to_owned(), (value, true))
        };
        let mut members: BTreeMap<_, _> = lens.into_iter().map(named).collect();
        members.insert("items_count".to_owned(), (items.into(), true));
        Self(members)
    }

    /// Takes what an event says, without nulls. What the receipt does not know is not compared.
    pub(super) fn told(&mut self, content: &Value) {
        for (name, said) in content.as_object().into_iter().flatten() {
            if let Some((expected, agrees)) = self.0.get_mut(name.as_str().unwrap_or_default()) {
                *agrees = said == expected;
            }
        }
    }

    /// Says of which members the last word is not the receipt's.
    pub(super) fn faults(&self) -> impl Iterator<Item = String> {
        let other = self.0.iter().filter(|(_, (_, agrees))| !agrees);
        other.map(|(name, _)| format!("the last {name} of LensAssembled is not that of the lens"))
    }
}
