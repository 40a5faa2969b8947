//! `motus receipt`: documents of runs that travel, and the verdicts on them.

use std::fs;

use motus_json::Value;
use motus_testkit::harness::{capture, capture_with_input};

use crate::support::{Scene, error_code, parse, succeed};
use crate::work::{handed, text};

const FORMATS: [&str; 4] = ["projection", "envelope", "store-export", "manifest"];

/// Writes every document of a run into files named after their format.
#[track_caller]
fn documents(scene: &Scene, run: &str) -> Vec<Vec<u8>> {
    let documents = FORMATS.map(|format| {
        let told = scene.run(&["receipt", run, "--format", format]).expect_success();
        scene.scratch.write(&format!("{format}.json"), &told.stdout);
        told.stdout
    });
    documents.to_vec()
}

#[test]
fn every_format_of_handed_work_is_valid_under_every_rule() {
    let scene = Scene::new();
    let handed = handed(&scene);
    let told = documents(&scene, &handed.run);
    let of_run = scene.run(&["run", "receipt", &handed.run, "--json"]).stdout;
    assert_eq!(parse(&told[0]), parse(&of_run));
    let envelope = parse(&told[1]);
    assert_eq!(text(envelope.get("acceptance").unwrap(), "status"), "pending");
    assert_eq!(text(envelope.get("acceptance").unwrap().get("actor").unwrap(), "id"), "owner");
    assert!(!told[2].ends_with(b"\n"), "an export ends where its digest ends");
    let files = ["envelope.json", "store-export.json", "manifest.json"];
    insta::assert_snapshot!(scene.tell(&[&["receipt", "verify", "--strict"][..], &files].concat()), @r#"
    exit 0
    --- stdout
    valid    envelope.json  work-receipt-envelope  sha256:[HASH]
    valid    store-export.json  store-export  sha256:[HASH]
    valid    manifest.json  projection-manifest  sha256:[HASH]
    --- stderr
    "#);
    succeed(scene.run(&["receipt", "verify", "--reference", "envelope.json"]));
    succeed(scene.run(&["work", "accept", &handed.run, "--as", "human:owner"]));
    let envelope = parse(&documents(&scene, "latest")[1]);
    assert_eq!(text(envelope.get("actor").unwrap(), "id"), "owner");
    succeed(scene.run(&[&["receipt", "verify", "--strict"][..], &files].concat()));
}

#[test]
fn the_bytes_are_the_same_wherever_the_store_lies_and_whoever_asks() {
    let scene = Scene::new();
    let handed = handed(&scene);
    let here = documents(&scene, &handed.run);
    succeed(scene.run(&["db", "vacuum"]));
    let moved = scene.scratch.path().join("elsewhere.db");
    fs::copy(scene.store(), &moved).unwrap();
    let moved = moved.to_string_lossy().into_owned();
    for (format, document) in FORMATS.iter().zip(&here) {
        let words = ["receipt", &handed.lease[..0], "--format", format, "--db", &moved];
        let words: Vec<&str> =
            words.map(|word| if word.is_empty() { &*handed.run } else { word }).into();
        let mut command = scene.motus(&words);
        command.env("HOME", "/nowhere").env("MC_AGENT_ID", "other").env("TZ", "Asia/Tokyo");
        let told = capture(command.current_dir(scene.scratch.path())).expect_success();
        assert_eq!(told.stdout, *document, "{format}");
    }
}

#[test]
fn nothing_of_this_machine_is_in_what_travels() {
    let scene = Scene::new();
    let canary = "/home/canary/secret";
    let intent = format!("see {canary} with password=canaryhunter");
    let claim = crate::work::claim(&scene, &["T1", "--intent", &intent, "-r", canary]);
    let lease = claim.lease.as_str();
    for words in [
        &["work", "evidence", lease, "log", "--diff", &intent, "--log", &intent][..],
        &["work", "decision", lease, &intent, "-r", &intent],
        &["work", "outcome", lease, "file", "-p", canary, "-d", &intent],
        &["work", "release", lease, "success"],
    ] {
        succeed(scene.run(words));
    }
    let root = scene.scratch.path().to_string_lossy().into_owned();
    for document in &documents(&scene, &claim.run)[1..] {
        let document = String::from_utf8(document.clone()).unwrap();
        for gone in ["canary", &root, "home"] {
            assert!(!document.contains(gone), "{gone} in {document}");
        }
    }
    succeed(scene.run(&["receipt", "verify", "--strict", "envelope.json", "store-export.json"]));
}

#[test]
fn who_did_the_work_is_said_by_who_knows() {
    let scene = Scene::new();
    scene.record();
    let named = ["--format", "envelope", "--actor-type", "human", "--actor-id", "ann"];
    let told = scene.run(&[&["receipt", "latest"][..], &named].concat()).expect_success();
    let actor = parse(&told.stdout).get("actor").cloned().unwrap();
    assert_eq!((text(&actor, "type"), text(&actor, "id")), ("human".to_owned(), "ann".to_owned()));
    for (words, code) in [
        (&["receipt", "latest", "--actor-type", "human"][..], "usage.invalid"),
        (&["receipt", "latest", "--format", "xml"], "usage.invalid"),
        (&["receipt"], "usage.invalid"),
        (&["receipt", "schema", "unknown"], "usage.invalid"),
        (&["receipt", "verify"], "usage.invalid"),
        (&["receipt", "verify", "--strict", "--reference", "x"], "usage.invalid"),
        (&["receipt", "verify", "missing.json"], "input.unreadable"),
        (
            &[
                "receipt",
                "latest",
                "--format",
                "envelope",
                "--actor-type",
                "robot",
                "--actor-id",
                "x",
            ],
            "receipt.actor_invalid",
        ),
        (
            &[
                "receipt",
                "latest",
                "--format",
                "envelope",
                "--actor-type",
                "human",
                "--actor-id",
                "/x/y",
            ],
            "receipt.actor_invalid",
        ),
    ] {
        let refused = scene.run(words);
        assert_eq!(refused.code, Some(2), "{words:?}");
        assert!(refused.stderr_text().contains(&format!("error[{code}]")), "{words:?}");
    }
}

#[test]
fn an_open_run_has_no_receipt() {
    let scene = Scene::new();
    let claim = crate::work::claim(&scene, &["T1"]);
    for format in FORMATS {
        let refused = scene.run(&["receipt", &claim.run, "--format", format, "--json"]);
        assert_eq!((refused.code, refused.stdout.len()), (Some(1), 0), "{format}");
        assert_eq!(error_code(&refused), "projection.run_open", "{format}");
    }
    let unknown = scene.run(&["receipt", "run_9", "--json"]);
    assert_eq!((unknown.code, error_code(&unknown)), (Some(1), "run.not_found".to_owned()));
}

#[test]
fn what_was_changed_is_told_with_every_fault() {
    let scene = Scene::new();
    let handed = handed(&scene);
    let envelope = String::from_utf8(documents(&scene, &handed.run)[1].clone()).unwrap();
    scene.scratch.write("forged.json", envelope.replace("\"owner\"", "\"other\""));
    scene.scratch.write("robot.json", envelope.replace("\"human\"", "\"robot\""));
    scene.scratch.write("cut.json", "{\"schema_version\":");
    let files = ["forged.json", "robot.json", "cut.json", "envelope.json"];
    let words = [&["receipt", "verify"][..], &files].concat();
    insta::assert_snapshot!(scene.tell(&words), @r#"
    exit 1
    --- stdout
    invalid  forged.json  work-receipt-envelope  failed: seal
      error  <root>: receipt_id mismatch: expected sha256:[HASH], got sha256:[HASH]
    invalid  robot.json  work-receipt-envelope  failed: shape
      error  acceptance.actor.type: 'robot' is not one of ['human', 'agent', 'service', 'ci', 'tool']
      error  route_summary.next_actor.type: 'robot' is not one of ['human', 'agent', 'service', 'ci', 'tool']
      error  handoff.receiver.type: 'robot' is not one of ['human', 'agent', 'service', 'ci', 'tool']
    invalid  cut.json  failed: reading
      error  <root>: input ends too early at byte 18
    valid    envelope.json  work-receipt-envelope  sha256:[HASH]
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["receipt", "verify", "--json", "forged.json"]), @r#"
    exit 1
    --- stdout
    {
      "valid": false,
      "receipts": [
        {
          "path": "forged.json",
          "receipt_id": null,
          "sha256": null,
          "valid": false,
          "document": "work-receipt-envelope",
          "failed": "seal",
          "errors": [
            {
              "path": "<root>",
              "message": "receipt_id mismatch: expected sha256:[HASH], got sha256:[HASH]"
            }
          ],
          "findings": []
        }
      ]
    }
    --- stderr
    "#);
    // The published validator stops at the first.
    let told = scene.run(&[&words[..], &["--reference", "--json"]].concat());
    let told = parse(&told.stdout);
    let receipts = told.get("receipts").and_then(Value::as_array).unwrap();
    assert_eq!(receipts.len(), 1);
}

#[test]
fn a_golden_digest_is_compared_where_there_is_one() {
    let scene = Scene::new();
    let handed = handed(&scene);
    let told = scene.run(&["receipt", &handed.run, "--format", "envelope"]).expect_success();
    let receipt_id = text(&parse(&told.stdout), "receipt_id");
    scene.scratch.write("receipt.json", &told.stdout);
    let words = ["receipt", "verify", "receipt.json", "--golden", "golden"];
    succeed(scene.run(&words));
    scene.scratch.write("golden/receipt.sha256", format!("{}\n", &receipt_id["sha256:".len()..]));
    succeed(scene.run(&words));
    scene.scratch.write("golden/receipt.sha256", "00\n");
    let refused = scene.run(&words);
    assert_eq!(refused.code, Some(1));
    let told = refused.stdout_text();
    assert!(told.contains("failed: golden"), "{told}");
    assert!(told.contains("golden mismatch: expected 00, got"), "{told}");
}

#[test]
fn a_document_may_come_from_standard_input() {
    let scene = Scene::new();
    scene.record();
    let told = scene.run(&["receipt", "latest", "--format", "envelope"]).expect_success();
    let verified = capture_with_input(&mut scene.motus(&["receipt", "verify", "-"]), &told.stdout);
    insta::assert_snapshot!(scene.spell(&verified), @r#"
    exit 0
    --- stdout
    valid    -  work-receipt-envelope  sha256:[HASH]
    --- stderr
    "#);
}

#[test]
fn the_schema_of_every_document_is_printed() {
    let scene = Scene::new();
    let told = scene.run(&["receipt", "schema", "handoff"]).expect_success().stdout_text();
    assert!(told.contains("\"$id\": \"https://motus.dev/schemas/handoff.schema.json\""), "{told}");
    let refused = scene.run(&["receipt", "schema", "x"]).stderr_text();
    assert!(refused.contains("work-receipt-envelope"), "{refused}");
}
