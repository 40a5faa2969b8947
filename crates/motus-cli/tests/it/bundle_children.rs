//! `motus bundle verify --children`: a loop together with the loops that it spawned.

use std::process::Command;

use motus_json::{Object, Value};
use motus_testkit::bundle::{Parts, canonical, document, family_member, member_id};
use motus_testkit::harness::{capture, skip};

use crate::support::{EVIDENCE, MOTUS, Scene, parse, set};

const VERIFY: [&str; 5] = ["bundle", "verify", "bundle", "--children", "children"];

/// Writes a loop with two children, of which the first has a child of its own.
fn family() -> Scene {
    let grandchild = family_member(4, Some(2), &[]);
    let (left, right) = (family_member(2, Some(1), &[&grandchild]), family_member(3, Some(1), &[]));
    let scene = Scene::with(&family_member(1, None, &[&left, &right]));
    scene.place("children/left", &left);
    scene.place("children/right", &right);
    scene.place("children/deep/er/grandchild", &grandchild);
    scene
}

/// Writes a loop whose only child was changed after the loop committed to it.
fn changed(change: impl FnOnce(&mut Parts)) -> Scene {
    let mut child = family_member(2, Some(1), &[]);
    let scene = Scene::with(&family_member(1, None, &[&child]));
    change(&mut child);
    scene.place("children/one", &child.seal());
    scene
}

/// Returns the lines that tell failures.
#[track_caller]
fn failures(scene: &Scene) -> Vec<String> {
    let told = scene.run(&VERIFY);
    let text = scene.scratch.mask().apply(&told.stdout_text());
    assert_eq!((told.code, told.stderr_text().as_str()), (Some(1), ""), "{text}");
    let (_, failures) = text.split_once("\n\n").unwrap();
    failures.lines().map(str::to_owned).collect()
}

#[test]
fn children_and_their_children_are_verified_wherever_they_lie() {
    let scene = family();
    insta::assert_snapshot!(scene.tell(&VERIFY), @r#"
    exit 0
    --- stdout
    VERIFIED 5a7a537bf61a92e10c3fa57a77fd6acc50845441673c6fe1e98692b9a3ca0425
      integrity  passed: 4 files of evidence, 7 events, 8 roots, receipt and log agree
      coverage   passed: every effect that was observed lies inside the declared ones
      policy     passed: POLICY-DEFAULT (0198b7b9a879a1f41aef195acd0294ea5f2a021e816d236e258bef8ed5ef9554)
      digest     not checked: none was expected, so that any consistent bundle passes
      children   passed: 2 loops
      outcome    success: Committed, loop 00000001-4444-4444-4444-444444444444

    What this does not prove:
      - who made the bundle: nothing in it is signed, and anybody can make another one that is consistent
      - that the work happened: evidence shows what was written down
      - that nothing is left out: a bundle cut short and sealed again is consistent too
      - when it was made: the times are the maker's own
    --- stderr
    "#);
    let unopened = scene.run(&["bundle", "verify", "bundle"]).expect_success().stdout_text();
    let line = "  children   not checked: 2 loops, whose bundles were not opened\n";
    assert!(unopened.contains(line), "{unopened}");
    let around = ["bundle", "verify", "bundle", "--children", "."];
    assert_eq!(scene.run(&around).code, Some(0), "the parent may lie there too");
}

#[test]
fn a_child_that_is_missing_or_there_twice_is_a_failure() {
    let scene = family();
    scene.remove("children/right");
    scene.remove("children/deep");
    insta::assert_snapshot!(scene.tell(&VERIFY), @r#"
    exit 1
    --- stdout
    FAILED FILE_HASH_MISMATCH
      integrity  passed: 4 files of evidence, 7 events, 8 roots, receipt and log agree
      coverage   passed: every effect that was observed lies inside the declared ones
      policy     passed: POLICY-DEFAULT (0198b7b9a879a1f41aef195acd0294ea5f2a021e816d236e258bef8ed5ef9554)
      digest     not checked: none was expected, so that any consistent bundle passes
      children   failed: 2 loops
      outcome    success: Committed, loop 00000001-4444-4444-4444-444444444444

    FILE_HASH_MISMATCH children: no bundle of loop 00000003-4444-4444-4444-444444444444 is below
    FILE_HASH_MISMATCH children: no bundle of loop 00000004-4444-4444-4444-444444444444 is below
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&[VERIFY.as_slice(), &["--json"]].concat()), @r#"
    exit 1
    --- stdout
    {
      "ok": false,
      "proof_digest": null,
      "failures": [
        {
          "code": "FILE_HASH_MISMATCH",
          "message": "no bundle of loop 00000003-4444-4444-4444-444444444444 is below",
          "path": "children"
        },
        {
          "code": "FILE_HASH_MISMATCH",
          "message": "no bundle of loop 00000004-4444-4444-4444-444444444444 is below",
          "path": "children"
        }
      ],
      "warnings": [],
      "not_proven": [
        "who made the bundle: nothing in it is signed, and anybody can make another one that is consistent",
        "that the work happened: evidence shows what was written down",
        "that nothing is left out: a bundle cut short and sealed again is consistent too",
        "when it was made: the times are the maker's own"
      ]
    }
    --- stderr
    "#);
    let scene = family();
    scene.place("children/copy", &family_member(3, Some(1), &[]));
    scene.place("children/other", &family_member(3, None, &[]));
    assert_eq!(scene.run(&VERIFY).code, Some(0), "one of them is the child");
    scene.remove("children/right");
    scene.remove("children/copy");
    scene.place("children/another", &family_member(3, Some(9), &[]));
    let id = member_id(3);
    assert_eq!(
        failures(&scene),
        [format!(
            "FILE_HASH_MISMATCH children: 2 bundles of loop {id} are below, none with the proof that \
             the parent commits to"
        )]
    );
}

#[test]
fn a_tampered_child_is_told_with_its_place() {
    let scene = family();
    scene.scratch.write(&format!("children/deep/er/grandchild/{EVIDENCE}"), "{}");
    insta::assert_snapshot!(scene.tell(&VERIFY), @r#"
    exit 1
    --- stdout
    FAILED FILE_HASH_MISMATCH
      integrity  passed: 4 files of evidence, 7 events, 8 roots, receipt and log agree
      coverage   passed: every effect that was observed lies inside the declared ones
      policy     passed: POLICY-DEFAULT (0198b7b9a879a1f41aef195acd0294ea5f2a021e816d236e258bef8ed5ef9554)
      digest     not checked: none was expected, so that any consistent bundle passes
      children   failed: 2 loops
      outcome    success: Committed, loop 00000001-4444-4444-4444-444444444444

    FILE_HASH_MISMATCH children/deep/er/grandchild/evidence/act/write_file.json: has 2 bytes, not 40
    --- stderr
    "#);
}

#[test]
fn a_child_is_the_one_that_its_parent_committed_to() {
    // A receipt that its own log denies fails by itself.
    let scene = changed(|child| set(child, &["intent", "description"], "another one"));
    assert_eq!(
        failures(&scene),
        ["FSM_INVALID children/one/events.jsonl: event 0 (IntentSet): intent is not what the \
          receipt says"]
    );
    let scene = changed(|child| set(child, &["decisions"], Vec::<Value>::new()));
    let digest = family_member(2, Some(1), &[]).proof_digest();
    assert_eq!(
        failures(&scene),
        [format!("PROOF_DIGEST_MISMATCH children/one: the parent commits to {digest}")]
    );
}

#[test]
fn a_child_ended_and_belongs_as_its_parent_says() {
    let child = family_member(2, Some(7), &[]);
    let mut parent = family_member(1, None, &[&child]);
    let text = canonical(&parent.receipt);
    let partial = text.replace(r#""outcome_status":"success""#, r#""outcome_status":"partial""#);
    parent.receipt = document(&partial);
    let outcome = Object::from([("description", "half of it"), ("status", "partial")]);
    set(&mut parent, &["outcome"], outcome.clone());
    let locked = parent.events.len() - 1;
    let payload = parent.event(locked).get_mut("payload").unwrap();
    payload.as_object_mut().unwrap().insert("outcome", outcome);
    let scene = Scene::with(&parent.seal());
    scene.place("children", &child);
    assert_eq!(
        failures(&scene),
        [
            "POLICY_VIOLATION children: the outcome is success, the parent says partial",
            "POLICY_VIOLATION children: names no parent, or another than \
             00000001-4444-4444-4444-444444444444",
        ]
    );
}

#[test]
fn children_are_looked_at_once_the_loop_itself_holds() {
    let scene = family();
    scene.remove("children/left");
    scene.scratch.write(&format!("bundle/{EVIDENCE}"), "{}");
    assert_eq!(failures(&scene), [format!("FILE_HASH_MISMATCH {EVIDENCE}: has 2 bytes, not 40")]);
    let scene = family();
    scene.remove("children/left");
    let other = "0".repeat(64);
    let expect = [VERIFY.as_slice(), &["--expect", &other]].concat();
    let told = scene.run(&expect).stdout_text();
    assert!(told.contains("  children   not checked: 2 loops, whose bundles"), "{told}");
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let scene = family();
    scene.remove("children");
    insta::assert_snapshot!(scene.tell(&VERIFY), @r#"
    exit 2
    --- stdout
    --- stderr
    error[bundle.missing]: children does not exist
    hint: check the path; a bundle is the directory in which manifest.json stands
    "#);
    scene.scratch.write("children", "");
    let refused = scene.run(&[VERIFY.as_slice(), &["--json"]].concat());
    assert_eq!((refused.code, refused.stdout.len()), (Some(2), 0));
    assert_eq!(crate::support::error_code(&refused), "bundle.not_a_directory");
}

#[test]
fn a_link_below_the_directory_leads_to_no_child() {
    let scene = family();
    let elsewhere = scene.path("elsewhere");
    std::fs::rename(scene.path("children/right"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, scene.path("children/right")).unwrap();
    let id = member_id(3);
    assert_eq!(
        failures(&scene),
        [format!("FILE_HASH_MISMATCH children: no bundle of loop {id} is below")]
    );
}

#[test]
fn a_report_as_json_says_which_child() {
    let scene = family();
    scene.scratch.write("children/left/receipt.json", "{}");
    let told = scene.run(&[VERIFY.as_slice(), &["--json"]].concat());
    assert_eq!(told.code, Some(1));
    let report = parse(&told.stdout);
    let failures = report.get("failures").and_then(Value::as_array).unwrap();
    let paths: Vec<_> =
        failures.iter().filter_map(|failure| failure.get("path")?.as_str()).collect();
    assert_eq!(paths, ["children/left/receipt.json"]);
}

/// Makes a loop with one child, and 10,000 more that nobody has.
fn loop_of_many(number: u64, child: Option<&Parts>) -> Parts {
    let parent = number.checked_sub(1).filter(|parent| *parent > 0);
    let mut parts = family_member(number, parent, &Vec::from_iter(child));
    let children = parts.in_receipt(&["children"]);
    let mut edges = children.as_array().unwrap_or_default().to_vec();
    for other in 1..=10_000_u64 {
        let id = (number << 16) + other;
        edges.push(Value::from(Object::from([
            ("spawn_index", Value::from(edges.len())),
            ("child_loop_id", member_id(id).into()),
            ("critical", false.into()),
            ("child_proof_digest", format!("{id:064x}").into()),
            ("outcome_status", "failed".into()),
        ])));
    }
    *children = edges.into();
    set(&mut parts, &["outcome", "status"], "partial");
    let locked = parts.events.len() - 1;
    let payload = parts.event(locked).get_mut("payload").and_then(Value::as_object_mut).unwrap();
    payload.get_mut("outcome").and_then(Value::as_object_mut).unwrap().insert("status", "partial");
    parts.seal()
}

#[test]
fn children_that_are_only_named_take_no_memory() {
    let memory = "--as=58720256";
    let tried = Command::new("prlimit").args([memory, "true"]).output();
    if !tried.is_ok_and(|tried| tried.status.success()) {
        return skip("children_that_are_only_named_take_no_memory", "there is no prlimit");
    }
    let mut child = loop_of_many(30, None);
    let scene = Scene::with(&child);
    for number in (1..30).rev() {
        scene.place(&format!("children/{number}"), &child);
        child = loop_of_many(number, Some(&child));
    }
    scene.place("bundle", &child);
    let mut command = scene.scratch.command("prlimit");
    let told = capture(command.args([memory, MOTUS]).args(VERIFY));
    let text = told.stdout_text();
    assert_eq!((told.code, told.signal), (Some(1), None), "{text}");
    let more = format!("FILE_HASH_MISMATCH children: and {} more below", 30 * 10_000 - 100);
    assert_eq!(text.lines().last(), Some(more.as_str()));
}
