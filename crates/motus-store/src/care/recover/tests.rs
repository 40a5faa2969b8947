//! A log that somebody wrote between the two looks at it.

use super::*;

#[test]
fn a_log_that_changed_since_it_was_looked_at_is_somebodys() {
    let directory = tempfile::tempdir().unwrap();
    let place = StorePlace::new(directory.path().join("store.db"));
    let write = || {
        let store = SqliteStore::open(&place, true).unwrap().store;
        let writing = "CREATE TABLE IF NOT EXISTS extra (x); INSERT INTO extra VALUES (1)";
        store.connection.execute_batch(writing).unwrap();
    };
    write();
    let before = log::state(&place).unwrap();
    assert!(before.is_some());
    drop(open_alone(&place, before.as_ref()).unwrap());
    write();
    let refused = open_alone(&place, before.as_ref()).unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::InUse);
    assert_eq!(open_alone(&place, None).unwrap_err().kind(), StoreErrorKind::InUse);
}
