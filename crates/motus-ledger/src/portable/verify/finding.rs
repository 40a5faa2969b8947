//! What a careful reader asks about in a document that is otherwise sound.

use std::fmt;

/// Something in a document that is allowed and yet should not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// Where it is: member names and indices joined by dots.
    pub path: String,
    /// What is to be said of it; never what a credential says.
    pub message: String,
}

impl Finding {
    pub(super) fn new(
        kind: FindingKind,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self { kind, path: path.into(), message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path, self.message)
    }
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident = $name:literal,)+) => {
        /// A kind of finding, each with a stable name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum FindingKind {$(
            $(#[doc = $doc])+
            $kind,
        )+}

        impl FindingKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind,)+];

            /// Returns the kind's name.
            pub fn as_str(self) -> &'static str {
                match self {$(Self::$kind => $name,)+}
            }
        }
    };
}

impl FindingKind {
    /// Tells whether it is an error for who asks for that: all are, but for what a run of which everything
    /// is right may show.
    pub fn is_error(self) -> bool {
        self != Self::EventTime
    }
}

kinds! {
    /// A text names a path of one machine.
    AbsolutePath = "absolute-path",
    /// A text holds a credential of a known shape.
    Credential = "credential",
    /// The receipt says that nothing was left out, and some of its evidence that something was.
    RedactionContradicted = "redaction-contradicted",
    /// A failure was accepted, and nothing says why.
    FailureAccepted = "failure-accepted",
    /// The work was accepted or rejected, and nothing says by whom.
    ActorMissing = "actor-missing",
    /// Who is to take the work over is not the same everywhere, or the work is handed to nobody.
    HandoffDisagreement = "handoff-disagreement",
    /// The work is handed over with nothing to show for it.
    HandoffWithoutEvidence = "handoff-without-evidence",
    /// The work is handed over with evidence that the receipt does not have.
    UnknownEvidence = "unknown-evidence",
    /// Two pieces of evidence have one identifier.
    DuplicateEvidence = "duplicate-evidence",
    /// The receipt names two exports.
    ExportDisagreement = "export-disagreement",
    /// What comes later has an earlier time.
    TimeOrder = "time-order",
    /// An identifier is blank.
    BlankIdentifier = "blank-identifier",
    /// The seal says that it was made over other bytes than it was.
    SealLabel = "seal-label",
    /// A member that is said to differ each time is not there.
    VolatileField = "volatile-field",
    /// The events of an export are not numbered from 1 without gaps.
    EventNumber = "event-number",
    /// An event lies outside of its run by the clock, which may have been set meanwhile: never an error.
    EventTime = "event-time",
    /// Two events of a run have one key.
    DuplicateKey = "duplicate-key",
    /// An event of an export is of a kind, or has a schema, that nobody knows, or a payload of another shape.
    EventKind = "event-kind",
    /// Another document of the same run that lies beside it says something else.
    DocumentDisagreement = "document-disagreement",
    /// An export does not begin and end as one closed piece of work does.
    EventCourse = "event-course",
    /// A run and its events disagree.
    RunDisagreement = "run-disagreement",
}
