//! Projections of what is not there, not one, not readable, or made to fool a reader.

use motus_ledger::operation::CloseRequest;
use motus_ledger::{Digest, Event, NewRun, RunId};
use motus_testkit::TestLedger;
use motus_testkit::sample::{ANY_OBJECT, closing, new_event, new_run};

use crate::support::{Scene, parse};

const PROJECTIONS: [&str; 5] = ["packet", "evidence", "decisions", "route", "handoff"];

/// Makes a Store with one open run that holds an event of each kind with this payload.
fn with_payload(payload: &str) -> (Scene, RunId) {
    let scene = Scene::new();
    let mut ledger = TestLedger::at(&scene.store());
    let run = ledger.start(&new_run("k1")).unwrap().id;
    for kind in ["evidence.a", "decision.a", "route.a", "handoff.a", "note"] {
        ledger.register(kind, ANY_OBJECT).unwrap();
        ledger.append(&new_event(&run, kind, kind, payload)).unwrap();
    }
    (scene, run)
}

#[test]
fn a_run_that_is_not_there_is_told() {
    let scene = Scene::new();
    scene.record();
    for projection in PROJECTIONS {
        let refused = scene.run(&["run", projection, "run_9"]);
        assert_eq!((refused.code, refused.stdout.len()), (Some(1), 0), "{projection}");
        let stderr = refused.stderr_text();
        assert!(stderr.starts_with("error[run.not_found]: run not found: run_9\n"), "{stderr}");
    }
    insta::assert_snapshot!(scene.tell(&["run", "handoff", "latest", "--child", "run_9"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[run.not_found]: run not found: run_9
    hint: see the recorded runs with `motus run list`
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "handoff", "latest", "--child", ""]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.invalid]: a value is required for '--child <RUN>' but none was supplied
    hint: add --help to see what it takes
    "#);
}

#[test]
fn an_ambiguous_prefix_is_told_with_candidates() {
    let scene = Scene::new();
    scene.record();
    scene.record();
    for projection in PROJECTIONS {
        let refused = scene.run(&["run", projection, "run_", "--json"]);
        assert_eq!((refused.code, refused.stdout.len()), (Some(1), 0), "{projection}");
        let document = parse(&refused.stderr);
        assert_eq!(document.get("code").and_then(|code| code.as_str()), Some("run.ambiguous"));
    }
    insta::assert_snapshot!(scene.tell(&["run", "handoff", "latest", "--child", "run_"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[run.ambiguous]: more than one run starts with `run_`
      run_[ID]
      run_[ID]
    hint: give more of the identifier
    "#);
}

#[test]
fn each_help_begins_with_examples() {
    let scene = Scene::new();
    for projection in PROJECTIONS {
        let page = scene.run(&["run", projection, "--help"]).expect_success().stdout_text();
        assert!(page.starts_with(&format!("Examples:\n  motus run {projection} ")), "{page}");
    }
}

#[test]
fn without_a_store_nothing_is_made() {
    let scene = Scene::new();
    for projection in PROJECTIONS {
        let refused = scene.run(&["run", projection, "latest"]);
        assert_eq!(refused.code, Some(1), "{projection}");
        assert!(refused.stderr_text().starts_with("error[store.missing]: "));
    }
    assert!(!scene.path(".motus").exists());
}

#[test]
fn a_payload_that_is_no_json_is_told_where_it_is_spoken_of() {
    let (scene, run) = with_payload("{}");
    let mut ledger = TestLedger::at(&scene.store());
    let sample = ledger.events(&run).swap_remove(0);
    let payload_json = "{\"passed\":".to_owned();
    let damaged = Event {
        seq: 6,
        idempotency_key: "damaged".to_owned(),
        id: Event::derive_id(&run, "damaged").as_str().to_owned(),
        payload_hash: Digest::of(&payload_json).as_str().to_owned(),
        payload_json,
        ..sample
    };
    ledger.write(|transaction| Ok(transaction.insert_event(&damaged)?)).unwrap();
    insta::assert_snapshot!(scene.tell(&["run", "evidence", "latest"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[projection.payload_unreadable]: payload of event 6 is not readable: input ends too early at byte 10
    hint: see `motus doctor`
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "packet", "latest", "--json"]), @r#"
    exit 1
    --- stdout
    --- stderr
    {
      "causes": [],
      "code": "projection.payload_unreadable",
      "error": "payload of event 6 is not readable: input ends too early at byte 10",
      "hint": "see `motus doctor`"
    }
    "#);
    for projection in ["decisions", "route", "handoff"] {
        drop(scene.run(&["run", projection, "latest"]).expect_success());
    }
}

#[test]
fn what_a_terminal_would_obey_is_escaped_in_pages_and_kept_in_json() {
    let name = r"x\u001b[31m\u0007\u202e\u009b\ny";
    let (scene, _) =
        with_payload(&format!(r#"{{"{name}":"{name}","decision":"{name}","l":["{name}"]}}"#));
    let raw = ['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}'];
    for projection in PROJECTIONS {
        let page = scene.run(&["run", projection, "latest"]).expect_success().stdout_text();
        assert!(!page.contains(raw), "{page:?}");
        assert!(page.contains(r"x\u{1b}[31m\u{7}\u{202e}\u{9b}\ny"), "{page}");
        let told = scene.run(&["run", projection, "latest", "--json"]).expect_success();
        assert!(!told.stdout_text().contains(raw));
        let text = motus_json::canonical::store::write(&parse(&told.stdout));
        assert!(text.contains(name), "{text}");
    }
}

#[test]
fn long_texts_are_cut_on_pages_and_identifiers_and_json_never() {
    let long = "é".repeat(100_000);
    let members: Vec<String> = (0..100).map(|number| format!("\"m{number:03}\":1")).collect();
    let payload = format!(r#"{{"decision":"{long}","{long}":["{long}"],{}}}"#, members.join(","));
    let (scene, run) = with_payload(&payload);
    let ids: Vec<String> =
        TestLedger::at(&scene.store()).events(&run).into_iter().map(|event| event.id).collect();
    for (projection, id) in [("evidence", 0), ("decisions", 1), ("route", 2), ("handoff", 3)] {
        let page = scene.run(&["run", projection, "latest"]).expect_success().stdout_text();
        let longest = page.lines().map(|line| line.chars().count()).max();
        assert!(longest < Some(600), "{projection}: {longest:?}");
        assert!(page.len() < 6_000, "{projection}: {}", page.len());
        assert!(page.contains("é… (100000 characters)\n"), "{projection}");
        assert!(page.contains("\n      … and 70 more\n") || projection == "decisions", "{page}");
        assert!(page.contains(&format!("\n      {}\n", ids[id])), "{page}");
        let told = scene.run(&["run", projection, "latest", "--json"]).expect_success();
        assert!(told.stdout_text().contains(&long), "{projection}");
    }
    let page = scene.run(&["run", "show", "latest"]).expect_success().stdout_text();
    assert!(page.lines().all(|line| line.chars().count() < 400), "{page}");
}

#[test]
fn an_intent_or_a_note_of_any_length_leaves_the_page_readable() {
    let scene = Scene::new();
    let long = "i".repeat(1 << 20);
    let asked = NewRun { intent: long.clone(), ..new_run("k1") };
    let mut ledger = TestLedger::at(&scene.store());
    let run = ledger.start(&asked).unwrap().id;
    ledger.close(&CloseRequest { outcome_note: Some(long), ..closing(&run) }).unwrap();
    for projection in ["packet", "evidence", "decisions", "show", "receipt"] {
        let page = scene.run(&["run", projection, "latest"]).expect_success().stdout_text();
        assert!(page.len() < 1500, "{projection}: {}", page.len());
        assert!(page.contains("iii… (1048576 characters)\n"), "{projection}");
        assert!(page.contains(run.as_str()), "{projection}");
    }
}
