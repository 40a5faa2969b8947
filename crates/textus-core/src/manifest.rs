//! What a store declares: roles, zones, entries and rules.
//!
//! [`Manifest::read`] takes the text and refuses, in a fixed order, what the protocol does not allow;
//! what it returns can be relied on. It looks at no file: a schema that is named may be missing.

mod audit;
mod entry;
mod lookup;
mod members;
mod model;
mod names;
mod roles;
mod rule;
mod zones;

#[cfg(test)]
mod tests;

use motus_json::Value;

use members::{Members, bad, refuse};
pub use model::{
    AuditSettings, Capability, Compute, ComputeKind, Entry, EntryKind, FetchPolicy, Intake,
    Manifest, OnStale, PredicateRef, Retention, Role, Rule, Transition, Zone, ZoneKind,
};
pub use names::{PUBLISHED_EVENTS, is_bare_name, is_role_name};

use crate::{Code, Error};

/// The protocol that a manifest has to name.
const VERSION: &str = "textus/3";

/// The longest text of a manifest, in bytes. Source: textus/3 §10.
pub const MOST_BYTES: usize = 256 * 1024;

const KEYS: &[&str] = &["version", "roles", "zones", "entries", "rules", "audit"];

impl Manifest {
    /// Reads the text of `manifest.yaml`.
    ///
    /// Errors: those of [`Manifest::from_value`], and `bad_manifest` for a text that is too long or
    /// cannot be read, with the line.
    pub fn read(text: &str) -> Result<Self, Error> {
        if text.len() > MOST_BYTES {
            let why = format!("it has {} bytes, more than {MOST_BYTES}", text.len());
            return Err(Error::new(Code::BadManifest, why));
        }
        let tree = crate::yaml::read(text).map_err(|fault| {
            let why = format!("it cannot be read: {fault}");
            Error::new(Code::BadManifest, why).with("line", fault.line).with("column", fault.column)
        })?;
        Self::from_value(&tree.value)
    }

    /// Reads a manifest.
    ///
    /// What is wrong is told in this order, whatever else is: the version, missing zones, unknown
    /// keys at the root, roles, zones, keys of entries, keys and timeouts of rules, `audit`, a second
    /// queue, zones to which nobody may write, entries one by one, keys, what two entries share,
    /// rules. A message begins with the place, such as `$.entries[3]`, which details tell as `at`.
    ///
    /// Errors: `bad_manifest`, `usage`; `bad_frontmatter` for the version and missing zones, to whose
    /// details the caller adds the `path` of the file. Source: textus/3 §4, §5.
    pub fn from_value(value: &Value) -> Result<Self, Error> {
        let root = root(value)?;
        version(&root)?;
        zones::present(&root)?;
        root.only(KEYS)?;
        let roles = roles::read(&root)?;
        let zones = zones::read(&root)?;
        let declared = root.mappings("entries")?;
        declared.iter().try_for_each(entry::check_keys)?;
        let blocks = root.mappings("rules")?;
        blocks.iter().try_for_each(rule::check_keys)?;
        let audit = audit::read(&root)?;
        zones::one_queue(&zones)?;
        zones::covered(&zones, &roles)?;
        let entries = entry::read(&declared, &zones)?;
        Ok(Self { roles, zones, entries, rules: rule::read(&blocks)?, audit })
    }
}

/// Takes the whole manifest as a mapping.
fn root(value: &Value) -> Result<Members<'_>, Error> {
    match value {
        Value::Null => Err(bad("$", "it is empty")),
        Value::Object(object) if object.is_empty() => Err(bad("$", "it is empty")),
        other => Members::of(other, "$"),
    }
}

/// Checks that the manifest is one of this protocol.
fn version(root: &Members<'_>) -> Result<(), Error> {
    let found = match root.get("version") {
        Some(Value::String(text)) if *text == VERSION => return Ok(()),
        Some(Value::String(text)) => format!("not '{text}'"),
        Some(_) => "and is no text".to_owned(),
        None => "and is missing".to_owned(),
    };
    let why = format!("the version must be '{VERSION}' {found}");
    Err(refuse(Code::BadFrontmatter, &root.place_of("version"), why))
}
