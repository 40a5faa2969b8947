//! What comes to the place of a copy while it is made.

use super::*;

#[test]
fn a_copy_gets_no_name_beside_a_log_that_came_meanwhile() {
    let directory = tempfile::tempdir().unwrap();
    let target = StorePlace::new(directory.path().join("copy.db"));
    for log in [target.wal(), target.journal()] {
        refuse_target(&target).unwrap();
        let file = NewFile::beside(target.path()).unwrap();
        motus_fs::replace(&log, b"a log").unwrap();
        assert_eq!(publish(file, &target).unwrap_err().code(), "backup.target_log");
        assert!(inspect(target.path()).unwrap().is_none());
        motus_fs::remove(&log).unwrap();
    }
    publish(NewFile::beside(target.path()).unwrap(), &target).unwrap();
    let late = publish(NewFile::beside(target.path()).unwrap(), &target);
    assert_eq!(late.unwrap_err().code(), "backup.target_exists");
}
