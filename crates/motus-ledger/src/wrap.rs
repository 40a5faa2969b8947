//! What the wrap adapter records of a command: identifiers, a command summary and event payloads.
//!
//! Metadata only. Arguments, environment and output have no way into these records.

mod command;
mod evidence;
mod identity;
mod payload;
mod reading;
mod step;

pub(crate) use evidence::kind_named as evidence_kind_named;
pub(crate) use payload::common;

pub use command::{CommandSummary, shell_quote, summarize};
pub use evidence::{EVIDENCE_PREFIX, EvidenceRecord, evidence_kind};
pub use identity::WrapIdentity;
pub use payload::{EndRecord, OutputRecord, StartRecord, Stream};
pub use reading::{EndFacts, OutputFacts, StartFacts, WrapEvent};
pub use step::{CiStep, CiSystem};

/// The source column of a wrapped run.
pub const SOURCE: &str = "motus-wrap";

/// Tells whether the runs of a source are those of wrapped commands.
pub fn is_of_wrapping(source: &str) -> bool {
    source == SOURCE || CiSystem::of_source(source).is_some()
}

/// Returns the sources of the runs of wrapped commands.
pub fn wrapping_sources() -> impl Iterator<Item = &'static str> {
    std::iter::once(SOURCE).chain(CiSystem::ALL.map(CiSystem::source))
}

/// The kind of the event that is recorded before the command starts.
pub const START_KIND: &str = "adapter.wrap.start";

/// The kind of the event that is recorded of each output stream.
pub const OUTPUT_SUMMARY_KIND: &str = "adapter.wrap.output_summary";

/// The kind of the event that is recorded after the command ended.
pub const END_KIND: &str = "adapter.wrap.end";

/// Appends the reasons that are not there yet.
fn extend_unique(reasons: &mut Vec<&'static str>, more: &[&'static str]) {
    for reason in more {
        if !reasons.contains(reason) {
            reasons.push(reason);
        }
    }
}
