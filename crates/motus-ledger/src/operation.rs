//! The rules of the ledger, one operation per module, over any Store's write transaction.

mod append;
mod close;
mod fenced;
mod lock;
mod register;
mod start;

pub use append::append_event;
pub use close::{CloseRequest, close_run};
pub use fenced::{append_fenced_event, close_fenced_run};
pub use lock::{AcquireRequest, acquire_lock, assert_lock, extend_lock, release_lock};
pub use register::{ensure_kind, register_kind};
pub use start::start_run;

use crate::LedgerError;

/// Refuses a text that is empty or blank, in the published sense of blank.
pub(crate) fn require(field: &'static str, text: &str) -> Result<(), LedgerError> {
    // The published release counts these four separators as white space; Unicode does not.
    let is_blank =
        |character: char| character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}');
    if text.chars().all(is_blank) {
        return Err(LedgerError::FieldRequired { field });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_texts_are_refused() {
        for text in ["", " ", "\t\n", "\u{a0}\u{2003}", "\u{1c}\u{1f}"] {
            assert!(require("source", text).is_err(), "{text:?}");
        }
        assert!(require("source", " x ").is_ok());
    }
}
