//! The portable export: one run, and its events numbered from 1 without gaps.

use std::ops::Range;

use motus_json::canonical::envelope::LoneSurrogate;
use motus_json::{Limits, Object, ReadOptions, Value, read};

use crate::Digest;
use crate::digest::DigestHasher;
use crate::portable::canon::{METHOD, text};
use crate::portable::event::{EventKind, EventWriter};
use crate::portable::work::{Happening, Instruction, Step, Work};

/// An export in its canonical form; its digest is that of these bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    text: String,
    digest: Digest,
}

impl Export {
    /// Writes the export of a work. Cost: each payload is written once and hashed three times.
    ///
    /// Errors: a text of the work has half of a character.
    pub fn of(work: &Work) -> Result<Self, LoneSurrogate> {
        let mut whole = String::new();
        write(work, &mut |written, _| whole.push_str(written))?;
        let digest = Digest::of(&whole);
        Ok(Self { text: whole, digest })
    }

    /// Returns the canonical text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the canonical text.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Returns the digest of the canonical text.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Returns the export as a tree, members in the order of their names.
    pub fn to_object(&self) -> Object {
        let limits = Limits { bytes: usize::MAX, depth: Limits::MAX_DEPTH, values: usize::MAX };
        let options = ReadOptions { limits, ..ReadOptions::default() };
        match read(self.text.as_bytes(), &options) {
            Ok(Value::Object(export)) => export,
            // What was just written is an object.
            _ => Object::new(),
        }
    }
}

/// What a receipt takes from the export of its work.
pub(super) struct Referred {
    /// The digest of the export.
    pub(super) export: Digest,
    /// The canonical text of all evidence that the export refers to, as the array that a receipt has.
    pub(super) evidence: String,
}

/// Makes what a receipt needs of an export, of which no more than one event is held at a time.
///
/// Errors: a text of the work has half of a character.
pub(super) fn referred(work: &Work) -> Result<Referred, LoneSurrogate> {
    let mut hasher = DigestHasher::default();
    let mut evidence = String::from("[");
    write(work, &mut |written, items| {
        hasher.update(written.as_bytes());
        if let Some(items) = items.filter(|items| !items.is_empty()) {
            evidence.push_str(if evidence.len() > 1 { "," } else { "" });
            evidence.push_str(items);
        }
    })?;
    evidence.push(']');
    Ok(Referred { export: hasher.finish(), evidence })
}

/// Hands the canonical text of an export over piece by piece, each with the evidence that it refers to.
fn write(work: &Work, take: &mut dyn FnMut(&str, Option<&str>)) -> Result<(), LoneSurrogate> {
    let head = format!("{{\"canonicalization\":{},\"events\":[", text(&METHOD.into())?);
    take(&head, None);
    write_events(work, take)?;
    let exported_at = text(&work.references.exported_at.as_str().into())?;
    let run = text(&Value::Object(work_run(work)))?;
    take(
        &format!(
            "],\"exported_at\":{exported_at},\"runs\":[{run}],\
             \"schema_version\":\"motus.store-export.v0.1\"}}"
        ),
        None,
    );
    Ok(())
}

fn write_events(
    work: &Work,
    take: &mut dyn FnMut(&str, Option<&str>),
) -> Result<(), LoneSurrogate> {
    let mut writer = EventWriter::of(&work.run_id, work.producer_id.as_deref())?;
    let (mut event, mut payload) = (String::new(), String::new());
    let started = text(&Value::Object(started(work)))?;
    writer.write(EventKind::Started, &work.started, &started, &mut event)?;
    take(&event, None);
    for step in &work.steps {
        event.clear();
        event.push(',');
        let (kind, items) = write_payload(step, &mut payload)?;
        writer.write(kind, &step.moment, &payload, &mut event)?;
        let is_evidence = kind == EventKind::EvidenceReferenced;
        take(&event, payload.get(items).filter(|_| is_evidence));
    }
    event.clear();
    event.push(',');
    let closed = text(&Value::Object(closed(work)))?;
    writer.write(EventKind::Closed, &work.closed, &closed, &mut event)?;
    take(&event, None);
    Ok(())
}

/// Writes the payload of a step in the place of another one, and says where its items stand in it.
fn write_payload(
    step: &Step,
    payload: &mut String,
) -> Result<(EventKind, Range<usize>), LoneSurrogate> {
    let (kind, name, items) = match &step.what {
        Happening::Tools(tools) => (EventKind::ToolUsed, "tool_refs", tools),
        Happening::Evidence(items) => (EventKind::EvidenceReferenced, "evidence_refs", items),
    };
    payload.clear();
    for part in ["{\"", name, "\":["] {
        payload.push_str(part);
    }
    let begin = payload.len();
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            payload.push(',');
        }
        payload.push_str(&text(item)?);
    }
    let items = begin..payload.len();
    payload.push_str("]}");
    Ok((kind, items))
}

fn started(work: &Work) -> Object {
    let mut instruction = described(&work.instruction);
    instruction.insert("canonical_text", work.instruction.text.as_str());
    Object::from([
        ("work_id", Value::from(work.work_id.as_str())),
        ("actor", work.actor.clone().into()),
        ("trigger", work.trigger.clone().into()),
        ("instruction", instruction.into()),
    ])
}

fn closed(work: &Work) -> Object {
    Object::from([
        ("outcome", Value::Object(work.outcome.clone())),
        ("acceptance", work.acceptance.clone().into()),
        ("route_summary", work.route_summary.clone().into()),
        ("handoff", work.handoff.clone().into()),
        ("redaction", work.redaction.clone().into()),
    ])
}

fn work_run(work: &Work) -> Object {
    let mut run = Object::from([
        ("schema_version", Value::from("motus.work-run.v0.1")),
        ("run_id", work.run_id.as_str().into()),
        ("work_id", work.work_id.as_str().into()),
        ("status", "closed".into()),
        ("started_at", work.started.at.as_str().into()),
    ]);
    if let Some(closed_at) = work.outcome.get("closed_at") {
        run.insert("closed_at", closed_at.clone());
    }
    if let Some(git_sha) = &work.git_sha {
        run.insert("git_sha", git_sha.as_str());
    }
    if let Some(producer_id) = &work.producer_id {
        run.insert("producer_id", producer_id.as_str());
    }
    if let Some(status) = work.outcome.get("status") {
        run.insert("outcome_status", status.clone());
    }
    run
}

/// Returns what an instruction says of itself, without its text.
pub(super) fn described(instruction: &Instruction) -> Object {
    let mut described = Object::from([("kind", instruction.kind.as_str())]);
    if let Some(summary) = &instruction.summary {
        described.insert("summary", summary.as_str());
    }
    if let Some(uri) = &instruction.uri {
        described.insert("uri", uri.as_str());
    }
    described
}
