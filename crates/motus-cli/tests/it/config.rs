//! `motus config`: what it tells of settings, and what it says of a change.

mod effects;
mod refused;

use std::fs;
use std::path::PathBuf;

use motus_testkit::harness::capture;

use crate::support::{Scene, error_code, succeed};

/// Writes the user's file.
fn user(scene: &Scene, text: &str) -> PathBuf {
    let path = scene.scratch.home().join(".motus/config.json");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

/// Writes the project's file.
fn project(scene: &Scene, text: &str) -> PathBuf {
    scene.scratch.write(".motus/project/config/config.json", text)
}

fn set(scene: &Scene, arguments: &[&str]) {
    succeed(scene.run(&[&["config", "set"], arguments].concat()));
}

#[test]
fn settings_are_told_as_a_page() {
    let scene = Scene::new();
    user(
        &scene,
        r#"{"motus_enabled": true, "wrap_timeout_seconds": 900, "evidence_dir": "[red]\u001b[0m"}"#,
    );
    project(&scene, r#"{"work_ttl_seconds": 7200}"#);
    let mut command = scene.motus(&["config", "show", "--origin"]);
    command.env("MC_AGENT_ID", "ann").env("MC_GITHUB_TOKEN", "ghp_canarycanary");
    let told = capture(&mut command);
    insta::assert_snapshot!(scene.spell(&told), @r#"
    exit 0
    --- stdout
    Settings:
      agent_id                    ann                     environment MC_AGENT_ID
      allow_shared_state          false                   default
      lock_ttl_seconds            3600                    default
      run_list_limit              20                      default
      store_path                  .motus/kernel-store.db  default
      work_ttl_seconds            7200                    project [DIR]/project/.motus/project/config/config.json
      wrap_max_output_bytes       16384                   default
      wrap_timeout_seconds        900                     user [DIR]/home/.motus/config.json

    Credentials, which come from the environment alone and are used by nothing here:
      anthropic_api_key           not set        default
      github_token                [set via env]  environment MC_GITHUB_TOKEN
      openai_api_key              not set        default

    Ignored, because nothing here depends on it:
      context_cache_db_path       not set         a cache of release 0.4.0; there is none here
      db_path                     not set         the database of release 0.4.0; see store_path
      evidence_dir                [red]\u{1b}[0m  evidence is kept in the Store (user [DIR]/home/.motus/config.json)
      gate_timeout_seconds        not set         no command waits for a gate
      metrics_enabled             not set         nothing is measured
      motus_enabled               true            nothing runs that was not called (user [DIR]/home/.motus/config.json)
      protocol_enforcement        not set         the rules of the ledger always hold
      reporting_include_evidence  not set         nothing is reported to anybody
      reporting_level             not set         nothing is reported to anybody
      sqlite_wal_mode             not set         a Store always has a write-ahead log
      use_sqlite                  not set         a Store is always a SQLite database
      version                     not set         there is one form of this file
    --- stderr
    "#);
    assert_eq!(scene.run(&["config"]).stdout, scene.run(&["config", "show"]).stdout);
}

#[test]
fn one_setting_is_told_alone() {
    let scene = Scene::new();
    user(&scene, r#"{"metrics_enabled": false, "run_list_limit": 5}"#);
    let get = |key: &str| scene.tell(&["config", "get", key]);
    insta::assert_snapshot!(get("run_list_limit"), @r#"
    exit 0
    --- stdout
    5
    --- stderr
    "#);
    insta::assert_snapshot!(get("wrap_timeout_seconds"), @r#"
    exit 0
    --- stdout
    none
    --- stderr
    "#);
    insta::assert_snapshot!(get("metrics_enabled"), @r#"
    exit 0
    --- stdout
    false
    --- stderr
    notice: metrics_enabled has no effect here: nothing is measured
    "#);
    insta::assert_snapshot!(get("to_dict"), @r#"
    exit 1
    --- stdout
    --- stderr
    error[config.key_unknown]: there is no setting `to_dict`
    hint: see the settings with `motus config show`; `motus config unset KEY` takes one out of your file, with --project out of the project's
    "#);
    insta::assert_snapshot!(scene.tell(&["config", "get", "run_list_limit", "--origin"]), @r#"
    exit 0
    --- stdout
    5	user [DIR]/home/.motus/config.json
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["--db", "x.db", "config", "get", "store_path", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "key": "store_path",
      "masked": false,
      "origin": "flag",
      "place": "--db",
      "value": "x.db"
    }
    --- stderr
    "#);
}

#[test]
fn changes_say_what_they_did() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["config", "set", "agent_id", "ann"]), @r#"
    exit 0
    --- stdout
    Set agent_id = ann
    Saved to [DIR]/home/.motus/config.json
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["config", "set", "agent_id", "ann", "--project"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[config.user_only]: a project may not set `agent_id`
    hint: set it for yourself with `motus config set`; `motus config unset KEY --project` takes it out of the project's file
    "#);
    insta::assert_snapshot!(scene.tell(&["config", "set", "work_ttl_seconds", "90", "--project"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[config.no_workspace]: there is no workspace here: [DIR]/project
    hint: make one with `motus init`
    "#);
    succeed(scene.run(&["init"]));
    insta::assert_snapshot!(scene.tell(&["config", "set", "work_ttl_seconds", "90", "--project", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "key": "work_ttl_seconds",
      "path": "[DIR]/project/.motus/project/config/config.json",
      "put_aside": null,
      "removed": [],
      "value": 90
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["config", "set", "work_ttl_seconds", "120"]), @r#"
    exit 0
    --- stdout
    Set work_ttl_seconds = 120
    Saved to [DIR]/home/.motus/config.json
    --- stderr
    notice: another value of work_ttl_seconds counts: project [DIR]/project/.motus/project/config/config.json
    "#);
    insta::assert_snapshot!(scene.tell(&["config", "set", "work_ttl_seconds", "-1"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[config.value_invalid]: `work_ttl_seconds` must be a whole number from 60 to 31536000, not `-1`
    hint: set another with `motus config set KEY VALUE`, with --project in the project's file
    "#);
    insta::assert_snapshot!(scene.tell(&["config", "set", "gate_timeout_seconds", "5"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[config.key_ignored]: `gate_timeout_seconds` has no effect here: no command waits for a gate
    hint: see what has an effect with `motus config show`
    "#);
    insta::assert_snapshot!(scene.tell(&["config", "unset", "run_list_limit"]), @r#"
    exit 0
    --- stdout
    Not set: run_list_limit
    Left as it is: [DIR]/home/.motus/config.json
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["config", "reset", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "key": null,
      "path": "[DIR]/home/.motus/config.json",
      "put_aside": null,
      "removed": [
        "agent_id",
        "work_ttl_seconds"
      ],
      "value": null
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["config", "reset"]), @r#"
    exit 0
    --- stdout
    Nothing to reset: [DIR]/home/.motus/config.json
    --- stderr
    "#);
}

#[test]
fn what_is_left_wrong_is_told_after_a_change() {
    let scene = Scene::new();
    user(&scene, r#"{"run_list_limit": "x", "nonsense": 1}"#);
    insta::assert_snapshot!(scene.tell(&["config", "set", "run_list_limit", "5"]), @r#"
    exit 0
    --- stdout
    Set run_list_limit = 5
    Saved to [DIR]/home/.motus/config.json
    --- stderr
    warning[config.key_unknown]: [DIR]/home/.motus/config.json:3:3: there is no setting `nonsense`
    "#);
    insta::assert_snapshot!(scene.tell(&["config", "unset", "nonsense"]), @r#"
    exit 0
    --- stdout
    Unset nonsense
    Saved to [DIR]/home/.motus/config.json
    --- stderr
    "#);
}

#[test]
fn errors_are_json_where_that_is_wanted() {
    let scene = Scene::new();
    for arguments in [
        &["config", "get", "x", "--json"][..],
        &["config", "set", "x", "1", "--json"],
        &["config", "unset", "x", "--json"],
    ] {
        let told = scene.run(arguments);
        assert_eq!(
            (error_code(&told).as_str(), told.code),
            ("config.key_unknown", Some(1)),
            "{arguments:?}"
        );
    }
}
