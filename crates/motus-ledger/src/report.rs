//! What is recorded of reports that tools wrote, and of artifacts: counts, names and digests.
//!
//! Never what was said: no message, no output, no property, no host, no absolute path. Names lose what looks
//! like a credential. A payload is bounded: beyond that the cases that passed are left out first, the counts
//! are those of the whole report, and the report is marked.

mod analysis;
mod attached;
mod cases;
mod declared;
mod diagnostics;
mod file;
mod format;
mod room;
mod scrub;
mod tally;

pub use analysis::{Analysis, Level, RuleCount};
pub use attached::{Attached, Problem, Report, Subject, Tests};
pub use cases::{Cases, Mark};
pub use declared::Declared;
pub use diagnostics::Diagnostics;
pub use file::{Artifact, FileReference};
pub use format::Format;
pub use tally::{Status, Tally};

#[cfg(test)]
mod tests;

/// The longest payload that holds reports, as it is stored, in bytes.
pub const LARGEST_PAYLOAD: usize = 256 << 10;
