//! Processes that append to one Store at the same time, or are killed while they do.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use motus_ledger::integrity::EventCheck;
use motus_ledger::{Run, RunId};
use motus_store::{SqliteStore, StorePlace};
use motus_testkit::TestLedger;
use motus_testkit::harness::{Captured, Reference, Scratch, capture, skip};
use motus_testkit::sample::new_run;

fn place(scratch: &Scratch) -> StorePlace {
    StorePlace::new(scratch.project().join(".motus/kernel-store.db"))
}

fn open(place: &StorePlace) -> TestLedger {
    TestLedger::new(Box::new(SqliteStore::open(place, true).expect("the Store opens").store))
}

fn started(place: &StorePlace) -> Run {
    open(place).start(&new_run("k1")).expect("the run starts")
}

fn appender(scratch: &Scratch, run: &RunId, producer: &str, count: u32) -> Command {
    let mut command = scratch.command(env!("CARGO_BIN_EXE_motus-testkit-appender"));
    command
        .arg(place(scratch).path())
        .args([run.as_str(), producer, &count.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn acknowledged(captured: &Captured) -> Vec<u64> {
    captured.stdout_text().lines().map(|line| line.parse().expect("a number")).collect()
}

fn wait(child: Child) -> Captured {
    child.wait_with_output().expect("a child can be waited for").into()
}

/// Checks every digest and number of the run and returns how many events it has.
fn verified(place: &StorePlace, run: &RunId) -> u64 {
    let mut check = EventCheck::new();
    let events = open(place).events(run);
    for event in &events {
        assert_eq!(check.check(event), None);
    }
    let store = SqliteStore::open_read_only(place).expect("the Store opens");
    let health = store.health().expect("the Store can be examined");
    assert!(health.integrity.is_empty() && health.dangling.is_empty(), "{health:?}");
    events.len() as u64
}

#[test]
fn many_writers_leave_no_gap_and_are_never_refused() {
    const WRITERS: u64 = 8;
    const EACH: u32 = 200;
    let scratch = Scratch::new();
    let place = place(&scratch);
    let run = started(&place);
    let children: Vec<Child> = (0..WRITERS)
        .map(|number| appender(&scratch, &run.id, &format!("writer-{number}"), EACH).spawn())
        .map(|child| child.expect("the appender starts"))
        .collect();
    let mut seqs = BTreeSet::new();
    for child in children {
        let captured = wait(child).expect_success();
        let acknowledged = acknowledged(&captured);
        assert_eq!(acknowledged.len(), EACH as usize);
        assert!(acknowledged.is_sorted());
        seqs.extend(acknowledged);
    }
    let total = WRITERS * u64::from(EACH);
    assert_eq!(seqs, (1..=total).collect());
    assert_eq!(verified(&place, &run.id), total);
}

#[test]
fn a_killed_writer_loses_nothing_it_acknowledged() {
    let scratch = Scratch::new();
    let place = place(&scratch);
    let run = started(&place);
    let mut committed = 0;
    for round in 0..8 {
        let mut child = appender(&scratch, &run.id, &format!("round-{round}"), 100_000)
            .spawn()
            .expect("the appender starts");
        let pipe = child.stdout.take().expect("the output is piped");
        let mut lines = BufReader::new(pipe).lines();
        let wanted = 1 + round * 7;
        for _ in 0..wanted {
            let line = lines.next().expect("a line").expect("a readable line");
            committed = line.parse::<u64>().expect("a number");
        }
        child.kill().expect("the child can be killed");
        committed = lines
            .map_while(Result::ok)
            .filter_map(|line| line.parse().ok())
            .max()
            .unwrap_or(committed);
        child.wait().expect("a child can be waited for");
        let kept = verified(&place, &run.id);
        // At most the one event whose number was on its way to us may have come on top.
        assert!(
            (committed..=committed + 1).contains(&kept),
            "{committed} acknowledged, {kept} kept"
        );
        committed = kept;
    }
    let captured = capture(&mut appender(&scratch, &run.id, "last", 1)).expect_success();
    assert_eq!(acknowledged(&captured), [committed + 1]);
}

#[test]
fn processes_that_make_the_store_at_once_all_succeed() {
    for _ in 0..4 {
        let scratch = Scratch::new();
        let children: Vec<Child> = (0..4)
            .map(|number| {
                appender(&scratch, &RunId::from("run_x"), &format!("p{number}"), 0).spawn()
            })
            .map(|child| child.expect("the appender starts"))
            .collect();
        for child in children {
            assert_eq!(wait(child).expect_success().stderr_text(), "");
        }
        let directory = place(&scratch).path().parent().expect("a directory").to_owned();
        let names: BTreeSet<String> = std::fs::read_dir(directory)
            .expect("the directory can be read")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        let expected =
            [".gitignore", "kernel-store.db", "kernel-store.db-shm", "kernel-store.db-wal"];
        assert!(names.iter().all(|name| expected.contains(&name.as_str())), "{names:?}");
        let store = SqliteStore::open_read_only(&place(&scratch)).expect("the Store opens");
        assert!(store.health().expect("health").missing_tables.is_empty());
    }
}

#[test]
fn an_appender_says_what_went_wrong() {
    let scratch = Scratch::new();
    let captured = capture(&mut appender(&scratch, &RunId::from("run_x"), "p", 1));
    assert_eq!(
        captured.snapshot(&scratch.mask()),
        "exit 1\n--- stdout\n--- stderr\nerror: run not found: run_x\n"
    );
}

/// Appends some events with a break after each, so that each has to wait for a turn of its own.
const PUBLISHED: &str = "\
import sys, time
from motus.kernel.store import Store
store = Store(sys.argv[1])
for number in range(8):
    store.log_event(run_id=sys.argv[2], schema_kind='note', payload={},
                    idempotency_key=f'published:{number}', producer_id='published')
    time.sleep(0.1)
";

#[test]
fn writers_that_leave_no_gap_starve_no_published_one() {
    const NAME: &str = "writers_that_leave_no_gap_starve_no_published_one";
    let reference = match Reference::find() {
        Ok(reference) => reference,
        Err(why) => return skip(NAME, &why),
    };
    let scratch = Scratch::new();
    let place = place(&scratch);
    let run = started(&place);
    let _ = capture(&mut appender(&scratch, &run.id, "first", 1)).expect_success();
    let mut children: Vec<Child> = (0..3)
        .map(|number| {
            let mut command = appender(&scratch, &run.id, &format!("writer-{number}"), u32::MAX);
            command.stdout(Stdio::null()).spawn()
        })
        .map(|child| child.expect("the appender starts"))
        .collect();
    let mut published = scratch.command(reference.python());
    published.args(["-c", PUBLISHED]).arg(place.path()).arg(run.id.as_str());
    let captured = capture(&mut published);
    for child in &mut children {
        child.kill().expect("the child can be killed");
        child.wait().expect("a child can be waited for");
    }
    let _ = captured.expect_success();
    let events = open(&place).events(&run.id);
    let theirs = events.iter().filter(|event| event.producer_id == "published");
    assert_eq!(theirs.count(), 8);
}
