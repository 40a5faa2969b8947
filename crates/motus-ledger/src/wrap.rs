//! What the wrap adapter records of a command: identifiers, a command summary and event payloads.
//!
//! Metadata only. Arguments, environment and output have no way into these records.

mod command;
mod identity;
mod payload;

pub use command::{CommandSummary, summarize};
pub use identity::WrapIdentity;
pub use payload::{EndRecord, OutputRecord, StartRecord, Stream};

/// The source column of a wrapped run.
pub const SOURCE: &str = "motus-wrap";

/// Appends the reasons that are not there yet.
fn extend_unique(reasons: &mut Vec<&'static str>, more: &[&'static str]) {
    for reason in more {
        if !reasons.contains(reason) {
            reasons.push(reason);
        }
    }
}
