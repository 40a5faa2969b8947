//! What is declared and is not there, is broken, or contradicts itself.

use motus_fs::{FileType, JailError};
use textus_core::Error;
use textus_core::manifest::Entry;
use textus_core::rules::{self, Slot};

use super::issue::{Issue, Level};
use crate::{Store, failure, layout};

/// Slots in which two rules must not tie.
const UNAMBIGUOUS: [Slot; 3] = [Slot::Fetch, Slot::HandlerAllowlist, Slot::Guard];

/// Most of the rules that tie that are named.
const MOST_GLOBS: usize = 3;

/// Entries of one file that have none yet, or something else in its place.
pub(super) fn missing_files(store: &Store) -> Result<Vec<Issue>, Error> {
    let zones = store.zones()?;
    let mut issues = Vec::new();
    for entry in store.manifest().entries.iter().filter(|entry| !entry.nested) {
        let path = entry.file();
        let found = zones.as_ref().map(|zones| zones.inspect(&path)).transpose();
        let message = match found {
            Ok(Some(Some(facts))) if facts.file_type == FileType::File => continue,
            Ok(Some(Some(_))) => format!("{}/{path} is no file", layout::ZONES),
            Ok(_) => format!("{}/{path} is not there", layout::ZONES),
            Err(error) => error.to_string(),
        };
        let key = entry.key.as_str();
        issues.push(Issue::new("manifest.missing_file", Level::Info, key, message));
    }
    Ok(issues)
}

/// Entries whose schema is not there.
pub(super) fn missing_schemas(store: &Store) -> Result<Vec<Issue>, Error> {
    let names = store.schema_names()?;
    let missing = |entry: &&Entry| entry.schema.as_ref().is_some_and(|name| !names.contains(name));
    let issue = |entry: &Entry| {
        let name = entry.schema.as_deref().unwrap_or_default();
        let message = format!("schema '{name}' is not there");
        Issue::new("schema.missing", Level::Error, entry.key.as_str(), message)
            .fix(format!("write {}/{name}.yaml, or name another schema", layout::SCHEMAS))
    };
    Ok(store.manifest().entries.iter().filter(missing).map(issue).collect())
}

/// Schemas that cannot be read.
pub(super) fn broken_schemas(store: &Store) -> Result<Vec<Issue>, Error> {
    let mut issues = Vec::new();
    for name in store.schema_names()? {
        if let Err(error) = store.schema(&name) {
            let path = store.root().join(layout::SCHEMAS).join(format!("{name}.yaml"));
            let path = path.to_string_lossy();
            issues.push(Issue::new("schema.parse_error", Level::Error, path, error.message()));
        }
    }
    Ok(issues)
}

/// Entries whose template is not there.
pub(super) fn missing_templates(store: &Store) -> Result<Vec<Issue>, Error> {
    let names = template_names(store)?;
    let mut issues = Vec::new();
    for entry in &store.manifest().entries {
        let Some(template) = &entry.template else { continue };
        let is_there = names.iter().any(|name| {
            name == template || name.strip_suffix(".mustache") == Some(template.as_str())
        });
        if !is_there {
            let message = format!("template '{template}' is not there");
            issues.push(Issue::new("template.missing", Level::Error, entry.key.as_str(), message));
        }
    }
    Ok(issues)
}

fn template_names(store: &Store) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    let mut directory = match store.jail().below(layout::TEMPLATES) {
        Err(JailError::Missing { .. }) => return Ok(names),
        opened => opened.map_err(|error| failure::of_jail(&error))?,
    };
    let mut visit = |name: &[u8], kind: FileType| {
        if matches!(kind, FileType::File | FileType::Link) {
            names.push(String::from_utf8_lossy(name).into_owned());
        }
    };
    directory.list(&mut visit).map_err(|error| failure::of_jail(&error))?;
    Ok(names)
}

/// Schemas with fields that nobody is declared to maintain.
pub(super) fn unowned_fields(store: &Store) -> Result<Vec<Issue>, Error> {
    let mut issues = Vec::new();
    for name in store.schema_names()? {
        let Ok(schema) = store.schema(&name) else { continue };
        let fields = schema.unowned_fields();
        if !fields.is_empty() {
            let message = format!("fields without maintained_by: {}", fields.join(", "));
            issues.push(Issue::new("schema.unowned_fields", Level::Info, name, message));
        }
    }
    Ok(issues)
}

/// Entries for which two rules tie.
pub(super) fn ambiguous_rules(store: &Store) -> Vec<Issue> {
    let manifest = store.manifest();
    let mut issues = Vec::new();
    for entry in &manifest.entries {
        for tie in rules::ambiguities(&manifest.rules, &entry.key) {
            if UNAMBIGUOUS.contains(&tie.slot) {
                let globs: Vec<&str> = tie.globs.iter().take(MOST_GLOBS).copied().collect();
                let (slot, globs) = (tie.slot.name(), globs.join("', '"));
                let message = format!("rules '{globs}' are equally specific in slot {slot}");
                let key = entry.key.as_str();
                issues.push(Issue::new("rule.ambiguity", Level::Warning, key, message));
            }
        }
    }
    issues
}

/// Entries whose handler no rule allows.
pub(super) fn forbidden_handlers(store: &Store) -> Vec<Issue> {
    let manifest = store.manifest();
    let mut issues = Vec::new();
    for entry in &manifest.entries {
        let Some(intake) = &entry.intake else { continue };
        let allowed = rules::effective(&manifest.rules, &entry.key).intake_handler_allowlist;
        if allowed.is_some_and(|names| !names.contains(&intake.handler)) {
            let message = format!("handler '{}' is not in the allowlist", intake.handler);
            let key = entry.key.as_str();
            issues.push(Issue::new("policy.handler_not_allowed", Level::Error, key, message));
        }
    }
    issues
}
