//! What entries hold against what they must hold. Each is read once.

use motus_fs::Jail;
use textus_core::format::{self, Document};
use textus_core::manifest::{Capability, Manifest, ZoneKind};
use textus_core::proposal::Proposal;
use textus_core::schema::{Schema, Subject};
use textus_core::{Error, Etag, Key};

use super::issue::{Issue, Issues, Level};
use super::log::LogFacts;
use super::{Check, Scope};
use crate::verb::absolute;
use crate::{Listed, Selection, Store, entry_file};

/// What was found in entries.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) violations: Issues,
    pub(super) proposals: Issues,
    /// Files that are not what the log told of them last.
    pub(super) unlogged: Issues,
}

/// Reads the entries that are in the scope. Errors: `io_error` when they cannot be listed.
pub(super) fn examine(store: &Store, scope: Scope<'_>, log: &LogFacts) -> Result<Findings, Error> {
    let mut findings = Findings::default();
    let checks = [Check::SchemaViolations, Check::ProposalTargets, Check::AuditLog];
    if !checks.iter().any(|check| scope.asks(*check)) {
        return Ok(findings);
    }
    let zones = store.zones()?;
    for row in listed(store, scope)? {
        match read(store, zones.as_ref(), &row) {
            Ok(None) => {}
            Ok(Some((etag, document))) => {
                findings.unlogged.extend(unlogged(&row, &etag, log));
                findings.violations.extend(violations(store, &row, &document, log));
                findings.proposals.extend(proposal(store, &row, &document));
            }
            Err(error) => findings.violations.push(Issue::of(&error, row.key.as_str())),
        }
    }
    Ok(findings)
}

fn listed<'s>(store: &'s Store, scope: Scope<'_>) -> Result<Vec<Listed<'s>>, Error> {
    let rows = match scope {
        Scope::Whole(_) => return Ok(store.list(Selection::default())?.rows),
        Scope::Changed(rows) => rows,
    };
    let mut keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut listed = Vec::new();
    for key in keys.into_iter().filter_map(|key| Key::parse(key).ok()) {
        let Some(resolution) = store.manifest().resolve(&key) else { continue };
        if let Ok(Some(file)) = store.read_entry(&resolution) {
            listed.push(Listed { key, entry: resolution.entry, path: file.path });
        }
    }
    Ok(listed)
}

fn read(
    store: &Store,
    zones: Option<&Jail>,
    row: &Listed<'_>,
) -> Result<Option<(Etag, Document)>, Error> {
    match entry_file::read(zones, &row.path)? {
        Some(file) => {
            let path = absolute(store, &row.path);
            let document = format::read(row.entry.format, &file.bytes, &path)?;
            Ok(Some((file.etag, document)))
        }
        // It went away since it was listed.
        None => Ok(None),
    }
}

/// Finds a file that was changed without the log, by hand or by somebody who takes no lock.
fn unlogged(row: &Listed<'_>, etag: &Etag, log: &LogFacts) -> Option<Issue> {
    let key = row.key.as_str();
    let logged = log.last_etag(key).filter(|logged| *logged != etag.as_str())?;
    let message = format!("the file of '{key}' is {etag}; the log told {logged} last");
    let fix = "put the entry again if this is what it should hold";
    Some(Issue::new("audit.unlogged", Level::Warning, key, message).fix(fix))
}

fn violations(store: &Store, row: &Listed<'_>, document: &Document, log: &LogFacts) -> Vec<Issue> {
    let mut issues = Vec::new();
    let schema = row.entry.schema.as_deref().and_then(|name| store.schema(name).ok());
    let Some(schema) = schema else { return issues };
    let Some(fields) = Subject::of(row.entry.format, document) else { return issues };
    if let Err(error) = schema.validate(&fields) {
        issues.push(Issue::of(&error, row.key.as_str()));
    }
    issues.extend(strangers(store.manifest(), row, &schema, &fields, log));
    issues
}

/// Finds fields that somebody wrote last who neither maintains them nor holds `author`.
fn strangers(
    manifest: &Manifest,
    row: &Listed<'_>,
    schema: &Schema,
    fields: &Subject<'_>,
    log: &LogFacts,
) -> Vec<Issue> {
    let key = row.key.as_str();
    let Some(writer) = log.last_writer(key) else { return Vec::new() };
    let is_author = manifest.role(writer).is_some_and(|role| role.holds(Capability::Author));
    if is_author {
        return Vec::new();
    }
    // An owner that no role is named after has nothing to say about roles.
    let strange = schema.owned_fields().filter(|(field, owner)| {
        *owner != writer && manifest.role(owner).is_some() && fields.has(field)
    });
    strange
        .map(|(field, owner)| {
            let message = format!("'{field}' is maintained by {owner}, and {writer} wrote it last");
            Issue::new("role_authority", Level::Error, key, message)
                .with("key", key)
                .with("field", field)
                .with("expected", owner)
                .with("last_writer", writer)
        })
        .collect()
}

/// Finds proposals that nobody could accept.
fn proposal(store: &Store, row: &Listed<'_>, document: &Document) -> Option<Issue> {
    let manifest = store.manifest();
    if manifest.queue()?.name != row.entry.zone {
        return None;
    }
    let issue = |code: &str, message: String| {
        Some(Issue::new(code, Level::Warning, row.key.as_str(), message))
    };
    let proposal = match Proposal::of(&row.key, document) {
        Ok(proposal) => proposal,
        Err(error) => {
            let found = issue("proposal.target_unresolved", error.message().to_owned());
            return found.map(|found| match error.next_step() {
                Some(next) => found.fix(next),
                None => found,
            });
        }
    };
    let target = &proposal.target;
    let Some(resolution) = manifest.resolve(target) else {
        return issue("proposal.target_unresolved", format!("no entry has the target '{target}'"));
    };
    if resolution.is_subtree {
        let message = format!("the target '{target}' is a subtree of entries, not an entry");
        return issue("proposal.target_unresolved", message);
    }
    let zone = manifest.zone_of(resolution.entry)?;
    if zone.kind == ZoneKind::Canon {
        return None;
    }
    let message = format!("the target '{target}' lies in zone '{}', which is not canon", zone.name);
    issue("proposal.target_not_canon", message)
}
