//! `motus loop simulate`: a loop that is seen moving, and the bundle that it leaves.

use std::fs;
use std::os::unix::fs::MetadataExt;

use motus_json::Value;
use motus_testkit::goldens;

use crate::support::loops::{PAGE, example, first, published};
use crate::support::{Scene, error_code, parse};

fn scene() -> Scene {
    let scene = Scene::new();
    scene.scratch.write("first.yaml", first());
    scene
}

fn simulate<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&["loop", "simulate"], arguments].concat()
}

#[test]
fn a_loop_is_seen_moving_and_its_bundle_is_kept() {
    let scene = scene();
    insta::assert_snapshot!(scene.tell(&simulate(&["first.yaml", "--out", "first"])), @r#"
    exit 0
    --- stdout
    Simulated: every answer is from first.yaml, nothing was executed

    Loop 00000000-0000-4000-8000-000000000001
         0  [TIME]  Observe          IntentSet              agent "coder", Fix the login test
         1  [TIME]  Observe          SignalsCaptured        1 signal
         2  [TIME]  Orient           PhaseEntered           Next
         3  [TIME]  Orient           LensAssembled          quality 900, first-look
         4  [TIME]  Decide           PhaseEntered           Next
         5  [TIME]  Decide           PlanChosen             edit
         6  [TIME]  Decide           VerificationSpecified  Regression, 1 required check
         7  [TIME]  Act              PhaseEntered           Next
         8  [TIME]  Act              SkillExecuted          edit, evidence/edit-1.json
         9  [TIME]  Verify           PhaseEntered           Next
        10  [TIME]  Verify           VerificationRun        failed, Backtrack to Orient, the login test failed
        11  [TIME]  back to Orient   PhaseEntered           Backtrack, the login test failed
        12  [TIME]  Orient           OrientFromFailure      evidence/tests-1.txt
        13  [TIME]  Orient           LensAssembled          quality 950, second-look
        14  [TIME]  Decide           PhaseEntered           Next
        15  [TIME]  Decide           PlanChosen             edit_again
        16  [TIME]  Decide           VerificationSpecified  Regression, 1 required check
        17  [TIME]  Act              PhaseEntered           Next
        18  [TIME]  Act              SkillExecuted          edit_again, evidence/edit-2.json
        19  [TIME]  Verify           PhaseEntered           Next
        20  [TIME]  Verify           VerificationRun        passed
        21  [TIME]  Lock             Locked                 Committed, success, The login test passes

    Outcome     success: The login test passes
    Phases      Observe, Orient, Decide, Act, Verify, Orient, Decide, Act, Verify, Lock
    Lock level  Committed
    Digest      a6610b7f1d6f5ac8d7115d92bdd366b8d96d6eff1823b5c88932ac9b9c6272b9
    Bundle      first  (verified)
    Next        motus bundle verify first
    --- stderr
    "#);
    let verified = scene.run(&["bundle", "verify", "first"]).expect_success().stdout_text();
    let told = scene.run(&simulate(&["first.yaml"])).expect_success().stdout_text();
    let digest = verified.lines().next().and_then(|line| line.strip_prefix("VERIFIED "));
    assert!(told.contains(&format!("\nDigest      {}\n", digest.unwrap())), "{told}");
    assert!(told.ends_with("\nBundle      not kept; --out DIR keeps it\n"), "{told}");
    assert!(!scene.path(".motus").exists());
}

#[test]
fn the_manual_shows_what_is_told() {
    let scene = scene();
    let told = scene.run(&simulate(&["first.yaml"])).expect_success().stdout_text();
    let shown = example("text", 0);
    assert!(told.contains(shown), "{told}");
    let typo = first().replace("lock_level", "lock_levl");
    scene.scratch.write("first.yaml", typo);
    let refused = scene.run(&simulate(&["first.yaml"])).stderr_text();
    for line in refused.lines().filter(|line| line.contains("first.yaml")) {
        let beginning = line.split(", intent").next().unwrap();
        assert!(PAGE.contains(&format!("\n{beginning}")), "{line}");
    }
}

#[test]
fn the_help_says_where_scenarios_are_told_and_shown() {
    let help = Scene::new().run(&simulate(&["--help"])).expect_success().stdout_text();
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("docs/scenarios.md tells the form of a scenario"), "{help}");
    assert!(words.contains("scenarios/0.1/ holds"), "{help}");
}

#[test]
fn programs_get_everything_in_one_document() {
    let scene = scene();
    let out = scene.run(&simulate(&["-", "--json"]));
    assert_eq!((out.code, error_code(&out).as_str()), (Some(2), "scenario.syntax"));
    let fed = scene.feed(&simulate(&["-", "--json", "--out", "first"]), first()).expect_success();
    let document = parse(&fed.stdout);
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    assert_eq!(document.get("simulated").and_then(Value::as_bool), Some(true));
    assert_eq!(text("directory"), Some("first"));
    assert_eq!(document.get("children_directory"), Some(&Value::Null));
    assert_eq!(document.get("outcome").and_then(|it| it.get("status")?.as_str()), Some("success"));
    let timeline = document.get("timeline").and_then(Value::as_array).unwrap();
    let back = timeline
        .iter()
        .find(|event| event.get("step").and_then(Value::as_str) == Some("backtrack"));
    let gist = back.and_then(|event| event.get("gist")?.as_str());
    assert_eq!(gist, Some("Backtrack, the login test failed"));
    let lines = fs::read_to_string(scene.path("first/events.jsonl")).unwrap().lines().count();
    assert_eq!(timeline.len(), lines);
    let expect = ["bundle", "verify", "first", "--expect", text("proof_digest").unwrap()];
    drop(scene.run(&expect).expect_success());
}

#[test]
fn a_loop_that_fails_leaves_its_bundle_and_exits_with_1() {
    let scene = scene();
    let budgets = "budgets: {max_backtracks: 0}\nevidence:";
    scene.scratch.write("failing.yaml", first().replacen("evidence:", budgets, 1));
    insta::assert_snapshot!(scene.tell(&simulate(&["failing.yaml", "--out", "failed"])), @r#"
    exit 1
    --- stdout
    Simulated: every answer is from failing.yaml, nothing was executed

    Loop 00000000-0000-4000-8000-000000000001
         0  [TIME]  Observe          IntentSet              agent "coder", Fix the login test
         1  [TIME]  Observe          SignalsCaptured        1 signal
         2  [TIME]  Orient           PhaseEntered           Next
         3  [TIME]  Orient           LensAssembled          quality 900, first-look
         4  [TIME]  Decide           PhaseEntered           Next
         5  [TIME]  Decide           PlanChosen             edit
         6  [TIME]  Decide           VerificationSpecified  Regression, 1 required check
         7  [TIME]  Act              PhaseEntered           Next
         8  [TIME]  Act              SkillExecuted          edit, evidence/edit-1.json
         9  [TIME]  Verify           PhaseEntered           Next
        10  [TIME]  Verify           VerificationRun        failed, Halt, no way back is left: the login test failed
        11  [TIME]  Lock             Locked                 Draft, failed, no way back is left: the login test failed

    Outcome     failed: no way back is left: the login test failed
    Phases      Observe, Orient, Decide, Act, Verify, Lock
    Lock level  Draft
    Digest      6c68d1d3b2a6dbcff508bee8af24face11f3682221b9e54898dc89d94f347580
    Bundle      failed  (verified)
    Next        motus bundle verify failed
    --- stderr
    warning: failing.yaml:12:3: this evidence was never recorded
    warning: failing.yaml:14:3: this evidence was never recorded
    warning: failing.yaml:24:5: 'orient' has 1 more than the loop asked for
    warning: failing.yaml:32:5: 'decide' has 1 more than the loop asked for
    warning: failing.yaml:41:5: 'act' has 1 more than the loop asked for
    warning: failing.yaml:50:5: 'verify' has 1 more than the loop asked for
    warning: failing.yaml:53:11: 'conclude' was never asked for
    "#);
    let verified = scene.run(&["bundle", "verify", "failed"]).expect_success().stdout_text();
    assert!(verified.contains("outcome    failed: Draft"), "{verified}");
}

#[test]
fn the_same_scenario_gives_the_same_bytes() {
    let scene = scene();
    for name in ["one", "two"] {
        drop(scene.run(&simulate(&["first.yaml", "--out", name])).expect_success());
    }
    let mut command = scene.scratch.command("diff");
    let compared = motus_testkit::harness::capture(command.args(["-r", "one", "two"]));
    assert_eq!(compared.expect_success().stdout_text(), "");
}

#[test]
fn the_scenarios_of_the_specification_give_its_digests() {
    let scene = Scene::new();
    let is_alone = |(name, _): &(&str, &str)| !name.contains('/');
    for (name, digest) in goldens::PUBLISHED.into_iter().filter(is_alone) {
        let path = published(name);
        let told = scene.run(&simulate(&[path.to_str().unwrap(), "--out", name]));
        assert_eq!(told.stderr_text(), "", "{name}");
        drop(told.expect_success());
        drop(scene.run(&["bundle", "verify", name, "--expect", digest]).expect_success());
    }
}

/// Runs what a simulation says is to be run next.
fn run_next(scene: &Scene, told: &str) -> String {
    let last = told.lines().last().and_then(|line| line.strip_prefix("Next        motus "));
    let script = format!("exec \"$0\" {}", last.unwrap());
    let mut shell = scene.scratch.command("sh");
    let ended = motus_testkit::harness::capture(shell.args(["-c", &script, crate::support::MOTUS]));
    ended.expect_success().stdout_text()
}

#[test]
fn what_is_to_be_run_next_is_a_line_for_a_shell() {
    let scene = scene();
    for name in ["plain", "it's", "-x", "a b/$(c)"] {
        scene.scratch.write("a b/there", "");
        let told = scene.run(&simulate(&["first.yaml", &format!("--out={name}")])).expect_success();
        assert!(run_next(&scene, &told.stdout_text()).starts_with("VERIFIED "), "{name}");
    }
}

#[test]
fn children_are_kept_beside_their_parent() {
    let scene = Scene::new();
    let path = published("parallel_children");
    let told = scene.run(&simulate(&[path.to_str().unwrap(), "--out", "it's"])).expect_success();
    let told = told.stdout_text();
    let verified = run_next(&scene, &told);
    let digest = goldens::digest("parallel_children/parent").unwrap();
    assert!(verified.starts_with(&format!("VERIFIED {digest}\n")), "{verified}");
    let mut children: Vec<String> = fs::read_dir(scene.path("it's.children"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    children.sort();
    let expected = [1, 2, 3].map(|number| format!("33333333-3333-3333-3333-33333333330{number}"));
    assert_eq!(children, expected);
    for child in expected {
        assert!(told.contains(&format!("\nChild {child}\n")), "{told}");
        assert!(told.contains(&format!("\nChild       success  {child}\n")), "{told}");
    }
    let document = scene.run(&simulate(&[path.to_str().unwrap(), "--json"])).expect_success();
    let document = parse(&document.stdout);
    let descendants = document.get("descendants").and_then(Value::as_array).unwrap();
    let parents: Vec<_> = descendants.iter().map(|it| it.get("parent_loop_id")).collect();
    assert_eq!(parents, [document.get("loop_id"); 3]);
}

#[test]
fn a_policy_of_its_own_is_pointed_out() {
    let scene = scene();
    let policy = include_str!("../../../../docs/policy.example.json").replace('\n', "\n  ");
    let scenario = first().replace("lock_level: Committed", "lock_level: Draft");
    scene.scratch.write("own.yaml", format!("{scenario}policy:\n  {policy}\n"));
    let told = scene.run(&simulate(&["own.yaml", "--out", "own"])).expect_success().stdout_text();
    let next = "Next        motus bundle verify own --policy FILE, with the policy of the scenario \
        as JSON in FILE\n";
    assert!(told.ends_with(next), "{told}");
    assert_eq!(scene.run(&["bundle", "verify", "own"]).code, Some(1));
    scene.scratch.write("policy.json", include_str!("../../../../docs/policy.example.json"));
    let verify = ["bundle", "verify", "own", "--policy", "policy.json"];
    drop(scene.run(&verify).expect_success());
}

#[test]
fn what_is_wrong_with_a_scenario_is_told_with_its_places() {
    let scene = scene();
    let wrong = first()
        .replace("type: agent", "type: robot")
        .replace("confidence: 900", "confidence: 1900")
        .replace("evidence: evidence/tests-1.txt", "evidence: evidence/no.txt");
    scene.scratch.write("wrong.yaml", &wrong);
    insta::assert_snapshot!(scene.tell(&simulate(&["wrong.yaml", "--out", "kept"])), @r"
    exit 2
    --- stdout
    --- stderr
    error[scenario.bad_value]: wrong.yaml:4:15: 'robot' is none of human, agent, automation
      wrong.yaml:17:42: must be from 0 to 1000
      wrong.yaml:47:76: 'evidence/no.txt' is not among the evidence of this loop
    ");
    assert!(!scene.path("kept").exists());
    let refused = scene.run(&simulate(&["wrong.yaml", "--json"]));
    assert_eq!((refused.code, refused.stdout.len()), (Some(2), 0));
    let faults = parse(&refused.stderr);
    let faults = faults.get("faults").and_then(Value::as_array).unwrap();
    assert_eq!(faults.len(), 3);
    assert!(faults.iter().all(|it| it.get("file").and_then(Value::as_str) == Some("wrong.yaml")));
    let (less, _) = first().split_once("  - lens_id: second-look").unwrap();
    let (_, rest) = first().split_once("\ndecide:").unwrap();
    scene.scratch.write("less.yaml", format!("{less}\ndecide:{rest}"));
    insta::assert_snapshot!(scene.tell(&simulate(&["less.yaml", "--out", "kept"])), @r"
    exit 2
    --- stdout
    --- stderr
    error[scenario.missing_answer]: less.yaml:20:3: the loop asks for 'orient' 2 times, 1 are given
    hint: add an answer to that list, or lower the budgets so that the loop asks no more
    ");
    assert!(!scene.path("kept").exists());
    insta::assert_snapshot!(scene.tell_of(&simulate(&["-"]), "a: [\n"), @r"
    exit 2
    --- stdout
    --- stderr
    error[scenario.syntax]: standard input:1:4: not well-formed YAML: unclosed bracket '['
    ");
}

#[test]
fn a_long_outcome_is_told_as_long_as_other_texts() {
    let scene = Scene::new();
    let long = "x".repeat(100_000);
    let scenario = first().replace("The login test passes}", &format!("{long}}}"));
    let told = scene.feed(&simulate(&["-"]), &scenario).expect_success().stdout_text();
    let outcome = told.lines().find(|line| line.starts_with("Outcome")).unwrap();
    assert_eq!(outcome, format!("Outcome     success: {}…", "x".repeat(300)));
    let document = scene.feed(&simulate(&["-", "--json"]), &scenario).expect_success();
    let document = parse(&document.stdout);
    let whole = document.get("outcome").and_then(|it| it.get("description")?.as_str());
    assert_eq!(whole, Some(long.as_str()));
}

#[test]
fn a_plan_that_foretells_wrongly_fails_and_its_bundle_is_kept() {
    let scene = Scene::new();
    // What the children come to is known at the end, and the plan says otherwise.
    let scenario = fs::read_to_string(published("parallel_children")).unwrap();
    let status = "          outcome_status: success";
    let otherwise = scenario.replacen(status, &status.replace("success", "failed"), 1);
    assert_ne!(otherwise, scenario);
    let told = scene.feed(&simulate(&["-", "--out", "kept"]), otherwise);
    let text = told.stdout_text();
    assert_eq!(told.code, Some(1), "{text}");
    let child = "child 33333333-3333-3333-3333-333333333301";
    let outcome =
        format!("Outcome     failed: {child} is not what the plan foretold of it (ANSWER_INVALID)");
    assert!(text.contains(&outcome), "{text}");
    let verify = ["bundle", "verify", "kept", "--children", "kept.children"];
    drop(scene.run(&verify).expect_success());
}

#[test]
fn control_characters_of_a_scenario_are_escaped() {
    let scene = scene();
    let loud = first().replace("Fix the login test", "\"\\e[31mred\"");
    let told = scene.feed(&simulate(&["-"]), &loud).expect_success().stdout_text();
    assert!(told.contains(r"\u{1b}[31mred") && !told.contains('\u{1b}'), "{told}");
    let refused = scene.feed(&simulate(&["-"]), format!("{loud}\"\\e[31m\": 1\n"));
    assert_eq!(refused.code, Some(2));
    assert!(!refused.stderr_text().contains('\u{1b}'), "{}", refused.stderr_text());
}

#[test]
fn what_stands_there_is_kept_and_nothing_is_run() {
    let scene = scene();
    fs::create_dir(scene.path("empty")).unwrap();
    std::os::unix::fs::symlink("nowhere", scene.path("link")).unwrap();
    scene.scratch.write("full/kept", "kept");
    for name in ["empty", "link", "full", "first.yaml", ".", "empty/.."] {
        // The scenario is not even looked at.
        let refused = scene.feed(&simulate(&["-", "--out", name, "--json"]), "no scenario");
        assert_eq!(error_code(&refused), "bundle.exists", "{name}");
        assert_eq!((refused.code, refused.stdout.len()), (Some(1), 0), "{name}");
    }
    insta::assert_snapshot!(scene.tell(&simulate(&["first.yaml", "--out", "empty"])), @r"
    exit 1
    --- stdout
    --- stderr
    error[bundle.exists]: empty exists, and nothing is replaced
    hint: name a directory that does not exist yet, or move that one away
    ");
    insta::assert_snapshot!(scene.tell(&simulate(&["first.yaml", "--out", "no/where"])), @r"
    exit 1
    --- stdout
    --- stderr
    error[bundle.directory_missing]: the directory of no/where does not exist
    hint: make the directory above it first, or name one elsewhere
    ");
    assert_eq!(fs::read_dir(scene.path("empty")).unwrap().count(), 0);
}

#[test]
fn what_cannot_be_read_is_told() {
    let scene = scene();
    scene.scratch.write("long.yaml", "#".repeat((1 << 20) + 1));
    // Somebody might write into it one day: nobody waits for that.
    let made = scene.scratch.command("mkfifo").arg("pipe").status();
    assert!(made.unwrap().success());
    for name in ["no.yaml", ".", "long.yaml", "pipe"] {
        let refused = scene.run(&simulate(&[name, "--json"]));
        assert_eq!(error_code(&refused), "input.unreadable", "{name}");
        assert_eq!((refused.code, refused.stdout.len()), (Some(2), 0), "{name}");
    }
    let script = "ln -s first.yaml link; exec \"$0\" loop simulate link --json";
    let mut shell = scene.scratch.command("sh");
    let told = motus_testkit::harness::capture(shell.args(["-c", script, crate::support::MOTUS]));
    let plain = scene.run(&simulate(&["first.yaml", "--json"])).expect_success();
    assert_eq!(told.expect_success().stdout_text(), plain.stdout_text());
    assert_eq!(scene.run(&simulate(&["first.yaml", "--out", ""])).code, Some(2));
}

#[test]
fn a_bundle_is_private_under_any_umask() {
    let scene = scene();
    for mask in ["0000", "0777"] {
        let script = format!("umask {mask}; \"$0\" loop simulate first.yaml --out made-{mask}");
        let mut shell = scene.scratch.command("sh");
        let told =
            motus_testkit::harness::capture(shell.args(["-c", &script, crate::support::MOTUS]));
        drop(told.expect_success());
        let mode = |path: &str| {
            fs::metadata(scene.path(&format!("made-{mask}{path}"))).unwrap().mode() & 0o777
        };
        assert_eq!([mode(""), mode("/evidence")], [0o700; 2], "{mask}");
        assert_eq!([mode("/receipt.json"), mode("/evidence/edit-1.json")], [0o600; 2], "{mask}");
    }
}
