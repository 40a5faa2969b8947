//! Entries that are one mapping, in JSON or YAML, with their metadata under `_meta`.

use motus_json::{Object, Value};

use super::fault::{Fault, too_long};
use super::times::Times;
use super::{Document, Format, META, MOST_BYTES, Payload, json};
use crate::{Code, Error, uid, yaml};

/// Reads a file or the body of a payload.
pub(super) fn read(format: Format, text: &str) -> Result<Document, Fault> {
    let (mut members, times) = parse(format, text)?;
    let meta = match members.remove(META) {
        Some(Value::Object(meta)) => meta,
        _ => Object::new(),
    };
    Ok(Document { meta, body: text.to_owned(), content: Some(members), times })
}

/// Writes a payload; errors as [`write`](super::write()).
pub(super) fn write(
    format: Format,
    payload: &Payload,
    uid: Option<&str>,
    path: &str,
) -> Result<String, Error> {
    let refuse = |fault: Fault| fault.error(Code::BadContent, path);
    let body = payload.body.as_deref().filter(|body| !body.is_empty());
    let (entry, times) = match (&payload.content, body) {
        (Some(_), Some(_)) => {
            let message = format!("a {} entry has content or a body, not both", format.name());
            return Err(Error::new(Code::Usage, message).with("path", path));
        }
        (Some(content), None) => {
            let entry = from_content(content, &payload.meta, uid).map_err(refuse)?;
            (entry, Times::default())
        }
        (None, Some(body)) => match from_body(format, body, payload, uid).map_err(refuse)? {
            Body::Text(text) => return Ok(text),
            Body::Anew(entry, times) => (entry, times),
        },
        (None, None) => {
            let message = format!("a {} entry needs content or a body", format.name());
            return Err(Error::new(Code::Usage, message).with("path", path));
        }
    };
    let entry = Value::Object(entry);
    check(format, &entry).map_err(refuse)?;
    let entry = entry.as_object().ok_or_else(|| too_long(path))?;
    print(format, entry, &times).ok_or_else(|| too_long(path))
}

/// Sets one string in `_meta`, in place if that can be.
pub(super) fn set(format: Format, text: &str, name: &str, value: &str) -> Result<String, Fault> {
    let in_place = match format {
        Format::Json => json::set(text, META, name, value),
        _ => yaml::set(text, Some(META), name, value).ok(),
    };
    match in_place {
        Some(text) => Ok(text),
        None => set_anew(format, text, name, value),
    }
}

fn set_anew(format: Format, text: &str, name: &str, value: &str) -> Result<String, Fault> {
    let (members, mut times) = parse(format, text)?;
    let mut meta = meta_of(&members)?.cloned().unwrap_or_default();
    meta.insert(name, value);
    times.0.forget(Some(META), name);
    let entry = entry(meta, &members);
    print(format, &entry, &times).ok_or_else(|| Fault::whole("the entry would be too long"))
}

fn parse(format: Format, text: &str) -> Result<(Object, Times), Fault> {
    let yaml::Tree { value, times } = match format {
        Format::Json => yaml::Tree { value: json::read(text)?, times: Times::default() },
        _ => yaml::read(text)?,
    };
    match value {
        Value::Object(members) => Ok((members, times)),
        _ if format == Format::Json => Err(Fault::whole("the top level is no object")),
        _ => Err(Fault::whole("the top level is no mapping")),
    }
}

fn print(format: Format, entry: &Object, times: &Times) -> Option<String> {
    match format {
        Format::Json => json::write(entry, MOST_BYTES),
        _ if entry.is_empty() => Some("{}\n".to_owned()),
        _ => yaml::write_within(entry, times, MOST_BYTES),
    }
}

/// Puts metadata first, unless there is none, and the rest behind it.
fn entry(meta: Object, members: &Object) -> Object {
    let mut entry = Object::new();
    if !meta.is_empty() {
        entry.insert(META, meta);
    }
    for (key, value) in members {
        if key != META {
            entry.insert(key, value.clone());
        }
    }
    entry
}

/// Returns the metadata of a mapping that somebody gave; null counts as none.
fn meta_of(members: &Object) -> Result<Option<&Object>, Fault> {
    match members.get(META) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(meta)) => Ok(Some(meta)),
        Some(_) => Err(Fault::whole("'_meta' is no mapping")),
    }
}

fn from_content(content: &Value, meta: &Object, uid: Option<&str>) -> Result<Object, Fault> {
    let Value::Object(members) = content else {
        return Err(Fault::whole("the content is no object"));
    };
    let mut merged = meta.clone();
    if let Some(own) = meta_of(members)? {
        add_missing(&mut merged, own);
    }
    add_uid(&mut merged, uid);
    Ok(entry(merged, members))
}

/// What becomes of a body.
enum Body {
    /// The text of the file.
    Text(String),
    /// What the file is to hold.
    Anew(Object, Times),
}

fn from_body(
    format: Format,
    body: &str,
    payload: &Payload,
    uid: Option<&str>,
) -> Result<Body, Fault> {
    let (members, times) = parse(format, body)?;
    let own = meta_of(&members)?.cloned().unwrap_or_default();
    let meta = &payload.meta;
    let mut merged = own.clone();
    if payload.ignores_uid_of_body {
        merged.remove("uid");
    }
    add_missing(&mut merged, meta);
    add_uid(&mut merged, uid);
    let only_uid = meta.iter().all(|(key, _)| key == "uid" || own.get_text(key).is_some());
    match uid::kept(&merged) {
        _ if merged == own => Ok(Body::Text(body.to_owned())),
        Some(uid) if only_uid => set(format, body, "uid", uid).map(Body::Text),
        _ => Ok(Body::Anew(entry(merged, &members), times)),
    }
}

/// Adds the members that are not there yet; a uid that is none gives way to one.
fn add_missing(merged: &mut Object, others: &Object) {
    for (key, value) in others {
        let better = key == "uid" && uid::kept(merged).is_none() && uid::kept(others).is_some();
        if better || merged.get_text(key).is_none() {
            merged.insert(key, value.clone());
        }
    }
}

/// Adds a uid, at the end, where there is none.
fn add_uid(meta: &mut Object, uid: Option<&str>) {
    if let (None, Some(uid)) = (uid::kept(meta), uid) {
        meta.insert("uid", uid);
    }
}

/// Checks that a file in a format could be read again.
pub(super) fn check(format: Format, value: &Value) -> Result<(), Fault> {
    let mut open = vec![(value, 1)];
    while let Some((value, level)) = open.pop() {
        let nested = matches!(value, Value::Array(_) | Value::Object(_));
        if nested && level > yaml::MOST_LEVELS {
            let message = format!("nested deeper than {} levels", yaml::MOST_LEVELS);
            return Err(Fault::whole(message));
        }
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, level + 1))),
            Value::Object(members) => {
                for (key, value) in members {
                    check_text(format, key)?;
                    open.push((value, level + 1));
                }
            }
            Value::String(text) => check_text(format, text)?,
            Value::Number(number) if number.as_f64().is_some_and(|float| !float.is_finite()) => {
                return Err(Fault::whole("a number is not finite"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_text(format: Format, text: &motus_json::Text) -> Result<(), Fault> {
    if format == Format::Json || text.as_str().is_some() {
        return Ok(());
    }
    Err(Fault::whole(format!("the text {text:?} holds half of a character")))
}
