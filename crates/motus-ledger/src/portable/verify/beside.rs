//! Documents of one run that lie beside each other: whether they say the same.
//!
//! An export holds all that a receipt of its run says: the receipt is made of it again, and the first place is
//! named where the two differ. A manifest names both by their digests.
//!
//! There may be many documents, so that of each no more is kept than a comparison asks for, in brief.

use std::collections::BTreeMap;

use motus_json::{Object, Text, Value};

use crate::Digest;
use crate::portable::canon::{self, INSTRUCTION_METHOD, digest_object};
use crate::portable::event::EventKind;
use crate::portable::shape::Document;
use crate::portable::shapes::{ENVELOPE, PROJECTION_MANIFEST, STORE_EXPORT};
use crate::portable::verify::{Finding, FindingKind};

/// What a document says that others can be compared with.
#[derive(Debug, Clone)]
pub struct Said(What);

#[derive(Debug, Clone)]
enum What {
    /// An envelope, in brief.
    Envelope(Object),
    Manifest(Object),
    Export {
        /// Its digest, 64 hexadecimal digits.
        digest: String,
        /// The identifier of each run, and the members of a receipt of it, in brief.
        runs: Vec<(String, Object)>,
    },
}

impl Said {
    /// Keeps what a document says that has its shape and its seal; nothing of one that stands for itself.
    pub(super) fn of(object: &Object, document: &Document, digest: &str) -> Option<Self> {
        let what = match document.name {
            name if name == ENVELOPE.name => What::Envelope(envelope_in_brief(object)),
            name if name == PROJECTION_MANIFEST.name => What::Manifest(object.clone()),
            name if name == STORE_EXPORT.name => {
                What::Export { digest: digest.to_owned(), runs: receipts(object) }
            }
            _ => return None,
        };
        Some(Self(what))
    }
}

/// The members of an envelope that name it and others: they are compared as they are.
const NAMES: [&str; 4] = ["receipt_id", "run_id", "events_ref", "hashes"];

/// The longest text that is kept as it is, in bytes: shorter than a digest, so that none is taken for one.
const SHORT: usize = 70;

fn envelope_in_brief(envelope: &Object) -> Object {
    let is_kept = |name: &Text| NAMES.iter().any(|kept| *name == **kept);
    let member = |name, value: &Value| if is_kept(name) { value.clone() } else { brief(value) };
    envelope.iter().map(|(name, value)| (name, member(name, value))).collect()
}

/// Returns a value with a digest in the place of each item of a list and of each long text.
///
/// Two values are equal when they are so in brief.
fn brief(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let members = object.iter().map(|(name, value)| (name, brief(value)));
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(digested).collect(),
        Value::String(text) if text.as_str().is_none_or(|text| text.len() > SHORT) => {
            digested(value)
        }
        _ => value.clone(),
    }
}

/// What has no canonical bytes has no seal either, and does not get here.
fn digested(value: &Value) -> Value {
    canon::digest(value).map_or_else(|_| value.clone(), |digest| digest.as_str().into())
}

/// Compares documents with each other, each given with its name; returns the first difference of each pair,
/// with the place of the document that it is found in: the receipt, or the manifest.
///
/// Those of other runs are passed. Cost: quadratic in the documents, linear in what they say.
pub fn compare(documents: &[(&str, &Said)]) -> Vec<(usize, Finding)> {
    let mut findings = Vec::new();
    for (place, (_, said)) in documents.iter().enumerate() {
        for (name, other) in documents {
            let found = match (&said.0, &other.0) {
                (What::Envelope(envelope), What::Export { digest, runs }) => {
                    envelope_difference(envelope, digest, runs)
                }
                (What::Manifest(manifest), other) => manifest_difference(manifest, other),
                _ => None,
            };
            if let Some(path) = found {
                let message = format!("is not what {name} says");
                let finding = Finding::new(FindingKind::DocumentDisagreement, path, message);
                findings.push((place, finding));
            }
        }
    }
    findings
}

fn text<'v>(of: &'v Object, path: &[&str]) -> Option<&'v str> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(of.get(first)?, |value, name| value.get(name))?.as_str()
}

/// Returns the first member of an envelope that is not what the export of its run comes to.
fn envelope_difference(
    envelope: &Object,
    digest: &str,
    runs: &[(String, Object)],
) -> Option<String> {
    let run_id = text(envelope, &["run_id"])?;
    let (_, expected) = runs.iter().find(|(id, _)| id == run_id)?;
    let members = expected.iter().find_map(|(name, value)| {
        let name = name.as_str()?;
        difference(name, Some(value), envelope.get(name))
    });
    members.or_else(|| {
        let digests = [["events_ref", "digest", "value"], ["hashes", "source_export", "value"]];
        let differs = |path: &&[&str; 3]| text(envelope, *path).is_some_and(|it| it != digest);
        digests.iter().find(differs).map(|path| path.join("."))
    })
}

/// Returns the first digest of a manifest that is not that of the document, when both are of one run.
fn manifest_difference(manifest: &Object, other: &What) -> Option<String> {
    let export = text(manifest, &["source_export_hash"])?;
    let receipt = text(manifest, &["projections", "work_receipt", "digest"])?;
    let names = |run_id: &str| {
        let run = text(manifest, &["projection_id"]).and_then(|it| it.strip_prefix("projection:"));
        run == Some(run_id)
    };
    let source = |digest: &str| export.strip_prefix("sha256:") == Some(digest);
    match other {
        What::Export { digest, runs } => {
            let is_of_run = runs.iter().any(|(run_id, _)| names(run_id));
            (is_of_run && !source(digest)).then(|| "source_export_hash".to_owned())
        }
        What::Envelope(envelope) => {
            let is_it = text(envelope, &["receipt_id"]) == Some(receipt);
            let is_of_run = is_it || text(envelope, &["run_id"]).is_some_and(names);
            let path = "projections.work_receipt.digest";
            let source_differs = text(envelope, &["hashes", "source_export", "value"])
                .is_some_and(|digest| !source(digest));
            match (is_of_run, is_it) {
                (true, false) => Some(path.to_owned()),
                (true, true) if source_differs => Some("source_export_hash".to_owned()),
                _ => None,
            }
        }
        What::Manifest(_) => None,
    }
}

/// Makes of each closed run of an export what a receipt says of it, in brief. Cost: linear.
fn receipts(export: &Object) -> Vec<(String, Object)> {
    let list = |name| export.get(name).and_then(Value::as_array).unwrap_or_default();
    let run_id = |value: &'_ Value| value.get("run_id").and_then(Value::as_str).map(str::to_owned);
    let mut events: BTreeMap<Option<String>, Vec<&Value>> = BTreeMap::new();
    for event in list("events") {
        events.entry(run_id(event)).or_default().push(event);
    }
    let runs = list("runs").iter().filter_map(|run| {
        let run_id = run_id(run);
        let events = events.remove(&run_id)?;
        Some((run_id?, receipt(&events)?))
    });
    runs.collect()
}

/// Returns the members of a receipt that the events of a closed run hold, in the order of its shape and in brief.
fn receipt(events: &[&Value]) -> Option<Object> {
    let of_kind = |kind: EventKind| {
        let is_it = move |event: &&&Value| {
            event.get("event_kind").and_then(Value::as_str) == Some(kind.name())
        };
        events.iter().filter(is_it).filter_map(|event| event.get("payload"))
    };
    let items = |kind, name| -> Value {
        let lists = of_kind(kind).filter_map(|payload| payload.get(name)?.as_array());
        lists.flatten().map(digested).collect()
    };
    let (started, closed) =
        (of_kind(EventKind::Started).next()?, of_kind(EventKind::Closed).next()?);
    let mut receipt = Object::new();
    let mut take = |name: &str, value: Option<Value>| {
        value.map(|value| receipt.insert(name, value));
    };
    for name in ["work_id", "actor", "trigger"] {
        take(name, started.get(name).map(brief));
    }
    let instruction = started.get("instruction").and_then(instruction_ref);
    take("instruction_ref", instruction.as_ref().map(brief));
    take("evidence_refs", Some(items(EventKind::EvidenceReferenced, "evidence_refs")));
    take("tool_refs", Some(items(EventKind::ToolUsed, "tool_refs")));
    for name in ["outcome", "acceptance", "route_summary", "handoff", "redaction"] {
        take(name, closed.get(name).map(brief));
    }
    Some(receipt)
}

/// A receipt has the digest of an instruction in the place of its text.
fn instruction_ref(instruction: &Value) -> Option<Value> {
    let mut reference = instruction.as_object()?.clone();
    let text = reference.remove("canonical_text")?;
    let digest = Digest::of(text.as_str()?);
    reference.insert("digest", digest_object(&digest, INSTRUCTION_METHOD));
    Some(Value::Object(reference))
}

/// Returns the first place where two values differ.
fn difference(path: &str, expected: Option<&Value>, found: Option<&Value>) -> Option<String> {
    if expected == found {
        return None;
    }
    let below = match (expected?, found) {
        (Value::Object(expected), Some(Value::Object(found))) => {
            let names = expected.iter().chain(found.iter()).filter_map(|(name, _)| name.as_str());
            names.into_iter().find_map(|name| {
                difference_below(&format!("{path}.{name}"), expected.get(name), found.get(name))
            })
        }
        (Value::Array(expected), Some(Value::Array(found))) => {
            let most = expected.len().max(found.len());
            (0..most).find_map(|place| {
                difference_below(&format!("{path}.{place}"), expected.get(place), found.get(place))
            })
        }
        _ => None,
    };
    Some(below.unwrap_or_else(|| path.to_owned()))
}

fn difference_below(path: &str, expected: Option<&Value>, found: Option<&Value>) -> Option<String> {
    match (expected, found) {
        (None, Some(_)) => Some(path.to_owned()),
        _ => difference(path, expected, found),
    }
}
