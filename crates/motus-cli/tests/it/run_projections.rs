//! `motus run packet|evidence|decisions|route|handoff`: what a run says, for people and for programs.

use std::path::PathBuf;

use motus_json::Value;
use motus_ledger::Store;
use motus_testkit::TestLedger;
use motus_testkit::contract::StoreFixture;
use motus_testkit::contract::worked::WorkedRun;
use motus_testkit::sample::{ANY_OBJECT, closing, new_event, new_run};

use crate::support::{Scene, parse};

struct OnDisk(PathBuf);

impl StoreFixture for OnDisk {
    fn open(&self) -> Box<dyn Store> {
        TestLedger::at(&self.0).store
    }
}

/// Makes a Store with the published run, which is closed, and a younger one without events.
fn worked() -> Scene {
    let scene = Scene::new();
    WorkedRun::record(&OnDisk(scene.store()));
    scene
}

/// The beginning of the published run's identifier.
const WORKED: &str = "run_00000000000000000001";

#[test]
fn a_packet_is_a_page_for_a_reviewer() {
    insta::assert_snapshot!(worked().tell(&["run", "packet", WORKED]), @r#"
    exit 0
    --- stdout
    Work        run_[ID]
    Lease       none
    Run         run_[ID]
    Intent      Ship é
    Source      demo (p1)
    Directory   /w
    Commit      abc
    Status      closed
    Started     [TIME]
    Ended       [TIME]
    Outcome     failure
    Note        nope
    Receipt     sha256:[HASH]

    Evidence (1)

       1  test
          [TIME], p1
          sha256:[HASH]
          passed  3

    Decisions (1)

       1  go
          pick, [TIME], p1
          sha256:[HASH]

    Route (1)

       4  route.next
          [TIME], p1
          sha256:[HASH]
          to  qa

    Events (5)

       1  [TIME]  note                          {"msg":"h\u00e9llo\n","n":1.5}
       2  [TIME]  evidence.test                 (above)
       3  [TIME]  decision.pick                 (above)
       4  [TIME]  route.next                    (above)
       5  [TIME]  handoff.to                    {"who":"bob"}
    --- stderr
    "#);
}

#[test]
fn a_packet_of_an_open_run_says_so() {
    insta::assert_snapshot!(worked().tell(&["run", "packet", "latest"]), @r#"
    exit 0
    --- stdout
    Work        run_[ID]
    Lease       none
    Run         run_[ID]
    Intent      Ship é
    Source      demo (p1)
    Directory   /w
    Commit      abc
    Status      open
    Started     [TIME]
    Receipt     none

    This run holds no evidence.

    This run holds no decisions.

    This run holds no route events.

    This run holds no events.
    --- stderr
    "#);
}

#[test]
fn evidence_is_a_page_or_json() {
    let scene = worked();
    insta::assert_snapshot!(scene.tell(&["run", "evidence", WORKED]), @r#"
    exit 0
    --- stdout
    Run         run_[ID]
    Intent      Ship é
    Status      closed

    Evidence (1)

       1  test
          [TIME], p1
          sha256:[HASH]
          passed  3
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "evidence", WORKED, "--json"]), @r#"
    exit 0
    --- stdout
    {
      "count": 1,
      "evidence": [
        {
          "evidence_id": "sha256:[HASH]",
          "evidence_type": "test",
          "payload": {
            "passed": 3
          },
          "payload_hash": "sha256:[HASH]",
          "producer_id": "p1",
          "recorded_at": "[TIME]",
          "schema_hash": "sha256:[HASH]"
        }
      ],
      "run_id": "run_[ID]"
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "evidence", "latest"]), @r#"
    exit 0
    --- stdout
    Run         run_[ID]
    Intent      Ship é
    Status      open

    This run holds no evidence.
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "evidence", "latest", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "count": 0,
      "evidence": [],
      "run_id": "run_[ID]"
    }
    --- stderr
    "#);
}

#[test]
fn decisions_are_a_page_or_json() {
    let scene = worked();
    insta::assert_snapshot!(scene.tell(&["run", "decisions", WORKED]), @r#"
    exit 0
    --- stdout
    Run         run_[ID]
    Intent      Ship é
    Status      closed

    Decisions (1)

       1  go
          pick, [TIME], p1
          sha256:[HASH]
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "decisions", WORKED, "--json"]), @r#"
    exit 0
    --- stdout
    {
      "count": 1,
      "decisions": [
        {
          "decision": "go",
          "decision_id": "sha256:[HASH]",
          "decision_type": "pick",
          "payload": {
            "summary": "go"
          },
          "payload_hash": "sha256:[HASH]",
          "producer_id": "p1",
          "recorded_at": "[TIME]",
          "schema_hash": "sha256:[HASH]"
        }
      ],
      "run_id": "run_[ID]"
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "decisions", "latest"]), @r#"
    exit 0
    --- stdout
    Run         run_[ID]
    Intent      Ship é
    Status      open

    This run holds no decisions.
    --- stderr
    "#);
}

#[test]
fn a_route_is_a_page_or_json() {
    let scene = worked();
    insta::assert_snapshot!(scene.tell(&["run", "route", WORKED]), @r#"
    exit 0
    --- stdout
    Run         run_[ID]
    Status      closed
    Outcome     failure

    Route (1)

       4  route.next
          [TIME], p1
          sha256:[HASH]
          to  qa
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "route", WORKED, "--json"]), @r#"
    exit 0
    --- stdout
    {
      "outcome": "failure",
      "route_events": [
        {
          "event_id": "sha256:[HASH]",
          "payload": {
            "to": "qa"
          },
          "payload_hash": "sha256:[HASH]",
          "producer_id": "p1",
          "schema_hash": "sha256:[HASH]",
          "schema_kind": "route.next",
          "seq": 4,
          "ts": "[TIME]"
        }
      ],
      "run_id": "run_[ID]",
      "schema_version": "motus.route_summary.projection.v1",
      "status": "closed"
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "route", "latest"]), @r#"
    exit 0
    --- stdout
    Run         run_[ID]
    Status      open

    This run holds no route events.
    --- stderr
    "#);
}

#[test]
fn a_handoff_is_a_page_or_json() {
    let scene = worked();
    insta::assert_snapshot!(scene.tell(&["run", "handoff", WORKED]), @r#"
    exit 0
    --- stdout
    Parent      run_[ID]
    Child       not named; name it with --child

    Handoff (1)

       5  handoff.to
          [TIME], p1
          sha256:[HASH]
          who  bob
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "handoff", WORKED, "--child", "latest", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "child_run_id": "run_[ID]",
      "handoff_events": [
        {
          "event_id": "sha256:[HASH]",
          "payload": {
            "who": "bob"
          },
          "payload_hash": "sha256:[HASH]",
          "producer_id": "p1",
          "schema_hash": "sha256:[HASH]",
          "schema_kind": "handoff.to",
          "seq": 5,
          "ts": "[TIME]"
        }
      ],
      "parent_run_id": "run_[ID]",
      "schema_version": "motus.handoff.projection.v1"
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "handoff", "latest", "--child", WORKED]), @r#"
    exit 0
    --- stdout
    Parent      run_[ID]
    Child       run_[ID]

    This run holds no handoff events.
    --- stderr
    "#);
}

#[test]
fn a_packet_as_json_is_the_projection_with_sorted_names() {
    let scene = worked();
    let packet = scene.run(&["run", "packet", WORKED, "--json"]).expect_success();
    let packet = parse(&packet.stdout);
    let member = |name: &str| packet.get(name).cloned().unwrap();
    let names: Vec<_> = packet.as_object().unwrap().iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(names.len(), 19);
    assert!(names.is_sorted(), "{names:?}");
    for name in ["evidence", "decisions"] {
        let alone = parse(&scene.run(&["run", name, WORKED, "--json"]).expect_success().stdout);
        assert_eq!(alone.get(name), Some(&member(name)));
        assert_eq!(alone.get("run_id"), Some(&member("run_id")));
    }
    let route = parse(&scene.run(&["run", "route", WORKED, "--json"]).expect_success().stdout);
    assert_eq!(route, member("route_summary"));
    let receipt = parse(&scene.run(&["run", "receipt", WORKED, "--json"]).expect_success().stdout);
    assert_eq!(receipt.get("receipt_id"), Some(&member("receipt_id")));
    assert_eq!(member("events").as_array().map(<[Value]>::len), Some(5));
}

#[test]
fn a_decision_is_told_once_with_what_led_to_it() {
    let scene = Scene::new();
    let mut ledger = TestLedger::at(&scene.store());
    ledger.register("decision.design", ANY_OBJECT).unwrap();
    let run = ledger.start(&new_run("k1")).unwrap().id;
    let payload = r#"{"decision":"Use plain files","rationale":"Use plain files","alternatives_considered":["a database"],"legacy_decision_id":null}"#;
    ledger.append(&new_event(&run, "decision.design", "e1", payload)).unwrap();
    ledger.append(&new_event(&run, "decision.design", "e2", "{}")).unwrap();
    insta::assert_snapshot!(scene.tell(&["run", "decisions", "latest"]), @r#"
    exit 0
    --- stdout
    Run         run_[ID]
    Intent      Ship it
    Status      open

    Decisions (2)

       1  Use plain files
          design, [TIME], p1
          sha256:[HASH]
          alternatives_considered  ["a database"]
          rationale                Use plain files

       2  decision.design
          design, [TIME], p1
          sha256:[HASH]
    --- stderr
    "#);
}

#[test]
fn a_wrapped_command_has_a_packet_without_evidence() {
    let scene = Scene::new();
    scene.record();
    insta::assert_snapshot!(scene.tell(&["run", "packet", "latest"]), @r#"
    exit 0
    --- stdout
    Work        run_[ID]
    Lease       none
    Run         run_[ID]
    Intent      true
    Source      motus-wrap (motus-wrap:[N])
    Directory   [DIR]/project
    Commit      none
    Status      closed
    Started     [TIME]
    Ended       [TIME]
    Outcome     success
    Note        motus wrap exited 0
    Receipt     sha256:[HASH]

    This run holds no evidence.

    This run holds no decisions.

    This run holds no route events.

    Events (4)

       1  [TIME]  adapter.wrap.start            true
       2  [TIME]  adapter.wrap.output_summary   stdout: 0 bytes, 0 lines
       3  [TIME]  adapter.wrap.output_summary   stderr: 0 bytes, 0 lines
       4  [TIME]  adapter.wrap.end              exit code 0 after [DURATION]
    --- stderr
    "#);
}

#[test]
fn a_release_that_the_run_denies_does_not_count() {
    let scene = Scene::new();
    let mut ledger = TestLedger::at(&scene.store());
    ledger.register("work.release", ANY_OBJECT).unwrap();
    let run = ledger.start(&new_run("k1")).unwrap().id;
    ledger.append(&new_event(&run, "work.release", "e1", r#"{"outcome":"failure"}"#)).unwrap();
    ledger.close(&closing(&run)).unwrap();
    let page = scene.run(&["run", "receipt", "latest"]).expect_success().stdout_text();
    assert!(page.contains("\nOutcome: success\n"), "{page}");
    assert!(page.contains("\nAccepted close: no\n"), "{page}");
    let route = scene.run(&["run", "route", "latest"]).expect_success().stdout_text();
    assert!(route.contains("\nOutcome     success\n"), "{route}");
}
