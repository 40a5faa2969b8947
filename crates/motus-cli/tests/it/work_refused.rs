//! `motus work`: what is refused, how that is told, and that it leaves nothing.

use std::fs;
use std::path::Path;

use motus_json::Value;
use motus_testkit::harness::{capture, skip};

use crate::support::{Scene, error_code, parse, succeed};
use crate::work::{claim, hand_off, text};

#[test]
fn a_task_that_somebody_works_on_is_refused_with_who_and_until_when() {
    let scene = Scene::new();
    claim(&scene, &["T1", "--agent", "ann", "-r", "src/lib.rs"]);
    insta::assert_snapshot!(scene.tell(&["work", "claim", "T1"]), @r#"
    exit 4
    --- stdout
    --- stderr
    error[work.held]: task:T1 is held by lease-[ID] (ann) until [TIME]
    hint: wait until then, take another task, or share this one with --shared
    "#);
    let words = ["work", "claim", "T2", "-r", "file:src/lib.rs", "--json"];
    insta::assert_snapshot!(scene.tell(&words), @r#"
    exit 4
    --- stdout
    {
      "decision": "DENIED",
      "reason_code": "HELD",
      "lease_id": null,
      "message": "file:src/lib.rs is held by lease-[ID] (ann) until [TIME]",
      "kernel_bridge": {
        "status": "not_applicable"
      },
      "held_by": {
        "resource": "file:src/lib.rs",
        "holder": "lease-[ID]",
        "agent_id": "ann",
        "run_id": "run_[ID]",
        "until": "[TIME]"
      }
    }
    --- stderr
    "#);
    let listed = scene.run(&["lock", "list", "--all"]).expect_success().stdout_text();
    assert_eq!(listed.lines().count(), 3, "{listed}");
}

#[test]
fn what_would_not_help_is_not_advised() {
    let scene = Scene::new();
    let hint = |words: &[&str]| {
        let told = scene.run(words).stderr_text();
        told.lines().filter_map(|line| line.strip_prefix("hint: ")).collect::<Vec<_>>().join("\n")
    };
    let first = "claim a first task with `motus work claim`, or name a Store with --db";
    assert_eq!(hint(&["work", "status", "latest"]), first);
    assert_eq!(hint(&["work", "list"]), first);
    claim(&scene, &["T1", "-r", "src/lib.rs"]);
    let other = hint(&["work", "claim", "T2", "-r", "src/lib.rs", "--shared"]);
    assert_eq!(other, "wait until then, or take work that needs something else");
    for (words, told) in [
        (&["work", "claim", "T2", "--ttl", "1h"][..], "it is a whole number of seconds"),
        (&["work", "claim", "T2", "--ttl", "0"], "--ttl is not a time that ends"),
        (&["lock", "acquire", "x", "--holder", "y", "--ttl", "1h"], "a whole number of seconds"),
        (&["work", "evidence", "x", "log", "--passed", "-1"], "it is a number of tests, 0 or more"),
    ] {
        let refused = scene.run(words);
        assert_eq!(refused.code, Some(2), "{words:?}");
        assert!(refused.stderr_text().contains(told), "{}", refused.stderr_text());
    }
}

#[test]
fn a_claim_below_a_store_is_refused() {
    let scene = Scene::new();
    claim(&scene, &["T1"]);
    scene.scratch.write("below/file", "");
    let below = |words: &[&str]| {
        let mut command = scene.motus(words);
        capture(command.current_dir(scene.path("below")))
    };
    for words in [&["work", "claim", "T1"][..], &["work", "claim", "T1", "--json"]] {
        let refused = below(words);
        assert_eq!((refused.code, refused.stdout.len()), (Some(1), 0), "{words:?}");
        let told = refused.stderr_text();
        assert!(told.contains("store.missing") && told.contains("go there or use --db"), "{told}");
    }
    assert!(!scene.path("below/.motus").exists());
    assert_eq!(below(&["work", "claim", "T1", "--db", "../.motus/kernel-store.db"]).code, Some(4));
    succeed(below(&["work", "claim", "T1", "--db", "own.db"]));
}

#[test]
fn a_step_whose_answer_cannot_be_written_is_told_all_the_same() {
    let scene = Scene::new();
    if !Path::new("/dev/full").exists() {
        let test = "work_refused::a_step_whose_answer_cannot_be_written_is_told_all_the_same";
        return skip(test, "there is no /dev/full");
    }
    let unheard = |words: &[&str]| {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let told = scene.motus(words).stdout(full).output().unwrap();
        assert_eq!(told.status.code(), Some(1), "{words:?}");
        let told = String::from_utf8(told.stderr).unwrap();
        assert!(told.contains("output.failed"), "{told}");
        told
    };
    let told = unheard(&["work", "claim", "T1"]);
    let listed = scene.run(&["work", "list", "--json"]).expect_success();
    let listed = parse(&listed.stdout);
    let items = listed.get("items").and_then(Value::as_array).unwrap();
    let lease = text(&items[0], "lease_id");
    assert!(told.contains(&format!("as {lease}; give it back with `motus work release {lease} ")));
    let told = unheard(&["work", "evidence", &lease, "log", "--log", "line", "--json"]);
    assert!(told.contains("the evidence was recorded, as evidence-"), "{told}");
    let told = unheard(&hand_off(&lease));
    assert!(told.contains(&format!("the release was recorded, of {lease}")), "{told}");
    let told = unheard(&["work", "accept", &lease, "--as", "human:owner"]);
    assert!(told.contains("the acceptance was recorded, as run_"), "{told}");
}

#[test]
fn an_unknown_lease_is_told_by_every_command() {
    let scene = Scene::new();
    claim(&scene, &["T1"]);
    insta::assert_snapshot!(scene.tell(&["work", "evidence", "lease-0", "log"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[work.lease_not_found]: lease not found: lease-0
    hint: see the leases with `motus work list --all`
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "evidence", "lease-0", "log", "--json"]), @r#"
    exit 1
    --- stdout
    {
      "accepted": false,
      "evidence_id": null,
      "message": "Lease not found.",
      "kernel_bridge": {
        "status": "not_applicable"
      },
      "reason_code": "LEASE_NOT_FOUND"
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "release", "lease-0", "success", "--json"]), @r#"
    exit 1
    --- stdout
    {
      "decision": "DENIED",
      "reason_code": "LEASE_NOT_FOUND",
      "message": "Lease not found.",
      "lease_status": null,
      "receipt_id": null,
      "next_action": null,
      "kernel_bridge": {
        "status": "not_applicable"
      }
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "context", "lease-0", "--json"]), @r#"
    exit 1
    --- stdout
    {
      "decision": "DENIED",
      "reason_code": "LEASE_NOT_FOUND",
      "lens": {},
      "lease_status": null
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "status", "lease-0", "--json"]), @r#"
      exit 0
      --- stdout
      {
        "lease_id": "lease-0",
        "lease_status": "not_found",
        "outcomes": [],
        "evidence": [],
        "decisions": [],
        "reason_code": "LEASE_NOT_FOUND"
      }
      --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "receipt", "lease-0", "--json"]), @r#"
    exit 1
    --- stdout
    {
      "lease_id": "lease-0",
      "found": false,
      "kernel_run": false,
      "message": "Lease not found.",
      "reason_code": "LEASE_NOT_FOUND"
    }
    --- stderr
    "#);
    for words in [
        &["work", "outcome", "lease-0", "file"][..],
        &["work", "decision", "lease-0", "go"],
        &["work", "release", "lease-0", "success"],
        &["work", "context", "lease-0"],
        &["work", "status", "lease-0"],
        &["work", "receipt", "lease-0"],
    ] {
        let refused = scene.run(words);
        assert_eq!((refused.code, refused.stdout.len()), (Some(1), 0), "{words:?}");
        assert!(refused.stderr_text().contains("error[work.lease_not_found]"), "{words:?}");
    }
    let refused = scene.run(&["work", "accept", "run_9", "--as", "human:owner"]);
    let told = refused.stderr_text();
    assert!(told.contains("error[work.lease_not_found]"), "{told}");
}

#[test]
fn a_closed_lease_takes_nothing_more() {
    let scene = Scene::new();
    let lease = claim(&scene, &["T1"]).lease;
    succeed(scene.run(&["work", "release", &lease, "success"]));
    insta::assert_snapshot!(scene.tell(&["work", "decision", &lease, "late", "--json"]), @r#"
    exit 1
    --- stdout
    {
      "accepted": false,
      "decision_id": null,
      "message": "lease is closed: lease-[ID]",
      "kernel_bridge": {
        "status": "not_applicable"
      },
      "reason_code": "LEASE_CLOSED"
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "evidence", &lease, "log"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[work.lease_closed]: lease is closed: lease-[ID]
    hint: claim the task anew with `motus work claim`
    "#);
    let again = ["work", "release", &lease, "aborted"];
    insta::assert_snapshot!(scene.tell(&again), @r#"
    exit 4
    --- stdout
    --- stderr
    error[work.release_conflict]: lease was released before as success: lease-[ID]
    hint: see how it was released with `motus work status`
    "#);
    insta::assert_snapshot!(scene.tell(&[&again[..], &["--json"]].concat()), @r#"
    exit 4
    --- stdout
    {
      "decision": "DENIED",
      "reason_code": "RELEASE_CONFLICT",
      "message": "lease was released before as success: lease-[ID]",
      "lease_status": null,
      "receipt_id": "sha256:[HASH]",
      "next_action": "inspect receipt and route summary",
      "kernel_bridge": {
        "status": "not_applicable"
      },
      "kernel_receipt": {
        "schema_version": "motus.receipt.projection.v1",
        "run_id": "run_[ID]",
        "lease_id": "lease-[ID]",
        "work_id": "T1",
        "status": "closed",
        "outcome": "success",
        "outcome_note": "motus work released success: RELEASED_OK",
        "recorded_at": "[TIME]",
        "accepted_close": true,
        "summary": "motus work released success: RELEASED_OK",
        "evidence": [],
        "evidence_ids": [],
        "decisions": [],
        "decision_summaries": [],
        "event_count": 2,
        "route_summary": {
          "schema_version": "motus.route_summary.projection.v1",
          "run_id": "run_[ID]",
          "status": "closed",
          "outcome": "success",
          "route_events": []
        },
        "next_action": "inspect receipt and route summary",
        "receipt_id": "sha256:[HASH]"
      }
    }
    --- stderr
    "#);
}

#[test]
fn a_hand_off_without_evidence_is_refused() {
    let scene = Scene::new();
    let claim = claim(&scene, &["T1"]);
    insta::assert_snapshot!(scene.tell(&hand_off(&claim.lease)), @r#"
exit 1
--- stdout
--- stderr
error[work.handoff_without_evidence]: a hand-off needs evidence that says something, and this lease has none: lease-[ID]
hint: add what shows the work with `motus work evidence`: counts, a change, or a part of a log
    "#);
    let words = [&hand_off(&claim.lease)[..], &["--json"]].concat();
    insta::assert_snapshot!(scene.tell(&words), @r#"
    exit 1
    --- stdout
    {
      "decision": "DENIED",
      "reason_code": "HANDOFF_WITHOUT_EVIDENCE",
      "message": "a hand-off needs evidence that says something, and this lease has none: lease-[ID]",
      "lease_status": null,
      "receipt_id": null,
      "next_action": null,
      "kernel_bridge": {
        "status": "not_applicable"
      }
    }
    --- stderr
    "#);
    assert_eq!(scene.column("ended_at"), None);
}

#[test]
fn words_that_cannot_be_used_are_usage_errors_and_make_no_store() {
    let scene = Scene::new();
    let long = "x".repeat(65_537);
    let name = "x".repeat(1025);
    for (words, code) in [
        (&["work", "claim"][..], "usage.invalid"),
        (&["work", "claim", ""], "ledger.field_required"),
        (&["work", "claim", " "], "ledger.field_required"),
        (&["work", "claim", "T1", "--ttl", "0"], "lock.ttl_invalid"),
        (&["work", "claim", "T1", "--ttl", "-5"], "lock.ttl_invalid"),
        (&["work", "claim", "T1", "--ttl", "99999999999999"], "lock.ttl_invalid"),
        (&["work", "claim", "T1", "--ttl", "9999999999999999999999"], "usage.invalid"),
        (&["work", "claim", "T1", "--ttl", "soon"], "usage.invalid"),
        (&["work", "claim", "T1", "-r", ":"], "ledger.field_required"),
        (&["work", "claim", "T1", "-r", "url:https://u:p@host"], "work.secret_in_name"),
        (&["work", "claim", "token=abc"], "work.secret_in_name"),
        (&["work", "claim", &name], "work.text_too_long"),
        (&["work", "claim", "T1", "--intent", &long], "work.text_too_long"),
        (&["work", "release", "lease-0", "done"], "usage.invalid"),
        (&["work", "release", "lease-0", "SUCCESS"], "usage.invalid"),
        (&["work", "release", "lease-0", "success", "--handoff-to", "human:x"], "usage.invalid"),
        (&["work", "release", "lease-0", "success", "--reason", "x"], "usage.invalid"),
        (&["work", "accept", "run_1", "--as", "robot:x"], "usage.invalid"),
        (&["work", "accept", "run_1", "--as", "owner"], "usage.invalid"),
        (&["work", "evidence", "lease-0", "log", "--passed", "-1"], "usage.invalid"),
        (&["work", "evidence", "lease-0", "log", "--passed", "1.5"], "usage.invalid"),
        (&["work", "evidence", "lease-0", " "], "ledger.field_required"),
        (&["work", "evidence", "lease-0", "log", "--log", &long], "work.text_too_long"),
        (&["work", "decision", "lease-0", ""], "ledger.field_required"),
        (&["work", "outcome", "lease-0", "sk-0123456789abcdef"], "work.secret_in_name"),
        (&["work", "status", ""], "usage.invalid"),
        (&["work", "status", "x", "--format", "html"], "usage.invalid"),
        (&["work", "status", "x", "--format"], "usage.invalid"),
        (&["work", "frobnicate"], "usage.invalid"),
    ] {
        let refused = scene.run(words);
        let told = refused.stderr_text();
        assert_eq!(refused.code, Some(2), "{words:?}: {told}");
        assert!(told.starts_with(&format!("error[{code}]")), "{words:?}: {told}");
        assert!(refused.stdout.is_empty(), "{words:?}");
    }
    let both = scene.run(&["work", "status", "x", "--format", "markdown", "--json"]);
    assert_eq!((both.code, error_code(&both)), (Some(2), "usage.invalid".to_owned()));
    assert!(!scene.store().exists());
}

#[test]
fn what_needs_a_store_makes_none() {
    let scene = Scene::new();
    for words in [
        &["work", "claim", "--from", "latest"][..],
        &["work", "context", "x"],
        &["work", "outcome", "x", "file"],
        &["work", "evidence", "x", "log"],
        &["work", "decision", "x", "go"],
        &["work", "release", "x", "success"],
        &["work", "accept", "x"],
        &["work", "status", "x"],
        &["work", "receipt", "x"],
    ] {
        let refused = scene.run(&[words, &["--json"]].concat());
        assert_eq!(refused.code, Some(1), "{words:?}");
        assert_eq!(error_code(&refused), "store.missing", "{words:?}");
    }
    for words in [["work", "list"], ["work", "cleanup"]] {
        let told = scene.run(&words).expect_success();
        assert!(told.stderr_text().starts_with("notice: there is no Store yet"), "{words:?}");
    }
    assert!(!scene.path(".motus").exists());
}

#[test]
fn a_loop_that_is_told_to_record_nothing_says_so() {
    let scene = Scene::new();
    let run = |words: &[&str], value: &str| {
        capture(scene.motus(words).env("MOTUS_WORK_STORE_BRIDGE", value))
    };
    for value in ["disabled", " OFF ", "0", "false", "no"] {
        let refused = run(&["work", "claim", "T1", "--json"], value);
        assert_eq!((refused.code, refused.stdout.len()), (Some(1), 0), "{value}");
        assert_eq!(error_code(&refused), "work.store_off", "{value}");
    }
    insta::assert_snapshot!(scene.spell(&run(&["work", "list"], "disabled")), @r#"
    exit 1
    --- stdout
    --- stderr
    error[work.store_off]: MOTUS_WORK_STORE_BRIDGE says that work is not to be recorded, and there is no other place for it
    hint: unset MOTUS_WORK_STORE_BRIDGE
    "#);
    assert!(!scene.path(".motus").exists());
    for value in ["auto", "", " ", "whatever"] {
        succeed(run(&["work", "claim", &format!("T{value:?}")], value));
    }
}

/// What a secret passes through, and the word that must not be left.
const CANARIES: [&str; 9] = [
    "canaryintent01",
    "canarydiff02",
    "canarylog03",
    "canarydecision04",
    "canaryrationale05",
    "canaryalternative06",
    "canarydescription07",
    "canaryaction08",
    "canaryreason09",
];

#[test]
fn no_secret_in_any_text_is_left_in_a_file_or_told() {
    let scene = Scene::new();
    let [intent, diff, log, decision, rationale, alternative, description, action, reason] =
        CANARIES.map(|canary| format!("password={canary}"));
    let mut told = Vec::new();
    let mut run = |words: &[&str]| {
        let ended = scene.run(words).expect_success();
        told.extend([ended.stdout, ended.stderr].concat());
    };
    run(&["work", "claim", "T1", "--intent", &intent]);
    let lease = scene.column("idempotency_key").unwrap();
    let lease = lease.strip_prefix("claim:").unwrap();
    run(&["work", "evidence", lease, "log", "--diff", &diff, "--log", &log]);
    run(&["work", "decision", lease, &decision, "-r", &rationale, "-a", &alternative]);
    run(&["work", "outcome", lease, "file", "-p", &description, "-d", &description]);
    run(&[
        "work",
        "release",
        lease,
        "success",
        "--handoff-to",
        "human:owner",
        "--expected-action",
        &action,
        "--reason",
        &reason,
    ]);
    let shown = format!("{:?}", scene.show("latest"));
    for words in [
        &["work", "status", lease][..],
        &["work", "status", lease, "--json"],
        &["work", "receipt", lease, "--json"],
        &["run", "export", "latest"],
        &["work", "claim", "--from", "latest", "--agent", "owner", "--json"],
    ] {
        run(words);
    }
    expect_none(&told, Path::new("what was told"));
    assert_eq!(shown.matches("redaction_applied").count(), 5, "{shown}");
    for entry in fs::read_dir(scene.path(".motus")).unwrap() {
        let path = entry.unwrap().path();
        expect_none(&fs::read(&path).unwrap(), &path);
    }
}

#[track_caller]
fn expect_none(bytes: &[u8], place: &Path) {
    for canary in CANARIES {
        let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
        assert!(!found, "{canary} in {}", place.display());
    }
}
