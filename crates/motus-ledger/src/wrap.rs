//! What the wrap adapter records of a command: identifiers, a command summary and event payloads.
//!
//! Metadata only. Arguments, environment and output have no way into these records.

mod command;
mod identity;
mod payload;
mod reading;

pub use command::{CommandSummary, shell_quote, summarize};
pub use identity::WrapIdentity;
pub use payload::{EndRecord, OutputRecord, StartRecord, Stream};
pub use reading::{EndFacts, OutputFacts, StartFacts, WrapEvent};

/// The source column of a wrapped run.
pub const SOURCE: &str = "motus-wrap";

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
