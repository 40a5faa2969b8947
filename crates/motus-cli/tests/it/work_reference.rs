//! `motus work` beside the published CLI: the same documents, the same records, one Store for both.
//!
//! Needs `MOTUS_REFERENCE`, and `MOTUS_REFERENCE_065` for the later release.

use std::path::Path;

use motus_json::Value;
use motus_testkit::harness::{Captured, Reference, capture};

use crate::support::{Scene, finish, parse, payloads_in, start, succeed};
use crate::work::{claim, text};

/// Runs a published CLI in a scene.
fn theirs(scene: &Scene, program: &Path, arguments: &[&str]) -> Captured {
    capture(scene.scratch.command(program).args(arguments))
}

#[track_caller]
fn their_claim(scene: &Scene, program: &Path, task: &str) -> String {
    let told = theirs(scene, program, &["work", "claim", task, "--json"]).expect_success();
    text(&parse(&told.stdout), "lease_id")
}

/// The steps of a claim; `LEASE` stands for the lease.
const STEPS: [&[&str]; 12] = [
    &["work", "context", "LEASE", "-i", "go on"],
    &["work", "outcome", "LEASE", "API Thing!", "-p", "src/é.rs", "-d", "reads"],
    &["work", "outcome", "LEASE", "file"],
    &["work", "evidence", "LEASE", "test_result", "--passed", "3", "--failed", "0"],
    &["work", "evidence", "LEASE", "é", "--diff", "two files"],
    &["work", "evidence", "LEASE", "log", "--log", "line"],
    &["work", "decision", "LEASE", "keep it", "-r", "others read it", "-a", "drop it", "-a", "b"],
    &["work", "receipt", "LEASE"],
    &["work", "release", "LEASE", "partial"],
    &["work", "release", "LEASE", "partial"],
    &["work", "status", "LEASE"],
    &["work", "receipt", "LEASE"],
];

/// Takes the steps, each as JSON, and returns what was told.
fn walk(run: impl Fn(&[&str]) -> Captured) -> Vec<(Option<i32>, Value)> {
    let claim = ["work", "claim", "T 1", "-r", "src/lib.rs", "-r", "db:x", "-a", "ann", "--json"];
    let granted = run(&claim);
    let lease = text(&parse(&granted.stdout), "lease_id");
    let mut told = vec![(granted.code, parse(&granted.stdout))];
    for step in STEPS {
        let words: Vec<&str> =
            step.iter().map(|word| if *word == "LEASE" { &*lease } else { word }).collect();
        let ended = run(&[&words[..], &["--json"]].concat());
        told.push((ended.code, parse(&ended.stdout)));
    }
    told
}

fn names(document: &Value) -> Vec<String> {
    let members = document.as_object().unwrap().iter();
    members.map(|(name, _)| name.to_string_lossy().into_owned()).collect()
}

/// Takes what differs from run to run out of a document.
fn masked(scene: &Scene, document: &Value) -> String {
    scene.scratch.mask().apply(&motus_json::pretty::write(document))
}

#[test]
fn documents_begin_with_the_published_members_and_say_the_same() {
    let test = "work_reference::documents_begin_with_the_published_members_and_say_the_same";
    let Some(reference) = Reference::or_skip(test) else { return };
    let program = reference.program();
    let (ours, published) = (Scene::new(), Scene::new());
    let agent = "MC_AGENT_ID";
    let told = walk(|words| capture(ours.motus(words).env(agent, "ann")));
    let expected =
        walk(|words| capture(published.scratch.command(program).args(words).env(agent, "ann")));
    for (number, ((code, told), (wanted_code, wanted))) in told.iter().zip(&expected).enumerate() {
        assert_eq!(code, wanted_code, "step {number}");
        let (found, wanted_names) = (names(told), names(wanted));
        assert_eq!(found[..wanted_names.len()], wanted_names, "step {number}");
        for name in wanted_names {
            // The claim says what it has locked, in the event and in what is made of it.
            let differs = ["kernel_receipt", "receipt", "packet", "work_packet", "receipt_id"];
            if differs.contains(&&*name) {
                continue;
            }
            let [one, other] = [(&ours, told), (&published, wanted)]
                .map(|(scene, document)| masked(scene, document.get(&name).unwrap()));
            assert_eq!(one, other, "step {number}: {name}");
        }
    }
}

#[test]
fn the_same_steps_leave_the_same_rows() {
    let test = "work_reference::the_same_steps_leave_the_same_rows";
    let Some(reference) = Reference::or_skip(test) else { return };
    let program = reference.program();
    let (ours, published) = (Scene::new(), Scene::new());
    walk(|words| ours.run(words));
    walk(|words| theirs(&published, program, words));
    let rows = |scene: &Scene| {
        let shown = scene.show("latest");
        let mut rows = vec![masked(scene, shown.get("run").unwrap())];
        let events = shown.get("events").and_then(Value::as_array).unwrap();
        for (event, (kind, mut payload)) in events.iter().zip(payloads_in(&shown)) {
            payload.as_object_mut().unwrap().remove("fencing");
            let [key, schema, producer] = ["idempotency_key", "schema_hash", "producer_id"]
                .map(|name| scene.scratch.mask().apply(&text(event, name)));
            rows.push(format!("{kind} {key} {producer} {schema} {}", masked(scene, &payload)));
        }
        rows
    };
    // Those that write are named by the claim here, and not at all there.
    let expected = rows(&published).into_iter();
    let expected: Vec<String> = expected
        .map(|row| row.replace("motus-work:default", "motus-work:ann"))
        .map(|row| without_hash(&row))
        .collect();
    let found: Vec<String> = rows(&ours).iter().map(|row| without_hash(row)).collect();
    assert_eq!(found, expected);
}

/// The end's digest covers who ended it.
fn without_hash(row: &str) -> String {
    row.lines().filter(|line| !line.contains("end_payload_hash")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_claim_of_theirs_keeps_us_out_until_it_ends() {
    let test = "work_reference::a_claim_of_theirs_keeps_us_out_until_it_ends";
    let Some(reference) = Reference::or_skip(test) else { return };
    let program = reference.program();
    let scene = Scene::new();
    let lease = their_claim(&scene, program, "T1");
    let refused = scene.run(&["work", "claim", "T1", "--json"]);
    assert_eq!(refused.code, Some(4));
    let held_by = parse(&refused.stdout).get("held_by").cloned().unwrap();
    assert_eq!(text(&held_by, "holder"), lease);
    claim(&scene, &["T2"]);
    claim(&scene, &["T1", "--shared"]);
    succeed(scene.run(&["work", "evidence", &lease, "log"]));
    succeed(theirs(&scene, program, &["work", "release", &lease, "success"]));
    claim(&scene, &["T1"]);
    assert_eq!(scene.run(&["work", "claim", "T1"]).code, Some(4));
    let late = scene.run(&["work", "release", &lease, "failure"]);
    assert_eq!(late.code, Some(4), "{}", late.stderr_text());
    let again = parse(&scene.run(&["work", "release", &lease, "success", "--json"]).stdout);
    assert_eq!(text(&again, "reason_code"), "RELEASED_IDEMPOTENT_REPLAY");
}

#[test]
fn they_release_and_extend_what_we_hold_fenced() {
    let test = "work_reference::they_release_and_extend_what_we_hold_fenced";
    let Some(reference) = Reference::or_skip(test) else { return };
    let program = reference.program();
    let scene = Scene::new();
    let ours = claim(&scene, &["T1", "-r", "src/lib.rs"]);
    let evidence = ["work", "evidence", &ours.lease, "test_result", "--passed", "1", "--json"];
    succeed(theirs(&scene, program, &evidence));
    succeed(scene.run(&evidence));
    succeed(theirs(&scene, program, &["work", "release", &ours.lease, "failure"]));
    let refused = parse(&scene.run(&evidence).stdout);
    assert_eq!(text(&refused, "reason_code"), "LEASE_CLOSED");
    let next = scene.run(&["work", "claim", "T1", "-r", "src/lib.rs", "--json"]).expect_success();
    let next = parse(&next.stdout);
    for lock in next.get("fencing").and_then(Value::as_array).unwrap() {
        assert_eq!(lock.get("token").and_then(Value::as_u64), Some(2), "{lock:?}");
    }
    for words in
        [["work", "receipt", &ours.lease, "--json"], ["work", "status", &ours.lease, "--json"]]
    {
        let [here, there] = [scene.run(&words), theirs(&scene, program, &words)]
            .map(|told| parse(&told.expect_success().stdout));
        for name in names(&there) {
            assert_eq!(here.get(&name), there.get(&name), "{words:?}: {name}");
        }
    }
}

#[test]
fn what_was_handed_over_and_accepted_here_is_read_there() {
    let test = "work_reference::what_was_handed_over_and_accepted_here_is_read_there";
    let Some(reference) = Reference::or_skip(test) else { return };
    let program = reference.program();
    let scene = Scene::new();
    let handed = crate::work::handed(&scene);
    succeed(scene.run(&["work", "accept", &handed.run, "--as", "human:owner"]));
    claim(&scene, &["--from", &handed.run, "--agent", "owner"]);
    let words = ["work", "receipt", &handed.lease, "--json"];
    let [here, there] = [scene.run(&words), theirs(&scene, program, &words)]
        .map(|told| parse(&told.expect_success().stdout));
    assert_eq!(here, there);
    succeed(theirs(&scene, program, &["work", "list", "--all"]));
    let doctor = theirs(&scene, program, &["doctor"]).expect_success().stdout_text();
    assert!(doctor.contains(" 0 failed"), "{doctor}");
}

#[test]
fn a_release_that_says_why_is_read_and_replayed_there() {
    let test = "work_reference::a_release_that_says_why_is_read_and_replayed_there";
    let Some(reference) = Reference::or_skip(test) else { return };
    let program = reference.program();
    let scene = Scene::new();
    let ours = claim(&scene, &["T1"]).lease;
    for lease in [ours, their_claim(&scene, program, "T2")] {
        let release = ["work", "release", &lease, "failure"];
        succeed(scene.run(&[&release[..], &["--note", "the disk was full"]].concat()));
        let words = ["work", "receipt", &lease, "--json"];
        let [here, there] = [scene.run(&words), theirs(&scene, program, &words)]
            .map(|told| parse(&told.expect_success().stdout));
        assert_eq!(here, there);
        succeed(theirs(&scene, program, &release));
    }
    let doctor = theirs(&scene, program, &["doctor"]).expect_success().stdout_text();
    assert!(doctor.contains(" 0 failed"), "{doctor}");
}

#[test]
fn claims_of_both_at_once_leave_one_of_ours_at_most() {
    let test = "work_reference::claims_of_both_at_once_leave_one_of_ours_at_most";
    let Some(reference) = Reference::or_skip(test) else { return };
    let program = reference.program();
    let scene = Scene::new();
    claim(&scene, &["T0"]);
    let arguments = ["work", "claim", "T1", "--json"];
    let mut them = scene.scratch.command(program);
    let them = start(them.args(arguments));
    let ours: Vec<_> = (0..8).map(|_| start(&mut scene.motus(&arguments))).collect();
    let granted = ours.into_iter().map(finish).filter(|ended| ended.code == Some(0)).count();
    succeed(finish(them));
    assert!(granted <= 1, "{granted}");
    // Theirs asks nobody; from now on it is in our way as long as ours.
    assert_eq!(scene.run(&arguments).code, Some(4));
}

#[test]
fn a_claim_of_the_later_release_counts_as_well() {
    let test = "work_reference::a_claim_of_the_later_release_counts_as_well";
    let Some(later) = Reference::later_or_skip(test) else { return };
    let program = later.program();
    let scene = Scene::new();
    let lease = their_claim(&scene, program, "T1");
    assert_eq!(scene.run(&["work", "claim", "T1"]).code, Some(4));
    succeed(scene.run(&["work", "evidence", &lease, "log"]));
    succeed(theirs(&scene, program, &["work", "release", &lease, "success"]));
    let late = scene.run(&["work", "release", &lease, "failure"]);
    assert_eq!(late.code, Some(4), "{}", late.stderr_text());
    let ours = claim(&scene, &["T1"]);
    succeed(theirs(&scene, program, &["work", "evidence", &ours.lease, "log"]));
    succeed(scene.run(&["work", "release", &ours.lease, "success"]));
    let refused = scene.run(&["work", "accept", &ours.run, "--json"]);
    assert_eq!(text(&parse(&refused.stdout), "reason_code"), "NOT_HANDED_OVER");
    let refused = scene.run(&["work", "accept", "run_9", "--json"]);
    assert_eq!(text(&parse(&refused.stdout), "reason_code"), "LEASE_NOT_FOUND");
}
