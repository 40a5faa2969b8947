//! Commands that are held to a scope: what is told of it, what is recorded, and what the commands for scopes say.
//!
//! What gets out of a scope, and what does not, is tested where scopes are made.

mod check;
mod endings;
mod learn;
mod looked;
mod namespaces;
mod refused;

use motus_json::Value;
use motus_testkit::harness::skip;

use crate::support::{Scene, parse, payloads_in};

/// Tells whether this machine stops and sees everything; says that the test is skipped when it does not.
pub(crate) fn is_whole(test: &str) -> bool {
    let scene = Scene::new();
    let probed = parse(&scene.run(&["scope", "probe", "--json"]).expect_success().stdout);
    let level = probed.get("level").and_then(Value::as_str).unwrap();
    if level != "enforced+observed" {
        skip(test, &format!("the level here is {level}: {:?}", probed.get("features")));
    }
    level == "enforced+observed"
}

/// Wraps a shell script in a scope of these words; what the shell itself says of a refusal is left out.
fn scoped(scene: &Scene, options: &[&str], script: &str) -> motus_testkit::harness::Captured {
    let script = format!("exec 2> /dev/null\n{script}");
    scene.run(&[&["wrap"], options, &["--", "sh", "-c", &script]].concat())
}

#[test]
fn a_denied_write_is_told_with_the_word_that_allows_it() {
    if !is_whole("a_denied_write_is_told_with_the_word_that_allows_it") {
        return;
    }
    let scene = Scene::new();
    scene.scratch.write("kept", "old");
    let script = "echo new > out/a || exit 8; echo new > kept && exit 9; exit 3";
    let told = scoped(&scene, &["--allow", "write:out/"], script);
    insta::assert_snapshot!(scene.spell(&told), @r"
    exit 3
    --- stdout
    --- stderr
    motus scope: write kept was denied: it is not declared; to allow it: --allow write:kept
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    ");
    assert_eq!(std::fs::read_to_string(scene.path("kept")).unwrap(), "old");
    assert_eq!(std::fs::read_to_string(scene.path("out/a")).unwrap(), "new\n");

    let words = ["--allow", "write:out/", "--allow", "write:kept"];
    let told = scoped(&scene, &words, script);
    assert_eq!(told.code, Some(9), "{}", told.stderr_text());
    assert!(!told.stderr_text().contains("motus scope"), "{}", told.stderr_text());
    assert_eq!(std::fs::read_to_string(scene.path("kept")).unwrap(), "new\n");
}

#[test]
fn many_denials_are_told_as_the_first_and_how_many_more() {
    if !is_whole("many_denials_are_told_as_the_first_and_how_many_more") {
        return;
    }
    let scene = Scene::new();
    for name in 'a'..='l' {
        scene.scratch.write(&format!("{name}/kept"), "");
    }
    let told = scoped(
        &scene,
        &["--allow", "write:out/"],
        "for it in a b c d e f g h i j k l; do echo > $it/kept; done; exit 0",
    );
    insta::assert_snapshot!(scene.spell(&told), @r"
    exit 0
    --- stdout
    --- stderr
    motus scope: write a/kept was denied: it is not declared; to allow it: --allow write:a/kept
    motus scope: write b/kept was denied: it is not declared; to allow it: --allow write:b/kept
    motus scope: write c/kept was denied: it is not declared; to allow it: --allow write:c/kept
    motus scope: write d/kept was denied: it is not declared; to allow it: --allow write:d/kept
    motus scope: write e/kept was denied: it is not declared; to allow it: --allow write:e/kept
    motus scope: 7 more were denied: motus run show run_[ID]
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    ");
    let listed = |arguments: &[&str]| {
        let page = scene.run(arguments).expect_success().stdout_text();
        page.lines().filter(|line| line.contains("to allow it: --allow write:")).count()
    };
    assert_eq!(listed(&["run", "show", "latest"]), 12);
    assert_eq!(listed(&["run", "receipt", "latest"]), 0, "it travels, and stays short");
}

#[test]
fn what_is_recorded_is_told_in_three_lines() {
    if !is_whole("what_is_recorded_is_told_in_three_lines") {
        return;
    }
    let scene = Scene::new();
    scene.scratch.write("kept", "old");
    let script = "echo a > out/a; echo b > kept; echo b > kept; exit 0";
    let told = scoped(&scene, &["--allow", "write:out/", "--profile", "loopback"], script);
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    let three = |arguments: &[&str], words: [&str; 3]| {
        let page = scene.run(arguments).expect_success().stdout_text();
        let lines = page.lines().filter(|line| words.iter().any(|word| line.starts_with(word)));
        lines.map(|line| masked(line) + "\n").collect::<String>()
    };
    let labels = ["Declared", "Observed", "Outside"];
    insta::assert_snapshot!(three(&["run", "show", "latest"], labels), @r"
    Declared    [N] effects, profiles loopback, system; enforced+observed
    Observed    [N] attempts, [N] effects, [N] program
    Outside     denied: write kept (2 times)
    ");
    insta::assert_snapshot!(three(&["run", "receipt", "latest"], labels), @r"
    Declared: [N] effects, profiles loopback, system; enforced+observed
    Observed: [N] attempts, [N] effects, [N] program
    Outside: denied: write kept (2 times)
    ");
    let items = ["- **Declared", "- **Observed", "- **Outside"];
    let markdown = ["run", "show", "latest", "--format", "markdown"];
    insta::assert_snapshot!(three(&markdown, items), @r"
    - **Declared**: [N] effects, profiles `loopback`, `system`; `enforced+observed`
    - **Observed**: [N] attempts, [N] effects, [N] program
    - **Outside**: denied: write `kept` (2 times)
    ");
    let gists = three(&["run", "show", "latest"], ["   2", "   5", "   7"]);
    assert!(gists.contains("adapter.wrap.scope_declared"), "{gists}");
    assert!(gists.contains("0 undeclared, 1 denied"), "{gists}");
}

/// Takes out how much a shell and its libraries do on a machine.
fn masked(line: &str) -> String {
    let mut words: Vec<&str> = line.split(' ').collect();
    for place in 1..words.len() {
        let is_counted = ["attempt", "effect", "program", "declared,"]
            .iter()
            .any(|noun| words[place].starts_with(noun));
        if is_counted && words[place - 1].bytes().all(|byte| byte.is_ascii_digit()) {
            words[place - 1] = "[N]";
        }
    }
    words.join(" ")
}

#[test]
fn the_declaration_stands_before_the_start_and_the_observation_before_the_end() {
    if !is_whole("the_declaration_stands_before_the_start_and_the_observation_before_the_end") {
        return;
    }
    let scene = Scene::new();
    let told = scoped(&scene, &["--allow", "write:out/"], "exit 0");
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    let kinds: Vec<String> =
        payloads_in(&scene.show("latest")).into_iter().map(|(kind, _)| kind).collect();
    let expected = [
        "adapter.wrap.start",
        "adapter.wrap.scope_declared",
        "adapter.wrap.output_summary",
        "adapter.wrap.output_summary",
        "adapter.wrap.scope_observed",
        "adapter.wrap.end",
    ];
    assert_eq!(kinds, expected);
    assert!(scene.run(&["run", "receipt", "latest", "--json"]).expect_success().stderr.is_empty());
}

#[test]
fn nothing_of_a_scope_is_told_of_a_run_without_one() {
    let scene = Scene::new();
    scene.record();
    for arguments in [["run", "show", "latest"], ["run", "receipt", "latest"]] {
        let page = scene.run(&arguments).expect_success().stdout_text();
        assert!(!page.contains("Declared") && !page.contains("Outside"), "{page}");
    }
}

#[test]
fn a_scope_without_a_record_is_told_and_leaves_nothing() {
    if !is_whole("a_scope_without_a_record_is_told_and_leaves_nothing") {
        return;
    }
    let scene = Scene::new();
    scene.scratch.write("kept", "old");
    let options = ["--no-record", "--allow", "write:out/"];
    let told = scoped(&scene, &options, "echo new > kept");
    insta::assert_snapshot!(scene.spell(&told), @r"
    exit 2
    --- stdout
    --- stderr
    motus scope: write kept was denied: it is not declared; to allow it: --allow write:kept
    ");
    assert!(!scene.path(".motus").exists());
    let left = std::fs::read_dir(scene.scratch.temporary()).unwrap().count();
    assert_eq!(left, 0, "the command's own directory for temporary files is gone");
}

#[test]
fn a_scope_in_which_the_store_lies_is_warned_of_even_quietly() {
    let scene = Scene::new();
    let told = scoped(&scene, &["-q", "--allow", "write:."], "exit 0").stderr_text();
    let told = scene.scratch.mask().apply(&told);
    let expected = "warning: what is recorded of the command lies in [DIR]/project, where the command may write";
    assert!(told.contains(expected), "{told}");
    let told = scoped(&scene, &["-q", "--no-record", "--allow", "write:."], "exit 0").stderr_text();
    assert!(!told.contains("recorded"), "{told}");
}

#[test]
fn of_two_times_the_shorter_counts() {
    let scene = Scene::new();
    scene.scratch.write("short.yaml", "motus_scope: \"0.1\"\nlimits: {wall_seconds: 1}\n");
    scene.scratch.write("long.yaml", "motus_scope: \"0.1\"\nlimits: {wall_seconds: 60}\n");
    for (options, said) in [
        (
            ["--scope", "short.yaml", "--timeout", "60"],
            "ended after 1 s (limits.wall_seconds of the scope)",
        ),
        (["--scope", "long.yaml", "--timeout", "0.5"], "ended after 0.5 s (--timeout)"),
    ] {
        let told = scene.run(&[&["wrap"], options.as_slice(), &["sleep", "20"]].concat());
        assert_eq!(told.code, Some(124), "{}", told.stderr_text());
        assert!(told.stderr_text().contains(said), "{}", told.stderr_text());
    }
}

#[test]
fn no_more_than_its_limit_is_passed_on_and_the_limit_is_told_and_recorded() {
    if !is_whole("no_more_than_its_limit_is_passed_on_and_the_limit_is_told_and_recorded") {
        return;
    }
    let scene = Scene::new();
    let document = "motus_scope: \"0.1\"\nlimits: {output_bytes: 1000, wall_seconds: 60}\n";
    scene.scratch.write("little.yaml", document);
    let held =
        |script: &str| scene.run(&["wrap", "--scope", "./little.yaml", "--", "sh", "-c", script]);
    let told = held("yes");
    assert_eq!((told.code, told.stdout.len()), (Some(124), 1000), "{}", told.stderr_text());
    let said = "motus wrap: ended after 1000 bytes of output (limits.output_bytes of the scope)";
    assert!(told.stderr_text().contains(said), "{}", told.stderr_text());
    let declared = scene.payload("adapter.wrap.scope_declared");
    let limit = |name| declared.get("limits").and_then(|limits| limits.get(name)?.as_i64());
    assert_eq!(
        ["output_bytes", "wall_seconds", "processes"].map(limit),
        [Some(1000), Some(60), None]
    );
    let named = declared.get("document").unwrap();
    assert_eq!(named.get("name").and_then(Value::as_str), Some("little.yaml"));
    let digest = named.get("digest").and_then(Value::as_str).unwrap();
    assert!(digest.starts_with("sha256:") && digest.len() == 71, "{digest}");

    // What it may write to the last byte is no fault; both outputs count together.
    let told = held("printf %0600d 1; printf %0400d 1 >&2");
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    let told = held("printf %0600d 1; printf %0401d 1 >&2; sleep 20");
    assert_eq!(told.code, Some(124), "{}", told.stderr_text());
}

#[test]
fn a_declared_host_that_is_not_reached_is_told_with_the_reason() {
    const TEST: &str = "a_declared_host_that_is_not_reached_is_told_with_the_reason";
    if !is_whole(TEST) {
        return;
    }
    let scene = Scene::new();
    // Nobody listens at the first port.
    let script = "command -v curl > /dev/null || exit 77; \
        curl -s -m 20 --noproxy '' -x $http_proxy http://127.0.0.1:1/ > out/said; exit 3";
    let words = ["--allow", "net:http://127.0.0.1:1/", "--allow", "write:out/"];
    let told = scoped(&scene, &words, script);
    if told.code == Some(77) {
        return skip(TEST, "there is no curl");
    }
    assert_eq!(told.code, Some(3), "{}", told.stderr_text());
    let said = told.stderr_text();
    let line =
        "motus scope: 127.0.0.1:1 was not reached, and not for the scope: Connection refused";
    assert!(said.contains(line) && !said.contains("denied"), "{said}");
    let quiet = scoped(&scene, &[&["-q"][..], &words].concat(), script);
    assert_eq!(quiet.stderr_text(), "");
}

#[test]
fn what_is_left_running_is_ended_and_told() {
    if !is_whole("what_is_left_running_is_ended_and_told") {
        return;
    }
    let scene = Scene::new();
    let script = "setsid sh -c 'sleep 20; echo late > out/late' > /dev/null & sleep 0.2";
    let began = std::time::Instant::now();
    let told = scoped(&scene, &["--allow", "write:out/"], script);
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    assert!(told.stderr_text().contains("left running w"), "{}", told.stderr_text());
    assert!(began.elapsed().as_secs() < 15, "nobody waited for it");
    let quiet = scoped(&scene, &["-q", "--allow", "write:out/"], script).stderr_text();
    assert!(quiet.contains("left running w") && !quiet.contains("motus run"), "{quiet}");
}

#[test]
fn a_command_that_is_not_there_fails_as_without_a_scope() {
    let scene = Scene::new();
    scene.scratch.write("kept", "no program");
    for program in ["no-such-program-at-all", "./kept"] {
        let free = scene.run(&["wrap", "--", program]);
        let held = scene.run(&["wrap", "--allow", "write:out/deep/", "--", program]);
        assert!(matches!(free.code, Some(126 | 127)), "{}", free.stderr_text());
        assert_eq!(held.code, free.code, "{}", held.stderr_text());
        let (held, free) = (held.stderr_text(), free.stderr_text());
        // A machine that cannot do everything is warned of before.
        let reason = held.lines().find(|line| !line.starts_with("warning: "));
        assert_eq!(reason, free.lines().next());
        assert!(!scene.path("out").exists(), "nothing was made for it");
    }
    scene.scratch.write("out/kept", "");
    let _ = scene.run(&["wrap", "--allow", "write:out/deep/", "--", "./kept"]);
    assert!(!scene.path("out/deep").exists() && scene.path("out/kept").exists());
}

#[test]
fn a_step_of_ci_is_held_to_a_scope_as_well() {
    if !is_whole("a_step_of_ci_is_held_to_a_scope_as_well") {
        return;
    }
    let scene = Scene::new();
    scene.scratch.write("kept", "old");
    scene.scratch.write("scope.yaml", "motus_scope: \"0.1\"\nwrite: [out/]\n");
    let script = "sh -c 'exec 2> /dev/null; echo new > kept; echo new > out/a'";
    let options = ["--scope", "scope.yaml", "--require", "enforced+observed"];
    let told = scene.run(&[&["action", "--command", script], options.as_slice()].concat());
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    assert!(told.stderr_text().contains("motus scope: write kept was denied"));
    assert_eq!(std::fs::read_to_string(scene.path("kept")).unwrap(), "old");
    assert!(scene.path("motus-receipt.json").exists());
}
