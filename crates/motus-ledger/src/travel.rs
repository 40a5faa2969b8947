//! Runs that enter a Store: the lines of an export read, checked, compared with what is there, added.
//!
//! The way of a line: [`read_line`] trusts nothing and checks what the line says of itself; a
//! [`Catalogue`] holds the kinds that events may refer to; [`plan`] compares a run with the Store's, and
//! [`apply`] adds what is missing. [`Survey`] does all of it but the adding, for a first pass.
//!
//! A digest shows that a text was not changed by itself. It cannot show who made a file, nor that the last
//! events of a run were not left out.

mod apply;
mod catalogue;
mod columns;
mod comparison;
mod exported_run;
mod line;
mod plan;
mod refusal;
mod survey;

pub use apply::{apply, apply_kind};
pub use catalogue::{Catalogue, Placement};
pub use exported_run::ExportedRun;
pub use line::{Line, read_line};
pub use plan::{Plan, plan};
pub use refusal::{ImportError, Refusal, RefusalKind};
pub use survey::{Survey, Tally};

/// The longest line of an export that is taken in, in bytes, without its newline.
pub const LONGEST_LINE: usize = 256 << 20;

/// The most JSON values on a line: those of a run with some 360,000 events.
const MOST_VALUES: usize = 4_000_000;

/// How deep a line may nest; an export has three levels.
const DEEPEST: usize = 8;

/// The most bytes of text in one row: a Store takes rows of 64 MiB, and a row is more than its texts.
const LARGEST_ROW: usize = (64 << 20) - 4096;

/// The most bytes of new kinds in one file, with an allowance for each: some 20,000 of Motus's own size.
const MOST_KIND_BYTES: usize = 16 << 20;

/// The most digits of an integer in a payload: the published releases write no more, and read no more.
const MOST_DIGITS: usize = 4300;

/// Tells whether a run's line would be refused for its length.
pub(crate) fn is_too_long(bytes: u64, events: u64) -> bool {
    // The document, its two members and the columns of the run; an event and its columns.
    let values = events.saturating_mul(11).saturating_add(17);
    bytes > LONGEST_LINE as u64 || values > MOST_VALUES as u64
}

#[cfg(test)]
mod tests;
