//! The document of a scope: YAML of a strict form, every fault with its line and column.
//!
//! A document may come with a repository. It names profiles, paths, programs and hosts; it runs nothing, names no
//! other document, and grants nothing before a person names it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::grant::Kind as Granted;
use super::profile;
use super::{Grant, ScopeError};
use crate::simulation::{Faults, Fields, Ground, Item, Kind, ScenarioError, read_yaml};
use crate::strategies::Fault;

/// The longest document, in bytes.
pub(super) const LONGEST: usize = 1 << 18;

/// The most that one document grants.
const MOST_GRANTS: usize = 2000;

/// The longest name, and the longest text that says what a scope is for, in characters.
const LONGEST_NAME: usize = 100;
const LONGEST_ABOUT: usize = 2000;

/// The longest that a document may let a command run: a year.
const MOST_SECONDS: u64 = 366 * 24 * 60 * 60;

/// The version of this form.
const VERSION: &str = "0.1";

const KEYS: &[&str] = &[
    "motus_scope",
    "name",
    "about",
    "profiles",
    "read",
    "write",
    "exec",
    "net",
    "unix",
    "offline",
    "observe",
    "limits",
];

/// A scope as a document says it.
///
/// Shape: `motus_scope: "0.1"`, and any of `name`, `about`, `profiles`, `read`, `write`, `exec`, `net`, `unix`,
/// `offline`, `observe` (`reads`), `limits` (`wall_seconds`, `processes`, `output_bytes`).
/// At most 256 KiB and 2,000 grants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeDocument {
    /// What it is called; profiles are named by it.
    pub name: Option<String>,
    /// What it is for.
    pub about: Option<String>,
    /// Profiles that it builds on.
    pub profiles: Vec<String>,
    /// What it grants, in the order of the kinds and then of the text.
    pub grants: Vec<Grant>,
    /// Whether it says that nobody is reached: then no grant beside it may reach anybody.
    pub is_offline: bool,
    /// Whether reads are seen one by one.
    pub observes_reads: Option<bool>,
    /// How long the command may take, in seconds.
    pub wall_seconds: Option<u64>,
    /// How many processes may live at once.
    pub processes: Option<u64>,
    /// How many bytes may be written to both outputs.
    pub output_bytes: Option<u64>,
}

/// Reads a document; `file` is how messages call it.
///
/// Errors: `scope.document_invalid`, with every fault.
pub(super) fn read_document(text: &[u8], file: &Path) -> Result<ScopeDocument, ScopeError> {
    read_placed(text, file).map(|(document, _)| document)
}

/// Reads a document as [`read_document`] does, and returns line and column of each grant.
pub(super) fn read_placed(
    text: &[u8],
    file: &Path,
) -> Result<(ScopeDocument, Vec<(usize, usize)>), ScopeError> {
    let told = |faults| ScopeError::Document { file: file.to_owned(), faults };
    if text.len() > LONGEST {
        return Err(told(vec![fault((1, 1), format!("more than {LONGEST} bytes"))]));
    }
    let text = std::str::from_utf8(text).map_err(|error| {
        told(vec![fault(place(text, error.valid_up_to()), "not UTF-8".to_owned())])
    })?;
    let faults = Faults::default();
    let placed = |error: ScenarioError| fault((error.line, error.column), error.message);
    let node = read_yaml(text, &faults).map_err(|error| told(vec![placed(error)]))?;
    let evidence = BTreeMap::new();
    let item = Item { node: &node, ground: Ground { faults: &faults, evidence: &evidence } };
    let document = item.fields().map(|fields| document(&fields)).unwrap_or_default();
    let faults: Vec<_> = faults.into_vec().into_iter().map(placed).collect();
    if faults.is_empty() { Ok(document) } else { Err(told(faults)) }
}

pub(super) fn fault((line, column): (usize, usize), message: String) -> Fault {
    Fault { code: "scope.document_invalid", line, column, message }
}

/// Returns line and column of a byte; what is no text counts as one character.
fn place(text: &[u8], offset: usize) -> (usize, usize) {
    let before = String::from_utf8_lossy(text.get(..offset).unwrap_or(text));
    let last = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, last.chars().count() + 1)
}

fn document(fields: &Fields<'_>) -> (ScopeDocument, Vec<(usize, usize)>) {
    fields.only(KEYS);
    if let Some(version) = fields.required("motus_scope")
        && version.source() != Some(VERSION)
    {
        version.note(Kind::BadValue, format!("must be {VERSION}, the form that is read here"));
    }
    let observe = fields.optional("observe").and_then(|item| item.fields());
    let limits = fields.optional("limits").and_then(|item| item.fields());
    if let Some(observe) = &observe {
        observe.only(&["reads"]);
    }
    if let Some(limits) = &limits {
        limits.only(&["wall_seconds", "processes", "output_bytes"]);
    }
    let limit = |key, most| limits.as_ref().and_then(|limits| positive(limits, key, most));
    let (grants, places) = grants(fields).into_iter().unzip();
    let document = ScopeDocument {
        name: line(fields, "name", LONGEST_NAME),
        about: line(fields, "about", LONGEST_ABOUT),
        profiles: profiles(fields),
        grants,
        is_offline: fields.optional("offline").is_some_and(|item| item.boolean()),
        observes_reads: observe
            .and_then(|observe| observe.optional("reads"))
            .map(|item| item.boolean()),
        wall_seconds: limit("wall_seconds", MOST_SECONDS),
        processes: limit("processes", u32::MAX.into()),
        output_bytes: limit("output_bytes", u64::MAX),
    };
    (document, places)
}

fn line(fields: &Fields<'_>, key: &str, longest: usize) -> Option<String> {
    let item = fields.optional(key)?;
    let text = item.text();
    if item.source().is_some_and(|source| source.trim().is_empty()) {
        item.note(Kind::BadValue, "must not be blank");
    } else if text.chars().count() > longest {
        item.note(Kind::BadValue, format!("must be at most {longest} characters"));
    }
    Some(text)
}

fn positive(fields: &Fields<'_>, key: &str, most: u64) -> Option<u64> {
    let item = fields.optional(key)?;
    let is_low = |text: &str| text.parse::<i128>().is_ok_and(|number| number < 1);
    if item.source().is_some_and(is_low) {
        item.note(Kind::BadValue, format!("must be from 1 to {most}"));
        return None;
    }
    Some(item.unsigned(most))
}

/// Yields the texts of a list, each once.
fn texts<'n>(fields: &Fields<'n>, key: &str) -> Vec<(String, Item<'n>)> {
    let mut seen = BTreeSet::new();
    let mut texts = Vec::new();
    for item in fields.optional(key).into_iter().flat_map(|list| list.items()) {
        let text = item.text();
        if item.source().is_some_and(|source| !seen.insert(source)) {
            item.note(Kind::BadValue, "stands there before");
        }
        texts.push((text, item));
    }
    texts
}

fn profiles(fields: &Fields<'_>) -> Vec<String> {
    let texts = texts(fields, "profiles");
    for (name, item) in &texts {
        if !name.is_empty() && !profile::is_known(name) {
            let known = profile::known();
            item.note(Kind::BadValue, format!("there is no such profile; known are {known}"));
        }
    }
    texts.into_iter().map(|(name, _)| name).collect()
}

fn grants(fields: &Fields<'_>) -> Vec<(Grant, (usize, usize))> {
    let mut grants = Vec::new();
    for kind in Granted::ALL {
        for (value, item) in texts(fields, kind.as_str()) {
            if grants.len() == MOST_GRANTS {
                item.note(Kind::TooLarge, format!("more than {MOST_GRANTS} grants"));
                return grants;
            }
            match Grant::new(kind, &value) {
                Ok(grant) => {
                    let place = item.node.place;
                    grants.push((grant, (place.line, place.column)));
                }
                // What is no text was noted as such.
                Err(_) if value.is_empty() && item.source() != Some("") => {}
                Err(problem) => item.note(Kind::BadValue, problem),
            }
        }
    }
    grants
}

#[cfg(test)]
mod tests;
