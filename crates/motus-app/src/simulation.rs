//! Simulations: loops whose adapters answer from a document.
//!
//! A scenario gives what a loop is asked, its clock and identifiers, and one answer for each question. All
//! else is computed by the compiler, as in any other loop. The same scenario gives the same bytes.

mod adapters;
mod answers;
mod check;
mod error;
mod fields;
mod promises;
mod queue;
mod read;
mod run;
mod scenario;
mod yaml;

pub(crate) use error::{Faults, Kind};
pub use error::{ScenarioError, SimulationError};
pub(crate) use fields::{Fields, Ground, Item};
pub use run::{Keep, Simulated, Unused, run};
pub use scenario::Scenario;
pub(crate) use yaml::{Content, read as read_yaml};
