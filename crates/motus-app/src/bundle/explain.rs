//! What happened in a loop, told from its bundle: for people, and whether it verifies or not.

mod gist;
mod heard;
mod sections;
mod timeline;

use std::path::Path;

use motus_bundle::{Directory, OpenError, report};
use motus_kernel::names::Phase;
use motus_kernel::policy::Rules;
use motus_kernel::verify::verify_bundle;

use heard::Heard;
pub use sections::Section;
use timeline::Timeline;
pub use timeline::shortened;

/// What a bundle tells.
#[derive(Debug)]
pub struct Explanation {
    /// Whether it verifies: what does not is told all the same, and not to be trusted.
    pub verified: bool,
    /// That in one line, as verification says it.
    pub headline: String,
    /// What the receipt says, when it can be read.
    pub sections: Vec<Section>,
    /// The events that can be read, in order.
    pub moments: Vec<Moment>,
    /// How many lines were left out: unreadable, or beyond what is told.
    pub left_out: u64,
}

/// One event; no text of it is longer than a few lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Its number.
    pub seq: u64,
    /// When it happened.
    pub ts_utc: String,
    /// The phase.
    pub phase: Phase,
    /// How the loop came into this phase.
    pub step: Step,
    /// What happened.
    pub kind: String,
    /// The gist of its content, one line.
    pub gist: String,
}

/// How one event's phase follows the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The phase before went on.
    Same,
    /// A later phase began.
    Forward,
    /// An earlier phase began again.
    Backtrack,
    /// The phase was tried again, after an error in it or because the loop says so.
    Repeat,
}

impl Step {
    /// Returns the name for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Forward => "forward",
            Self::Backtrack => "backtrack",
            Self::Repeat => "repeat",
        }
    }
}

/// Reads a bundle and tells what happened: from the very bytes that are verified.
///
/// Errors: the directory cannot be opened.
pub fn explain(directory: &Path, policy: &Rules) -> Result<Explanation, OpenError> {
    let source = Directory::open(directory)?;
    let heard = Heard::new(&source);
    let report = verify_bundle(&heard, policy);
    let (receipt, timeline) = heard.end();
    let sections = receipt.as_ref().map(sections::of).unwrap_or_default();
    let (moments, left_out) = timeline.end();
    let (verified, headline) = (report.is_ok(), report::headline(&report));
    Ok(Explanation { verified, headline, sections, moments, left_out })
}

/// Tells the events of a log, and how many lines were left out, as [`explain`] does.
pub(crate) fn moments(log: &str) -> (Vec<Moment>, u64) {
    let mut timeline = Timeline::default();
    timeline.take(log.as_bytes());
    timeline.end()
}
