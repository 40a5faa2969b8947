//! What no file may say, least of all that of a stranger, and how a wrong one is mended.

use std::fs;
use std::os::unix::fs::symlink;

use motus_testkit::harness::capture;

use super::{project, set, user};
use crate::support::{Scene, succeed};

/// Expects an error with a code, and that nothing was recorded or run.
#[track_caller]
fn refused(scene: &Scene, code: &str) -> String {
    let told = scene.wrap("touch ran");
    let stderr = told.stderr_text();
    assert_eq!(told.code, Some(1), "{stderr}");
    assert!(stderr.starts_with(&format!("error[{code}]: ")), "{stderr}");
    assert!(!scene.path("ran").exists() && !scene.store().exists());
    stderr.replace(&*scene.scratch.path().to_string_lossy(), "")
}

#[test]
fn a_project_cannot_lead_a_run_elsewhere() {
    for path in ["../away.db", "/tmp/away.db", "~/away.db", "src/away.db", ".motus/../away.db"] {
        let scene = Scene::new();
        project(&scene, &format!(r#"{{"store_path": "{path}"}}"#));
        let told = refused(&scene, "config.store_outside");
        assert!(told.starts_with(
            "error[config.store_outside]: /project/.motus/project/config/config.json:1:2: "
        ));
        for arguments in [
            &["run", "list"][..],
            &["work", "claim", "T"],
            &["db", "stats"],
            &["wrap", "--db", "x.db", "true"],
        ] {
            let told = scene.run(arguments).stderr_text();
            assert!(told.starts_with("error[config.store_outside]: "), "{arguments:?}: {told}");
        }
        let told = scene.doctor(&[]);
        assert_eq!(told.code, Some(1));
        assert!(told.stdout_text().contains("config: fail - Config invalid: "));
        assert!(scene.run(&["config", "show"]).stdout_text().contains(".motus/kernel-store.db"));
        succeed(scene.run(&["config", "unset", "store_path", "--project"]));
        scene.record();
        assert!(scene.store().exists());
    }
    let scene = Scene::new();
    project(&scene, r#"{"store_path": ".motus/linked/s.db"}"#);
    symlink(scene.scratch.home(), scene.path(".motus/linked")).unwrap();
    let told = refused(&scene, "config.store_outside");
    assert!(told.contains("/project/.motus/linked is a link\n"), "{told}");
    assert_eq!(fs::read_dir(scene.scratch.home()).unwrap().count(), 0);
}

#[test]
fn a_project_runs_nothing_and_speaks_for_nobody() {
    for (member, code) in [
        (r#""agent_id": "mallory""#, "config.user_only"),
        (r#""wrap_timeout_seconds": 1"#, "config.user_only"),
        (r#""allow_shared_state": true"#, "config.user_only"),
        (r#""hooks": {"before_wrap": "touch ran"}"#, "config.key_unknown"),
        (r#""environment": {"PATH": "."}"#, "config.key_unknown"),
        (r#""command": "touch ran""#, "config.key_unknown"),
        (r#""work_ttl_seconds": 1"#, "config.value_invalid"),
    ] {
        let scene = Scene::new();
        project(&scene, &format!("{{{member}}}"));
        refused(&scene, code);
    }
}

#[test]
fn a_wrong_file_stops_what_records_and_nothing_else() {
    let scene = Scene::new();
    let path = user(&scene, "{\n  \"run_list_limit\": 5,\n  \"run_list_limit\": 6\n}");
    insta::assert_snapshot!(refused(&scene, "config.not_json"), @r#"
    error[config.not_json]: /home/.motus/config.json:3:3: duplicate key
    hint: correct it, or put it aside with `motus config reset`; for a project's file with --project
    "#);
    for arguments in [
        &["help", "exit-codes"][..],
        &["config", "path"],
        &["install"],
        &["init"],
        &["canonicalize", "--help"],
    ] {
        succeed(scene.run(arguments));
    }
    insta::assert_snapshot!(scene.tell(&["config", "set", "run_list_limit", "7"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[config.not_json]: [DIR]/home/.motus/config.json:3:3: duplicate key
    hint: correct it, or put it aside with `motus config reset`; for a project's file with --project
    "#);
    insta::assert_snapshot!(scene.tell(&["config", "get", "run_list_limit"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[config.not_json]: [DIR]/home/.motus/config.json:3:3: duplicate key
    hint: correct it, or put it aside with `motus config reset`; for a project's file with --project
    "#);
    let shown = scene.run(&["config", "show"]);
    assert_eq!(shown.code, Some(1));
    assert!(shown.stdout_text().contains("run_list_limit              20\n"));
    assert!(shown.stderr_text().starts_with("warning[config.not_json]: "));
    insta::assert_snapshot!(scene.tell(&["config", "reset"]), @r#"
    exit 0
    --- stdout
    Put aside: [DIR]/home/.motus/config.json
    It is now: [DIR]/home/.motus/config.json.broken-1
    --- stderr
    "#);
    assert!(!path.exists() && path.with_extension("json.broken-1").exists());
    scene.record();
}

#[test]
fn each_wrong_file_is_told_with_its_place() {
    for (content, code, message) in [
        ("[1]", "config.not_an_object", "/home/.motus/config.json holds no JSON object"),
        ("{", "config.not_json", "/home/.motus/config.json:1:2: input ends too early"),
        (
            "{\"agent_id\": 5}",
            "config.value_invalid",
            "/home/.motus/config.json:1:2: `agent_id` must be a name of at most 1024 bytes that is not blank, not 5",
        ),
        (
            "{\"to_dict\": 5}",
            "config.key_unknown",
            "/home/.motus/config.json:1:2: there is no setting `to_dict`",
        ),
        (
            "{\"a\\u001b[31m\": 5}",
            "config.key_unknown",
            "/home/.motus/config.json: there is no setting `a\\u{1b}[31m`",
        ),
    ] {
        let scene = Scene::new();
        user(&scene, content);
        let told = refused(&scene, code);
        assert!(told.starts_with(&format!("error[{code}]: {message}\n")), "{told}");
    }
    let scene = Scene::new();
    user(&scene, &" ".repeat(2 << 20));
    refused(&scene, "config.unreadable");
    let scene = Scene::new();
    project(&scene, "{}");
    fs::remove_file(scene.path(".motus/project/config/config.json")).unwrap();
    symlink("/etc/passwd", scene.path(".motus/project/config/config.json")).unwrap();
    let told = refused(&scene, "config.unreadable");
    assert!(told.contains("config.json is a link, not a plain file\n"), "{told}");
}

#[test]
fn credentials_are_masked_and_never_stored() {
    let scene = Scene::new();
    let secret = "ghp_hiddenhiddenhidden";
    let variables = [("MC_GITHUB_TOKEN", secret), ("MC_OPENAI_API_KEY", secret)];
    let mut command = scene.motus(&["config", "get", "github_token"]);
    let told = capture(command.envs(variables)).expect_success();
    assert_eq!(told.stdout_text(), "[set via env]\n");
    let path = user(&scene, &format!(r#"{{"anthropic_api_key": "{secret}"}}"#));
    for arguments in [
        &["config", "show", "--origin"][..],
        &["config", "show", "--json"],
        &["config", "get", "anthropic_api_key"],
        &["config", "set", "github_token", secret],
        &["config", "set", "run_list_limit", "5"],
        &["config", "reset"],
        &["doctor"],
    ] {
        let told = capture(scene.motus(arguments).envs(variables));
        let all = told.stdout_text() + &told.stderr_text();
        assert!(!all.contains("hidden"), "{arguments:?}: {all}");
    }
    assert!(
        fs::read_to_string(&path).unwrap().contains(secret),
        "what is there stays until it is taken out"
    );
    let told = scene.doctor(&[]).stdout_text();
    assert!(
        told.contains(
            "config: warn - Config holds a credential that nobody needs there: anthropic_api_key\n"
        ),
        "{told}"
    );
    insta::assert_snapshot!(scene.tell(&["config", "set", "github_token", secret]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[config.key_secret]: `github_token` is a credential, and none is ever stored; its variable is MC_GITHUB_TOKEN
    hint: set the variable where it is needed, and nowhere else
    "#);
    succeed(scene.run(&["config", "unset", "anthropic_api_key"]));
    assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
}

#[test]
fn a_killed_change_leaves_the_file_whole() {
    let scene = Scene::new();
    set(&scene, &["agent_id", "ann"]);
    let path = scene.scratch.home().join(".motus/config.json");
    fs::write(path.with_file_name(".config.json.new-motus"), "{\"half").unwrap();
    set(&scene, &["run_list_limit", "5"]);
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "{\n  \"agent_id\": \"ann\",\n  \"run_list_limit\": 5\n}"
    );
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}
