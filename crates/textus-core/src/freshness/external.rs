//! Entries that somebody else computes: whether they are older than what they were computed from.

use motus_json::{Object, Value};

use crate::manifest::{Compute, ComputeKind, Entry};
use crate::time::Utc;

/// How an entry that is computed elsewhere stands against its sources. Source: textus/3 §5.2.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum External {
    /// No source is newer.
    Fresh,
    /// It has to be computed again, and why.
    Stale(String),
}

impl External {
    /// Compares an entry's metadata with when its sources last changed.
    ///
    /// `meta` is `None` where the file is missing or cannot be read. A source is named as people would
    /// look for it; one that changed in the very second of the computation is not newer.
    pub fn of<'a>(
        meta: Option<&Object>,
        sources: impl IntoIterator<Item = (&'a str, Utc)>,
    ) -> Self {
        let Some(meta) = meta else {
            return Self::Stale("the file is missing".to_owned());
        };
        let Some(written) = generated_at(meta) else {
            return Self::Stale("generated.at is missing".to_owned());
        };
        let Some(generated) = written.as_str().and_then(Utc::parse) else {
            return Self::Stale("generated.at is no time".to_owned());
        };
        let newer = sources.into_iter().find(|(_, changed)| *changed > generated);
        newer.map_or(Self::Fresh, |(source, changed)| {
            Self::Stale(format!("source '{source}' changed at {changed}, after generated.at"))
        })
    }
}

/// Finds when an entry says that it was computed: `generated.at`, or else `generated_at`.
pub fn generated_at(meta: &Object) -> Option<&Value> {
    let nested = meta.get("generated").and_then(|generated| generated.get("at"));
    nested.or_else(|| meta.get("generated_at")).filter(|value| !value.is_null())
}

/// Returns the declaration of an entry that somebody else computes.
pub(super) fn computed_elsewhere(entry: &Entry) -> Option<&Compute> {
    entry.compute.as_ref().filter(|compute| compute.kind == ComputeKind::External)
}
