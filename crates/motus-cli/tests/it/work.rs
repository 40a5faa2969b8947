//! `motus work`: what the steps of the loop print, as text and as JSON.

use std::path::Path;
use std::process::Command;

use motus_json::Value;
use motus_testkit::harness::{capture, skip};

use crate::support::{MOTUS, Scene, parse, payloads_in, succeed, wait_until};

/// A claim, as it was printed.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub(crate) lease: String,
    pub(crate) run: String,
}

/// Reads a member of a document that is a text.
#[track_caller]
pub(crate) fn text(document: &Value, name: &str) -> String {
    let found = document.get(name).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no text {name} in {document:?}")).to_owned()
}

/// Claims with these words and expects it to be granted.
#[track_caller]
pub(crate) fn claim(scene: &Scene, words: &[&str]) -> Claim {
    let arguments = [&["work", "claim"], words, &["--json"]].concat();
    let granted = parse(&scene.run(&arguments).expect_success().stdout);
    Claim { lease: text(&granted, "lease_id"), run: text(&granted, "kernel_run_id") }
}

/// Claims a task, adds one piece of evidence and hands the work to the owner.
#[track_caller]
pub(crate) fn handed(scene: &Scene) -> Claim {
    let claim = claim(scene, &["T1", "--intent", "Mend the reader"]);
    let evidence = ["work", "evidence", &claim.lease, "test_result", "--passed", "3"];
    succeed(scene.run(&evidence));
    succeed(scene.run(&hand_off(&claim.lease)));
    claim
}

/// The words that hand a claim to the owner.
pub(crate) fn hand_off(lease: &str) -> [&str; 10] {
    [
        "work",
        "release",
        lease,
        "partial",
        "--handoff-to",
        "human:owner",
        "--expected-action",
        "approve the change",
        "--reason",
        "it changes a format",
    ]
}

/// Waits until the time of a claim with a short life is up.
#[track_caller]
pub(crate) fn wait_for_the_end(scene: &Scene, lease: &str) {
    wait_until("the claim expires", || {
        let listed = parse(&scene.run(&["work", "list", "--json"]).expect_success().stdout);
        let items = listed.get("items").and_then(Value::as_array).unwrap().to_vec();
        items
            .iter()
            .any(|item| text(item, "lease_id") == lease && text(item, "status") == "expired")
    });
}

#[test]
fn the_quickstart_runs_as_it_is_printed() {
    let python = Command::new("python3").arg("--version").output();
    if !python.is_ok_and(|output| output.status.success()) {
        return skip("work::the_quickstart_runs_as_it_is_printed", "there is no python3");
    }
    let scene = Scene::new();
    let script = r#"
LEASE_ID=$(motus work claim ADHOC-QUICKSTART-001 --intent "First local work item" --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["lease_id"])')
motus work evidence "$LEASE_ID" test_result --passed 1 --failed 0
motus work release "$LEASE_ID" success
motus work receipt "$LEASE_ID"
"#;
    let directory = Path::new(MOTUS).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([directory].into_iter().chain(std::env::split_paths(&path)));
    let mut shell = scene.scratch.command("sh");
    shell.args(["-euc", script]).env("PATH", path.unwrap());
    insta::assert_snapshot!(scene.spell(&capture(&mut shell)), @r#"
    exit 0
    --- stdout
    Evidence recorded: evidence-[ID]
    Type: test_result
    Released: RELEASED_OK
    Final status: released
    Store Run: run_[ID]
    Receipt: sha256:[HASH]
    Receipt: sha256:[HASH]
    Run: run_[ID]
    Status: closed
    Outcome: success
    Recorded: [TIME]
    Accepted close: yes

    Summary: motus work released success: RELEASED_OK

    Next: inspect receipt and route summary
    --- stderr
    "#);
}

#[test]
fn a_claim_is_told() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["work", "claim", "T1"]), @r#"
    exit 0
    --- stdout
    Claimed: T1
    Lease ID: lease-[ID]
    Store Run: run_[ID]
    Expires: [TIME]

    Next: motus work evidence lease-[ID] test_result --passed 1 --failed 0
    Optional: motus work context lease-[ID]
    --- stderr
    "#);
    let words = ["work", "claim", "T 2", "-r", "src/lib.rs", "-r", "db:schema", "--json"];
    insta::assert_snapshot!(scene.tell(&words), @r#"
    exit 0
    --- stdout
    {
      "decision": "GRANTED",
      "reason_code": "STORE_ONLY_COMPAT",
      "lease_id": "lease-[ID]",
      "message": "claimed",
      "kernel_bridge": {
        "status": "recorded",
        "run_id": "run_[ID]",
        "store_path": "[DIR]/project/.motus/kernel-store.db",
        "event_id": "sha256:[HASH]"
      },
      "kernel_run_id": "run_[ID]",
      "expires_at": "[TIME]",
      "fencing": [
        {
          "resource": "db:schema",
          "token": 1
        },
        {
          "resource": "file:src/lib.rs",
          "token": 1
        },
        {
          "resource": "task:T 2",
          "token": 1
        }
      ]
    }
    --- stderr
    "#);
    let named = ["work", "claim", "T3", "--db", "a b.db"];
    insta::assert_snapshot!(scene.tell(&named), @r#"
    exit 0
    --- stdout
    Claimed: T3
    Lease ID: lease-[ID]
    Store Run: run_[ID]
    Expires: [TIME]

    Next: motus work evidence lease-[ID] test_result --passed 1 --failed 0 --db 'a b.db'
    Optional: motus work context lease-[ID] --db 'a b.db'
    --- stderr
    "#);
}

#[test]
fn the_context_of_a_claim_is_told() {
    let scene = Scene::new();
    let claim = claim(&scene, &["T1", "-r", "src/lib.rs"]);
    insta::assert_snapshot!(scene.tell(&["work", "context", &claim.lease]), @r#"
    exit 0
    --- stdout
    Context assembled
    Lens version: store-only
    Policy version: unknown

    Resources: 1
    Policy snippets: 0

    Work: T1
    Lease: lease-[ID], alive until [TIME]
    Resources: file:src/lib.rs
    Agent: default
    Intent: Work on T1

    Proof
          none
    --- stderr
    "#);
    let words = ["work", "context", &claim.lease, "-i", "go on", "--json"];
    insta::assert_snapshot!(scene.tell(&words), @r#"
    exit 0
    --- stdout
    {
      "decision": "GRANTED",
      "reason_code": "STORE_CONTEXT",
      "lens": {
        "lens_version": "store-only",
        "intent": "go on"
      },
      "lease_status": "active",
      "lease_id": "lease-[ID]",
      "task_id": "T1",
      "agent_id": "default",
      "intent": "Work on T1",
      "resources": [
        "file:src/lib.rs"
      ],
      "expires_at": "[TIME]",
      "kernel_run_id": "run_[ID]",
      "evidence_ids": []
    }
    --- stderr
    "#);
    succeed(scene.run(&["work", "release", &claim.lease, "success"]));
    insta::assert_snapshot!(scene.tell(&["work", "context", &claim.run, "--json"]), @r#"
    exit 0
    --- stdout
    {
      "decision": "GRANTED",
      "reason_code": "STORE_CONTEXT",
      "lens": {
        "lens_version": "store-only",
        "intent": null
      },
      "lease_status": "closed",
      "lease_id": "lease-[ID]",
      "task_id": "T1",
      "agent_id": "default",
      "intent": "Work on T1",
      "resources": [
        "file:src/lib.rs"
      ],
      "expires_at": "[TIME]",
      "kernel_run_id": "run_[ID]",
      "evidence_ids": []
    }
    --- stderr
    "#);
}

#[test]
fn what_is_added_to_a_claim_is_told() {
    let scene = Scene::new();
    let lease = claim(&scene, &["T1"]).lease;
    let outcome = ["work", "outcome", &lease, "API Thing!", "-p", "src/api.rs", "-d", "reads"];
    insta::assert_snapshot!(scene.tell(&outcome), @r#"
    exit 0
    --- stdout
    Outcome registered: outcome-[ID]
    Type: API Thing!
    --- stderr
    "#);
    let evidence = ["work", "evidence", &lease, "test_result", "--passed", "0", "--failed", "2"];
    insta::assert_snapshot!(scene.tell(&evidence), @r#"
    exit 0
    --- stdout
    Evidence recorded: evidence-[ID]
    Type: test_result
    --- stderr
    "#);
    let decision = ["work", "decision", &lease, "keep it", "-r", "others read it", "-a", "drop it"];
    insta::assert_snapshot!(scene.tell(&decision), @r#"
    exit 0
    --- stdout
    Decision logged: decision-[ID]
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&[&outcome[..], &["--json"]].concat()), @r#"
    exit 0
    --- stdout
    {
      "accepted": true,
      "outcome_id": "outcome-[ID]",
      "message": "outcome",
      "kernel_bridge": {
        "status": "recorded",
        "run_id": "run_[ID]",
        "store_path": "[DIR]/project/.motus/kernel-store.db",
        "event_id": "sha256:[HASH]"
      },
      "kernel_run_id": "run_[ID]"
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&[&evidence[..], &["--json"]].concat()), @r#"
    exit 0
    --- stdout
    {
      "accepted": true,
      "evidence_id": "evidence-[ID]",
      "message": "evidence",
      "kernel_bridge": {
        "status": "recorded",
        "run_id": "run_[ID]",
        "store_path": "[DIR]/project/.motus/kernel-store.db",
        "event_id": "sha256:[HASH]"
      },
      "kernel_run_id": "run_[ID]"
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&[&decision[..], &["--json"]].concat()), @r#"
    exit 0
    --- stdout
    {
      "accepted": true,
      "decision_id": "decision-[ID]",
      "message": "decision",
      "kernel_bridge": {
        "status": "recorded",
        "run_id": "run_[ID]",
        "store_path": "[DIR]/project/.motus/kernel-store.db",
        "event_id": "sha256:[HASH]"
      },
      "kernel_run_id": "run_[ID]"
    }
    --- stderr
    "#);
}

#[test]
fn payloads_are_those_of_the_contract() {
    let scene = Scene::new();
    let claim = claim(&scene, &["T1"]);
    let lease = claim.lease.as_str();
    for words in [
        &["work", "outcome", lease, "file"][..],
        &["work", "evidence", lease, "test_result", "--skipped", "0"],
        &["work", "evidence", lease, "log", "--log", "line"],
        &["work", "decision", lease, "keep it"],
        &["work", "release", lease, "failure", "--no-rollback"],
    ] {
        succeed(scene.run(words));
    }
    let payloads: Vec<String> = payloads_in(&scene.show(&claim.run))
        .into_iter()
        .map(|(kind, payload)| format!("{kind} {payload:?}"))
        .collect();
    insta::assert_snapshot!(scene.scratch.mask().apply(&payloads.join("\n")), @r#"
    work.claim {"agent_id":"default","fencing":[{"resource":"task:T1","token":1}],"intent":"Work on T1","lease_id":"lease-[ID]","resource_specs":[{"path":"T1","type":"task"}],"ttl_s":3600,"work_id":"T1"}
    outcome.file {"description":null,"lease_id":"lease-[ID]","legacy_outcome_id":"outcome-[ID]","outcome_type":"file","path":null,"summary":"file"}
    evidence.motus_work.test_result {"diff_summary":null,"evidence_type":"test_result","lease_id":"lease-[ID]","legacy_evidence_id":"evidence-[ID]","log_excerpt":null,"summary":"test_result: passed=0 failed=0 skipped=0","test_results":{"failed":0,"passed":0,"skipped":0}}
    evidence.motus_work.log {"diff_summary":null,"evidence_type":"log","lease_id":"lease-[ID]","legacy_evidence_id":"evidence-[ID]","log_excerpt":"line","summary":"log evidence recorded","test_results":null}
    decision.motus_work {"alternatives_considered":[],"decision":"keep it","lease_id":"lease-[ID]","legacy_decision_id":"decision-[ID]","rationale":null}
    work.release {"decision":"GRANTED","lease_id":"lease-[ID]","message":"released","outcome":"failure","reason_code":"RELEASED_OK"}
    "#);
    let keys: Vec<String> = scene
        .show(&claim.run)
        .get("events")
        .and_then(Value::as_array)
        .unwrap()
        .iter()
        .map(|event| text(event, "idempotency_key"))
        .collect();
    insta::assert_snapshot!(scene.scratch.mask().apply(&keys.join("\n")), @r#"
    claim:lease-[ID]:event
    outcome:lease-[ID]:outcome-[ID]
    evidence:lease-[ID]:evidence-[ID]
    evidence:lease-[ID]:evidence-[ID]
    decision:lease-[ID]:decision-[ID]
    release:lease-[ID]:failure
    "#);
}

#[test]
fn a_release_is_told_and_told_again() {
    let scene = Scene::new();
    let lease = claim(&scene, &["T1"]).lease;
    let release = ["work", "release", &lease, "partial"];
    insta::assert_snapshot!(scene.tell(&release), @r#"
    exit 0
    --- stdout
    Released: RELEASED_OK
    Final status: released
    Store Run: run_[ID]
    Receipt: sha256:[HASH]
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&release), @r#"
    exit 0
    --- stdout
    Released: RELEASED_IDEMPOTENT_REPLAY
    Final status: released
    Store Run: run_[ID]
    Receipt: sha256:[HASH]
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&[&release[..], &["--json"]].concat()), @r#"
    exit 0
    --- stdout
    {
      "decision": "GRANTED",
      "reason_code": "RELEASED_IDEMPOTENT_REPLAY",
      "message": "released replay",
      "lease_status": "released",
      "receipt_id": "sha256:[HASH]",
      "next_action": "inspect receipt and route summary",
      "kernel_bridge": {
        "status": "replayed",
        "run_id": "run_[ID]",
        "store_path": "[DIR]/project/.motus/kernel-store.db",
        "event_id": "sha256:[HASH]"
      },
      "kernel_run_id": "run_[ID]",
      "kernel_receipt": {
        "schema_version": "motus.receipt.projection.v1",
        "run_id": "run_[ID]",
        "lease_id": "lease-[ID]",
        "work_id": "T1",
        "status": "closed",
        "outcome": "partial",
        "outcome_note": "motus work released partial: RELEASED_OK",
        "recorded_at": "[TIME]",
        "accepted_close": true,
        "summary": "motus work released partial: RELEASED_OK",
        "evidence": [],
        "evidence_ids": [],
        "decisions": [],
        "decision_summaries": [],
        "event_count": 2,
        "route_summary": {
          "schema_version": "motus.route_summary.projection.v1",
          "run_id": "run_[ID]",
          "status": "closed",
          "outcome": "partial",
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
fn the_receipt_of_a_claim_is_told() {
    let scene = Scene::new();
    let claim = claim(&scene, &["T1"]);
    insta::assert_snapshot!(scene.tell(&["work", "receipt", &claim.lease]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[projection.run_open]: run is still open: run_[ID]
    hint: it has a receipt once it is released with `motus work release`
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "receipt", &claim.lease, "--json"]), @r#"
    exit 1
    --- stdout
    {
      "lease_id": "lease-[ID]",
      "found": false,
      "kernel_run": true,
      "message": "Receipt is not available until the work reaches a terminal state."
    }
    --- stderr
    "#);
    succeed(scene.run(&["work", "release", &claim.lease, "failure"]));
    insta::assert_snapshot!(scene.tell(&["work", "receipt", &claim.lease]), @r#"
    exit 0
    --- stdout
    Receipt: sha256:[HASH]
    Run: run_[ID]
    Status: closed
    Outcome: failure
    Recorded: [TIME]
    Accepted close: yes

    Summary: motus work released failure: RELEASED_OK

    Next: inspect receipt and route summary
    --- stderr
    "#);
    let told = scene.run(&["work", "receipt", &claim.lease, "--json"]).expect_success();
    let receipt = parse(&told.stdout);
    let of_run = parse(&scene.run(&["run", "receipt", &claim.run, "--json"]).stdout);
    assert_eq!(receipt.get("receipt"), Some(&of_run));
    assert_eq!(text(&receipt, "lease_id"), claim.lease);
    assert_eq!(scene.run(&["work", "receipt", &claim.run, "--json"]).stdout, told.stdout);
}

#[test]
fn claims_are_listed() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["work", "list"]), @r#"
    exit 0
    --- stdout
    No Store-backed work runs found.
    --- stderr
    notice: there is no Store yet: [DIR]/project/.motus/kernel-store.db
    hint: claim a first task with `motus work claim`, or name a Store with --db
    "#);
    let first = claim(&scene, &["T1"]).lease;
    claim(&scene, &["T2", "--agent", "bob\u{1b}"]);
    succeed(scene.run(&["work", "release", &first, "success"]));
    insta::assert_snapshot!(scene.tell(&["work", "list"]), @r#"
    exit 0
    --- stdout
    LEASE               STATE  CLAIMED               EXPIRES               AGENT      TASK
    lease-[ID]  open   [TIME]  [TIME]  bob\u{1b}  T2
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "list", "--all"]), @r#"
    exit 0
    --- stdout
    LEASE               STATE     CLAIMED               EXPIRES               AGENT      TASK
    lease-[ID]  open      [TIME]  [TIME]  bob\u{1b}  T2
    lease-[ID]  released  [TIME]  [TIME]  default    T1
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "list", "--all", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "items": [
        {
          "lease_id": "lease-[ID]",
          "task_id": "T2",
          "agent_id": "bob\u001b",
          "claimed_at": "[TIME]",
          "expires_at": "[TIME]",
          "status": "active",
          "state": "open",
          "run_id": "run_[ID]",
          "outcome": null,
          "handoff": null
        },
        {
          "lease_id": "lease-[ID]",
          "task_id": "T1",
          "agent_id": "default",
          "claimed_at": "[TIME]",
          "expires_at": "[TIME]",
          "status": "released",
          "state": "released",
          "run_id": "run_[ID]",
          "outcome": "success",
          "handoff": null
        }
      ],
      "count": 2
    }
    --- stderr
    "#);
}

#[test]
fn what_expired_is_cleaned_up() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["work", "cleanup"]), @r#"
    exit 0
    --- stdout
    Expired leases: 0
    --- stderr
    notice: there is no Store yet: [DIR]/project/.motus/kernel-store.db
    hint: claim a first task with `motus work claim`, or name a Store with --db
    "#);
    let short = claim(&scene, &["T1", "--ttl", "1"]);
    claim(&scene, &["T2"]);
    wait_for_the_end(&scene, &short.lease);
    let late = ["work", "evidence", &short.lease, "log"];
    insta::assert_snapshot!(scene.tell(&late), @r#"
    exit 1
    --- stdout
    --- stderr
    error[work.lease_expired]: lease has expired: lease-[ID]
    hint: claim the task anew with `motus work claim`; `motus work cleanup` closes what expired
    "#);
    insta::assert_snapshot!(scene.tell(&[&late[..], &["--json"]].concat()), @r#"
    exit 1
    --- stdout
    {
      "accepted": false,
      "evidence_id": null,
      "message": "lease has expired: lease-[ID]",
      "kernel_bridge": {
        "status": "not_applicable"
      },
      "reason_code": "LEASE_EXPIRED"
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "release", &short.lease, "success", "--json"]), @r#"
    exit 1
    --- stdout
    {
      "decision": "DENIED",
      "reason_code": "LEASE_EXPIRED",
      "message": "lease has expired: lease-[ID]",
      "lease_status": null,
      "receipt_id": null,
      "next_action": null,
      "kernel_bridge": {
        "status": "not_applicable"
      }
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "cleanup"]), @r#"
    exit 0
    --- stdout
    Expired leases: 1
      lease-[ID]  run_[ID]  T1
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "cleanup", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "expired_count": 0,
      "items": []
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "receipt", &short.lease]), @r#"
    exit 0
    --- stdout
    Receipt: sha256:[HASH]
    Run: run_[ID]
    Status: closed
    Outcome: aborted
    Recorded: [TIME]
    Accepted close: no

    Summary: motus work released aborted: EXPIRED_TTL

    Next: inspect receipt and route summary
    --- stderr
    "#);
    assert_eq!(scene.run(&late).code, Some(1));
}

#[test]
fn a_task_whose_claim_expired_is_claimed_anew() {
    let scene = Scene::new();
    let short = claim(&scene, &["T1", "--ttl", "1"]);
    wait_for_the_end(&scene, &short.lease);
    let arguments = ["work", "claim", "T1", "--json"];
    let granted = parse(&scene.run(&arguments).expect_success().stdout);
    let fencing = granted.get("fencing").and_then(Value::as_array).unwrap();
    let token = fencing.first().and_then(|lock| lock.get("token")).and_then(Value::as_u64);
    assert_eq!(token, Some(2));
}

#[test]
fn the_agent_is_named_by_the_word_else_by_the_environment_else_by_the_claim() {
    let scene = Scene::new();
    let run = |words: &[&str], agent: &str| {
        capture(scene.motus(words).env("MC_AGENT_ID", agent)).expect_success()
    };
    let granted = parse(&run(&["work", "claim", "T1", "--json"], "ann").stdout);
    let (lease, run_id) = (text(&granted, "lease_id"), text(&granted, "kernel_run_id"));
    run(&["work", "evidence", &lease, "log"], "");
    run(&["work", "evidence", &lease, "log"], "bob");
    run(&["work", "evidence", &lease, "log", "--agent", "eve"], "bob");
    run(&["work", "decision", &lease, "go"], " ");
    let shown = scene.show(&run_id);
    let producers: Vec<String> = shown
        .get("events")
        .and_then(Value::as_array)
        .unwrap()
        .iter()
        .map(|event| text(event, "producer_id"))
        .collect();
    let expected = ["ann", "ann", "bob", "eve", "ann"].map(|agent| format!("motus-work:{agent}"));
    assert_eq!(producers, expected);
    let nobody = claim(&scene, &["T2"]);
    let claimed = payloads_in(&scene.show(&nobody.run));
    assert_eq!(text(&claimed[0].1, "agent_id"), "default");
}

#[test]
fn shared_claims_are_in_nobodys_way() {
    let scene = Scene::new();
    claim(&scene, &["T1"]);
    claim(&scene, &["T1", "--shared"]);
    claim(&scene, &["T1", "--shared", "-r", "src/lib.rs"]);
    let refused = scene.run(&["work", "claim", "T1", "--shared", "-r", "file:src/lib.rs"]);
    assert_eq!(refused.code, Some(4), "{}", refused.stderr_text());
}

#[test]
fn the_commit_that_is_checked_out_is_recorded() {
    let scene = Scene::new();
    let git = |words: &[&str]| {
        let mut git = scene.scratch.command("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]).args(words).output()
    };
    if git(&["init", "--quiet", "."]).is_err() {
        return skip("work::the_commit_that_is_checked_out_is_recorded", "there is no git");
    }
    claim(&scene, &["T1"]);
    assert_eq!(scene.column("git_sha"), None);
    git(&["commit", "--quiet", "--allow-empty", "-m", "first"]).unwrap();
    let head = git(&["rev-parse", "HEAD"]).unwrap();
    claim(&scene, &["T2"]);
    let head = String::from_utf8(head.stdout).unwrap();
    assert_eq!(scene.column("git_sha").as_deref(), Some(head.trim()));
}
