//! Whether a rollback journal is one that SQLite undoes a transaction from.

use std::fs::File;
use std::io::{ErrorKind, Read};

use motus_ledger::{StoreError, StoreErrorKind};

use crate::StorePlace;

/// What every journal begins with that is to be played back.
const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// Tells whether a journal of a transaction that was not finished is there.
///
/// Of anything else in its place SQLite undoes nothing. Nobody holds locks on a journal, so that it may be
/// opened beside a connection.
pub(super) fn is_hot(place: &StorePlace) -> Result<bool, StoreError> {
    let journal = place.journal();
    let mut begin = [0; MAGIC.len()];
    match File::open(&journal).and_then(|mut file| file.read_exact(&mut begin)) {
        Ok(()) => Ok(begin == MAGIC),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::UnexpectedEof) => {
            Ok(false)
        }
        Err(error) => {
            let kind = match error.kind() {
                ErrorKind::PermissionDenied => StoreErrorKind::Denied,
                _ => StoreErrorKind::Io,
            };
            let message = format!("the journal cannot be read: {}", journal.display());
            Err(StoreError::new(kind, message).with_source(error))
        }
    }
}
