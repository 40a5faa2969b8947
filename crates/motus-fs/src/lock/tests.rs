//! One holder at a time, told by name, and a note that outlives it.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use super::*;

const SHORT: Duration = Duration::from_millis(30);
const LONG: Duration = Duration::from_secs(20);

#[test]
fn the_second_is_told_who_is_first_and_gets_it_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::open(folder.path()).unwrap();
    assert!(!FileLock::is_held(&jail, ".lock").unwrap());
    let held = FileLock::acquire(&jail, ".lock", "4711 put", LONG).unwrap();
    assert!(FileLock::is_held(&jail, ".lock").unwrap());
    let error = FileLock::acquire(&jail, ".lock", "4712 mv", SHORT).unwrap_err();
    assert!(matches!(&error, LockError::Held { holder, .. } if holder == "4711 put"), "{error}");
    drop(held);
    assert!(!FileLock::is_held(&jail, ".lock").unwrap());
    FileLock::acquire(&jail, ".lock", "4712 mv", Duration::ZERO).unwrap();
}

#[test]
fn threads_take_turns() {
    let folder = tempfile::tempdir().unwrap();
    let inside = AtomicU32::new(0);
    let work = || {
        let jail = Jail::open(folder.path()).unwrap();
        for _ in 0..50 {
            let held = FileLock::acquire(&jail, ".lock", "somebody", LONG).unwrap();
            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
            thread::yield_now();
            inside.fetch_sub(1, Ordering::SeqCst);
            drop(held);
        }
    };
    thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(work))));
}

#[test]
fn a_lock_file_that_was_removed_locks_nobody_in_or_out() {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::open(folder.path()).unwrap();
    let first = FileLock::acquire(&jail, ".lock", "one", LONG).unwrap();
    let waiting = thread::spawn({
        let jail = Jail::open(folder.path()).unwrap();
        move || FileLock::acquire(&jail, ".lock", "two", LONG).unwrap()
    });
    fs::remove_file(folder.path().join(".lock")).unwrap();
    drop(first);
    let second = waiting.join().unwrap();
    assert!(FileLock::is_held(&jail, ".lock").unwrap(), "the second holds the file of that name");
    drop(second);
}

#[test]
fn a_note_outlives_its_writer_and_the_next_holder() {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::open(folder.path()).unwrap();
    let lock = || FileLock::acquire(&jail, ".lock", "x", LONG).unwrap();
    assert!(lock().note().unwrap().is_empty());
    lock().leave_note(b"a longer note", false).unwrap();
    assert_eq!(lock().note().unwrap(), b"a longer note");
    assert_eq!(FileLock::note_in(&jail, ".lock").unwrap(), b"a longer note");
    lock().leave_note(b"short", true).unwrap();
    assert_eq!(lock().note().unwrap(), b"short");
    lock().clear_note().unwrap();
    assert!(lock().note().unwrap().is_empty());
    assert!(FileLock::note_in(&jail, "absent").unwrap().is_empty());
}

#[test]
fn holders_are_one_short_line() {
    assert_eq!(spell_holder("1 put").len(), HOLDER);
    let hostile = spell_holder(&format!("\u{1b}[2Jä\n{}", "x".repeat(100)));
    assert_eq!(hostile.len(), HOLDER);
    assert_eq!(hostile.iter().filter(|byte| byte.is_ascii_control()).count(), 1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l");
    fs::write(&path, "\u{1b}]52;evil").unwrap();
    assert_eq!(read_holder(&File::open(&path).unwrap()), "another program");
}

#[test]
fn links_pipes_and_directories_are_no_locks() {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::open(folder.path()).unwrap();
    symlink("elsewhere", folder.path().join("link")).unwrap();
    fs::create_dir(folder.path().join("directory")).unwrap();
    let (pipe, mode) = (folder.path().join("pipe"), Mode::RUSR | Mode::WUSR);
    rustix::fs::mknodat(rustix::fs::CWD, pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    for name in ["link", "directory", "pipe"] {
        let refused = FileLock::acquire(&jail, name, "x", LONG).unwrap_err();
        assert!(
            matches!(refused, LockError::Refused(JailError::NotAFile { .. })),
            "{name}: {refused}"
        );
    }
    assert!(!folder.path().join("elsewhere").exists());
}

#[test]
fn the_file_follows_the_umask() {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::open(folder.path()).unwrap();
    drop(FileLock::acquire(&jail, ".lock", "x", LONG).unwrap());
    fs::write(folder.path().join("plain"), "").unwrap();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().mode();
    assert_eq!(mode(".lock"), mode("plain"));
}

#[test]
fn a_file_of_several_names_is_no_lock_and_no_log() {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::open(folder.path()).unwrap();
    let other = folder.path().join("other");
    fs::write(&other, "precious").unwrap();
    fs::hard_link(&other, folder.path().join(".lock")).unwrap();
    let refused = FileLock::acquire(&jail, ".lock", "one", LONG).unwrap_err();
    assert!(refused.to_string().contains("several names"), "{refused}");
    assert!(crate::LogFile::open(&jail, ".lock", true, LONG).is_err());
    assert_eq!(fs::read_to_string(&other).unwrap(), "precious");
}

#[test]
fn a_note_that_nobody_would_read_is_not_left() {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::open(folder.path()).unwrap();
    let lock = FileLock::acquire(&jail, ".lock", "one", LONG).unwrap();
    lock.leave_note(&vec![b'x'; 64 << 10], false).unwrap();
    assert_eq!(lock.note().unwrap().len(), 64 << 10);
    assert!(lock.leave_note(&vec![b'x'; (64 << 10) + 1], false).is_err());
}
