//! `zones:`: the places of a store, and that somebody may write to each.

use std::collections::BTreeSet;

use motus_json::Value;

use super::members::{Members, bad, joined, refuse};
use super::model::{Role, Zone, ZoneKind};
use super::names::is_bare_name;
use crate::{Code, Error};

const KEYS: &[&str] = &["name", "kind", "owner", "desc"];

/// Refuses a manifest without zones. Errors: `bad_frontmatter`.
pub(super) fn present(root: &Members<'_>) -> Result<(), Error> {
    let place = root.place_of("zones");
    match root.get("zones") {
        None => Err(refuse(Code::BadFrontmatter, &place, "a manifest must declare zones")),
        Some(Value::Array(zones)) if zones.is_empty() => {
            Err(refuse(Code::BadFrontmatter, &place, "a manifest must declare at least one zone"))
        }
        Some(_) => Ok(()),
    }
}

/// Reads the zones one by one. Errors: `bad_manifest`.
pub(super) fn read(root: &Members<'_>) -> Result<Vec<Zone>, Error> {
    let mut names = BTreeSet::new();
    let mut zones = Vec::new();
    for members in root.mappings("zones")? {
        let zone = zone(&members)?;
        if !names.insert(zone.name.clone()) {
            return Err(bad(members.place(), format!("zone '{}' is declared twice", zone.name)));
        }
        zones.push(zone);
    }
    Ok(zones)
}

/// Reads one zone.
fn zone(members: &Members<'_>) -> Result<Zone, Error> {
    members.only(KEYS)?;
    let name = members.required_text("name", Code::BadManifest)?;
    if !is_bare_name(name) {
        return Err(bad(&members.place_of("name"), format!("'{name}' cannot name a zone"))
            .hint("a zone has a bare name, without '/' and a leading dot"));
    }
    let kinds = || format!("kinds: {}", joined(ZoneKind::ALL.iter().map(|kind| kind.name())));
    let Some(word) = members.text("kind")? else {
        return Err(bad(members.place(), format!("zone '{name}' needs a 'kind'")).hint(kinds()));
    };
    let Some(kind) = ZoneKind::from_name(word) else {
        let place = members.place_of("kind");
        return Err(bad(&place, format!("unknown kind '{word}' of zone '{name}'")).hint(kinds()));
    };
    let (owner, desc) = (members.owned_text("owner")?, members.owned_text("desc")?);
    Ok(Zone { name: name.to_owned(), kind, owner, desc })
}

/// Refuses a second queue. Errors: `bad_manifest`.
pub(super) fn one_queue(zones: &[Zone]) -> Result<(), Error> {
    let mut queues = zones.iter().filter(|zone| zone.kind == ZoneKind::Queue);
    match (queues.next(), queues.next()) {
        (Some(first), Some(second)) => {
            let both = format!("'{}' and '{}'", first.name, second.name);
            Err(bad("$.zones", format!("{both} are both of kind 'queue'"))
                .hint("at most one zone may be the queue"))
        }
        _ => Ok(()),
    }
}

/// Refuses a zone to which nobody may write. Errors: `bad_manifest`.
pub(super) fn covered(zones: &[Zone], roles: &[Role]) -> Result<(), Error> {
    for (zone, at) in zones.iter().zip(0_usize..) {
        let needed = zone.kind.requires();
        if !roles.iter().any(|role| role.can.contains(&needed)) {
            let (name, kind, needed) = (&zone.name, zone.kind.name(), needed.name());
            let why = format!(
                "zone '{name}' (kind '{kind}') needs capability '{needed}', which no declared role holds"
            );
            return Err(bad(&format!("$.zones[{at}]"), why)
                .hint(format!("add '{needed}' to the 'can' of a role")));
        }
    }
    Ok(())
}
