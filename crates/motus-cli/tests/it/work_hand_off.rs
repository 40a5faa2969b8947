//! `motus work`: work handed from one to another, continued and accepted, and the pages that tell of it.

use motus_json::{Value, canonical};
use motus_ledger::Digest;
use motus_testkit::harness::skip;

use crate::support::{Scene, parse, payloads_in, succeed};
use crate::work::{Claim, claim, hand_off, handed, text};

#[test]
fn a_hand_off_is_told() {
    let scene = Scene::new();
    let lease = claim(&scene, &["T1"]).lease;
    succeed(scene.run(&["work", "evidence", &lease, "test_result", "--passed", "3"]));
    insta::assert_snapshot!(scene.tell(&hand_off(&lease)), @r#"
    exit 0
    --- stdout
    Released: RELEASED_OK
    Final status: released
    Store Run: run_[ID]
    Receipt: sha256:[HASH]
    Handed to: human:owner

    Next: motus work accept run_[ID] --as human:owner
    --- stderr
    "#);
    let again = scene.run(&[&hand_off(&lease)[..], &["--json"]].concat()).expect_success();
    let again = parse(&again.stdout);
    assert_eq!(text(&again, "reason_code"), "RELEASED_IDEMPOTENT_REPLAY");
    let receiver = again.get("handoff").unwrap().get("receiver").unwrap();
    assert_eq!(text(receiver, "id"), "owner");
    assert_eq!(scene.run(&["work", "release", &lease, "partial"]).code, Some(4));
}

#[test]
fn the_receiver_accepts() {
    let scene = Scene::new();
    let handed = handed(&scene);
    insta::assert_snapshot!(scene.tell(&["work", "accept", &handed.run]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[work.not_receiver]: run was handed to human:owner, not to agent:default: run_[ID]
    hint: human:owner accepts it with --as human:owner, and goes on with it as --agent owner
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "accept", "latest", "--as", "human:x", "--json"]), @r#"
    exit 1
    --- stdout
    {
      "decision": "DENIED",
      "reason_code": "NOT_RECEIVER",
      "message": "run was handed to human:owner, not to human:x: run_[ID]",
      "accepted_run": null,
      "receipt_id": null,
      "acceptor": null,
      "kernel_bridge": {
        "status": "not_applicable"
      }
    }
    --- stderr
    "#);
    let accept = ["work", "accept", &handed.lease, "--as", "human:owner"];
    insta::assert_snapshot!(scene.tell(&accept), @r#"
    exit 0
    --- stdout
    Accepted: ACCEPTED_OK
    By: human:owner
    Run: run_[ID]
    Receipt: sha256:[HASH]
    Store Run: run_[ID]
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&[&accept[..], &["--json"]].concat()), @r#"
    exit 0
    --- stdout
    {
      "decision": "GRANTED",
      "reason_code": "ACCEPTED_IDEMPOTENT_REPLAY",
      "message": "accepted replay",
      "accepted_run": "run_[ID]",
      "receipt_id": "sha256:[HASH]",
      "acceptor": {
        "type": "human",
        "id": "owner"
      },
      "kernel_bridge": {
        "status": "replayed",
        "run_id": "run_[ID]",
        "store_path": "[DIR]/project/.motus/kernel-store.db",
        "event_id": "sha256:[HASH]"
      },
      "kernel_run_id": "run_[ID]"
    }
    --- stderr
    "#);
    let runs = parse(&scene.run(&["run", "list", "--json"]).stdout);
    assert_eq!(runs.get("count").and_then(Value::as_u64), Some(2));
    let (kind, payload) = payloads_in(&scene.show("latest")).remove(0);
    assert_eq!(kind, "decision.motus_work");
    assert_eq!(text(&payload, "accepted_run"), handed.run);
    assert_eq!(scene.column("intent"), Some(format!("Accept {}", handed.run)));
    assert_eq!(scene.column("outcome").as_deref(), Some("success"));
    insta::assert_snapshot!(scene.tell(&["work", "accept", "latest", "--as", "human:owner"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[work.not_handed_over]: run was not handed over: run_[ID]
    hint: see where the work went with `motus run route`
    "#);
}

#[test]
fn an_acceptance_elsewhere_is_a_replay() {
    let scene = Scene::new();
    let handed = handed(&scene);
    let store = scene.store().to_string_lossy().into_owned();
    let accept = ["work", "accept", &handed.run, "--as", "human:owner", "--db", &store, "--json"];
    let first = parse(&scene.run(&accept).expect_success().stdout);
    scene.scratch.write("elsewhere/file", "");
    let mut command = scene.motus(&accept);
    command.current_dir(scene.path("elsewhere"));
    let again = motus_testkit::harness::capture(&mut command).expect_success();
    let again = parse(&again.stdout);
    assert_eq!(text(&again, "reason_code"), "ACCEPTED_IDEMPOTENT_REPLAY");
    assert_eq!(again.get("kernel_run_id"), first.get("kernel_run_id"));
}

#[test]
fn an_agent_accepts_what_was_handed_to_it() {
    let scene = Scene::new();
    let claim = claim(&scene, &["T1"]);
    succeed(scene.run(&["work", "evidence", &claim.lease, "log", "--log", "line"]));
    let words = hand_off(&claim.lease)
        .map(|word| if word == "human:owner" { "agent:reviewer" } else { word });
    succeed(scene.run(&words));
    assert_eq!(scene.run(&["work", "accept", "latest"]).code, Some(1));
    succeed(scene.run(&["work", "accept", "latest", "--agent", "reviewer"]));
}

/// Goes on with what was handed over, and returns both claims.
#[track_caller]
fn continued(scene: &Scene) -> (Claim, String) {
    let handed = handed(scene);
    succeed(scene.run(&["work", "claim", "--from", "latest", "--agent", "owner"]));
    let listed = parse(&scene.run(&["work", "list", "--json"]).stdout);
    let items = listed.get("items").and_then(Value::as_array).unwrap();
    assert_eq!(text(items.first().unwrap(), "task_id"), "T1");
    (handed, text(items.first().unwrap(), "lease_id"))
}

#[test]
fn a_claim_goes_on_with_what_was_handed_over() {
    let scene = Scene::new();
    handed(&scene);
    let words = ["work", "claim", "--from", "latest", "--agent", "owner"];
    insta::assert_snapshot!(scene.tell(&words), @r#"
    exit 0
    --- stdout
    Claimed: T1
    Lease ID: lease-[ID]
    Store Run: run_[ID]
    Expires: [TIME]
    Continues: run_[ID], with 1 piece of evidence

    Next: motus work evidence lease-[ID] test_result --passed 1 --failed 0
    Optional: motus work context lease-[ID]
    --- stderr
    "#);
}

#[test]
fn the_context_of_a_claim_that_goes_on_has_the_evidence_in_view() {
    let scene = Scene::new();
    let (_, lease) = continued(&scene);
    insta::assert_snapshot!(scene.tell(&["work", "context", &lease]), @r#"
    exit 0
    --- stdout
    Context assembled
    Lens version: store-only
    Policy version: unknown

    Resources: 1
    Policy snippets: 0

    Work: T1
    Lease: lease-[ID], alive until [TIME]
    Continues: run_[ID]
    Agent: owner
    Intent: approve the change

    Proof
          none

    Continues: run_[ID]
    Work: T1
    Intent: Mend the reader
    Outcome: partial
    Receipt: sha256:[HASH]
    Handed to: human:owner
    To do: approve the change
    Because: it changes a format

    Handed over with it
       1  test_result: 3 passed, 0 failed, 0 skipped
          sha256:[HASH], payload sha256:[HASH], [TIME], motus-work:default
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "context", &lease, "--json"]), @r#"
    exit 0
    --- stdout
    {
      "decision": "GRANTED",
      "reason_code": "STORE_CONTEXT",
      "lens": {
        "lens_version": "store-only",
        "intent": null,
        "from": {
          "run_id": "run_[ID]",
          "work_id": "T1",
          "intent": "Mend the reader",
          "outcome": "partial",
          "outcome_note": "motus work released partial: RELEASED_OK",
          "receipt_id": "sha256:[HASH]",
          "handoff": {
            "status": "ready",
            "receiver": {
              "type": "human",
              "id": "owner"
            },
            "expected_action": "approve the change",
            "reason": "it changes a format",
            "evidence_refs": [
              "sha256:[HASH]"
            ]
          },
          "evidence": [
            {
              "evidence_id": "sha256:[HASH]",
              "evidence_type": "motus_work.test_result",
              "summary": "test_result: passed=3 failed=0 skipped=0",
              "test_results": {
                "failed": 0,
                "passed": 3,
                "skipped": 0
              },
              "recorded_at": "[TIME]",
              "payload_hash": "sha256:[HASH]"
            }
          ]
        }
      },
      "lease_status": "active",
      "lease_id": "lease-[ID]",
      "task_id": "T1",
      "agent_id": "owner",
      "intent": "approve the change",
      "resources": [
        "task:T1"
      ],
      "expires_at": "[TIME]",
      "kernel_run_id": "run_[ID]",
      "evidence_ids": []
    }
    --- stderr
    "#);
}

#[test]
fn the_status_of_a_claim_that_goes_on_has_the_evidence_in_view() {
    let scene = Scene::new();
    let (handed, lease) = continued(&scene);
    insta::assert_snapshot!(scene.tell(&["work", "status", &lease]), @r#"
    exit 0
    --- stdout
    Run: lease-[ID]
    Status: open
    Intent: approve the change
    Events: 1

    Store Run: run_[ID]
    Work: T1
    Lease: lease-[ID], alive until [TIME]
    Continues: run_[ID]
    Agent: owner
    Source: motus-work (motus-work:owner)
    Directory: [DIR]/project
    Commit: none
    Started: [TIME]

    Proof
          none

    Handed over with it
       1  test_result: 3 passed, 0 failed, 0 skipped
          sha256:[HASH], payload sha256:[HASH], [TIME], motus-work:default

    Next: motus work evidence lease-[ID] TYPE, with what shows the work
    --- stderr
    "#);
    let status = parse(&scene.run(&["work", "status", &lease, "--json"]).stdout);
    assert_eq!(text(status.get("from").unwrap(), "run_id"), handed.run);
    let (_, payload) = payloads_in(&scene.show("latest")).remove(0);
    assert_eq!(text(&payload, "from_run"), handed.run);
    succeed(scene.run(&["work", "release", &lease, "aborted"]));
    let other = ["work", "claim", "--from", &handed.lease, "-i", "read it", "--agent", "owner"];
    succeed(scene.run(&other));
    assert_eq!(scene.column("intent").as_deref(), Some("read it"));
}

#[test]
fn only_what_was_handed_over_is_continued() {
    let scene = Scene::new();
    let open = claim(&scene, &["T1"]);
    insta::assert_snapshot!(scene.tell(&["work", "claim", "--from", &open.lease]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[work.not_handed_over]: run was not handed over: run_[ID]
    hint: see where the work went with `motus run route`
    "#);
    insta::assert_snapshot!(scene.tell(&["work", "claim", "--from", "latest", "--json"]), @r#"
    exit 1
    --- stdout
    {
      "decision": "DENIED",
      "reason_code": "NOT_HANDED_OVER",
      "lease_id": null,
      "message": "run was not handed over: run_[ID]",
      "kernel_bridge": {
        "status": "not_applicable"
      }
    }
    --- stderr
    "#);
    succeed(scene.run(&["work", "release", &open.lease, "success"]));
    assert_eq!(scene.run(&["work", "claim", "--from", &open.run]).code, Some(1));
    assert_eq!(scene.run(&["work", "claim", "--from", "run_9"]).code, Some(1));
}

/// Claims, adds of everything, hands over and accepts, with text that would do something elsewhere.
fn eventful(scene: &Scene) -> String {
    let intent = "Mend **the** reader\u{1b}[31m, ask @owner at http://evil.example";
    let claim = claim(scene, &["T1", "--intent", intent, "-r", "file:/home/bob/reader.rs"]);
    let lease = claim.lease.as_str();
    let tests = ["work", "evidence", lease, "test_result", "--passed", "3", "--skipped", "1"];
    let log = "![x](http://evil.example/x.png)\n# Approved\n<script>";
    for words in [
        &tests[..],
        &["work", "evidence", lease, "log", "--log", log, "--diff", "in /home/bob/src"],
        &["work", "outcome", lease, "file", "-p", "src/reader.rs", "-d", "reads `empty` lines"],
        &["work", "decision", lease, "+ keep it", "-r", "- others read it", "-a", "[a](b)"],
        &hand_off(lease),
        &["work", "accept", lease, "--as", "human:owner"],
    ] {
        succeed(scene.run(words));
    }
    claim.lease
}

#[test]
fn a_reviewer_reads_what_who_proof_outcome_acceptance_and_next() {
    let scene = Scene::new();
    let lease = eventful(&scene);
    insta::assert_snapshot!(scene.tell(&["work", "status", &lease]), @r#"
    exit 0
    --- stdout
    Run: lease-[ID]
    Status: closed
    Intent: Mend **the** reader\u{1b}[31m, ask @owner at http://evil.example
    Events: 8
    Receipt: sha256:[HASH]

    Store Run: run_[ID]
    Work: T1
    Lease: lease-[ID]
    Resources: file:/home/bob/reader.rs
    Agent: default
    Source: motus-work (motus-work:default)
    Directory: [DIR]/project
    Commit: none
    Started: [TIME]
    Ended: [TIME]

    Proof
       1  test_result: 3 passed, 0 failed, 1 skipped
          sha256:[HASH], payload sha256:[HASH], [TIME], motus-work:default
       2  log: in /home/bob/src
          sha256:[HASH], payload sha256:[HASH], [TIME], motus-work:default
          log: ![x](http://evil.example/x.png)\n# Approved\n<script>

    Came out
       1  file at src/reader.rs: reads `empty` lines
          sha256:[HASH]

    Decided
       1  + keep it
          because - others read it
          instead of [a](b)
          sha256:[HASH]

    Outcome: partial
    Handed to: human:owner, to approve the change, because it changes a format, with 2 pieces of evidence
    Accepted: yes, by human:owner, [TIME], in run_[ID]
    Next: motus receipt run_[ID] --format envelope
    --- stderr
    "#);
    let run = parse(&scene.run(&["work", "status", &lease, "--json"]).stdout);
    let run = text(run.get("packet").unwrap(), "run_id");
    insta::assert_snapshot!(scene.tell(&["run", "show", &run]), @r#"
    exit 0
    --- stdout
    Run         run_[ID]
    Status      closed
    Intent      Mend **the** reader\u{1b}[31m, ask @owner at http://evil.example
    Source      motus-work (motus-work:default)
    Directory   [DIR]/project
    Commit      none
    Started     [TIME]
    Ended       [TIME]
    Outcome     partial
    Work        T1
    Lease       lease-[ID]
    Resources   file:/home/bob/reader.rs
    Agent       default
    Handed to   human:owner, to approve the change, because it changes a format, with 2 pieces of evidence
    Accepted    yes, by human:owner, [TIME], in run_[ID]
    Next        motus receipt run_[ID] --format envelope

    Proof
       1  test_result: 3 passed, 0 failed, 1 skipped
          sha256:[HASH], payload sha256:[HASH], [TIME], motus-work:default
       2  log: in /home/bob/src
          sha256:[HASH], payload sha256:[HASH], [TIME], motus-work:default
          log: ![x](http://evil.example/x.png)\n# Approved\n<script>

    Came out
       1  file at src/reader.rs: reads `empty` lines
          sha256:[HASH]

    Decided
       1  + keep it
          because - others read it
          instead of [a](b)
          sha256:[HASH]

       1  [TIME]  work.claim                       T1, by default
       2  [TIME]  evidence.motus_work.test_result  test_result: passed=3 failed=0 skipped=1
       3  [TIME]  evidence.motus_work.log          in /home/bob/src
       4  [TIME]  outcome.file                     reads `empty` lines
       5  [TIME]  decision.motus_work              + keep it
       6  [TIME]  route.motus_work                 handoff, because it changes a format
       7  [TIME]  handoff.motus_work               ready, to approve the change
       8  [TIME]  work.release                     partial, RELEASED_OK
    --- stderr
    "#);
}

#[test]
fn the_page_as_markdown_can_be_pasted() {
    let scene = Scene::new();
    let lease = eventful(&scene);
    let words = ["work", "status", &lease, "--format", "markdown"];
    insta::assert_snapshot!(scene.tell(&words), @r#"
    exit 0
    --- stdout
    # T1: Mend \*\*the\*\* reader\\u\{1b\}\[31m, ask @<!-- -->owner at http\://evil.example

    - **Run**: `run_[ID]`
    - **Status**: closed
    - **Work**: `T1`
    - **Lease**: `lease-[ID]`
    - **Resources**: `[PATH]`
    - **Agent**: `default`
    - **Source**: motus-work (`motus-work:default`)
    - **Commit**: none
    - **Started**: `[TIME]`
    - **Ended**: `[TIME]`

    ## Proof

    1. test\_result: 3 passed, 0 failed, 1 skipped
       - `sha256:[HASH]`, payload `sha256:[HASH]`, `[TIME]`, `motus-work:default`
    2. log: withheld, 16 characters
       - `sha256:[HASH]`, payload `sha256:[HASH]`, `[TIME]`, `motus-work:default`
       - log: withheld, 51 characters

    ## Came out

    1. file at src/reader.rs: reads \`empty\` lines
       - `sha256:[HASH]`

    ## Decided

    1. \+ keep it
       - because \- others read it
       - instead of \[a\]\(b\)
       - `sha256:[HASH]`

    ## Outcome

    - **Outcome**: `partial`
    - **Handed to**: `human:owner`, to approve the change, because it changes a format, with 2 pieces of evidence
    - **Accepted**: yes, by `human:owner`, `[TIME]`, in `run_[ID]`
    - **Receipt**: `sha256:[HASH]`
    - **Next**: `motus receipt run_[ID] --format envelope`
    --- stderr
    "#);
    let page = scene.run(&words).stdout_text();
    let root = scene.scratch.path().to_string_lossy().into_owned();
    for gone in ["bob", &root, "\u{1b}", "<script", "](http", "@owner", "**the**"] {
        assert!(!page.contains(gone), "{gone} in {page}");
    }
    let run = parse(&scene.run(&["work", "status", &lease, "--json"]).stdout);
    let run = text(run.get("packet").unwrap(), "run_id");
    assert_eq!(scene.run(&["run", "show", &run, "--format", "markdown"]).stdout_text(), page);
}

#[test]
fn what_is_next_proposes_no_end_for_the_worker_to_make_true() {
    let scene = Scene::new();
    let claim = claim(&scene, &["T1", "--shared", "-r", "src/lib.rs", "-r", "task:T1"]);
    let page = |words: &[&str]| {
        let told = scene.run(&[&["work", "status", &claim.lease], words].concat());
        scene.scratch.mask().apply(&told.expect_success().stdout_text())
    };
    assert!(
        page(&[])
            .ends_with("\nNext: motus work evidence lease-[ID] TYPE, with what shows the work\n")
    );
    assert!(page(&[]).contains(", shared\nResources: file:src/lib.rs\n"), "{}", page(&[]));
    assert!(page(&["--format", "markdown"]).contains("\n## Next\n\n- **Next**: `motus work"));
    // What says nothing shows nothing.
    let empty = scene.run(&["work", "evidence", &claim.lease, "test_result"]).expect_success();
    assert!(empty.stderr_text().starts_with("notice: it shows nothing"), "{empty:?}");
    assert!(page(&[]).contains("\nNext: motus work evidence "), "{}", page(&[]));
    succeed(scene.run(&["work", "evidence", &claim.lease, "test_result", "--failed", "2"]));
    assert!(page(&[]).ends_with(
        "\nNext: motus work release lease-[ID] OUTCOME, as success, failure, partial or aborted\n"
    ));
    succeed(scene.run(&["work", "release", &claim.lease, "failure"]));
    let worker = "\nAccepted: closed by its worker (agent:default), nobody else accepted it\n";
    assert!(page(&[]).contains(worker), "{}", page(&[]));
}

#[test]
fn the_receipt_of_handed_work_tells_for_whom_it_waits() {
    let scene = Scene::new();
    let handed = handed(&scene);
    insta::assert_snapshot!(scene.tell(&["work", "receipt", &handed.lease]), @r#"
    exit 0
    --- stdout
    Receipt: sha256:[HASH]
    Run: run_[ID]
    Status: closed
    Outcome: partial
    Recorded: [TIME]
    Accepted close: yes

    Summary: motus work released partial: RELEASED_OK

    Next: inspect receipt and route summary

    Handed to: human:owner, to approve the change, because it changes a format, with 1 piece of evidence
    Accepted: not yet, it waits for human:owner
    Next: motus work accept run_[ID] --as human:owner
    --- stderr
    "#);
}

#[test]
fn the_page_leads_to_the_envelope_that_says_accepted() {
    let scene = Scene::new();
    let handed = handed(&scene);
    let status_of = |run: &str| {
        let told = scene.run(&["receipt", run, "--format", "envelope"]).expect_success();
        text(parse(&told.stdout).get("acceptance").unwrap(), "status")
    };
    assert_eq!(status_of(&handed.run), "pending");
    succeed(scene.run(&["work", "accept", &handed.run, "--as", "human:owner"]));
    let page = scene.run(&["work", "status", &handed.run]).expect_success().stdout_text();
    let (_, next) = page.split_once("\nNext: motus receipt ").unwrap();
    let (acceptance, _) = next.split_once(' ').unwrap();
    assert_eq!(status_of(acceptance), "accepted");
    // What the first one says, it says for good.
    assert_eq!(status_of(&handed.run), "pending");
    let page = scene.run(&["work", "status", acceptance]).expect_success().stdout_text();
    let accepts = format!("\nAccepted: yes: human:owner accepts {} with it\n", handed.run);
    assert!(page.contains(&accepts), "{page}");
}

/// Takes the export of all runs, with another payload for the hand-off, into a Store of its own.
#[track_caller]
fn forged(scene: &Scene, run: &str, change: impl Fn(&str) -> String) -> String {
    let export = scene.run(&["run", "export", "--all"]).expect_success().stdout_text();
    let events = scene.show(run).get("events").and_then(Value::as_array).unwrap().to_vec();
    let is_hand_off = |event: &&Value| text(event, "schema_kind") == "handoff.motus_work";
    let payload = text(events.iter().find(is_hand_off).unwrap(), "payload_json");
    let changed = change(&payload);
    assert_ne!(changed, payload);
    let quoted = |text: &str| canonical::store::write(&Value::from(text));
    let export = export
        .replace(&quoted(&payload), &quoted(&changed))
        .replace(Digest::of(&payload).as_str(), Digest::of(&changed).as_str());
    scene.scratch.write("forged.jsonl", export);
    let number = Digest::of(&changed).as_str()["sha256:".len()..][..8].to_owned();
    let store = format!("{number}.db");
    succeed(scene.run(&["run", "import", "forged.jsonl", "--db", &store]));
    store
}

#[test]
fn page_envelope_and_acceptance_agree_on_a_hand_off_that_is_not_whole() {
    let scene = Scene::new();
    let handed = handed(&scene);
    let evidence = parse(&scene.run(&["run", "evidence", &handed.run, "--json"]).stdout);
    let evidence = evidence.get("evidence").and_then(Value::as_array).unwrap();
    let evidence = text(&evidence[0], "evidence_id");
    let unknown = format!("sha256:{}", "0".repeat(64));
    for store in [
        forged(&scene, &handed.run, |payload| payload.replace(&evidence, &unknown)),
        forged(&scene, &handed.run, |payload| payload.replace("\"owner\"", "\"other\"")),
    ] {
        let run = |words: &[&str]| scene.run(&[words, &["--db", &store]].concat());
        let envelope = run(&["receipt", &handed.run, "--format", "envelope"]).expect_success();
        let envelope = parse(&envelope.stdout);
        let acceptance = envelope.get("acceptance").unwrap();
        assert_eq!(text(acceptance, "method"), "work_release", "{acceptance:?}");
        let page = run(&["work", "status", &handed.run]).expect_success().stdout_text();
        assert!(!page.contains("Handed to"), "{page}");
        assert!(page.contains("\nAccepted: closed by its worker (agent:default)"), "{page}");
        for words in [
            &["work", "accept", &handed.run, "--as", "human:owner", "--json"][..],
            &["work", "accept", &handed.run, "--as", "human:other", "--json"],
            &["work", "claim", "--from", &handed.run, "--agent", "owner", "--json"],
        ] {
            let refused = parse(&run(words).stdout);
            assert_eq!(text(&refused, "reason_code"), "NOT_HANDED_OVER", "{words:?}");
        }
    }
}

#[test]
fn a_command_that_is_not_what_is_seen_of_it_is_not_proposed() {
    let scene = Scene::new();
    let claim = claim(&scene, &["T1"]);
    succeed(scene.run(&["work", "evidence", &claim.lease, "log", "--log", "line"]));
    let words = hand_off(&claim.lease)
        .map(|word| if word == "human:owner" { "human:o\u{1b}" } else { word });
    let told = scene.run(&words).expect_success().stdout_text();
    assert!(told.contains("Handed to: human:o\\u{1b}\n") && !told.contains("Next"), "{told}");
    for format in ["text", "markdown"] {
        let words = ["work", "status", &claim.lease, "--format", format];
        let page = scene.run(&words).expect_success().stdout_text();
        assert!(!page.contains("motus work accept"), "{page}");
    }
}

#[test]
fn the_commit_is_told_alike_wherever_it_is_told() {
    let test = "work_hand_off::the_commit_is_told_alike_wherever_it_is_told";
    let scene = Scene::new();
    let git = |words: &[&str]| {
        let mut git = scene.scratch.command("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]).args(words).output()
    };
    if git(&["init", "--quiet", "."]).is_err() {
        return skip(test, "there is no git");
    }
    scene.scratch.write("file", "");
    git(&["add", "file"]).unwrap();
    git(&["commit", "--quiet", "-m", "first"]).unwrap();
    scene.scratch.write("file", "changed");
    scene.record();
    let commit = scene.column("git_sha").unwrap();
    let page = |words: &[&str]| scene.run(words).expect_success().stdout_text();
    for (words, line) in [
        (&["run", "show", "latest"][..], format!("\nCommit      {commit} (modified)\n")),
        (&["work", "status", "latest"], format!("\nCommit: {commit} (modified)\n")),
        (
            &["run", "show", "latest", "--format", "markdown"],
            format!("\n- **Commit**: `{commit}` (modified)\n"),
        ),
    ] {
        assert!(page(words).contains(&line), "{}", page(words));
    }
}

#[test]
fn latest_is_told_by_its_name() {
    let scene = Scene::new();
    let claim = claim(&scene, &["T1"]);
    let page = scene.run(&["work", "status", "latest"]).expect_success().stdout_text();
    assert!(page.starts_with(&format!("Run: {}\n", claim.lease)), "{page}");
    let status = parse(&scene.run(&["work", "status", "latest", "--json"]).stdout);
    assert_eq!(text(&status, "lease_id"), claim.lease);
    let status = parse(&scene.run(&["work", "status", &claim.run, "--json"]).stdout);
    assert_eq!(text(&status, "lease_id"), claim.run);
}

#[test]
fn a_wrapped_command_has_a_page_too() {
    let scene = Scene::new();
    assert_eq!(scene.wrap("echo out; exit 3").code, Some(3));
    insta::assert_snapshot!(scene.tell(&["work", "status", "latest"]), @r#"
    exit 0
    --- stdout
    Run: run_[ID]
    Status: closed
    Intent: sh '[ARGUMENTS_OMITTED:2]'
    Events: 4
    Receipt: sha256:[HASH]

    Store Run: run_[ID]
    Source: motus-wrap (motus-wrap:[N])
    Directory: [DIR]/project
    Commit: none
    Started: [TIME]
    Ended: [TIME]

    Proof
       1  stdout: 4 bytes, 1 line
          sha256:[HASH], payload sha256:[HASH], [TIME], motus-wrap:[N]
       2  stderr: 0 bytes, 0 lines
          sha256:[HASH], payload sha256:[HASH], [TIME], motus-wrap:[N]
       3  exit code 3 after [DURATION]
          sha256:[HASH], payload sha256:[HASH], [TIME], motus-wrap:[N]

    Outcome: failure
    Note: motus wrap exited 3
    Accepted: no, by its exit code
    Next: motus receipt run_[ID] --format envelope
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "show", "latest", "--format", "markdown"]), @r#"
    exit 0
    --- stdout
    # sh '\[ARGUMENTS\_OMITTED:2\]'

    - **Run**: `run_[ID]`
    - **Status**: closed
    - **Source**: motus-wrap (`motus-wrap`)
    - **Commit**: none
    - **Started**: `[TIME]`
    - **Ended**: `[TIME]`

    ## Proof

    1. stdout: 4 bytes, 1 line
       - `sha256:[HASH]`, payload `sha256:[HASH]`, `[TIME]`, `motus-wrap`
    2. stderr: 0 bytes, 0 lines
       - `sha256:[HASH]`, payload `sha256:[HASH]`, `[TIME]`, `motus-wrap`
    3. exit code 3 after [DURATION]
       - `sha256:[HASH]`, payload `sha256:[HASH]`, `[TIME]`, `motus-wrap`

    ## Outcome

    - **Outcome**: `failure`
    - **Note**: motus wrap exited 3
    - **Accepted**: no, by its exit code
    - **Receipt**: `sha256:[HASH]`
    - **Next**: `motus receipt run_[ID] --format envelope`
    --- stderr
    "#);
    let told = scene.run(&["work", "receipt", "latest", "--json"]).expect_success();
    assert_eq!(parse(&told.stdout).get("kernel_run"), Some(&Value::from(true)));
    let shown = parse(&scene.run(&["work", "status", "latest", "--json"]).expect_success().stdout);
    assert_eq!(shown.get("lease_state"), Some(&Value::Null));
    let run = text(shown.get("packet").unwrap(), "run_id");
    assert_eq!(scene.run(&["work", "evidence", &run, "log"]).code, Some(1));
}

#[test]
fn the_status_as_json_begins_with_the_published_members() {
    let scene = Scene::new();
    let handed = handed(&scene);
    let status = parse(&scene.run(&["work", "status", &handed.lease, "--json"]).stdout);
    let names: Vec<String> = status
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, _)| name.to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        names,
        [
            "lease_id",
            "status",
            "lease_status",
            "kernel_run",
            "work_packet",
            "packet",
            "lease_state",
            "expires_at",
            "handoff",
            "accepted"
        ]
    );
    assert_eq!(status.get("packet"), status.get("work_packet"));
    assert_eq!(status.get("accepted"), Some(&Value::Null));
    let packet = parse(&scene.run(&["run", "packet", &handed.run, "--json"]).stdout);
    assert_eq!(status.get("packet"), Some(&packet));
}
