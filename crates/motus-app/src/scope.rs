//! Scopes: what a command is allowed, from words to what the kernel is told, and back to effects that anyone can
//! judge.
//!
//! [`plan`] makes a [`Plan`] of what a person grants; a wrapped command takes it along. What was seen comes back as
//! [`Told`]. [`check`](check::check) decides again from the record alone.

mod allowance;
pub mod around;
pub mod check;
mod document;
mod entries;
mod error;
pub mod examine;
mod grant;
mod learn;
pub mod learned;
pub(crate) mod lists;
mod offered;
mod plan;
mod probe;
mod profile;
mod record;
mod spelling;
mod told;
mod width;

pub use document::ScopeDocument;
pub use error::ScopeError;
pub use grant::Grant;
pub use learn::Learned;
pub use lists::CopiedLists;
pub use motus_runtime::scope::{Feature, Level, Mode, Probed, Scope};
pub use offered::offered;
pub(crate) use plan::PRIVATE_DIRECTORY;
pub use plan::{Origin, Plan, Planned, Request, Surroundings, ToolHomes, Warning, plan};
pub use probe::probe;
pub use profile::{Profile, profiles};
pub(crate) use record::{ROOM as RECORDED_BYTES, observed};
pub use told::{Denial, Told};

#[cfg(test)]
mod tests;
