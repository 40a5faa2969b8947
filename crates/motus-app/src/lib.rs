//! Every motus use case: ports in, plain data out.
//!
//! The front doors call these functions and print what they return. Nothing here prints, reads the
//! environment or asks for the time by itself.

pub mod action;
pub mod bundle;
pub mod care;
pub mod doctor;
pub mod effects;
pub mod evidence;
pub mod exit;
pub mod hint;
pub mod locks;
pub mod loops;
pub mod receipts;
pub mod releases;
pub mod runs;
pub mod scope;
pub mod settings;
pub mod simulation;
pub mod strategies;
pub mod travel;
pub mod work;
pub mod workspace;
pub mod wrap;

mod changed;
mod journal;
mod reading;

mod input;

pub use changed::Changed;
pub use input::{document, plain_document};
pub use journal::{EndJournal, NotAJournal};
pub use motus_runtime::survive_file_size_limit;
pub use motus_store::{Notice, StorePlace};
