//! Governed releases: one authored source, nine generated documents, one final receipt.
//!
//! Everything here is a function of the files that somebody else read: what is generated from a source, what
//! of a workspace is missing, stale or changed, and what a final receipt says. Of the published workflow
//! (0.4.0) the structure, the identifiers, the hashes and the order of the rules are kept; the texts of the
//! stages are our own.

mod document;
mod error;
mod id;
mod metadata;
mod metrics;
mod overview;
mod pin;
mod receipt;
mod shapes;
mod source;
mod stage;
mod tree;
mod validate;

pub use document::{Generated, generate, is_generated, require_replaceable};
pub use error::Refusal;
pub use id::{IdError, ReleaseId};
pub use metadata::{GeneratedBy, Metadata};
pub use overview::{Overview, PacketState, StageState, overview};
pub use pin::{
    Beginning, Begun, Pin, PinKey, RUN_SOURCE, Recorded, Standing, begin, record, standing,
};
pub use receipt::{FinalReceipt, final_hash, finalize, validate_final};
pub use source::Source;
pub use stage::{STAGES, Stage};
pub use tree::{Entry, Tree};
pub use validate::{strays, validate};

/// The version of every document of a release, and of what generates them.
pub const VERSION: &str = "0.3.13";

/// The one workflow there is.
pub const WORKFLOW_FAMILY: &str = "release-reference-pilot-v1";

/// The authored file.
pub const SOURCE: &str = "release-source.json";

/// The generated workflow.
pub const WORKFLOW: &str = "generated/workflow.json";

/// The generated template of a receipt.
pub const RECEIPT_TEMPLATE: &str = "generated/receipt-template.json";

/// The generated metrics, in which values may be filled in.
pub const METRICS_TEMPLATE: &str = "generated/metrics-template.json";

/// The final receipt.
pub const FINAL_RECEIPT: &str = "final-receipt.json";

/// The names of the four schemas, by what refers to them.
pub const SCHEMA_REFS: [(&str, &str); 4] = [
    ("source_schema_ref", "packages/cli/docs/standards/schemas/release-source.json"),
    ("packet_schema_ref", "packages/cli/docs/standards/schemas/release-work-packet.json"),
    ("template_schema_ref", "packages/cli/docs/standards/schemas/release-receipt-template.json"),
    ("final_receipt_schema_ref", "packages/cli/docs/standards/schemas/release-work-receipt.json"),
];
