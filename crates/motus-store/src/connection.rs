//! A connection with the settings that the Store's promises rest on.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, MAIN_DB, OpenFlags, ffi};

use crate::{bound, statement, turns};

/// The largest value of a row that is read or written, in bytes.
const LARGEST_VALUE: i32 = 64 * 1024 * 1024;

/// Opens an existing database for reading and writing; nothing of it is changed yet.
pub(crate) fn open_writable(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    harden(&connection)?;
    // SQLite falls back to reading when it may not write, and would say so only at a first write.
    if connection.is_readonly(MAIN_DB)? {
        return Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_READONLY), None));
    }
    connection.busy_handler(Some(turns::wait))?;
    bound::install(&mut connection)?;
    // Leaving the log in place makes a short command two syncs instead of five.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
}

/// Distrusts the file: what its schema computes may have no effects, and no value may fill the memory.
///
/// A statement has one plan, whatever is asked with it; otherwise SQLite would plan some of them again for
/// every question, which takes as long as all the rest of an append.
pub(crate) fn harden(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LARGEST_VALUE)?;
    Ok(())
}

/// Gives the database and the connection the settings of a Store.
pub(crate) fn prepare_writing(connection: &Connection) -> rusqlite::Result<()> {
    let mode: String = connection.query_row(statement::JOURNAL_MODE, [], |row| row.get(0))?;
    if mode != "wal" {
        connection.query_row(statement::JOURNAL_MODE_WAL, [], |_| Ok(()))?;
    }
    connection.execute_batch(statement::CONNECTION)?;
    // From a first read of a log on, nobody else takes it away.
    first_read(connection)
}

/// Opens an existing database for reading, by a `file:` address with the given parameters.
pub(crate) fn open_read_only(path: &Path, parameters: &str) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let mut connection = Connection::open_with_flags(address(path, parameters), flags)?;
    harden(&connection)?;
    connection.busy_handler(Some(turns::wait))?;
    first_read(&connection)?;
    Ok(connection)
}

/// Undoes what a killed writer left half done, as SQLite does at a first read.
pub(crate) fn roll_back(path: &Path) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    harden(&connection)?;
    first_read(&connection)
}

fn first_read(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row(statement::FIRST_READ, [], |_| Ok(()))
}

/// Spells a path as a `file:` address; every byte outside a safe set is percent-quoted.
fn address(path: &Path, parameters: &str) -> String {
    use std::fmt::Write as _;
    use std::os::unix::ffi::OsStrExt;

    // Without the empty authority, a path that begins with two slashes would name a machine.
    let mut address = String::from(if path.is_absolute() { "file://" } else { "file:" });
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                address.push(char::from(*byte));
            }
            _ => {
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    address.push_str(parameters);
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_quote_what_an_address_gives_meaning() {
        assert_eq!(
            address(Path::new("/a b/?#%é.db"), "?mode=ro"),
            "file:///a%20b/%3F%23%25%C3%A9.db?mode=ro"
        );
        assert_eq!(address(Path::new("//a/b"), ""), "file:////a/b");
        assert_eq!(address(Path::new("a/b"), ""), "file:a/b");
    }

    #[test]
    fn no_connection_trusts_its_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.db");
        Connection::open(&path).unwrap().execute_batch("VACUUM").unwrap();
        let reading = open_read_only(&path, "?mode=ro").unwrap();
        for connection in [open_writable(&path).unwrap(), reading] {
            assert!(connection.db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE).unwrap());
            assert!(!connection.db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA).unwrap());
            assert_eq!(connection.limit(Limit::SQLITE_LIMIT_LENGTH).unwrap(), LARGEST_VALUE);
        }
    }
}
