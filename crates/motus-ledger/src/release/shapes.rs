//! The tables: every document of a release, member by member.
//!
//! Source: the published workflow, generator 0.3.13. Everything is closed, what the source is made of too.

use crate::portable::shape::{Member, Shape};
use crate::release::{STAGES, VERSION, WORKFLOW_FAMILY};

// A function could not be called here: what it is given would not live as long as the tables.
macro_rules! required {
    ($name:expr, $shape:expr $(,)?) => {
        Member { name: $name, required: true, shape: $shape }
    };
}

const TEXTS: Shape = Shape::Array(&Shape::Text);
const DIGEST: Shape = Shape::Hex("sha256:");

/// What may be decided on a release.
pub(super) const DISPOSITIONS: &[&str] =
    &["accepted", "rejected", "needs_changes", "partial", "aborted", "superseded"];

const OVERRIDE: Shape = Shape::Object(&[
    optional("intent", Shape::Text),
    optional("scope", TEXTS),
    optional("constraints", TEXTS),
    optional("required_evidence", TEXTS),
    optional("acceptance_criteria", TEXTS),
    optional("allowed_actions", TEXTS),
]);

const fn optional(name: &'static str, shape: Shape) -> Member {
    Member { name, required: false, shape }
}

const OVERRIDES: &[Member] = &[
    optional(STAGES[0].id, OVERRIDE),
    optional(STAGES[1].id, OVERRIDE),
    optional(STAGES[2].id, OVERRIDE),
    optional(STAGES[3].id, OVERRIDE),
    optional(STAGES[4].id, OVERRIDE),
    optional(STAGES[5].id, OVERRIDE),
];

/// What somebody writes.
pub(super) const SOURCE: Shape = Shape::Object(&[
    required!("schema_version", Shape::Const(VERSION)),
    required!("release_id", Shape::NonEmpty),
    required!("thesis", Shape::NonEmpty),
    required!("included_work", TEXTS),
    required!("excluded_work", TEXTS),
    required!("risk_notes", TEXTS),
    required!(
        "acceptance_policy",
        Shape::Object(&[
            required!("required_checks", TEXTS),
            required!("allow_exceptions", Shape::Boolean),
        ]),
    ),
    required!(
        "publication_expectations",
        Shape::Object(&[required!("mode", Shape::Text), required!("expected_outputs", TEXTS)]),
    ),
    required!(
        "next_work_judgment",
        Shape::Object(&[
            required!("on_complete", Shape::NonEmpty),
            required!("notes", Shape::Text)
        ]),
    ),
    required!("stage_overrides", Shape::Object(OVERRIDES)),
    required!(
        "closeout",
        Shape::Object(&[
            required!("disposition", Shape::NonEmpty),
            required!("decision_ref", Shape::NonEmpty),
            required!("evidence_refs", Shape::Some(&Shape::NonEmpty)),
            required!("output_refs", Shape::Array(&Shape::NonEmpty)),
            required!("route_taken", Shape::NonEmpty),
            required!("next_work_ref", Shape::NonEmpty),
            required!("summary", Shape::NonEmpty),
        ]),
    ),
]);

/// What says from what, when and by what a document was generated.
pub(super) const METADATA: Shape = Shape::Object(&[
    required!("generated_by", Shape::OneOf(&["motus release scaffold", "motus release sync"])),
    required!("generated_at", Shape::Time),
    required!("generator_version", Shape::Const(VERSION)),
    required!("schema_version", Shape::Const(VERSION)),
    required!("source_ref", Shape::Const(super::SOURCE)),
    required!("source_hash", DIGEST),
]);

/// What a stage is given.
pub(super) const PACKET: Shape = Shape::Object(&[
    required!("schema_version", Shape::Const(VERSION)),
    required!("packet_id", Shape::NonEmpty),
    required!("work_id", Shape::NonEmpty),
    required!("release_id", Shape::NonEmpty),
    required!("stage_id", Shape::NonEmpty),
    required!("stage_order", Shape::AtLeast(1)),
    required!("workflow_family", Shape::Const(WORKFLOW_FAMILY)),
    required!("intent", Shape::NonEmpty),
    required!("scope", TEXTS),
    required!("constraints", TEXTS),
    required!("required_evidence", TEXTS),
    required!("acceptance_criteria", TEXTS),
    required!("allowed_actions", TEXTS),
    required!("inputs", TEXTS),
    required!("upstream_lineage", TEXTS),
    required!(
        "next_route_options",
        Shape::Array(&Shape::Object(&[
            required!("when", Shape::NonEmpty),
            required!("next_work_ref", Shape::NonEmpty),
        ])),
    ),
    required!("assigned_capability_class", Shape::NonEmpty),
    required!("generated_metadata", METADATA),
]);

/// What holds the packets together.
pub(super) const WORKFLOW: Shape = Shape::Object(&[
    required!("schema_version", Shape::Const(VERSION)),
    required!("release_id", Shape::NonEmpty),
    required!("workflow_family", Shape::Const(WORKFLOW_FAMILY)),
    required!("packet_schema_ref", Shape::NonEmpty),
    required!("template_schema_ref", Shape::NonEmpty),
    required!("final_receipt_schema_ref", Shape::NonEmpty),
    required!("source_schema_ref", Shape::NonEmpty),
    required!("receipt_template_ref", Shape::NonEmpty),
    required!("metrics_template_ref", Shape::NonEmpty),
    required!("stages", Shape::Array(&Shape::AnyObject)),
    required!("generated_metadata", METADATA),
]);

const fn commitment(status: Shape) -> [Member; 4] {
    [
        required!("mode", Shape::Const("file_backed")),
        required!("status", status),
        required!("source_hash", DIGEST),
        required!("ledger_entry_id", Shape::Null),
    ]
}

const PLANNED: [Member; 4] = commitment(Shape::NonEmpty);
const PENDING: [Member; 4] = commitment(Shape::Const("pending_ledger_write"));

/// What a receipt will have to say.
pub(super) const TEMPLATE: Shape = Shape::Object(&[
    required!("schema_version", Shape::Const(VERSION)),
    required!("release_id", Shape::NonEmpty),
    required!("receipt_id", Shape::NonEmpty),
    required!("workflow_ref", Shape::Const(super::WORKFLOW)),
    required!("packet_refs", TEXTS),
    required!("source_ref", Shape::Const(super::SOURCE)),
    required!("source_hash", DIGEST),
    required!("disposition", Shape::NonEmpty),
    required!("decision_ref", Shape::NonEmpty),
    required!("evidence_refs", TEXTS),
    required!("output_refs", TEXTS),
    required!("route_taken", Shape::NonEmpty),
    required!("next_work_ref", Shape::NonEmpty),
    required!("summary", Shape::NonEmpty),
    required!("timestamp", Shape::NonEmpty),
    required!("ledger_commitment", Shape::Object(&PLANNED)),
    required!("generated_metadata", METADATA),
]);

const MEASURED: Member = required!(
    "metrics",
    Shape::Array(&Shape::Object(&[
        required!("name", Shape::NonEmpty),
        required!("unit", Shape::OneOf(&["count", "minutes"])),
        required!("value", Shape::Measure),
        required!("source", Shape::NonEmpty),
    ])),
);

/// What of the metrics people fill in.
pub(super) const FILLED_METRICS: Shape = Shape::Object(&[MEASURED]);

/// What may be measured, and where it came from.
pub(super) const METRICS: Shape = Shape::Object(&[
    required!("schema_version", Shape::Const(VERSION)),
    required!("release_id", Shape::NonEmpty),
    required!("workflow_family", Shape::Const(WORKFLOW_FAMILY)),
    required!("authoritative", Shape::Boolean),
    MEASURED,
    required!("generated_metadata", METADATA),
]);

/// What came of the release.
pub(super) const RECEIPT: Shape = Shape::Object(&[
    required!("schema_version", Shape::Const(VERSION)),
    required!("receipt_id", Shape::NonEmpty),
    required!("release_id", Shape::NonEmpty),
    required!("workflow_family", Shape::Const(WORKFLOW_FAMILY)),
    required!("workflow_ref", Shape::Const(super::WORKFLOW)),
    required!("packet_refs", Shape::Some(&Shape::Text)),
    required!("source_ref", Shape::Const(super::SOURCE)),
    required!("source_hash", DIGEST),
    required!("disposition", Shape::OneOf(DISPOSITIONS)),
    required!("decision_ref", Shape::Authored),
    required!("evidence_refs", Shape::Some(&Shape::Authored)),
    required!("output_refs", Shape::Array(&Shape::Authored)),
    required!("route_taken", Shape::Authored),
    required!("next_work_ref", Shape::Authored),
    required!("summary", Shape::Authored),
    required!("timestamp", Shape::Time),
    required!("ledger_commitment", Shape::Object(&PENDING)),
    required!("receipt_hash", DIGEST),
]);
