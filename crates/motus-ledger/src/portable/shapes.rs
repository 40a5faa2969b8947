//! The tables: every portable document, member by member.
//!
//! Source: Work Receipt Envelope v0.1 and its companion objects.

use crate::portable::canon::METHOD;
use crate::portable::shape::{Definition, Document, Member, Shape};

// A function could not be called here: what it is given would not live as long as the tables.
macro_rules! required {
    ($name:expr, $shape:expr $(,)?) => {
        Member { name: $name, required: true, shape: $shape }
    };
}

macro_rules! optional {
    ($name:expr, $shape:expr $(,)?) => {
        Member { name: $name, required: false, shape: $shape }
    };
}

/// The prefix of a digest that stands by itself.
const PREFIXED: Shape = Shape::Hex("sha256:");

/// Who may act.
pub const ACTOR_TYPES: &[&str] = &["human", "agent", "service", "ci", "tool"];

/// What a run may come to.
pub const OUTCOMES: &[&str] =
    &["success", "failure", "partial", "aborted", "superseded", "unknown"];

const REDACTIONS: &[&str] = &["none", "redacted", "withheld"];

const TYPED_ACTOR: &[Member] =
    &[required!("type", Shape::OneOf(ACTOR_TYPES)), required!("id", Shape::NonEmpty)];

static ACTOR: Definition = Definition {
    name: "actor",
    members: &[
        required!("type", Shape::OneOf(ACTOR_TYPES)),
        required!("id", Shape::NonEmpty),
        optional!("display", Shape::Text),
    ],
};

static DIGEST: Definition = Definition {
    name: "digest",
    members: &[
        required!("algorithm", Shape::OneOf(&["sha256"])),
        required!("value", Shape::Hex("")),
        required!("canonicalization", Shape::NonEmpty),
    ],
};

/// What somebody made of the work's end.
pub static ACCEPTANCE: Document = Document {
    name: "acceptance",
    title: "Motus Acceptance",
    members: &[
        required!("status", Shape::OneOf(&["accepted", "rejected", "not_required", "pending"])),
        optional!("actor", Shape::Object(TYPED_ACTOR)),
        optional!("accepted_at", Shape::Time),
        required!("method", Shape::NonEmpty),
        optional!("rationale_ref", Shape::Text),
    ],
    definitions: &[],
};

/// One piece of evidence, by digest.
pub static EVIDENCE_REF: Document = Document {
    name: "evidence-ref",
    title: "Motus Evidence Reference",
    members: &[
        required!("evidence_id", Shape::NonEmpty),
        required!("kind", Shape::NonEmpty),
        optional!("uri", Shape::Text),
        required!("digest", Shape::Defined(&DIGEST)),
        optional!("summary", Shape::Text),
        required!(
            "redaction",
            Shape::Object(&[
                required!("status", Shape::OneOf(REDACTIONS)),
                optional!("reason", Shape::Text),
            ]),
        ),
    ],
    definitions: &[],
};

/// Where the work goes next.
pub static ROUTE_SUMMARY: Document = Document {
    name: "route-summary",
    title: "Motus Route Summary Projection",
    members: &[
        required!("status", Shape::OneOf(&["complete", "handoff", "blocked", "none"])),
        optional!("next_actor", Shape::Object(TYPED_ACTOR)),
        optional!("reason", Shape::Text),
        optional!("route_ref", Shape::Text),
    ],
    definitions: &[],
};

/// To whom the work is handed, and for what.
pub static HANDOFF: Document = Document {
    name: "handoff",
    title: "Motus Handoff Projection",
    members: &[
        required!("status", Shape::OneOf(&["none", "ready", "blocked"])),
        optional!("receiver", Shape::Object(TYPED_ACTOR)),
        optional!("expected_action", Shape::Text),
        optional!("reason", Shape::Text),
        optional!("evidence_refs", Shape::Set(&Shape::NonEmpty)),
    ],
    definitions: &[],
};

/// A run, without what belongs to one machine.
pub static WORK_RUN: Document = Document {
    name: "work-run",
    title: "Motus Work Run",
    members: &[
        required!("schema_version", Shape::Const("motus.work-run.v0.1")),
        required!("run_id", Shape::NonEmpty),
        optional!("work_id", Shape::Text),
        required!("status", Shape::OneOf(&["open", "closed"])),
        required!("started_at", Shape::Time),
        optional!("closed_at", Shape::Time),
        optional!("git_sha", Shape::Text),
        optional!("cwd_ref", Shape::Text),
        optional!("producer_id", Shape::Text),
        optional!("outcome_status", Shape::OneOf(OUTCOMES)),
    ],
    definitions: &[],
};

/// An event, named by its content.
pub static WORK_EVENT: Document = Document {
    name: "work-event",
    title: "Motus Work Event",
    members: &[
        required!("schema_version", Shape::Const("motus.work-event.v0.1")),
        required!("event_id", PREFIXED),
        required!("run_id", Shape::NonEmpty),
        required!("seq", Shape::AtLeast(1)),
        required!("event_kind", Shape::NonEmpty),
        required!("occurred_at", Shape::Time),
        required!("idempotency_key", Shape::NonEmpty),
        required!("payload_hash", PREFIXED),
        required!("schema_hash", PREFIXED),
        optional!("producer_id", Shape::Text),
        required!("payload", Shape::AnyObject),
    ],
    definitions: &[],
};

/// Runs and their events.
pub static STORE_EXPORT: Document = Document {
    name: "store-export",
    title: "Motus Store Export",
    members: &[
        required!("schema_version", Shape::Const("motus.store-export.v0.1")),
        required!("exported_at", Shape::Time),
        optional!("canonicalization", Shape::Text),
        required!("runs", Shape::Array(&Shape::Document(&WORK_RUN))),
        required!("events", Shape::Array(&Shape::Document(&WORK_EVENT))),
    ],
    definitions: &[],
};

/// Which documents were made from which export.
pub static PROJECTION_MANIFEST: Document = Document {
    name: "projection-manifest",
    title: "Motus Projection Manifest",
    members: &[
        required!("schema_version", Shape::Const("motus.projection-manifest.v0.1")),
        required!("projection_id", Shape::NonEmpty),
        required!("source_export_hash", PREFIXED),
        required!("generated_at", Shape::Time),
        optional!("canonicalization", Shape::Text),
        required!(
            "projections",
            Shape::Map(&Shape::Object(&[
                required!("kind", Shape::Text),
                optional!("uri", Shape::Text),
                required!("digest", PREFIXED),
            ])),
        ),
    ],
    definitions: &[],
};

/// The receipt that travels.
pub static ENVELOPE: Document = Document {
    name: "work-receipt-envelope",
    title: "Motus Work Receipt Envelope",
    members: ENVELOPE_MEMBERS,
    definitions: &[&ACTOR, &DIGEST],
};

const ENVELOPE_MEMBERS: &[Member] = &[
    required!("schema_version", Shape::Const("motus.work-receipt-envelope.v0.1")),
    required!("receipt_id", PREFIXED),
    required!("run_id", Shape::NonEmpty),
    required!("work_id", Shape::NonEmpty),
    required!("actor", Shape::Defined(&ACTOR)),
    required!(
        "runtime",
        Shape::Object(&[
            required!("name", Shape::NonEmpty),
            required!("kind", Shape::OneOf(&["cli", "ci", "mcp", "agent", "sdk", "tool", "other"])),
            optional!("version", Shape::Text),
        ]),
    ),
    required!(
        "trigger",
        Shape::Object(&[
            required!(
                "kind",
                Shape::OneOf(&["manual", "ci", "schedule", "webhook", "tool_call", "agent"]),
            ),
            optional!("ref", Shape::Text),
        ]),
    ),
    required!(
        "instruction_ref",
        Shape::Object(&[
            required!(
                "kind",
                Shape::OneOf(&["command", "contract", "prompt", "ticket", "workflow", "other"]),
            ),
            optional!("uri", Shape::Text),
            required!("digest", Shape::Defined(&DIGEST)),
            optional!("summary", Shape::Text),
        ]),
    ),
    required!(
        "events_ref",
        Shape::Object(&[
            optional!("uri", Shape::Text),
            required!("digest", Shape::Defined(&DIGEST))
        ]),
    ),
    required!("evidence_refs", Shape::Array(&Shape::Document(&EVIDENCE_REF))),
    required!(
        "tool_refs",
        Shape::Array(&Shape::Object(&[
            required!("name", Shape::NonEmpty),
            optional!("kind", Shape::Text),
            optional!("digest", Shape::Defined(&DIGEST)),
        ])),
    ),
    required!(
        "outcome",
        Shape::Object(&[
            required!("status", Shape::OneOf(OUTCOMES)),
            optional!("summary", Shape::Text),
            optional!("closed_at", Shape::Time),
        ]),
    ),
    required!("acceptance", Shape::Document(&ACCEPTANCE)),
    required!("route_summary", Shape::Document(&ROUTE_SUMMARY)),
    optional!("handoff", Shape::Document(&HANDOFF)),
    required!(
        "canonicalization",
        Shape::Object(&[
            required!("method", Shape::Const(METHOD)),
            optional!("volatile_fields", Shape::Array(&Shape::Text)),
        ]),
    ),
    required!(
        "hashes",
        Shape::Object(&[
            required!("receipt", Shape::Defined(&DIGEST)),
            optional!("source_export", Shape::Defined(&DIGEST)),
        ]),
    ),
    optional!("signatures_optional", Shape::Array(&Shape::AnyObject)),
    required!(
        "redaction",
        Shape::Object(&[
            required!("status", Shape::OneOf(REDACTIONS)),
            optional!("summary", Shape::Text),
        ]),
    ),
    required!("created_at", Shape::Time),
];

/// Every document of the registry, by name.
pub static REGISTRY: [&Document; 9] = [
    &ACCEPTANCE,
    &EVIDENCE_REF,
    &HANDOFF,
    &PROJECTION_MANIFEST,
    &ROUTE_SUMMARY,
    &STORE_EXPORT,
    &WORK_EVENT,
    &ENVELOPE,
    &WORK_RUN,
];

/// Returns the document of this name.
pub fn find(name: &str) -> Option<&'static Document> {
    REGISTRY.into_iter().find(|document| document.name == name)
}
