//! A log on which several threads work is told as one that is looked at line by line.

use motus_bundle::{Directory, Request, verify};
use motus_kernel::policy::Rules;
use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::Report;
use motus_testkit::bundle::{Parts, Shape, shaped};
use motus_testkit::harness::Scratch;

const LOG: &str = "events.jsonl";
const EVENTS: usize = 4000;

/// Returns what is told of a bundle in a directory, and the same bundle in memory.
fn told(bundle: &MemoryBundle) -> [Report; 2] {
    let scratch = Scratch::new();
    for (path, bytes) in &bundle.files {
        scratch.write(path, bytes);
    }
    let source = Directory::open(&scratch.project()).expect("the directory opens");
    let policy = Rules::published_default();
    let request = Request::new(&policy);
    [verify(&source, &request), verify(bundle, &request)]
}

/// Changes lines of a log that is too long for one thread, and compares what is told.
#[track_caller]
fn same(parts: &Parts, change: impl FnOnce(&mut Vec<String>)) -> Report {
    let mut bundle = parts.bundle();
    let log = bundle.files.get_mut(LOG).expect("it has a log");
    let mut lines: Vec<String> =
        String::from_utf8_lossy(log).split_inclusive('\n').map(str::to_owned).collect();
    change(&mut lines);
    *log = lines.concat().into_bytes();
    assert!(log.len() > 2 << 20, "several pieces");
    parts.list(&mut bundle);
    let [found, expected] = told(&bundle);
    assert_eq!(found, expected);
    found
}

#[test]
fn a_long_log_is_told_as_if_one_thread_had_read_it() {
    let parts = shaped(&Shape { records: EVENTS, ..Shape::default() });
    assert!(same(&parts, |_| {}).is_ok());
    let first = |report: &Report| report.failures.first().map(|failure| failure.message.clone());
    for place in [0, 1, 1500, 1545, 3000, EVENTS + 6] {
        let line = place + 1;
        let report = same(&parts, |lines| lines[place] = lines[place].replace("Z\"}", "Z\" }"));
        let message = first(&report).unwrap_or_default();
        assert!(message.starts_with(&format!("line {line}: not canonical at byte")), "{message}");
        let report = same(&parts, |lines| {
            for line in &mut lines[place..] {
                *line = line.replacen("e1111111", "f1111111", 1);
            }
        });
        let message = first(&report).unwrap_or_default();
        assert!(message.starts_with(&format!("line {line}: event_hash is not that")), "{message}");
    }
    let report = same(&parts, |lines| drop(lines.remove(2000)));
    assert_eq!(first(&report).as_deref(), Some("line 2001: seq is 2001, not 2000"));
}

#[test]
fn many_faults_are_told_alike() {
    let parts = shaped(&Shape { records: EVENTS, ..Shape::default() });
    let report = same(&parts, |lines| {
        for line in lines.iter_mut().skip(700).step_by(9) {
            *line = "\n".to_owned();
        }
    });
    assert_eq!(report.failures.len(), 101, "as many as are told");
    same(&parts, |lines| lines.insert(1000, "\n".repeat(1 << 20)));
    same(&parts, |lines| lines.insert(1000, "x".repeat(2 << 20)));
    same(&parts, |lines| {
        lines.pop();
    });
    same(&parts, |lines| lines.push("{".to_owned()));
}
