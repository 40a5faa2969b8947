//! JSON entries: one object, printed in the layout that files of the protocol's reference have.

mod edit;
mod write;

use motus_json::{Limits, ReadError, ReadErrorKind, ReadOptions, Value};

use super::fault::Fault;
use crate::yaml::MOST_LEVELS;

pub(super) use edit::set;
pub(super) use write::write;

/// Reads a document of at most [`MOST_LEVELS`] levels.
pub(super) fn read(text: &str) -> Result<Value, Fault> {
    let limits = Limits { depth: MOST_LEVELS, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    motus_json::read(text.as_bytes(), &options).map_err(|error| fault(text, error))
}

fn fault(text: &str, error: ReadError) -> Fault {
    let before = text.get(..error.offset()).unwrap_or_default();
    let line = 1 + before.matches('\n').count();
    let message = match error.kind() {
        ReadErrorKind::DuplicateKey => {
            let key = text.get(error.offset()..).and_then(|rest| rest.lines().next());
            let key = key.and_then(edit::leading_string).unwrap_or_default();
            format!("duplicate key '{key}'")
        }
        kind => kind.to_string(),
    };
    Fault { line: Some(line), message }
}
