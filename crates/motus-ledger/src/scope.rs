//! What is recorded of a command's scope: what was declared before it started, and what was seen of it.
//!
//! Effects stand as the kernel spells them, `op` and `selector`, so that whoever has the record can decide again
//! whether what was seen stays inside of what was declared.

mod declared;
mod listing;
mod observed;
mod reading;

use motus_json::{Object, Value};

use crate::kind::Kind;

pub use declared::{DeclaredDocument, DeclaredLimits, DeclaredScope};
pub use observed::{EffectList, ObservedEffects, ProgramCount};
pub use reading::{DeclaredFacts, ObservedFacts, ScopeEvent, Totals};

/// The kind of the event that is recorded of a scope before the command starts.
pub const DECLARED_KIND: &str = "adapter.wrap.scope_declared";

/// The kind of the event that is recorded of what was seen, after the command ended.
pub const OBSERVED_KIND: &str = "adapter.wrap.scope_observed";

/// An effect as it is recorded: canonical text, by its operation and its selector.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordedEffect {
    /// The operation, such as `WriteFS`.
    pub op: String,
    /// The canonical selector.
    pub selector: String,
    /// How often it was attempted; 0 in a declaration.
    pub count: u64,
}

/// Tells whether events of a kind are about scopes.
pub fn is_kind(name: &str) -> bool {
    matches!(name, DECLARED_KIND | OBSERVED_KIND)
}

/// Returns the kind of this name, if it is one of these.
pub(crate) fn kind_named(name: &str) -> Option<Kind> {
    [declared_kind(), observed_kind()].into_iter().find(|kind| kind.name == name)
}

/// The kind of [`DeclaredScope`].
pub fn declared_kind() -> Kind {
    declared::kind()
}

/// The kind of [`ObservedEffects`].
pub fn observed_kind() -> Kind {
    observed::kind()
}

impl RecordedEffect {
    fn to_value(&self) -> Value {
        let mut members =
            Object::from([("op", self.op.as_str()), ("selector", self.selector.as_str())]);
        if self.count > 0 {
            members.insert("count", self.count);
        }
        members.into()
    }

    fn read(value: &Value) -> Option<Self> {
        let text = |name| Some(value.get(name)?.as_text()?.to_string());
        let count = value.get("count").map_or(Some(0), Value::as_u64)?;
        Some(Self { op: text("op")?, selector: text("selector")?, count })
    }
}
