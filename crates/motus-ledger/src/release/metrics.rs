//! Metrics of a release: generated, and the one place where values are filled in.

use motus_json::{Object, Value};

use super::document::{check, take};
use super::error::Refusal;
use super::metadata::Metadata;
use super::source::Source;
use super::tree::Tree;
use super::{METRICS_TEMPLATE, VERSION, WORKFLOW_FAMILY, shapes};

const NAMES: [&str; 8] = [
    "time_to_form_work",
    "time_to_first_usable_output",
    "time_to_final_receipt",
    "time_to_reconstruct_what_happened",
    "missing_evidence_rate",
    "stale_or_orphaned_work_rate",
    "explicit_acceptance_rate",
    "linked_next_step_rate",
];

/// Where a value comes from as long as there is none.
const UNKNOWN: &str = "capture during release execution";

/// Generates the metrics; what was filled in before stays.
pub(super) fn document(source: &Source, metadata: &Metadata, before: Option<&Object>) -> Object {
    let metrics =
        NAMES.iter().map(|name| metric(name, before.and_then(|before| find(before, name))));
    Object::from([
        ("schema_version", Value::from(VERSION)),
        ("release_id", source.release_id().into()),
        ("workflow_family", WORKFLOW_FAMILY.into()),
        ("authoritative", false.into()),
        ("metrics", metrics.collect::<Vec<_>>().into()),
        ("generated_metadata", metadata.value()),
    ])
}

/// Takes what was filled into the metrics of a workspace, whatever else is wrong with them.
///
/// Errors: metrics of which something would be lost, because they cannot be read.
pub(super) fn filled(tree: &Tree) -> Result<Option<Object>, Refusal> {
    let document = match take(tree, "metrics template", METRICS_TEMPLATE) {
        Err(Refusal::Missing { .. }) => return Ok(None),
        found => found?,
    };
    let list = document.get("metrics").cloned();
    let list = Object::from([("metrics", list.unwrap_or_else(|| Value::Array(Vec::new())))]);
    check("metrics template", &list, shapes::FILLED_METRICS)?;
    Ok(Some(list))
}

/// Returns the names of those that nobody filled in.
pub(super) fn open(document: &Object) -> Vec<&'static str> {
    let is_open = |name: &&str| find(document, name).is_none_or(|metric| value(metric).is_null());
    NAMES.into_iter().filter(is_open).collect()
}

fn metric(name: &str, before: Option<&Object>) -> Value {
    let unit = if name.ends_with("_rate") { "count" } else { "minutes" };
    let source =
        before.and_then(|before| before.get("source")).filter(|source| source.as_str().is_some());
    let source = source.cloned().unwrap_or_else(|| UNKNOWN.into());
    let metric = [
        ("name", Value::from(name)),
        ("unit", unit.into()),
        ("value", before.map_or(Value::Null, value)),
        ("source", source),
    ];
    Object::from(metric).into()
}

fn value(metric: &Object) -> Value {
    let value = metric.get("value").filter(|value| value.as_number().is_some());
    value.cloned().unwrap_or(Value::Null)
}

fn find<'d>(document: &'d Object, name: &str) -> Option<&'d Object> {
    let metrics = document.get("metrics")?.as_array()?.iter().filter_map(Value::as_object);
    let mut named =
        metrics.filter(|metric| metric.get("name").and_then(Value::as_str) == Some(name));
    named.next()
}
