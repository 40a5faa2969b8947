//! What to do next about an error that a check met: there is always something.

use motus_fs::FileError;
use motus_ledger::{StoreError, StoreErrorKind};

use crate::hint::hint;

/// What to do about a Store that is damaged, and nothing before it.
pub(super) const DAMAGED: &str =
    "copy the Store aside before anything else, then restore it from a backup";

/// Said by checks that need what another one did not find.
pub(super) const SEE_EXISTS: &str = "see to store_exists first";

/// Said by checks that need what another one could not read.
pub(super) const SEE_READABLE: &str = "see to store_readable first";

/// Said where the system's own words have to do.
const AGAIN: &str = "see to what the message says, then run the doctor again";

/// Not every Store that cannot be read is damaged, and only a damaged one is to be replaced.
pub(super) fn on_store(error: &StoreError) -> &'static str {
    match error.kind() {
        StoreErrorKind::Corrupt | StoreErrorKind::RowInvalid => DAMAGED,
        _ => on_code(error.code()),
    }
}

pub(super) fn on_code(code: &str) -> &'static str {
    hint(code).unwrap_or(AGAIN)
}

pub(super) fn on_file(error: &FileError) -> &'static str {
    match error.code() {
        "file.denied" => "check who owns what the message names, and the directory above it",
        "file.disk_full" => "make room on the disk, then run the doctor again",
        _ => AGAIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_damaged_store_is_to_be_replaced() {
        let of = |kind| on_store(&StoreError::new(kind, "x"));
        for kind in [StoreErrorKind::Corrupt, StoreErrorKind::RowInvalid] {
            assert_eq!(of(kind), DAMAGED);
        }
        for kind in [StoreErrorKind::Locked, StoreErrorKind::Denied, StoreErrorKind::Io] {
            assert!(!of(kind).contains("restore"), "{kind:?}");
        }
        assert_eq!(of(StoreErrorKind::Io), AGAIN);
    }
}
