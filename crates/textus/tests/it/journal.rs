//! The log: where numbers come from, what rotation leaves, and how far back one may ask.

use std::fs;
use std::ops::ControlFlow;

use textus_core::Code;

use crate::agreement::{all_rows, require};
use crate::scene::{Scene, put};

fn line(seq: u64) -> String {
    format!(
        "{{\"seq\":{seq},\"ts\":\"2026-01-01T00:00:00Z\",\"role\":\"human\",\"verb\":\"put\",\"key\":\"main\"}}\n"
    )
}

#[track_caller]
fn check_next(files: &[(&str, &str)], expected: u64) {
    let scene = Scene::new();
    for (name, text) in files {
        scene.write(name, text);
    }
    let store = scene.store();
    assert_eq!(store.journal().latest_seq().unwrap() + 1, expected, "{files:?}");
    put(&store, "notes.a", "x").unwrap();
    let log = scene.text("audit.log").unwrap();
    let last = log.lines().last().unwrap();
    assert!(last.starts_with(&format!("{{\"seq\":{expected},")), "{files:?}: {last}");
}

#[test]
fn a_number_is_one_more_than_the_last_one_wherever_that_is() {
    let note = "{\"min_seq\":1,\"max_seq\":7,\"rotated_at\":\"x\"}";
    check_next(&[], 1);
    check_next(&[("audit.log", "")], 1);
    check_next(&[("audit.log", &line(41))], 42);
    check_next(&[("audit.log", &format!("{}garbage\n\n{{}}\n", line(41)))], 42);
    check_next(&[("audit.log", line(41).trim_end())], 42);
    check_next(&[("audit.log", &format!("{}{{\"seq\":99,\"to", line(41)))], 42);
    check_next(&[("audit.log.1.meta.json", note)], 8);
    check_next(&[("audit.log.1", &line(9)), ("audit.log.1.meta.json", note)], 10);
    check_next(&[("audit.log.1", &line(9)), ("audit.log.1.meta.json", "torn")], 10);
    check_next(&[("audit.log.1", &line(9)), ("audit.log", "no row\n")], 10);
    check_next(&[("audit.log.2", &line(9))], 10);
    let merged: String = [1, 2, 3, 4, 3].map(line).concat();
    check_next(&[("audit.log", &merged)], 5);
    check_next(&[("audit.log.1", &merged)], 5);
    check_next(&[("audit.log", &format!("{}{}", line(41), "\n".repeat(1 << 20)))], 42);
    let long = format!("{}{}{}\n", line(1), "x".repeat(300_000), "y".repeat(300_000));
    check_next(&[("audit.log", &long)], 2);
}

#[test]
fn a_number_that_none_can_follow_is_no_number_or_refused() {
    for huge in [u64::MAX, u64::MAX - 1, 1 << 53] {
        check_next(&[("audit.log", &format!("{}{}", line(41), line(huge)))], 42);
        let note = format!("{{\"min_seq\":1,\"max_seq\":{huge},\"rotated_at\":\"x\"}}");
        check_next(&[("audit.log.1.meta.json", &note)], 1);
    }
    let greatest = (1 << 53) - 1;
    check_next(&[("audit.log", &line(greatest - 1))], greatest);
    for name in ["audit.log", "audit.log.1"] {
        let scene = Scene::new();
        scene.write(name, &line(greatest));
        let error = put(&scene.store(), "notes.a", "x").unwrap_err();
        assert_eq!(error.code(), Code::IoError);
        assert!(error.message().contains("9007199254740991"), "{error}");
        assert!(error.next_step().is_some() && scene.text("zones/notes/a.md").is_none());
    }
}

#[test]
fn a_log_that_is_far_too_long_is_refused_at_once() {
    for (bytes, filling) in [(20 << 30, None), ((8 << 20) + 2000, Some('\n')), (9 << 20, Some('x'))]
    {
        let scene = Scene::new();
        let text = filling.map(|c| format!("{}{}", line(1), c.to_string().repeat(bytes)));
        scene.write("audit.log", &text.unwrap_or_else(|| line(1)));
        if filling.is_none() {
            let log = fs::File::options().write(true).open(scene.root().join("audit.log"));
            log.unwrap().set_len(u64::try_from(bytes).unwrap()).unwrap();
        }
        let store = scene.store();
        let refused = [
            put(&store, "notes.a", "x").map(drop),
            store.journal().latest_seq().map(drop),
            store.journal().rows_after(0).map(drop),
        ];
        for error in refused.map(Result::unwrap_err) {
            assert_eq!(error.code(), Code::IoError);
            assert!(error.message().contains("audit.log"), "{error}");
            assert!(error.next_step().is_some(), "{error}");
        }
        assert_eq!(scene.text("zones/notes/a.md"), None);
    }
}

#[test]
fn a_note_that_lies_is_not_believed() {
    let rows: String = (1..=5).map(line).collect();
    let note = |min: u64, max: u64| format!("{{\"min_seq\":{min},\"max_seq\":{max}}}");
    for lie in [note(5000, 6000), note(9, 3), note(1, u64::MAX), note(5, 5), "torn".to_owned()] {
        let scene = Scene::new();
        scene.write("audit.log", &rows);
        scene.write("audit.log.1.meta.json", &lie);
        let store = scene.store();
        let journal = store.journal();
        assert_eq!(journal.min_available().unwrap(), Some(1), "{lie}");
        assert_eq!(journal.rows_after(0).unwrap().len(), 5, "{lie}");
        assert_eq!(journal.doubtful_notes().unwrap(), ["audit.log.1.meta.json"], "{lie}");
        put(&store, "notes.a", "x").unwrap();
        assert_eq!(store.journal().latest_seq().unwrap(), 6, "{lie}");
    }
    let scene = rotated(30);
    assert!(scene.store().journal().doubtful_notes().unwrap().is_empty());
    scene.write("audit.log.2.meta.json", &note(1, 2));
    assert_eq!(scene.store().journal().doubtful_notes().unwrap(), ["audit.log.2.meta.json"]);
}

#[test]
fn rows_of_merged_logs_are_all_told() {
    let scene = Scene::new();
    scene.write("audit.log", &[1, 2, 3, 4, 3].map(line).concat());
    let store = scene.store();
    let after = |cursor| -> Vec<u64> {
        let rows = store.journal().rows_after(cursor).unwrap();
        rows.iter().map(|row| row.seq).collect()
    };
    assert_eq!(after(3), [4]);
    assert_eq!(after(2), [3, 4, 3]);
    assert!(after(4).is_empty());
}

#[test]
fn many_logs_are_not_open_at_once() {
    let scene = Scene::new();
    for number in 1..=1500 {
        scene.write(&format!("audit.log.{number}"), &line(1501 - number));
    }
    scene.write("audit.log", &line(1501));
    let store = scene.store();
    let (mut rows, mut most) = (0, 0);
    let mut count = || {
        rows += 1;
        if rows % 100 == 1 {
            most = most.max(fs::read_dir("/proc/self/fd").map_or(0, Iterator::count));
        }
        ControlFlow::Continue(())
    };
    store.journal().scan(&mut |_| count()).unwrap();
    store.journal().scan_back(&mut |_| count()).unwrap();
    assert_eq!(rows, 3002);
    assert!(most < 1000, "{most} descriptors");
    assert_eq!(store.journal().rows_after(700).unwrap().len(), 801);
}

#[test]
fn an_open_line_is_closed_before_the_next_one() {
    let scene = Scene::new();
    scene.write("audit.log", &format!("{}torn", line(1)));
    put(&scene.store(), "notes.a", "x").unwrap();
    let log = scene.text("audit.log").unwrap();
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[1], "torn");
    assert!(lines[2].starts_with("{\"seq\":2,") && log.ends_with('\n'));
    let mut bad = Vec::new();
    scene
        .store()
        .journal()
        .scan(&mut |scanned| {
            if scanned.row.is_none() {
                bad.push(format!("{}:{}", scanned.file, scanned.line));
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(bad, ["audit.log:2"]);
}

fn rotated(rows: u64) -> Scene {
    let scene = Scene::rotating(600, 3);
    let store = scene.store();
    for number in 0..rows {
        put(&store, "notes.a", &number.to_string()).unwrap();
    }
    scene
}

#[test]
fn rotation_keeps_so_many_logs_with_a_note_beside_each() {
    let scene = rotated(30);
    require(&scene, "after rotation");
    let names = scene.names();
    let logs: Vec<&String> = names.iter().filter(|name| name.starts_with("audit.log.")).collect();
    assert_eq!(
        logs,
        [
            "audit.log.1",
            "audit.log.1.meta.json",
            "audit.log.2",
            "audit.log.2.meta.json",
            "audit.log.3",
            "audit.log.3.meta.json",
        ]
    );
    let rows = all_rows(&scene);
    let first = rows[0].seq;
    assert_eq!(rows.last().unwrap().seq, 30);
    assert_eq!(scene.store().journal().min_available().unwrap(), Some(first));
    let note = scene.text("audit.log.3.meta.json").unwrap();
    assert!(note.starts_with(&format!("{{\"min_seq\":{first},\"max_seq\":")), "{note}");
    assert!(note.ends_with(",\"rotated_at\":\"2026-01-02T03:04:05Z\"}\n"), "{note}");
}

#[test]
fn once_so_many_logs_are_there_they_stay() {
    let scene = Scene::rotating(600, 3);
    let store = scene.store();
    let mut most = 0;
    for number in 0..40 {
        put(&store, "notes.a", &number.to_string()).unwrap();
        let logs = (1..=4).filter(|log| scene.text(&format!("audit.log.{log}")).is_some()).count();
        assert!(logs >= most, "after {number}: {logs} logs, and {most} before");
        most = logs;
    }
    assert_eq!(most, 3);
}

#[test]
fn keeping_fewer_logs_forgets_the_others_with_their_notes() {
    let scene = rotated(30);
    let manifest = scene.text("manifest.yaml").unwrap().replace("keep: 3", "keep: 1");
    scene.write("manifest.yaml", &manifest);
    let store = scene.store();
    for number in 30..34 {
        put(&store, "notes.a", &number.to_string()).unwrap();
    }
    let names = scene.names();
    let logs: Vec<&String> = names.iter().filter(|name| name.starts_with("audit.log.")).collect();
    assert_eq!(logs, ["audit.log.1", "audit.log.1.meta.json"]);
    assert_eq!(store.journal().min_available().unwrap(), Some(all_rows(&scene)[0].seq));
}

#[test]
fn rows_after_a_cursor_are_found_until_they_are_gone() {
    let scene = rotated(29);
    let journal = scene.store();
    let journal = journal.journal();
    let first = journal.min_available().unwrap().unwrap();
    assert!(first > 2);
    for cursor in first - 1..=31 {
        let rows = journal.rows_after(cursor).unwrap();
        let seqs: Vec<u64> = rows.iter().map(|row| row.seq).collect();
        assert_eq!(seqs, (cursor + 1..=29).collect::<Vec<_>>(), "{cursor}");
    }
    let error = journal.rows_after(first - 2).unwrap_err();
    assert_eq!(error.code(), Code::CursorExpired);
    assert_eq!(error.details().get("min_available").unwrap().as_u64(), Some(first));
}

#[test]
fn a_lost_note_is_read_from_its_log_and_a_lone_note_counts() {
    let scene = rotated(29);
    let store = scene.store();
    let first = store.journal().min_available().unwrap();
    for number in 1..=3 {
        fs::remove_file(scene.root().join(format!("audit.log.{number}.meta.json"))).unwrap();
    }
    assert_eq!(store.journal().min_available().unwrap(), first);
    assert_eq!(store.journal().latest_seq().unwrap(), 29);
    scene.write("audit.log.4.meta.json", "{\"min_seq\":1,\"max_seq\":2}");
    assert_eq!(store.journal().min_available().unwrap(), Some(1));
}

/// Whatever step a rotation was killed at, the next one goes on there.
#[test]
fn a_gap_is_filled_and_what_is_too_much_is_dropped() {
    for gap in 1..=4 {
        let scene = rotated(30);
        let before: Vec<u64> = all_rows(&scene).iter().map(|row| row.seq).collect();
        if gap <= 3 {
            // Moves every log from the gap on by one, as a rotation does before it is killed.
            for number in (gap..=3).rev() {
                for suffix in [".meta.json", ""] {
                    let name =
                        |number: u64| scene.root().join(format!("audit.log.{number}{suffix}"));
                    fs::rename(name(number), name(number + 1)).unwrap();
                }
            }
        }
        let store = scene.store();
        assert_eq!(store.journal().latest_seq().unwrap(), 30, "{gap}");
        let rows: Vec<u64> = all_rows(&scene).iter().map(|row| row.seq).collect();
        assert_eq!(rows, before, "{gap}");
        for number in 30..60 {
            put(&store, "notes.a", &number.to_string()).unwrap();
        }
        require(&scene, "after the gap");
        assert_eq!(store.journal().latest_seq().unwrap(), 60);
        assert_eq!(scene.text("audit.log.4"), None, "{gap}");
    }
}

#[test]
fn a_long_log_costs_a_put_nothing() {
    let scene = Scene::with_manifest(&format!(
        "{}audit: {{max_size: 100000000}}\n",
        crate::scene::MANIFEST
    ));
    let log: String = (1..=60_000).map(line).collect();
    scene.write("audit.log", &log);
    put(&scene.store(), "notes.a", "x").unwrap();
    assert_eq!(scene.store().journal().latest_seq().unwrap(), 60_001);
    assert_eq!(scene.store().journal().rows_after(60_000).unwrap().len(), 1);
}
