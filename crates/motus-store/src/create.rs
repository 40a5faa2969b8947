//! Making a Store that was not there, whole or not at all.

use motus_fs::{NewFile, create_private_path};
use motus_ledger::StoreError;
use rusqlite::Connection;

use crate::error::{from_file, from_sqlite};
use crate::ignore::ignore_recorded;
use crate::{StorePlace, connection, schema, statement};

/// Makes the Store, unless another process is faster; a directory made for it is private.
///
/// The file is filled under a temporary name, so that a crash leaves no half-made Store.
pub(crate) fn create(place: &StorePlace) -> Result<(), StoreError> {
    place.refuse_too_long_to_create()?;
    create_directory(place)?;
    let file = NewFile::beside(place.path()).map_err(from_file)?;
    let failed = |error| from_sqlite(&error, place.path());
    let mut connection = Connection::open(file.path()).map_err(failed)?;
    connection::harden(&connection).map_err(failed)?;
    schema::complete(&mut connection, place.path())?;
    connection.query_row(statement::JOURNAL_MODE_WAL, [], |_| Ok(())).map_err(failed)?;
    connection.close().map_err(|(_, error)| failed(error))?;
    // A log that was left there meanwhile would be taken for this file's own.
    place.check()?;
    file.publish().map_err(from_file)?;
    Ok(())
}

/// Makes the directory of the Store when it is missing, with those above it.
fn create_directory(place: &StorePlace) -> Result<(), StoreError> {
    let Some(directory) = place.path().parent().filter(|path| !path.as_os_str().is_empty()) else {
        return Ok(());
    };
    create_private_path(directory).map_err(from_file)?;
    if place.state_directory().is_some() {
        // Recorded work is not committed by accident, also where a clone brought nothing but settings: what git
        // knows of already it goes on seeing. Without this file it is only less convenient.
        let _ = ignore_recorded(directory);
    }
    Ok(())
}
