//! The digest of a document, once all that it says of its own digests holds.

use motus_json::canonical::envelope::LoneSurrogate;
use motus_json::{Object, Value};

use crate::Digest;
use crate::portable::canon::{digest, members_digest};
use crate::portable::seal::check_seal;
use crate::portable::shape::{Document, Fault};
use crate::portable::shapes::{ENVELOPE, STORE_EXPORT, WORK_EVENT};

/// Returns the digest of a document that has its shape, or everything that is not as it says.
pub(super) fn digest_of(object: &Object, document: &Document) -> Result<Digest, Vec<Fault>> {
    let at_root = |message: String| Fault { path: "<root>".to_owned(), message };
    if document.name == ENVELOPE.name {
        return check_seal(object).map_err(|error| vec![at_root(error.to_string())]);
    }
    let events = events(object, document);
    let faults: Vec<Fault> =
        events.iter().flat_map(|(path, event)| event_faults(path, event)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let whole = members_digest(object, None);
    whole.map_err(|error| vec![at_root(unwritable(error))])
}

/// Returns the events of a document, with where each stands.
fn events<'o>(object: &'o Object, document: &Document) -> Vec<(String, &'o Object)> {
    if document.name == WORK_EVENT.name {
        return vec![(String::new(), object)];
    }
    if document.name != STORE_EXPORT.name {
        return Vec::new();
    }
    let events = object.get("events").and_then(Value::as_array).unwrap_or_default();
    let events = events.iter().filter_map(Value::as_object).enumerate();
    events.map(|(index, event)| (format!("events.{index}."), event)).collect()
}

/// An event is named by all else that it says.
fn event_faults(path: &str, event: &Object) -> Vec<Fault> {
    let payload = event.get("payload").map(digest);
    let nameless = members_digest(event.iter().filter(|(name, _)| **name != "event_id"), None);
    [("payload_hash", payload), ("event_id", Some(nameless))]
        .into_iter()
        .filter_map(|(name, expected)| {
            let message = mismatch(name, event.get(name)?.as_str()?, expected?)?;
            Some(Fault { path: format!("{path}{name}"), message })
        })
        .collect()
}

fn mismatch(name: &str, found: &str, expected: Result<Digest, LoneSurrogate>) -> Option<String> {
    match expected {
        Ok(expected) if expected.as_str() == found => None,
        Ok(expected) => Some(format!("{name} mismatch: expected {expected}, got {found}")),
        Err(error) => Some(unwritable(error)),
    }
}

fn unwritable(error: LoneSurrogate) -> String {
    format!("the document cannot be hashed: {error}")
}
