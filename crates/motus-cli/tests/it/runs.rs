//! `motus run`: what was recorded, read back.

use std::process::Stdio;

use motus_json::Value;
use motus_testkit::harness::{capture, unread_output};

use crate::support::{Python, Scene, parse};

/// Makes a Store with a failed and a successful run.
fn two_runs() -> Scene {
    let scene = Scene::new();
    assert_eq!(scene.wrap("echo a; exit 3").code, Some(3));
    scene.record();
    scene
}

#[test]
fn a_list_is_a_table_newest_first() {
    let scene = two_runs();
    insta::assert_snapshot!(scene.tell(&["run", "list"]), @r#"
    exit 0
    --- stdout
    RUN                                    STARTED               OUTCOME     TOOK  SOURCE      INTENT
    run_[ID]  [TIME]  success       [DURATION]  motus-wrap  true
    run_[ID]  [TIME]  failure       [DURATION]  motus-wrap  sh '[ARGUMENTS_OMITTED:2]'
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "list", "--limit", "1"]), @r#"
    exit 0
    --- stdout
    RUN                                    STARTED               OUTCOME     TOOK  SOURCE      INTENT
    run_[ID]  [TIME]  success       [DURATION]  motus-wrap  true
    --- stderr
    1 newest run shown; see more with --limit N
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "list", "--source", "motus-work"]), @r#"
    exit 0
    --- stdout
    No run matches.
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "list", "--open"]), @r#"
    exit 0
    --- stdout
    No run matches.
    --- stderr
    "#);
}

#[test]
fn a_list_as_json_has_sorted_names() {
    let scene = two_runs();
    insta::assert_snapshot!(scene.tell(&["run", "list", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "count": 2,
      "runs": [
        {
          "cwd": "[DIR]/project",
          "ended_at": "[TIME]",
          "git_sha": null,
          "intent": "true",
          "outcome": "success",
          "run_id": "run_[ID]",
          "source": "motus-wrap",
          "started_at": "[TIME]",
          "status": "closed"
        },
        {
          "cwd": "[DIR]/project",
          "ended_at": "[TIME]",
          "git_sha": null,
          "intent": "sh '[ARGUMENTS_OMITTED:2]'",
          "outcome": "failure",
          "run_id": "run_[ID]",
          "source": "motus-wrap",
          "started_at": "[TIME]",
          "status": "closed"
        }
      ],
      "truncated": false
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "list", "--open", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "count": 0,
      "runs": [],
      "truncated": false
    }
    --- stderr
    "#);
}

#[test]
fn a_list_says_whether_there_are_more_runs() {
    let scene = two_runs();
    for (limit, more) in [("1", true), ("2", false), ("3", false), ("4294967295", false)] {
        let told = scene.run(&["run", "list", "--limit", limit]).expect_success();
        assert_eq!(!told.stderr.is_empty(), more, "{limit}: {}", told.stderr_text());
        let told = scene.run(&["run", "list", "--limit", limit, "--json"]).expect_success();
        assert_eq!(told.stderr_text(), "");
        let document = parse(&told.stdout);
        assert_eq!(document.get("truncated").and_then(Value::as_bool), Some(more), "{limit}");
    }
}

#[test]
fn a_store_is_named_before_the_command_or_behind_it() {
    let scene = two_runs();
    let store = scene.store().to_string_lossy().into_owned();
    let behind = scene.run(&["run", "list", "--db", &store]).expect_success();
    assert_eq!(scene.run(&["--db", &store, "run", "list"]).expect_success(), behind);
    assert_eq!(scene.run(&["--db", "no", "run", "list", "--db", &store]), behind);
    let refused = scene.run(&["--db", "no", "run", "list"]);
    assert_eq!(refused.code, Some(1), "{}", refused.stdout_text());
}

#[test]
fn what_cut_a_run_short_is_shown() {
    let scene = Scene::new();
    let gist = |arguments: &[&str]| {
        scene.run(&[&["wrap"], arguments].concat());
        let page = scene.run(&["run", "show", "latest"]).expect_success().stdout_text();
        let page = scene.scratch.mask().apply(&page);
        page.lines().skip_while(|line| !line.is_empty()).skip(2).map(str::to_owned).collect()
    };
    let lines: Vec<String> = gist(&["--timeout", "0.2", "--", "sleep", "20"]);
    assert!(lines[2].ends_with("exit code 124 after [DURATION] (timeout)"), "{lines:?}");
    let lines = gist(&["--max-output-bytes", "1", "--", "sh", "-c", "echo a; printf b >&2"]);
    assert!(lines[0].ends_with("stdout: 2 bytes, 1 line, truncated"), "{lines:?}");
    assert!(lines[1].ends_with("stderr: 1 byte, 1 line"), "{lines:?}");
    let lines = gist(&["--", "sh", "-c", "kill -TERM $PPID; sleep 20"]);
    assert!(lines[2].ends_with("exit code 143 after [DURATION] (signal 15)"), "{lines:?}");
}

#[test]
fn the_state_of_the_working_tree_is_shown() {
    let scene = Scene::new();
    let git = |arguments: &[&str]| {
        let mut command = scene.scratch.command("git");
        let identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"];
        capture(command.args(identity).args(arguments)).expect_success()
    };
    drop(git(&["init", "-q"]));
    drop(git(&["commit", "-q", "--allow-empty", "-m", "first"]));
    let commit = git(&["rev-parse", "HEAD"]).stdout_text().trim().to_owned();
    for state in ["clean", "modified"] {
        scene.record();
        let page = scene.run(&["run", "show", "latest"]).expect_success().stdout_text();
        assert!(page.contains(&format!("\nCommit      {commit} ({state})\n")), "{page}");
        scene.scratch.write("new", "");
    }
}

#[test]
fn json_has_every_byte_even_where_colours_are_taken_off() {
    let scene = Scene::new();
    let name = "a\u{7f}b";
    assert_eq!(scene.run(&["wrap", "--", name]).code, Some(127));
    let listed = parse(&scene.run(&["run", "list", "--json"]).expect_success().stdout);
    let run = listed.get("runs").and_then(Value::as_array).unwrap().first().unwrap();
    assert_eq!(run.get("intent").and_then(Value::as_str), Some("'a\u{7f}b'"));
    assert_eq!(scene.column("intent").unwrap(), "'a\u{7f}b'");
    let refused = scene.run(&["run", "show", name, "--json"]);
    let message = parse(&refused.stderr).get("error").and_then(Value::as_str).map(str::to_owned);
    assert_eq!(message.unwrap(), "run not found: a\u{7f}b");
}

#[test]
fn a_run_is_shown_with_its_events() {
    let scene = two_runs();
    insta::assert_snapshot!(scene.tell(&["run", "show", "latest"]), @r#"
    exit 0
    --- stdout
    Run         run_[ID]
    Status      closed
    Intent      true
    Source      motus-wrap (motus-wrap:[N])
    Directory   [DIR]/project
    Commit      none
    Started     [TIME]
    Ended       [TIME]
    Outcome     success
    Note        motus wrap exited 0
    Accepted    yes, by its exit code
    Next        motus receipt run_[ID] --format envelope

       1  [TIME]  adapter.wrap.start            true
       2  [TIME]  adapter.wrap.output_summary   stdout: 0 bytes, 0 lines
       3  [TIME]  adapter.wrap.output_summary   stderr: 0 bytes, 0 lines
       4  [TIME]  adapter.wrap.end              exit code 0 after [DURATION]
    --- stderr
    "#);
}

#[test]
fn a_run_is_shown_as_json_column_by_column() {
    let scene = two_runs();
    insta::assert_snapshot!(scene.tell(&["run", "show", "latest", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "run": {
        "id": "run_[ID]",
        "idempotency_key": "wrap-start-[N]",
        "producer_id": "motus-wrap:[N]",
        "source": "motus-wrap",
        "started_at": "[TIME]",
        "ended_at": "[TIME]",
        "intent": "true",
        "cwd": "[DIR]/project",
        "git_sha": null,
        "outcome": "success",
        "outcome_note": "motus wrap exited 0",
        "end_idempotency_key": "wrap-start-[N]:close",
        "end_payload_hash": "sha256:[HASH]",
        "ended_by_producer_id": "motus-wrap:[N]"
      },
      "events": [
        {
          "run_id": "run_[ID]",
          "seq": 1,
          "idempotency_key": "wrap-start-[N]:start",
          "id": "sha256:[HASH]",
          "payload_hash": "sha256:[HASH]",
          "schema_hash": "sha256:[HASH]",
          "schema_kind": "adapter.wrap.start",
          "ts": "[TIME]",
          "payload_json": "{\"adapter_version\":\"1\",\"argv_summary\":[\"true\"],\"command_display\":\"true\",\"cwd\":\"[DIR]/project\",\"git_sha\":null,\"idempotency_key\":\"wrap-start-[N]:start\",\"process\":{[PROCESS]},\"producer_id\":\"motus-wrap:[N]\",\"run_id\":\"run_[ID]\",\"started_at\":\"[TIME]\",\"working_tree_dirty\":null}",
          "producer_id": "motus-wrap:[N]"
        },
        {
          "run_id": "run_[ID]",
          "seq": 2,
          "idempotency_key": "wrap-start-[N]:output:stdout",
          "id": "sha256:[HASH]",
          "payload_hash": "sha256:[HASH]",
          "schema_hash": "sha256:[HASH]",
          "schema_kind": "adapter.wrap.output_summary",
          "ts": "[TIME]",
          "payload_json": "{\"byte_count\":0,\"content_omitted\":true,\"idempotency_key\":\"wrap-start-[N]:output:stdout\",\"line_count\":0,\"output_capture_policy\":\"metadata_only\",\"payload_hash\":\"sha256:[HASH]\",\"producer_id\":\"motus-wrap:[N]\",\"redaction_applied\":false,\"redaction_reason_codes\":[],\"run_id\":\"run_[ID]\",\"stream\":\"stdout\",\"summary\":\"stdout: content omitted by motus wrap policy (0 bytes, 0 lines)\",\"truncated\":false}",
          "producer_id": "motus-wrap:[N]"
        },
        {
          "run_id": "run_[ID]",
          "seq": 3,
          "idempotency_key": "wrap-start-[N]:output:stderr",
          "id": "sha256:[HASH]",
          "payload_hash": "sha256:[HASH]",
          "schema_hash": "sha256:[HASH]",
          "schema_kind": "adapter.wrap.output_summary",
          "ts": "[TIME]",
          "payload_json": "{\"byte_count\":0,\"content_omitted\":true,\"idempotency_key\":\"wrap-start-[N]:output:stderr\",\"line_count\":0,\"output_capture_policy\":\"metadata_only\",\"payload_hash\":\"sha256:[HASH]\",\"producer_id\":\"motus-wrap:[N]\",\"redaction_applied\":false,\"redaction_reason_codes\":[],\"run_id\":\"run_[ID]\",\"stream\":\"stderr\",\"summary\":\"stderr: content omitted by motus wrap policy (0 bytes, 0 lines)\",\"truncated\":false}",
          "producer_id": "motus-wrap:[N]"
        },
        {
          "run_id": "run_[ID]",
          "seq": 4,
          "idempotency_key": "wrap-start-[N]:end",
          "id": "sha256:[HASH]",
          "payload_hash": "sha256:[HASH]",
          "schema_hash": "sha256:[HASH]",
          "schema_kind": "adapter.wrap.end",
          "ts": "[TIME]",
          "payload_json": "{\"duration_ms\":[DURATION],\"ended_at\":\"[TIME]\",\"exit_code\":0,\"idempotency_key\":\"wrap-start-[N]:end\",\"outcome\":\"success\",\"producer_id\":\"motus-wrap:[N]\",\"redaction_applied\":false,\"redaction_reason_codes\":[],\"run_id\":\"run_[ID]\",\"timed_out\":false}",
          "producer_id": "motus-wrap:[N]"
        }
      ]
    }
    --- stderr
    "#);
}

#[test]
fn a_receipt_is_a_page_or_json() {
    let scene = two_runs();
    insta::assert_snapshot!(scene.tell(&["run", "receipt", "latest"]), @r#"
    exit 0
    --- stdout
    Receipt: sha256:[HASH]
    Run: run_[ID]
    Status: closed
    Outcome: success
    Recorded: [TIME]
    Accepted close: yes
    Events: 4
    Evidence: 0
    Decisions: 0

    Summary: motus wrap exited 0

    Next: inspect receipt and route summary
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "receipt", "latest", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "accepted_close": true,
      "decision_summaries": [],
      "decisions": [],
      "event_count": 4,
      "evidence": [],
      "evidence_ids": [],
      "lease_id": "run_[ID]",
      "next_action": "inspect receipt and route summary",
      "outcome": "success",
      "outcome_note": "motus wrap exited 0",
      "receipt_id": "sha256:[HASH]",
      "recorded_at": "[TIME]",
      "route_summary": {
        "outcome": "success",
        "route_events": [],
        "run_id": "run_[ID]",
        "schema_version": "motus.route_summary.projection.v1",
        "status": "closed"
      },
      "run_id": "run_[ID]",
      "schema_version": "motus.receipt.projection.v1",
      "status": "closed",
      "summary": "motus wrap exited 0",
      "work_id": "run_[ID]"
    }
    --- stderr
    "#);
}

#[test]
fn an_export_is_one_canonical_document_and_always_the_same() {
    let scene = two_runs();
    let first = scene.run(&["run", "export", "latest"]).expect_success().stdout;
    assert_eq!(scene.run(&["run", "export", "latest"]).stdout, first);
    let text = String::from_utf8(first).unwrap();
    assert_eq!(motus_json::canonical::store::write(&parse(&text)), text);
    let shown = scene.show("latest");
    let exported = parse(&text);
    assert_eq!(
        exported.get("run").cloned().map(Value::sorted),
        shown.get("run").cloned().map(Value::sorted)
    );
}

#[test]
fn a_unique_prefix_names_a_run() {
    let scene = two_runs();
    let id = scene.column("id").unwrap();
    let shown = scene.run(&["run", "show", &id[..id.len() - 3]]).expect_success();
    assert!(shown.stdout_text().contains(&id));
    let whole = scene.run(&["run", "show", &id]).expect_success();
    assert_eq!(whole, shown);
}

#[test]
fn what_a_terminal_would_obey_is_escaped_in_pages_and_kept_in_json() {
    let scene = Scene::new();
    let name = "x\u{1b}[31m\u{7}\u{202e}\u{9b}y";
    assert_eq!(scene.run(&["wrap", "--", name]).code, Some(127));
    for page in ["list", "show latest", "receipt latest"] {
        let arguments: Vec<&str> = ["run"].into_iter().chain(page.split(' ')).collect();
        let text = scene.run(&arguments).expect_success().stdout_text();
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}']), "{text:?}");
        assert_eq!(text.contains(r"x\u{1b}[31m\u{7}\u{202e}\u{9b}y"), page != "receipt latest");
    }
    assert_eq!(scene.column("intent").unwrap(), format!("'{name}'"));
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    let scene = two_runs();
    for arguments in [
        vec!["run", "list"],
        vec!["run", "show", "latest"],
        vec!["run", "receipt", "latest"],
        vec!["run", "export", "latest"],
        vec!["help", "exit-codes"],
        vec!["completions", "bash"],
        vec!["doctor"],
    ] {
        let mut command = scene.motus(&arguments);
        let ended = command.stdout(unread_output().unwrap()).output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{arguments:?}");
        assert!(ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
}

#[test]
fn a_full_output_is_a_failure() {
    let scene = two_runs();
    if !std::path::Path::new("/dev/full").exists() {
        return motus_testkit::harness::skip("a_full_output_is_a_failure", "there is no /dev/full");
    }
    for arguments in [["run", "list"].as_slice(), &["run", "export", "latest"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = scene.motus(arguments);
        let child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(1), "{arguments:?}");
        let stderr = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(stderr.starts_with("error[output.failed]: stdout cannot be written"), "{stderr}");
    }
}

#[test]
fn a_number_that_is_none_in_an_old_payload_can_be_read_and_exported() {
    let Some(python) = Python::find("a_number_that_is_none_in_an_old_payload") else {
        return;
    };
    let scene = two_runs();
    python.run(
        "import hashlib, sqlite3, sys\n\
        digest = lambda text: 'sha256:' + hashlib.sha256(text.encode()).hexdigest()\n\
        store = sqlite3.connect(sys.argv[1])\n\
        schema = '{\"properties\":{},\"required\":[],\"type\":\"object\"}'\n\
        time = '2026-01-02T03:04:05Z'\n\
        store.execute('INSERT INTO kind_versions VALUES (?,?,?,?)', ('note', digest(schema), schema, time))\n\
        run = 'run_00000000000000000001_0123456789ab'\n\
        store.execute('INSERT INTO runs (id, idempotency_key, producer_id, source, started_at, intent, cwd) '\n\
            'VALUES (?,?,?,?,?,?,?)', (run, 'k', 'p', 's', time, 'i', '/'))\n\
        payload = '{\"n\":[NaN,Infinity,-Infinity]}'\n\
        store.execute('INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?)', (run, 1, 'e',\n\
            digest(run + chr(0) + 'e'), digest(payload), digest(schema), 'note', time, payload, 'p'))\n\
        store.commit()",
        &[&scene.store()],
    );
    let run = "run_00000000000000000001_0123456789ab";
    insta::assert_snapshot!(scene.tell(&["run", "show", run]), @r#"
    exit 0
    --- stdout
    Run         run_[ID]
    Status      open
    Intent      i
    Source      s (p)
    Directory   /
    Commit      none
    Started     [TIME]

       1  [TIME]  note                          {"n":[NaN,Infinity,-Infinity]}
    --- stderr
    "#);
    let export = scene.run(&["run", "export", run]).expect_success().stdout_text();
    assert!(export.contains(r#""payload_json":"{\"n\":[NaN,Infinity,-Infinity]}""#), "{export}");
    let told = scene.doctor(&[]);
    assert_eq!(told.code, Some(0), "{}", told.stdout_text());
}

#[test]
fn a_store_in_a_read_only_directory_can_be_read() {
    let scene = two_runs();
    let whole = scene.run(&["run", "export", "latest"]).expect_success().stdout;
    let script = "mount --bind .motus .motus && mount -o remount,ro,bind .motus || exit 99; \
        cd \"$PWD\"; \"$0\" run export latest";
    let mut command = scene.scratch.command("unshare");
    let ended = capture(command.args(["-Urm", "sh", "-c", script, crate::support::MOTUS]));
    if matches!(ended.code, Some(1 | 99)) && !ended.stderr_text().contains("error[") {
        let test = "a_store_in_a_read_only_directory_can_be_read";
        return motus_testkit::harness::skip(test, "a file system cannot be mounted here");
    }
    assert_eq!(ended.expect_success().stdout, whole);
}
