//! A finished piece of work in portable terms: what export, receipt and manifest are made of.

use motus_json::{Object, Value};

/// A closed run with everything that its portable documents say.
///
/// Times are RFC 3339. The objects have the shapes of the same names in [`crate::portable::shapes`].
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// The run.
    pub run_id: String,
    /// The task that the run was for; the run itself when nothing names one.
    pub work_id: String,
    /// Who recorded the run, where that may be told.
    pub producer_id: Option<String>,
    /// The commit that was checked out, when known.
    pub git_sha: Option<String>,
    /// Who did the work.
    pub actor: Object,
    /// What set it going.
    pub trigger: Object,
    /// What emitted the documents.
    pub runtime: Object,
    /// What was to be done.
    pub instruction: Instruction,
    /// When the work began, and under which key.
    pub started: Moment,
    /// Tools and evidence, in the order in which they came.
    pub steps: Vec<Step>,
    /// When the work ended, and under which key.
    pub closed: Moment,
    /// What it came to.
    pub outcome: Object,
    /// What somebody made of that.
    pub acceptance: Object,
    /// Where the work goes next.
    pub route_summary: Object,
    /// To whom it is handed.
    pub handoff: Object,
    /// Whether something was left out.
    pub redaction: Object,
    /// How the documents refer to each other.
    pub references: References,
}

/// What was to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Of which kind: a command, a ticket, ….
    pub kind: String,
    /// Its gist.
    pub summary: Option<String>,
    /// Where it stands.
    pub uri: Option<String>,
    /// Its text, over which its digest is taken.
    pub text: String,
}

/// A point in time and the key of the event there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: String,
    /// The event's idempotency key.
    pub key: String,
}

/// Something that happened between start and end.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// When, and under which key.
    pub moment: Moment,
    /// What.
    pub what: Happening,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// These tools were used; each is an object of the shape that a receipt has for one.
    Tools(Vec<Value>),
    /// This evidence was referred to; each is an object of that shape.
    Evidence(Vec<Value>),
}

/// How the documents of one work refer to each other, and when they say they were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct References {
    /// Where the export is.
    pub export_uri: Option<String>,
    /// Where the receipt is.
    pub receipt_uri: Option<String>,
    /// The name of the manifest.
    pub projection_id: String,
    /// When the export was made.
    pub exported_at: String,
    /// When the receipt was made.
    pub created_at: String,
}
