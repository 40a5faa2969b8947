//! `motus receipt`: documents of runs that travel, and the verdicts on them.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;

use motus_json::Value;
use motus_ledger::portable::shapes::REGISTRY;
use motus_testkit::harness::{Scratch, capture, capture_with_input, skip};

use crate::support::{Scene, error_code, parse, succeed};
use crate::work::{handed, text};

const FORMATS: [&str; 4] = ["projection", "envelope", "store-export", "manifest"];

/// A user and a group that own nothing.
const NOBODY: u32 = 65534;

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
fn the_bytes_are_the_same_wherever_the_store_lies_and_whatever_the_environment_says() {
    let scene = Scene::new();
    let handed = handed(&scene);
    let here = documents(&scene, &handed.run);
    succeed(scene.run(&["db", "vacuum"]));
    let moved = scene.scratch.path().join("elsewhere.db");
    fs::copy(scene.store(), &moved).unwrap();
    let moved = moved.to_string_lossy().into_owned();
    for (format, document) in FORMATS.iter().zip(&here) {
        let words = ["receipt", &handed.run, "--format", format, "--db", &moved];
        let mut command = scene.motus(&words);
        command.env("HOME", "/nowhere").env("MC_AGENT_ID", "other").env("TZ", "Asia/Tokyo");
        let told = capture(command.current_dir(scene.scratch.path())).expect_success();
        assert_eq!(told.stdout, *document, "{format}");
    }
}

#[test]
fn the_bytes_are_the_same_whoever_asks() {
    let test = "receipt::the_bytes_are_the_same_whoever_asks";
    let scene = Scene::new();
    let is_root = fs::metadata(scene.scratch.path()).unwrap().uid() == 0;
    if !is_root {
        return skip(test, "only root may ask as somebody else");
    }
    let can_run = scene.motus(&["--version"]).uid(NOBODY).gid(NOBODY).current_dir("/").output();
    if can_run.is_err() {
        return skip(test, "nobody else may run the program");
    }
    let handed = handed(&scene);
    let here = documents(&scene, &handed.run);
    succeed(scene.run(&["db", "vacuum"]));
    // A Store is private; this one is given to the other user, outside of what only root may enter.
    let theirs = Scratch::new();
    let store = theirs.path().join("theirs.db");
    fs::copy(scene.store(), &store).unwrap();
    for path in [theirs.path(), &store] {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let store = store.to_string_lossy().into_owned();
    for (format, document) in FORMATS.iter().zip(&here) {
        let words = ["receipt", &handed.run, "--format", format, "--db", &store];
        let mut command = scene.motus(&words);
        command.uid(NOBODY).gid(NOBODY).current_dir("/");
        assert_eq!(capture(&mut command).expect_success().stdout, *document, "{format}");
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
    let gone = ["canary", &root, "home"];
    expect_gone(&documents(&scene, &claim.run)[1..], &gone);
    succeed(scene.run(&["receipt", "verify", "--strict", "envelope.json", "store-export.json"]));
    succeed(scene.wrap("echo canaryoutput; exit 0; true canaryargument"));
    // The keys and the producer of a wrapped command hold the number of its process.
    let producer = scene.column("producer_id").unwrap();
    let process = producer.strip_prefix("motus-wrap:").unwrap();
    assert!(process.bytes().all(|byte| byte.is_ascii_digit()), "{process}");
    let gone = [&*producer, &format!("-{process}"), &format!(":{process}"), "canary", &root];
    expect_gone(&documents(&scene, "latest")[1..], &gone);
    succeed(scene.run(&["receipt", "verify", "--strict", "envelope.json", "store-export.json"]));
}

#[track_caller]
fn expect_gone(documents: &[Vec<u8>], gone: &[&str]) {
    for document in documents {
        let document = String::from_utf8(document.clone()).unwrap();
        for gone in gone {
            assert!(!document.contains(gone), "{gone} in {document}");
        }
    }
}

#[test]
fn who_did_the_work_is_said_by_who_knows() {
    let scene = Scene::new();
    scene.record();
    let told = scene.run(&["receipt", "latest", "--format", "envelope"]).expect_success();
    let actor = parse(&told.stdout).get("actor").cloned().unwrap();
    let nobody = ("tool".to_owned(), "motus-wrap".to_owned());
    assert_eq!((text(&actor, "type"), text(&actor, "id")), nobody);
    let named = ["--format", "envelope", "--actor-type", "human", "--actor-id", "ann"];
    let told = scene.run(&[&["receipt", "latest"][..], &named].concat()).expect_success();
    let actor = parse(&told.stdout).get("actor").cloned().unwrap();
    assert_eq!((text(&actor, "type"), text(&actor, "id")), ("human".to_owned(), "ann".to_owned()));
    let agents = crate::work::claim(&scene, &["T1", "--agent", "bob"]);
    succeed(scene.run(&["work", "release", &agents.lease, "success"]));
    let told = scene.run(&["receipt", "latest", "--format", "envelope"]).expect_success();
    let actor = parse(&told.stdout).get("actor").cloned().unwrap();
    assert_eq!((text(&actor, "type"), text(&actor, "id")), ("agent".to_owned(), "bob".to_owned()));
}

#[test]
fn words_that_cannot_be_used_are_refused() {
    let scene = Scene::new();
    scene.record();
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
fn a_failure_that_nobody_explained_is_found() {
    let scene = Scene::new();
    let envelope_of = |words: &[&str]| {
        let claim = crate::work::claim(&scene, &["T1"]);
        let release = ["work", "release", &claim.lease, "failure"];
        succeed(scene.run(&[&release[..], words].concat()));
        documents(&scene, &claim.run);
        claim
    };
    let strict = ["receipt", "verify", "--strict", "envelope.json"];
    envelope_of(&[]);
    insta::assert_snapshot!(scene.tell(&strict), @r#"
    exit 1
    --- stdout
    invalid  envelope.json  work-receipt-envelope  failed: findings
      error[failure-accepted]  acceptance.status: a failure is accepted, and neither outcome.summary nor acceptance.rationale_ref nor route_summary.reason says why
    --- stderr
    "#);
    let explained =
        envelope_of(&["--note", "the disk of /home/ann was full, token=hunter2hunter2"]);
    insta::assert_snapshot!(scene.tell(&strict), @r#"
    exit 0
    --- stdout
    valid    envelope.json  work-receipt-envelope  sha256:[HASH]
    --- stderr
    "#);
    let told = fs::read_to_string(scene.path("envelope.json")).unwrap();
    assert!(told.contains("\"the disk of [PATH] was full, token=[REDACTED]\""), "{told}");
    let page = scene.run(&["work", "status", &explained.lease]).expect_success().stdout_text();
    let note = page.lines().find(|line| line.contains("the disk of"));
    insta::assert_snapshot!(note.unwrap_or(&page), @"Note: the disk of /home/ann was full, token=[REDACTED]");
    let words = ["work", "release", &explained.lease, "failure", "--note", "another"];
    insta::assert_snapshot!(scene.tell(&words), @r#"
    exit 4
    --- stdout
    --- stderr
    error[work.release_conflict]: lease was released before as failure, with another note or none: lease-[ID]
    hint: see how it was released with `motus work status`
    "#);
    let blank = ["work", "release", &explained.lease, "failure", "--note", " "];
    let refused = scene.run(&[&blank[..], &["--json"]].concat());
    assert_eq!(refused.code, Some(2), "{}", refused.stderr_text());
}

#[test]
fn documents_of_one_run_are_compared() {
    let scene = Scene::new();
    let one = handed(&scene);
    documents(&scene, &one.run);
    let envelope = |words: &[&str]| {
        let words = [&["receipt", &one.run, "--format", "envelope"][..], words].concat();
        scene.run(&words).expect_success().stdout
    };
    let actor = ["--actor-type", "human", "--actor-id", "ann"];
    scene.scratch.write("ann.json", envelope(&actor));
    let files = ["store-export.json", "ann.json", "manifest.json", "envelope.json"];
    let words = [&["receipt", "verify"][..], &files].concat();
    insta::assert_snapshot!(scene.tell(&words), @r#"
    exit 0
    --- stdout
    valid    store-export.json  store-export  sha256:[HASH]
    valid    ann.json  work-receipt-envelope  sha256:[HASH]
      warning[document-disagreement]  actor.id: is not what store-export.json says
    valid    manifest.json  projection-manifest  sha256:[HASH]
      warning[document-disagreement]  projections.work_receipt.digest: is not what ann.json says
    valid    envelope.json  work-receipt-envelope  sha256:[HASH]
    --- stderr
    "#);
    let strict = scene.run(&[&words[..], &["--strict", "--json"]].concat());
    assert_eq!(strict.code, Some(1));
    let told = parse(&strict.stdout);
    let receipts = told.get("receipts").and_then(Value::as_array).unwrap();
    let failed: Vec<_> =
        receipts.iter().map(|it| it.get("failed").and_then(Value::as_str)).collect();
    assert_eq!(failed, [None, Some("findings"), Some("findings"), None]);
    // By itself each is sound, and so is each to the published validator.
    for file in files {
        succeed(scene.run(&["receipt", "verify", "--strict", file]));
    }
    succeed(scene.run(&["receipt", "verify", "--reference", "ann.json", "envelope.json"]));
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
    let mistyped = scene.run(&words);
    assert_eq!((mistyped.code, mistyped.stdout.len()), (Some(2), 0));
    assert!(mistyped.stderr_text().contains("error[input.unreadable]"), "{mistyped:?}");
    fs::create_dir(scene.path("golden")).unwrap();
    let compared = |words: &[&str], code, comparison: &str| {
        let told = scene.run(words);
        assert_eq!(told.code, Some(code), "{}", told.stderr_text());
        let line = format!("  golden: {comparison}\n");
        assert!(told.stdout_text().contains(&line), "{}", told.stdout_text());
        let document = parse(&scene.run(&[words, &["--json"]].concat()).stdout);
        let receipts = document.get("receipts").and_then(Value::as_array).unwrap();
        assert_eq!(text(&receipts[0], "golden"), comparison);
    };
    compared(&words, 0, "missing");
    scene.scratch.write("golden/receipt.sha256", format!("{}\n", &receipt_id["sha256:".len()..]));
    compared(&words, 0, "matched");
    scene.scratch.write("golden/receipt.sha256", format!("{receipt_id}\n"));
    compared(&words, 0, "matched");
    compared(&[&words[..], &["--reference"]].concat(), 1, "differs");
    scene.scratch.write("golden/receipt.sha256", "00\n");
    compared(&words, 1, "differs");
    let told = scene.run(&words).stdout_text();
    assert!(told.contains("golden mismatch: expected 00, got"), "{told}");
    scene.scratch.write("receipt.json", "{}");
    compared(&words, 1, "not_reached");
}

#[test]
fn a_golden_that_is_no_file_is_not_waited_for() {
    let scene = Scene::new();
    scene.scratch.write("receipt.json", "{}");
    fs::create_dir(scene.path("golden")).unwrap();
    let made = scene.scratch.command("mkfifo").arg("golden/receipt.sha256").status().unwrap();
    assert!(made.success());
    let words = ["receipt", "verify", "receipt.json", "--golden", "golden"];
    insta::assert_snapshot!(scene.tell(&words), @r#"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: golden/receipt.sha256 cannot be read
      caused by: it is not a file
    hint: check the path, who may read it and how long it is
    "#);
}

#[test]
fn one_file_that_cannot_be_read_takes_no_verdict_from_the_others() {
    let scene = Scene::new();
    scene.record();
    let told = scene.run(&["receipt", "latest", "--format", "envelope"]).expect_success();
    scene.scratch.write("receipt.json", &told.stdout);
    let words = ["receipt", "verify", "receipt.json", "missing.json", "receipt.json"];
    insta::assert_snapshot!(scene.tell(&words), @r#"
    exit 2
    --- stdout
    valid    receipt.json  work-receipt-envelope  sha256:[HASH]
    unread   missing.json
      error[input.unreadable]  missing.json cannot be read: No such file or directory (os error 2)
    valid    receipt.json  work-receipt-envelope  sha256:[HASH]
    --- stderr
    "#);
    let told = scene.run(&[&words[..], &["--json"]].concat());
    assert_eq!(told.code, Some(2));
    let document = parse(&told.stdout);
    let receipts = document.get("receipts").and_then(Value::as_array).unwrap();
    let valid: Vec<_> =
        receipts.iter().map(|one| one.get("valid").and_then(Value::as_bool)).collect();
    assert_eq!(valid, [Some(true), Some(false), Some(true)]);
    assert_eq!(text(&receipts[1], "code"), "input.unreadable");
}

#[test]
fn a_lease_names_its_run() {
    let scene = Scene::new();
    let handed = handed(&scene);
    for format in FORMATS {
        let of = |name| scene.run(&["receipt", name, "--format", format]).expect_success().stdout;
        assert_eq!(of(&handed.lease), of(&handed.run), "{format}");
    }
    for words in [&["--json"][..], &[], &["--format", "markdown"]] {
        let of =
            |name| scene.run(&[&["run", "show", name], words].concat()).expect_success().stdout;
        assert_eq!(of(&handed.lease), of(&handed.run), "{words:?}");
    }
}

#[test]
fn a_projection_names_nobody() {
    let scene = Scene::new();
    scene.record();
    let named = ["receipt", "latest", "--actor-type", "human", "--actor-id", "ann"];
    insta::assert_snapshot!(scene.tell(&named), @r#"
    exit 2
    --- stdout
    --- stderr
    error[receipt.actor_invalid]: a projection names no actor: ask for another format
    hint: such as --format envelope, or leave --actor-type and --actor-id out
    "#);
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
    let names: Vec<&str> = REGISTRY.iter().map(|document| document.name).collect();
    assert_eq!(names.len(), 9);
    for name in names {
        let told = scene.run(&["receipt", "schema", name]).expect_success();
        let id = format!("https://motus.dev/schemas/{name}.schema.json");
        assert_eq!(text(&parse(&told.stdout), "$id"), id);
        let refused = scene.run(&["receipt", "schema", "x"]).stderr_text();
        assert!(refused.contains(name), "{refused}");
    }
}
