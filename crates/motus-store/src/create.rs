//! Making a Store that was not there, whole or not at all.

use motus_fs::{NewFile, create_private_directory};
use motus_ledger::StoreError;
use rusqlite::Connection;

use crate::StorePlace;
use crate::error::{from_file, from_sqlite};
use crate::schema;

/// Makes the Store, unless another process is faster; its directory becomes private.
///
/// The file is filled under a temporary name, so that a crash leaves no half-made Store.
pub(crate) fn create(place: &StorePlace) -> Result<(), StoreError> {
    match place.state_directory() {
        Some(directory) => create_private_directory(directory).map_err(from_file)?,
        None => require_directory(place)?,
    }
    let file = NewFile::beside(place.path()).map_err(from_file)?;
    let failed = |error| from_sqlite(&error, place.path());
    let mut connection = Connection::open(file.path()).map_err(failed)?;
    schema::complete(&mut connection, place.path())?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).map_err(failed)?;
    connection.close().map_err(|(_, error)| failed(error))?;
    file.publish().map_err(from_file)?;
    Ok(())
}

fn require_directory(place: &StorePlace) -> Result<(), StoreError> {
    match place.path().parent() {
        Some(parent) if !parent.as_os_str().is_empty() => {
            create_private_directory(parent).map_err(from_file)
        }
        _ => Ok(()),
    }
}
