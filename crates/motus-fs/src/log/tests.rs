//! Appending whole, reading from both ends, and taking back.

use std::fs;
use std::os::unix::fs::symlink;
use std::thread;

use super::*;

const WAIT: Duration = Duration::from_secs(20);

fn open(jail: &Jail) -> LogFile {
    LogFile::open(jail, "log", true, WAIT).unwrap().unwrap()
}

fn back(bytes: &[u8], longest: usize) -> Vec<LineBack> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("log"), bytes).unwrap();
    let log = open(&Jail::open(folder.path()).unwrap());
    LinesBack::of(log.file(), longest).unwrap().map(Result::unwrap).collect()
}

#[test]
fn appending_makes_the_log_closes_a_line_and_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::open(folder.path()).unwrap();
    assert!(LogFile::open(&jail, "log", false, WAIT).unwrap().is_none());
    let mut log = open(&jail);
    assert_eq!(log.closing(b"one\n").unwrap(), b"one\n");
    log.append(b"one\ntorn").unwrap();
    let bytes = log.closing(b"two\n").unwrap();
    assert_eq!(bytes, b"\ntwo\n");
    let before = log.length().unwrap();
    log.append(&bytes).unwrap();
    assert_eq!(log.read_at(4, 100).unwrap(), b"torn\ntwo\n");
    log.cut(before).unwrap();
    assert_eq!(fs::read(folder.path().join("log")).unwrap(), b"one\ntorn");
}

#[test]
fn a_log_that_was_moved_away_is_opened_anew() {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::open(folder.path()).unwrap();
    let mut first = open(&jail);
    first.append(b"old\n").unwrap();
    let waiting = thread::spawn({
        let jail = Jail::open(folder.path()).unwrap();
        move || open(&jail).length().unwrap()
    });
    jail.rename("log", "log.1").unwrap();
    drop(first);
    assert_eq!(waiting.join().unwrap(), 0);
    assert_eq!(fs::read(folder.path().join("log.1")).unwrap(), b"old\n");
}

#[test]
fn a_log_that_another_program_holds_is_waited_for_so_long() {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::open(folder.path()).unwrap();
    let held = open(&jail);
    let refused = LogFile::open(&jail, "log", true, Duration::from_millis(20)).unwrap_err();
    assert!(matches!(refused, LockError::Held { .. }), "{refused}");
    drop(held);
    open(&jail);
    symlink("log", folder.path().join("link")).unwrap();
    assert!(LogFile::open(&jail, "link", true, WAIT).is_err());
}

#[test]
fn a_full_device_is_told() {
    let Ok(jail) = Jail::open(std::path::Path::new("/dev")) else {
        return crate::skipped("a_full_device_is_told", "/dev cannot be read here");
    };
    assert!(LogFile::open(&jail, "full", false, WAIT).is_err(), "a device is no log");
}

/// The slow way: splits at once.
fn expected(bytes: &[u8]) -> Vec<(u64, Vec<u8>, bool)> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let closed = line.strip_suffix(b"\n");
        lines.push((start, closed.unwrap_or(line).to_vec(), closed.is_some()));
        start += u64::try_from(line.len()).unwrap();
    }
    lines.reverse();
    lines
}

#[test]
fn lines_come_from_the_end_wherever_the_blocks_end() {
    let block = 8192;
    let long = |length: usize| [vec![b'x'; length], vec![b'\n']].concat();
    let mut cases: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"\n".to_vec(),
        b"\n\n".to_vec(),
        b"a".to_vec(),
        b"a\nb".to_vec(),
        b"a\n\nb\n".to_vec(),
    ];
    for length in [block - 2, block - 1, block, block + 1, 3 * block, 500_000] {
        cases.push(long(length));
        cases.push([b"first\n".to_vec(), long(length), b"last".to_vec()].concat());
        cases.push([long(length), long(length)].concat());
    }
    cases.push((0..5000).flat_map(|number| format!("line {number}\n").into_bytes()).collect());
    for bytes in cases {
        let found = back(&bytes, 1 << 20).into_iter();
        let found: Vec<_> =
            found.map(|line| (line.start, line.bytes.unwrap(), line.is_closed)).collect();
        assert!(found == expected(&bytes), "{} bytes", bytes.len());
    }
}

#[test]
fn a_line_that_is_too_long_is_told_without_its_bytes() {
    let bytes = [b"a\n".to_vec(), vec![b'x'; 100_000], b"\nb\n".to_vec()].concat();
    let lines = back(&bytes, 50_000);
    let told: Vec<_> = lines.into_iter().map(|line| (line.start, line.bytes)).collect();
    assert_eq!(told, [(100_003, Some(b"b".to_vec())), (2, None), (0, Some(b"a".to_vec()))]);
    let lines = back(&vec![b'x'; 100_000], 50_000);
    assert_eq!(lines, [LineBack { start: 0, bytes: None, is_closed: false }]);
}

#[test]
fn nothing_is_read_outside_two_offsets() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    fs::write(&path, b"one\ntwo\nthree\nfour\n").unwrap();
    let file = File::open(&path).unwrap();
    let told = |floor, end| -> Vec<_> {
        let lines = LinesBack::between(&file, floor, end, 100).map(Result::unwrap);
        lines.map(|line| line.bytes.map(|bytes| String::from_utf8(bytes).unwrap())).collect()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(told(0, 14), [some("three"), some("two"), some("one")]);
    assert_eq!(told(2, 14), [some("three"), some("two"), None]);
    assert_eq!(told(6, 12), [some("thre"), None]);
    assert_eq!(told(14, 14), []);
    // A line that never ends costs what lies between.
    File::options().write(true).open(&path).unwrap().set_len(1 << 40).unwrap();
    assert_eq!(told((1 << 40) - 100_000, 1 << 40), [None]);
}

#[test]
fn lines_are_bounded_forward_too() {
    let text = b"one\n\nfour\nfives\nlast";
    let mut lines = Lines::new(&text[..], 4);
    let mut found = Vec::new();
    while let Some(line) = lines.read().unwrap() {
        found.push(match line {
            Line::Closed(bytes) => format!("{} closed", String::from_utf8_lossy(bytes)),
            Line::Open(bytes) => format!("{} open", String::from_utf8_lossy(bytes)),
            Line::TooLong => "too long".to_owned(),
        });
    }
    assert_eq!(found, ["one closed", " closed", "four closed", "too long", "last open"]);
}

#[test]
fn what_was_locked_is_compared_with_what_has_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::open(folder.path()).unwrap();
    let file = open_plain(&jail, "log", OFlags::CREATE).unwrap();
    assert_eq!(lock_opened(&jail, "log", &file, WAIT).unwrap(), Locked::Here);
    let other = open_plain(&jail, "log", OFlags::APPEND).unwrap();
    assert_eq!(lock_opened(&jail, "log", &other, Duration::ZERO).unwrap(), Locked::Held);
    jail.rename("log", "log.1").unwrap();
    assert_eq!(lock_opened(&jail, "log", &file, WAIT).unwrap(), Locked::Moved);
    open(&jail);
    assert_eq!(lock_opened(&jail, "log", &file, WAIT).unwrap(), Locked::Moved);
}
