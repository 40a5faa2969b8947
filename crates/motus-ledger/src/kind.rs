//! Kinds: the registered shapes of event payloads, how they may grow and how they bind.
//!
//! A kind's schema is a small, flat part of JSON Schema: an object with declared fields, some of
//! them required. Undeclared fields are always allowed, so extra data never needs a new schema.

mod catalogue;
mod choice;
mod evolution;
mod payload;
mod schema;

pub use catalogue::Kind;

pub(crate) use catalogue::{ARRAY, BOOLEAN, Field, INTEGER, OBJECT, STRING, STRING_OR_NULL};
pub use schema::Schema;

pub(crate) use evolution::{CommonShape, check_evolution};
pub(crate) use payload::check_payload;

use crate::Timestamp;

/// One registered version of a kind: its stored row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindVersion {
    /// The kind's name.
    pub schema_kind: String,
    /// The digest of the canonical schema.
    pub schema_hash: String,
    /// The canonical schema.
    pub schema_json: String,
    /// When the version was registered.
    pub registered_at: Timestamp,
}
