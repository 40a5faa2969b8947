//! Notes in the lock file that no writer left: none of them changes a file or a row.

use std::fs;

use motus_json::{Object, Value, compact};
use textus_core::audit::Row;

use crate::agreement::require;
use crate::kills::prepared;
use crate::scene::{Scene, delete, etag, put};

/// A row number, a path, and the etags before and after.
type Step<'s> = (u64, &'s str, Option<&'s str>, Option<&'s str>);

/// Leaves a note, has the next writer look at it, and requires that nothing else has changed.
///
/// Returns whether the note was told to be no note of a writer.
#[track_caller]
fn changes_nothing(scene: &Scene, log_length: usize, appended: &str, steps: &[Step<'_>]) -> bool {
    let steps = steps.iter().map(|(seq, path, before, after)| {
        let etag = |text: Option<&str>| text.map(|text| etag(text).as_str().to_owned());
        let mut step = Object::from([("seq", Value::from(*seq)), ("path", Value::from(*path))]);
        step.insert("before", etag(*before));
        step.insert("after", etag(*after));
        Value::Object(step)
    });
    let mut note = Object::new();
    note.insert("log_length", u64::try_from(log_length).unwrap());
    note.insert("appended", appended);
    note.insert("steps", Value::Array(steps.collect()));
    let note = compact::write(&Value::Object(note));
    scene.write(".store.lock", &format!("{}\n{note}\n", " ".repeat(63)));
    let content = || {
        let names = scene.names().into_iter().filter(|name| name != ".store.lock");
        names.map(|name| (name.clone(), scene.text(&name))).collect::<Vec<_>>()
    };
    let before = content();
    let store = scene.store();
    scene.wait_for_lock();
    let is_told = store.has_doubtful_note().unwrap();
    store.settle().unwrap();
    assert!(content() == before, "{appended:?}: {:?}", scene.names());
    scene.wait_for_lock();
    assert!(!store.has_doubtful_note().unwrap());
    assert_eq!(scene.text(".store.lock").unwrap().len(), 64);
    is_told
}

/// Returns the log, and where each of its rows begins.
fn log(scene: &Scene) -> (String, Vec<usize>) {
    let log = scene.text("audit.log").unwrap();
    let mut starts = vec![0];
    starts.extend(log.match_indices('\n').map(|(at, _)| at + 1));
    starts.pop();
    (log, starts)
}

#[test]
fn rows_of_others_are_not_cut() {
    let scene = prepared(false);
    let (text, starts) = log(&scene);
    for start in starts.iter().copied().chain([1, 5, text.len()]) {
        for more in ["x", "", "\n"] {
            let appended = format!("{}{more}", &text[start..]);
            assert!(changes_nothing(&scene, start, &appended, &[]), "{appended}");
        }
    }
    require(&scene, "after forged notes");
}

/// The whole rows of a change that is made are not the torn part of a greater one.
#[test]
fn a_row_that_is_in_place_is_not_cut() {
    let scene = prepared(false);
    let (text, starts) = log(&scene);
    let last = *starts.last().unwrap();
    let row = Row::from_line(&text.as_bytes()[last..]).unwrap();
    let next = Row { seq: row.seq + 1, key: "notes.evil".to_owned(), ..row.clone() };
    let appended = format!("{}{}", &text[last..], next.to_line());
    let steps = [
        (row.seq, "queue/p.md", None, Some("proposed\n")),
        (next.seq, "notes/evil.md", None, Some("proposed\n")),
    ];
    assert!(!changes_nothing(&scene, last, &appended, &steps));
    fs::write(scene.zones().join(format!("notes/.textus-{}.new", next.seq)), "proposed\n").unwrap();
    assert!(!changes_nothing(&scene, last, &appended, &steps));
}

#[test]
fn files_that_the_rows_do_not_tell_are_not_touched() {
    let scene = prepared(false);
    let (text, starts) = log(&scene);
    let last = *starts.last().unwrap();
    scene.write("zones/.textus-9.new", "EVIL\n");
    scene.write("zones/.textus-4.new", "EVIL\n");
    for steps in [
        [(9, "main.md", Some("canon\n"), None)],
        [(9, "main.md", Some("canon\n"), Some("EVIL\n"))],
        [(4, "main.md", Some("canon\n"), Some("EVIL\n"))],
        [(4, "queue/p.md", Some("proposed\n"), None)],
        [(4, "../manifest.yaml", Some(crate::scene::MANIFEST), None)],
        [(4, "notes/../main.md", Some("canon\n"), None)],
    ] {
        for (length, appended) in [
            (0, &text[..1]),
            (0, &*text),
            (0, &text[..starts[1]]),
            (last, &text[last..]),
            (last, &text[last..last + 3]),
            (text.len(), "x"),
        ] {
            let row = Row::from_line(appended.as_bytes());
            if row.is_none_or(|row| row.seq != 4 || steps[0].0 != 4) {
                let is_told = changes_nothing(&scene, length, appended, &steps);
                assert!(is_told, "{length} {appended} {steps:?}");
            }
        }
        let store = scene.store();
        assert!(store.settle().is_ok());
    }
    require_files(&scene);
}

fn require_files(scene: &Scene) {
    assert_eq!(scene.text("zones/main.md").unwrap(), "canon\n");
    assert_eq!(scene.text("zones/queue/p.md").unwrap(), "proposed\n");
    assert!(scene.text("manifest.yaml").unwrap().starts_with("version"));
}

/// An old removal that others went on after is not made again.
#[test]
fn an_old_row_is_not_carried_out_again() {
    let scene = prepared(false);
    let store = scene.store();
    delete(&store, "notes.old").unwrap();
    put(&store, "notes.next", "next\n").unwrap();
    scene.write("zones/notes/old.md", "old\n");
    let (text, starts) = log(&scene);
    let row = &text[starts[4]..starts[5]];
    let steps = [(5, "notes/old.md", Some("old\n"), None)];
    assert!(!changes_nothing(&scene, starts[4], row, &steps));
}

/// The rows of a writer follow the last one of the log.
#[test]
fn a_row_out_of_order_is_no_note() {
    let scene = prepared(false);
    let (text, starts) = log(&scene);
    let last = Row::from_line(&text.as_bytes()[*starts.last().unwrap()..]).unwrap();
    for (seq, is_told) in [(4, true), (5, false), (6, true), (99, true)] {
        let row = Row { seq, key: "notes.evil".to_owned(), ..last.clone() };
        let steps = [(seq, "notes/evil.md", None, Some("proposed\n"))];
        let told = changes_nothing(&scene, text.len(), &row.to_line(), &steps);
        assert_eq!(told, is_told, "{seq}");
    }
}

#[test]
fn a_note_of_thousands_of_steps_costs_nothing() {
    let scene = prepared(false);
    let (text, starts) = log(&scene);
    let steps = vec![(4, "queue/p.md", None, Some("proposed\n")); 2000];
    let torn = &text[*starts.last().unwrap()..][..1];
    for steps in [&steps[..], &steps[..9]] {
        assert!(changes_nothing(&scene, text.len() - torn.len(), torn, steps));
    }
}
