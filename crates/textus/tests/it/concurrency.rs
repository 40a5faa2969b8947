//! Many writers at once: of those that saw the same file one wins, and none is lost.

use std::collections::BTreeSet;
use std::thread;

use motus_testkit::harness::capture;
use textus::Store;
use textus_core::{Code, Error, Etag};

use crate::agreement::{all_rows, require};
use crate::scene::{Scene, etag, path, put, record};

const ROUNDS: usize = 200;

/// Puts over what was seen, and only over that.
fn put_over(store: &Store, seen: Option<&Etag>, text: &str) -> Result<Etag, Error> {
    store.write("put", |open| {
        if open.read(&path("notes.a"))?.map(|file| &file.etag) != seen {
            return Err(Error::new(Code::EtagMismatch, "somebody was faster"));
        }
        open.put(&path("notes.a"), text.into(), record("put", "notes.a"))
    })
}

#[test]
fn of_two_writers_with_one_etag_exactly_one_wins() {
    let scene = Scene::new();
    let mut seen: Option<Etag> = None;
    for round in 0..ROUNDS {
        let outcomes = thread::scope(|scope| {
            let attempt = |text: String| {
                let (scene, seen) = (&scene, seen.as_ref());
                scope.spawn(move || put_over(&scene.store(), seen, &text))
            };
            let attempts = ["one", "two"].map(|name| attempt(format!("{name} {round}\n")));
            attempts.map(|attempt| attempt.join().unwrap())
        });
        let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 1), "round {round}");
        assert_eq!(lost[0].as_ref().unwrap_err().code(), Code::EtagMismatch, "round {round}");
        seen = won.into_iter().next().unwrap().ok();
        let text = scene.text("zones/notes/a.md").unwrap();
        assert_eq!(Some(etag(&text)), seen, "round {round}");
    }
    assert_eq!(all_rows(&scene).len(), ROUNDS);
    require(&scene, "after all rounds");
}

#[test]
fn processes_that_count_by_compare_and_swap_lose_nothing() {
    let scene = Scene::rotating(20_000, 100);
    let (processes, rounds) = (4, 40);
    let rounds_text = rounds.to_string();
    thread::scope(|scope| {
        for _ in 0..processes {
            scope.spawn(|| {
                let ended = capture(&mut scene.writer(&["count", "notes.a", &rounds_text]));
                assert_eq!(ended.stdout_text(), "ok\n", "{}", ended.stderr_text());
            });
        }
    });
    assert_eq!(scene.text("zones/notes/a.md").unwrap(), format!("{}\n", processes * rounds));
    let rows = all_rows(&scene);
    assert_eq!(rows.len(), processes * rounds);
    let writers: BTreeSet<_> =
        rows.iter().map(|row| row.correlation_id().map(str::to_owned)).collect();
    assert_eq!(writers.len(), processes);
    require(&scene, "after all counting");
}

#[test]
fn a_reader_sees_one_file_or_the_other() {
    let scene = Scene::new();
    let texts = ["a", "b"].map(|letter| letter.repeat(300_000));
    put(&scene.store(), "notes.a", &texts[0]).unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let store = scene.store();
            for round in 0..40 {
                put(&store, "notes.a", &texts[round % 2]).unwrap();
            }
        });
        let store = scene.store();
        while !writer.is_finished() {
            let file = store.read_path("notes/a.md").unwrap().unwrap();
            assert!(texts.iter().any(|text| text.as_bytes() == file.bytes), "a torn file");
        }
    });
}

#[test]
fn a_reader_of_the_log_sees_every_row_while_it_is_rotated() {
    let scene = Scene::rotating(2_000, 1000);
    put(&scene.store(), "notes.a", "0\n").unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let store = scene.store();
            for round in 0..150 {
                put(&store, "notes.a", &format!("{round}\n")).unwrap();
            }
        });
        let store = scene.store();
        while !writer.is_finished() {
            let latest = store.journal().latest_seq().unwrap();
            let seqs: Vec<u64> =
                store.journal().rows_after(0).unwrap().iter().map(|row| row.seq).collect();
            let last = *seqs.last().unwrap();
            assert!(last >= latest, "{last} < {latest}");
            assert!(seqs.iter().copied().eq(1..=last), "{seqs:?}");
        }
    });
    assert_eq!(all_rows(&scene).len(), 151);
}
