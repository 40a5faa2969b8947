//! The nine generated documents, and their text.

use motus_json::{Limits, Object, ReadOptions, Value, pretty, read};

use super::error::Refusal;
use super::metadata::Metadata;
use super::source::{Source, closeout};
use super::stage::{STAGES, Stage};
use super::tree::{Entry, Tree};
use super::{
    METRICS_TEMPLATE, RECEIPT_TEMPLATE, SCHEMA_REFS, SOURCE, VERSION, WORKFLOW, WORKFLOW_FAMILY,
    metrics, shapes,
};
use crate::portable::shape::{Shape, Strictness, check as check_shape};

/// No document of a release is longer.
const LIMITS: ReadOptions = ReadOptions {
    limits: Limits { bytes: 1 << 20, depth: 16, values: 100_000 },
    non_finite: motus_json::NonFinite::Refuse,
};

/// The generated documents of a workspace, by path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Each with its content.
    pub documents: Vec<(String, Object)>,
}

impl Generated {
    /// Returns the files: paths and texts.
    pub fn files(&self) -> impl Iterator<Item = (&str, String)> {
        self.documents.iter().map(|(path, document)| (path.as_str(), text(document)))
    }
}

/// Returns where the nine generated documents stand.
pub(super) fn places() -> impl Iterator<Item = String> {
    let others = [WORKFLOW, RECEIPT_TEMPLATE, METRICS_TEMPLATE].map(str::to_owned);
    others.into_iter().chain(STAGES.iter().map(Stage::packet_ref))
}

/// Tells whether a generated document stands there.
pub fn is_generated(path: &str) -> bool {
    places().any(|place| place == path)
}

/// Generates the nine documents of a source.
///
/// What was filled into the metrics of the workspace stays there.
/// Errors: [`Refusal::Invalid`] where the source gives a packet that cannot be; for metrics of the workspace
/// of which something would be lost, and documents that would be too long, [`Refusal::Unreadable`] as well.
pub fn generate(source: &Source, metadata: &Metadata, tree: &Tree) -> Result<Generated, Refusal> {
    let mut documents = vec![(WORKFLOW.to_owned(), workflow(source, metadata))];
    for stage in &STAGES {
        let packet = packet(source, stage, metadata);
        check(&format!("{} packet", stage.id), &packet, shapes::PACKET)?;
        documents.push((stage.packet_ref(), packet));
    }
    documents.push((RECEIPT_TEMPLATE.to_owned(), template(source, metadata)));
    let metrics = metrics::document(source, metadata, metrics::filled(tree)?.as_ref());
    documents.push((METRICS_TEMPLATE.to_owned(), metrics));
    for (path, document) in &documents {
        require_readable(path, document)?;
    }
    Ok(Generated { documents })
}

/// Refuses a workspace in which generated documents cannot be put: something else stands in a place.
///
/// Errors: [`Refusal::Unreadable`].
pub fn require_replaceable(tree: &Tree) -> Result<(), Refusal> {
    let in_the_way = tree.entries.iter().find_map(|(path, entry)| match entry {
        Entry::Unusable(why) => Some(unreadable(path, why)),
        Entry::File(_) => None,
    });
    in_the_way.map_or(Ok(()), Err)
}

/// Tells whether the documents of a workspace can be generated anew, and if not, why.
pub(super) fn generate_again(source: &Source, tree: &Tree) -> Result<(), Refusal> {
    require_replaceable(tree)?;
    generate(source, &Metadata::at_some_time(source), tree).map(drop)
}

/// Refuses a document that would be written and could not be read again: escapes are longer than characters.
pub(super) fn require_readable(path: &str, document: &Object) -> Result<(), Refusal> {
    match read(text(document).as_bytes(), &LIMITS) {
        Ok(_) => Ok(()),
        Err(error) => Err(unreadable(path, &format!("would not be read again: {error}"))),
    }
}

/// Returns a document's text: two spaces a level, keys sorted, everything that is not ASCII escaped.
pub(super) fn text(document: &Object) -> String {
    pretty::write_ascii(&Value::from(document.clone()).sorted()) + "\n"
}

/// Takes a document out of a workspace.
pub(super) fn take(tree: &Tree, what: &'static str, path: &str) -> Result<Object, Refusal> {
    let bytes = match tree.entry(path) {
        None => return Err(absent(tree, what, path)),
        Some(Entry::Unusable(why)) => return Err(unreadable(path, why)),
        Some(Entry::File(bytes)) => bytes,
    };
    match read(bytes, &LIMITS) {
        Ok(Value::Object(document)) => Ok(document),
        Ok(value) => {
            let faults = check_shape(&value, Shape::AnyObject, Strictness::Strict);
            Err(Refusal::Invalid { what: what.to_owned(), faults })
        }
        Err(error) => {
            let (line, column) = position(bytes, error.offset());
            let why = format!("is no JSON document: {line}:{column}: {}", error.kind());
            Err(unreadable(path, &why))
        }
    }
}

/// Returns line and character of a byte, both from 1.
fn position(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = bytes.get(..offset).unwrap_or(bytes);
    let lines = before.split(|byte| *byte == b'\n');
    let in_line = lines.clone().next_back().unwrap_or_default();
    (lines.count(), String::from_utf8_lossy(in_line).chars().count().saturating_add(1))
}

fn unreadable(path: &str, why: &str) -> Refusal {
    Refusal::Unreadable { path: path.to_owned(), why: why.to_owned() }
}

/// Tells what is in the way of a document that cannot be there, or that it is missing.
fn absent(tree: &Tree, what: &'static str, path: &str) -> Refusal {
    let ends = path.match_indices('/').map(|(at, _)| at);
    for above in ends.filter_map(|end| path.get(..end)) {
        if let Some(Entry::Unusable(why)) = tree.entry(above) {
            return unreadable(above, why);
        }
    }
    Refusal::Missing { what, path: path.to_owned() }
}

/// Holds a document against its shape.
pub(super) fn check(what: &str, document: &Object, shape: Shape) -> Result<(), Refusal> {
    let faults = check_shape(&document.clone().into(), shape, Strictness::Strict);
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid { what: what.to_owned(), faults }) }
}

/// Returns where the packets stand, in the order of their stages.
pub(super) fn packet_refs() -> Value {
    STAGES.iter().map(|stage| stage.packet_ref().into()).collect::<Vec<Value>>().into()
}

pub(super) fn packet(source: &Source, stage: &Stage, metadata: &Metadata) -> Object {
    let release = source.release_id();
    let packet_id = stage.packet_id(release);
    let previous = stage_before(stage).map(|stage| Value::from(stage.packet_id(release)));
    let words = |member: &'static str, own: &[&str]| {
        let own = || own.iter().map(|text| Value::from(text.replace("{id}", release)));
        (member, source.instead(stage, member).unwrap_or_else(|| own().collect::<Vec<_>>().into()))
    };
    let intent = source.instead(stage, "intent");
    Object::from([
        ("schema_version", Value::from(VERSION)),
        ("packet_id", packet_id.clone().into()),
        ("work_id", packet_id.into()),
        ("release_id", release.into()),
        ("stage_id", stage.id.into()),
        ("stage_order", i64::from(stage.order).into()),
        ("workflow_family", WORKFLOW_FAMILY.into()),
        ("intent", intent.unwrap_or_else(|| stage.intent.replace("{id}", release).into())),
        words("scope", stage.scope),
        words("constraints", stage.constraints),
        words("required_evidence", stage.required_evidence),
        words("acceptance_criteria", stage.acceptance_criteria),
        words("allowed_actions", stage.allowed_actions),
        ("inputs", inputs(source, stage)),
        ("upstream_lineage", previous.into_iter().collect::<Vec<_>>().into()),
        ("next_route_options", routes(source, stage)),
        ("assigned_capability_class", stage.capability_class.into()),
        ("generated_metadata", metadata.value()),
    ])
}

/// Members of a packet whose default words are our own and may be others in another release of Motus.
const WORDS: [&str; 6] = [
    "intent",
    "scope",
    "constraints",
    "required_evidence",
    "acceptance_criteria",
    "allowed_actions",
];

/// Tells whether a packet is what the source gives.
///
/// With `keeps_words`, default words may be those of whoever generated it; what the source says instead of
/// them, and everything else, has to be as it is given.
pub(super) fn is_packet(
    found: &Object,
    source: &Source,
    stage: &Stage,
    metadata: &Metadata,
    keeps_words: bool,
) -> bool {
    let mut given = packet(source, stage, metadata);
    let kept = WORDS.iter().filter(|word| keeps_words && source.instead(stage, word).is_none());
    for (word, words) in kept.filter_map(|word| Some((*word, found.get(word)?))) {
        given.insert(word, words.clone());
    }
    given == *found
}

fn inputs(source: &Source, stage: &Stage) -> Value {
    let inputs = vec![
        format!("release_id={}", source.release_id()),
        format!("thesis={}", source.text(&["thesis"])),
        format!("included_work_count={}", source.count("included_work")),
        format!("excluded_work_count={}", source.count("excluded_work")),
        format!("capability_class={}", stage.capability_class),
    ];
    inputs.into()
}

/// A refusal of the approval leads back to the development, every other to the stage before.
fn routes(source: &Source, stage: &Stage) -> Value {
    let release = source.release_id();
    let next = STAGES.iter().find(|next| next.order == stage.order + 1);
    let on_complete = next.map_or_else(
        || source.text(&["next_work_judgment", "on_complete"]).to_owned(),
        |next| next.packet_id(release),
    );
    let back = match stage.order {
        4 => STAGES.iter().find(|back| back.order == 2),
        _ => stage_before(stage),
    };
    let on_changes = back.unwrap_or(stage).packet_id(release);
    let option = |when: &str, next: String| {
        Value::from(Object::from([("when", Value::from(when)), ("next_work_ref", next.into())]))
    };
    vec![option("complete", on_complete), option("needs_changes", on_changes)].into()
}

fn stage_before(stage: &Stage) -> Option<&'static Stage> {
    STAGES.iter().find(|before| before.order + 1 == stage.order)
}

pub(super) fn workflow(source: &Source, metadata: &Metadata) -> Object {
    let release = source.release_id();
    let stages = STAGES.iter().map(|stage| {
        Value::from(Object::from([
            ("packet_id", Value::from(stage.packet_id(release))),
            ("stage_id", stage.id.into()),
            ("stage_order", i64::from(stage.order).into()),
            ("display_name", stage.display_name.into()),
            ("capability_class", stage.capability_class.into()),
            ("packet_ref", stage.packet_ref().into()),
        ]))
    });
    let mut document = Object::from([
        ("schema_version", Value::from(VERSION)),
        ("release_id", release.into()),
        ("workflow_family", WORKFLOW_FAMILY.into()),
        ("receipt_template_ref", RECEIPT_TEMPLATE.into()),
        ("metrics_template_ref", METRICS_TEMPLATE.into()),
        ("stages", stages.collect::<Vec<_>>().into()),
        ("generated_metadata", metadata.value()),
    ]);
    for (name, schema) in SCHEMA_REFS {
        document.insert(name, schema);
    }
    document
}

pub(super) fn template(source: &Source, metadata: &Metadata) -> Object {
    let mut document = closeout("<next-work-ref-or-complete>");
    let hash = source.hash().as_str();
    for (name, value) in [
        ("schema_version", Value::from(VERSION)),
        ("release_id", source.release_id().into()),
        ("receipt_id", "<receipt-id>".into()),
        ("workflow_ref", WORKFLOW.into()),
        ("packet_refs", packet_refs()),
        ("source_ref", SOURCE.into()),
        ("source_hash", hash.into()),
        ("timestamp", "<ISO-8601>".into()),
        ("ledger_commitment", commitment("<pending_ledger_write>", hash)),
        ("generated_metadata", metadata.value()),
    ] {
        document.insert(name, value);
    }
    document
}

/// Returns how a receipt is bound to a ledger: by the file itself.
pub(super) fn commitment(status: &str, source_hash: &str) -> Value {
    let commitment = [
        ("mode", Value::from("file_backed")),
        ("status", status.into()),
        ("source_hash", source_hash.into()),
        ("ledger_entry_id", Value::Null),
    ];
    Object::from(commitment).into()
}
