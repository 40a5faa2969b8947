//! What each predicate asks.

use motus_json::Value;

use super::Facts;
use crate::manifest::{Capability, Manifest, PredicateRef, Role, Zone, ZoneKind};
use crate::time::Utc;
use crate::{Code, Error};

/// How far clocks may differ, in seconds: what was made later than so far ahead was never made.
const MOST_AHEAD: u64 = 300;

/// Why a predicate does not hold.
pub(super) enum Refusal {
    /// Nothing else needs to be asked.
    AtOnce(Box<Error>),
    /// One reason of perhaps several.
    Reason(String),
}

pub(super) fn judge(predicate: &PredicateRef, facts: &Facts<'_>) -> Result<(), Refusal> {
    match predicate {
        PredicateRef::ZoneWritableBy => zone_writable_by(facts),
        PredicateRef::AuthorHeld => author_held(facts).map_err(Refusal::Reason),
        PredicateRef::TargetIsCanon => target_is_canon(facts).map_err(Refusal::Reason),
        PredicateRef::SchemaValid => schema_valid(facts),
        PredicateRef::EtagMatch => etag_match(facts).map_err(Refusal::Reason),
        PredicateRef::FreshWithin(limit) => fresh_within(facts, *limit).map_err(Refusal::Reason),
    }
}

/// Checks that a role may write to a zone.
///
/// Errors: `write_forbidden`, `{key, zone, verb, holders}`, with the capability that is needed as the
/// verb.
pub fn zone_writable(
    manifest: &Manifest,
    role: &Role,
    key: &str,
    zone: &Zone,
) -> Result<(), Error> {
    let needed = zone.kind.requires();
    if role.holds(needed) {
        return Ok(());
    }
    let holders = manifest.holders(needed);
    let hint = if holders.is_empty() {
        "held by: no declared role".to_owned()
    } else {
        format!("held by: {}; pass --as=<role>", holders.join(", "))
    };
    let (name, verb) = (&zone.name, needed.name());
    let message = format!("writing '{key}' (zone '{name}') needs capability '{verb}'");
    Err(Error::new(Code::WriteForbidden, message)
        .with("key", key)
        .with("zone", name)
        .with("verb", verb)
        .with("holders", holders)
        .hint(hint))
}

fn zone_writable_by(facts: &Facts<'_>) -> Result<(), Refusal> {
    let Some(zone) = facts.zone else {
        return Err(Refusal::Reason(format!("'{}' lies in no zone", facts.key)));
    };
    zone_writable(facts.manifest, facts.role, facts.key, zone)
        .map_err(|error| Refusal::AtOnce(Box::new(error)))
}

fn author_held(facts: &Facts<'_>) -> Result<(), String> {
    if facts.role.holds(Capability::Author) {
        return Ok(());
    }
    let holders = facts.manifest.holders(Capability::Author);
    let holders =
        if holders.is_empty() { "no declared role".to_owned() } else { holders.join(", ") };
    Err(format!("role '{}' does not hold 'author', held by: {holders}", facts.role.name))
}

fn target_is_canon(facts: &Facts<'_>) -> Result<(), String> {
    match facts.zone {
        Some(zone) if zone.kind == ZoneKind::Canon => Ok(()),
        Some(zone) => Err(format!(
            "'{}' lies in zone '{}', which is {} and not canon",
            facts.key,
            zone.name,
            zone.kind.name()
        )),
        None => Err(format!("'{}' resolves to no entry", facts.key)),
    }
}

fn schema_valid(facts: &Facts<'_>) -> Result<(), Refusal> {
    let (Some(schema), Some(subject)) = (&facts.schema, &facts.subject) else {
        return Ok(());
    };
    match schema {
        Err(error) => Err(Refusal::AtOnce(Box::new(Error::clone(error)))),
        Ok(schema) => match schema.validate(subject) {
            Ok(_) => Ok(()),
            Err(error) => Err(Refusal::Reason(error.message().to_owned())),
        },
    }
}

fn etag_match(facts: &Facts<'_>) -> Result<(), String> {
    match (facts.if_etag, facts.etag) {
        (None, _) => Ok(()),
        (Some(wanted), Some(etag)) if etag.as_str() == wanted => Ok(()),
        (Some(wanted), Some(etag)) => Err(format!("wanted {wanted}, got {etag}")),
        (Some(wanted), None) => Err(format!("wanted {wanted}, but there is no file")),
    }
}

fn fresh_within(facts: &Facts<'_>, limit: Option<u64>) -> Result<(), String> {
    let (Some(limit), Some(made_at)) = (limit, facts.made_at) else {
        return Ok(());
    };
    match made_at.as_str().and_then(Utc::parse) {
        None => Err(format!("{} is no time", shown(made_at))),
        Some(moment) => {
            let (age, ahead) = (moment.age_at(facts.now), facts.now.age_at(moment));
            if ahead > MOST_AHEAD {
                return Err(format!("{} is {ahead}s in the future", shown(made_at)));
            }
            let is_fresh = age <= limit;
            is_fresh.then_some(()).ok_or_else(|| format!("age {age}s exceeds {limit}s"))
        }
    }
}

/// Returns a short text as it is, and of anything else what it is.
fn shown(value: &Value) -> String {
    match value.as_str() {
        Some(text) if text.len() <= 60 => format!("'{text}'"),
        Some(_) => "a longer text".to_owned(),
        None => "what was given".to_owned(),
    }
}
