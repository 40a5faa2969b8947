//! A directory with a store in it, the binary run in it, and reading back what it told.

mod common;
mod refusal;
mod scene;
mod tree;

pub(crate) use common::{JANE, MANIFEST, PERSON, SCHEMAS};
pub(crate) use refusal::Refusal;
pub(crate) use scene::{Scene, TEXTUS, etag, parse, spell};
pub(crate) use tree::Tree;
