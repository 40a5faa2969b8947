//! `entries:`: which keys there are, where their files lie and how they come about.
//!
//! It judges declarations only; whether a file, schema or template is there is asked elsewhere.

mod apart;
mod compute;
mod kind;
mod publish;
mod storage;

use motus_json::{Object, Value};

use super::members::{Members, bad, joined, refuse, wrong_type};
use super::model::{ComputeKind, Entry, EntryKind, Intake, Zone, ZoneKind};
use super::names::{PUBLISHED_EVENTS, is_bare_name};
use crate::format::Format;
use crate::{Code, Error, Key};

const KEYS: &[&str] = &[
    "key",
    "path",
    "zone",
    "kind",
    "schema",
    "owner",
    "nested",
    "format",
    "compute",
    "template",
    "publish_to",
    "publish_each",
    "intake",
    "events",
    "inject_boot",
    "index_filename",
];
const INTAKE_KEYS: &[&str] = &["handler", "config"];

/// Refuses unknown keys. Errors: `bad_manifest`.
pub(super) fn check_keys(entry: &Members<'_>) -> Result<(), Error> {
    entry.only(KEYS)?;
    if let Some(compute) = entry.mapping("compute")? {
        compute.only(compute::KEYS)?;
    }
    entry.mapping("intake")?.map_or(Ok(()), |intake| intake.only(INTAKE_KEYS))
}

/// Reads the entries, the keys of which were checked. Errors: `usage`, `bad_manifest`.
///
/// The first entry that is wrong in itself is refused, then the first key that is none, then the
/// first key or file that two entries share.
pub(super) fn read(declared: &[Members<'_>], zones: &[Zone]) -> Result<Vec<Entry>, Error> {
    let drafts: Vec<_> =
        declared.iter().map(|members| draft(members, zones)).collect::<Result<_, _>>()?;
    let entries: Vec<Entry> = drafts.into_iter().collect::<Result<_, _>>()?;
    apart::check(&entries)?;
    Ok(entries)
}

/// Reads one entry; the inner error is about its key, which is judged after all entries.
fn draft(members: &Members<'_>, zones: &[Zone]) -> Result<Result<Entry, Error>, Error> {
    let key = members.required_text("key", Code::Usage)?;
    let path = storage::path(members)?;
    let zone = zone_of(members, zones)?;
    let (kind, nested) = kind::read(members)?;
    let format = storage::format(members, path, nested)?;
    let compute = compute::read(members, kind)?;
    let intake = intake(members, kind)?;
    let schema = schema(members, format)?;
    let template = bare_name(members, "template")?;
    let is_rendered = zone.kind == ZoneKind::Derived
        && !nested
        && kind != EntryKind::Intake
        && compute.as_ref().is_none_or(|compute| compute.kind != ComputeKind::External);
    if is_rendered && template.is_none() && matches!(format, Format::Markdown | Format::Text) {
        let why = format!("format '{}' in a derived zone needs a 'template'", format.name());
        return Err(refuse(Code::Usage, members.place(), why));
    }
    let index_filename = storage::index_filename(members, format, nested)?;
    let (publish_to, publish_each) = publish::read(members, nested)?;
    let may_inject_boot = zone.kind == ZoneKind::Derived && template.is_some();
    let inject_boot = inject_boot(members, may_inject_boot)?;
    let events = events(members)?;
    let owner = members.owned_text("owner")?;
    Ok(key_of(members, key).map(|key| Entry {
        key,
        path: path.to_owned(),
        zone: zone.name.clone(),
        kind,
        format,
        nested,
        schema,
        owner,
        template,
        compute,
        intake,
        publish_to,
        publish_each,
        events,
        inject_boot,
        index_filename,
    }))
}

/// Reads the key; its error tells the place too.
fn key_of(members: &Members<'_>, key: &str) -> Result<Key, Error> {
    Key::parse(key).map_err(|error| {
        let place = members.place_of("key");
        let told = refuse(error.code(), &place, error.message()).with("key", key);
        match error.next_step() {
            Some(hint) => told.hint(hint),
            None => told,
        }
    })
}

/// Finds the zone that an entry names.
fn zone_of<'a>(members: &Members<'_>, zones: &'a [Zone]) -> Result<&'a Zone, Error> {
    let name = members.required_text("zone", Code::Usage)?;
    zones.iter().find(|zone| zone.name == name).ok_or_else(|| {
        let declared = joined(zones.iter().map(|zone| zone.name.as_str()));
        bad(&members.place_of("zone"), format!("zone '{name}' is not declared"))
            .hint(format!("declared zones: {declared}"))
    })
}

/// Reads what fetches an entry of kind `intake`.
fn intake(members: &Members<'_>, kind: EntryKind) -> Result<Option<Intake>, Error> {
    let Some(intake) = members.mapping("intake")? else {
        return match kind {
            EntryKind::Intake => Err(refuse(
                Code::Usage,
                members.place(),
                "an entry of kind 'intake' needs 'intake.handler'",
            )),
            _ => Ok(None),
        };
    };
    let handler = intake.required_text("handler", Code::Usage)?.to_owned();
    let config = intake.mapping("config")?.map(|config| config.object().clone());
    Ok(Some(Intake { handler, config: config.unwrap_or_default() }))
}

/// Reads the name of a schema, which only an entry with metadata may have.
fn schema(members: &Members<'_>, format: Format) -> Result<Option<String>, Error> {
    let schema = bare_name(members, "schema")?;
    if schema.is_some() && format == Format::Text {
        let why = "an entry of format 'text' cannot have a 'schema': it has no metadata";
        return Err(refuse(Code::Usage, members.place(), why));
    }
    Ok(schema)
}

/// Reads the name of a schema or template, which becomes one part of a path.
fn bare_name(members: &Members<'_>, member: &str) -> Result<Option<String>, Error> {
    match members.text(member)? {
        Some(name) if !is_bare_name(name) => {
            Err(bad(&members.place_of(member), format!("'{name}' is not a bare name"))
                .hint("name it without a folder and without a leading dot"))
        }
        name => Ok(name.map(str::to_owned)),
    }
}

/// Reads whether a template sees the boot envelope.
fn inject_boot(members: &Members<'_>, possible: bool) -> Result<bool, Error> {
    let wanted = members.flag("inject_boot")?.unwrap_or(false);
    if wanted && !possible {
        let why = "'inject_boot' is for entries of a derived zone that have a 'template'";
        return Err(refuse(Code::Usage, members.place(), why));
    }
    Ok(wanted)
}

/// Reads what runs on which event.
fn events(members: &Members<'_>) -> Result<Object, Error> {
    let place = members.place_of("events");
    let events = match members.get("events") {
        None => return Ok(Object::new()),
        Some(Value::Object(events)) => events,
        Some(other) => return Err(wrong_type(&place, "a mapping", other)),
    };
    for (name, _) in events {
        if !name.as_str().is_some_and(|name| PUBLISHED_EVENTS.contains(&name)) {
            return Err(refuse(Code::Usage, &place, format!("unknown event '{name}'"))
                .hint(format!("events: {}", joined(PUBLISHED_EVENTS))));
        }
    }
    Ok(events.clone())
}
