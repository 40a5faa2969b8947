//! A log whose database is gone: SQLite would replay it into whatever comes in its place.

use std::fs;

use motus_store::SqliteStore;

use crate::sandbox::{Sandbox, code, names};

/// Returns a place with the log of a Store, under the given ending, and no database.
fn log_alone(suffix: &str) -> Sandbox {
    let (sandbox, _) = Sandbox::with_run(20);
    let log = fs::read(sandbox.place.wal()).expect("the log can be read");
    fs::remove_dir_all(sandbox.directory()).expect("the directory can be removed");
    sandbox.make_directory();
    let path = format!("{}{suffix}", sandbox.place.path().display());
    fs::write(path, log).expect("the log can be written");
    sandbox
}

#[test]
fn a_log_without_its_database_is_refused_and_kept() {
    for suffix in ["-wal", "-journal"] {
        for database in [None, Some("")] {
            let sandbox = log_alone(suffix);
            if let Some(content) = database {
                fs::write(sandbox.place.path(), content).expect("the file can be written");
            }
            let before = names(sandbox.directory());
            assert_eq!(code(sandbox.open()), "store.orphaned_log", "{suffix} {database:?}");
            let reading = SqliteStore::open_read_only(&sandbox.place);
            assert_eq!(code(reading), "store.orphaned_log", "{suffix} {database:?}");
            assert_eq!(names(sandbox.directory()), before);
        }
    }
}

#[test]
fn an_empty_log_without_a_database_is_nothing_to_lose() {
    for suffix in ["-wal", "-journal"] {
        let sandbox = log_alone(suffix);
        let path = format!("{}{suffix}", sandbox.place.path().display());
        fs::write(path, "").expect("the log can be emptied");
        assert_eq!(code(SqliteStore::open_read_only(&sandbox.place)), "store.missing");
        assert_eq!(code(sandbox.open()), "ok");
        assert_eq!(code(SqliteStore::open_read_only(&sandbox.place)), "ok");
    }
}
