//! The kinds that events may refer to: those of a Store, and those that a file brings.
//!
//! A Store's latest version of a kind decides what its producers may register next. So a version becomes
//! the latest only where it adds to the one that is; any other that agrees with all of its kind is kept
//! as an older one. Of a kind that the Store does not have, the file's order is taken over: it is the
//! order in which another Store came to have them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use motus_json::Value;

use super::exported_run::ExportedRun;
use super::refusal::{Refusal, RefusalKind};
use super::{MOST_DIGITS, MOST_KIND_BYTES};
use crate::kind::{CommonShape, Kind, KindVersion, Schema, check_evolution, check_payload};
use crate::{Event, ReadTransaction, SchemaError, StoreError};

/// What a version counts for beside its texts, so that many tiny ones are bounded as well.
const ALLOWANCE: usize = 256;

/// Where a version belongs among those of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// It is there.
    Known,
    /// It becomes the latest.
    Newest,
    /// What is the latest stays that.
    Older,
}

/// Kinds with all their versions, by name.
#[derive(Debug, Default)]
pub struct Catalogue {
    kinds: BTreeMap<String, Versions>,
    /// The kinds that the Store had no version of, while their versions come one after the other.
    new_kinds: BTreeSet<String>,
    /// How much was added, in bytes.
    added: usize,
}

/// The versions of one kind, by digest.
#[derive(Debug, Default)]
struct Versions {
    schemas: BTreeMap<String, Schema>,
    /// The digest of the latest one.
    latest: String,
    shape: CommonShape,
    /// A schema that a damaged Store holds.
    damage: Option<SchemaError>,
}

impl Catalogue {
    /// Makes a catalogue without any kind.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads all kinds of a Store.
    pub fn of(store: &dyn ReadTransaction) -> Result<Self, StoreError> {
        let mut catalogue = Self::new();
        store.visit_kind_versions(&mut |version| {
            let versions = catalogue.kinds.entry(version.schema_kind).or_default();
            match Schema::from_stored(&version.schema_json) {
                Ok(schema) => versions.include(version.schema_hash, schema, Placement::Newest),
                Err(error) => versions.damage = Some(error),
            }
            ControlFlow::Continue(())
        })?;
        Ok(catalogue)
    }

    /// Adds a version and says where it belongs.
    ///
    /// Errors: `import.kind_conflict` when it requires other fields than another version of its kind, or
    /// defines a field otherwise, or when Motus's own events would not satisfy it; `import.too_large` when
    /// too much was added.
    pub fn add(&mut self, version: &KindVersion) -> Result<Placement, Refusal> {
        let name = &version.schema_kind;
        let refused = |kind, problem: String| Refusal::new(kind, format!("kind {name}"), problem);
        let versions = self.kinds.get(name);
        if versions.is_some_and(|versions| versions.schemas.contains_key(&version.schema_hash)) {
            return Ok(Placement::Known);
        }
        let bytes = name.len().saturating_add(version.schema_json.len());
        self.added = self.added.saturating_add(bytes).saturating_add(ALLOWANCE);
        if self.added > MOST_KIND_BYTES {
            let problem = format!("the new kinds come to more than {MOST_KIND_BYTES} bytes");
            return Err(refused(RefusalKind::TooLarge, problem));
        }
        let schema = Schema::from_stored(&version.schema_json)
            .map_err(|error| refused(RefusalKind::KindInvalid, error.to_string()))?;
        if versions.is_none() {
            self.new_kinds.insert(name.clone());
        }
        let is_new = self.new_kinds.contains(name);
        let versions = self.kinds.entry(name.clone()).or_default();
        let conflict = |with: &str, error: SchemaError| {
            let problem = format!("{} does not go with {with}: {error}", version.schema_hash);
            refused(RefusalKind::KindConflict, problem)
        };
        if let Some(ours) = Kind::named(name) {
            let with = "what this program records";
            ours.check_version(&schema).map_err(|error| conflict(with, error))?;
        }
        let placement = versions
            .place(&schema, is_new)
            .map_err(|error| conflict("the versions that are there", error))?;
        versions.include(version.schema_hash.clone(), schema, placement);
        Ok(placement)
    }

    /// Returns the digest of the latest version of a kind.
    pub fn latest(&self, kind: &str) -> Option<&str> {
        self.kinds.get(kind).map(|versions| versions.latest.as_str())
    }

    /// Says that other lines came between: the versions of no kind come one after the other any more.
    pub fn settle(&mut self) {
        self.new_kinds.clear();
    }

    /// Checks that the kind of every event is there and that its payload satisfies it.
    ///
    /// Errors: `import.kind_unknown`, `import.payload_invalid`.
    pub fn check(&self, exported: &ExportedRun) -> Result<(), Refusal> {
        exported.events().iter().try_for_each(|event| self.check_event(event))
    }

    fn check_event(&self, event: &Event) -> Result<(), Refusal> {
        let refused = |kind, problem: String| {
            Refusal::new(kind, format!("event {} of {}", event.seq, event.run_id), problem)
        };
        let (kind, hash) = (&event.schema_kind, &event.schema_hash);
        let versions = self.kinds.get(kind);
        let Some(schema) = versions.and_then(|versions| versions.schemas.get(hash)) else {
            let problem =
                format!("neither the Store nor an earlier line has the kind {kind} {hash}");
            return Err(refused(RefusalKind::KindUnknown, problem));
        };
        let invalid = |problem| refused(RefusalKind::PayloadInvalid, problem);
        let payload = event.payload().map_err(|error| invalid(error.to_string()))?;
        if has_endless_integer(&payload) {
            let problem = format!("it has an integer of more than {MOST_DIGITS} digits");
            return Err(invalid(problem));
        }
        check_payload(schema, &payload).map_err(|error| invalid(error.to_string()))
    }
}

/// Tells whether a payload has an integer that is longer than any release can have written.
fn has_endless_integer(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_endless_integer),
        Value::Object(members) => members.iter().any(|(_, value)| has_endless_integer(value)),
        Value::Number(number) if number.as_i64().is_none() && number.is_integer() => {
            number.to_string().trim_start_matches('-').len() > MOST_DIGITS
        }
        _ => false,
    }
}

impl Versions {
    fn include(&mut self, hash: String, schema: Schema, placement: Placement) {
        self.shape.include(&schema);
        if placement == Placement::Newest {
            self.latest.clone_from(&hash);
        }
        self.schemas.insert(hash, schema);
    }

    /// Says where a schema belongs.
    ///
    /// Of a new kind, each version agrees with the one before it, in whatever way another Store came to
    /// have them; with those before that one it need not.
    fn place(&self, schema: &Schema, is_new: bool) -> Result<Placement, SchemaError> {
        if let Some(damage) = &self.damage {
            return Err(damage.clone());
        }
        let Some(latest) = self.schemas.get(&self.latest) else { return Ok(Placement::Newest) };
        if check_evolution(latest, schema).is_ok() {
            return Ok(Placement::Newest);
        }
        if is_new {
            let mut shape = CommonShape::default();
            shape.include(latest);
            return shape.check(schema).map(|()| Placement::Newest);
        }
        self.shape.check(schema).map(|()| Placement::Older)
    }
}
