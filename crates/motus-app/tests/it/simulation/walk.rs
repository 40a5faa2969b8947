//! No answer is without consequence: changed in any one place, a scenario gives another digest.

use motus_app::simulation::{Scenario, run};
use motus_kernel::Uuid;
use motus_kernel::names::OutcomeStatus;

use super::tree::Tree;
use super::{SCENARIOS, digest, simulate, told, verifies};

/// What is not answered but set: nothing of it is in a bundle unless it is needed.
const SETTINGS: [&str; 4] = ["scenario", "budgets", "policy", "recording"];

/// The leaves that change nothing, and why.
const WITHOUT_CONSEQUENCE: [(&str, &str, &str); 3] = [
    ("strategy_applied", "decide/0/plan", "only PlanChosen tells it, which this log leaves out"),
    (
        "verify_fail_backtrack",
        "decide/0/verification/level",
        "the second plan sets another one in its place, and this log tells neither",
    ),
    (
        "verify_fail_backtrack",
        "decide/0/verification/checks_required/0",
        "the second plan sets another one in its place, and this log tells neither",
    ),
];

/// Names of which another one may always stand in a place of the first.
const NAMES: &[(&str, &str)] = &[
    ("Acceptance", "Semantic"),
    ("Committed", "Staged"),
    ("Network", "WriteFS"),
    ("Parallel", "Sequential"),
    ("Recoverable", "Unrecoverable"),
    ("Regression", "Acceptance"),
    ("Semantic", "Acceptance"),
    ("Syntactic", "Acceptance"),
    ("WriteFS", "ReadFS"),
    ("agent", "automation"),
    ("parent_loop", "policy"),
    ("success", "partial"),
];

/// Changes a leaf into another one of its type; whoever refers to it follows.
fn change(document: &Tree, path: &str) -> Tree {
    let mut changed = document.clone();
    let key = path.rsplit('/').next().unwrap();
    let Tree::Leaf { text, is_plain } = changed.at(path).clone() else {
        unreachable!("{path} is a leaf");
    };
    let refers = ["evidence", "loop_id"].contains(&key);
    if refers {
        let other =
            if key == "loop_id" { format!("a{}", &text[1..]) } else { format!("{text}.other") };
        rename(&mut changed, &text, &other);
        return changed;
    }
    if key == "op" && text == "Network" {
        // No other operation takes the selector of this one.
        let selector = path.replace("/op", "/selector");
        *changed.at(&selector) = quoted("fs:network".to_owned());
    }
    let list = path.strip_prefix("clock/times/").map(|index| index.parse::<usize>().unwrap());
    if let Some(first) = list {
        // Those behind are later, too: time does not go backwards.
        let Tree::List(times) = changed.at("clock/times") else { unreachable!("times are listed") };
        for time in times.iter_mut().skip(first) {
            *time = plain(later(time.text()));
        }
        return changed;
    }
    *changed.at(path) = other(key, &text, is_plain);
    changed
}

fn other(key: &str, text: &str, is_plain: bool) -> Tree {
    let name = NAMES.iter().find(|(name, _)| *name == text);
    let is_named =
        ["level", "lock_level", "mode", "class", "op", "type", "status", "source"].contains(&key);
    match (key, name) {
        ("source", None) => plain("trigger".to_owned()),
        ("type", None) => plain("agent".to_owned()),
        ("selector", _) => quoted(text.replacen("fs:", "fs:x", 1).replacen("://", "://x", 1)),
        _ if !is_plain => quoted(format!("{text}x")),
        (_, Some((_, other))) if is_named => plain((*other).to_owned()),
        _ if text == "true" => plain("false".to_owned()),
        _ if text == "false" => plain("true".to_owned()),
        _ if text.parse::<u64>().is_ok() => {
            let number: u64 = text.parse().unwrap();
            plain(if number == 1000 { 999 } else { number + 1 }.to_string())
        }
        _ if motus_kernel::timestamp::is_timestamp(text) => plain(later(text)),
        _ if motus_kernel::Digest::parse(text).is_some() => {
            let last = if text.ends_with('0') { '1' } else { '0' };
            plain(format!("{}{last}", &text[..63]))
        }
        _ if Uuid::parse(text).is_some() => plain(format!("f{}", &text[1..])),
        _ => quoted(format!("{text}x")),
    }
}

/// Half a second later.
fn later(time: &str) -> String {
    time.replace('Z', ".5Z")
}

fn plain(text: String) -> Tree {
    Tree::Leaf { text, is_plain: true }
}

fn quoted(text: String) -> Tree {
    Tree::Leaf { text, is_plain: false }
}

/// Gives something another name, everywhere.
fn rename(tree: &mut Tree, from: &str, to: &str) {
    match tree {
        Tree::Leaf { text, .. } if text == from => to.clone_into(text),
        Tree::Leaf { .. } => {}
        Tree::List(items) => items.iter_mut().for_each(|item| rename(item, from, to)),
        Tree::Mapping(members) => {
            for (key, tree) in members {
                if key == from {
                    to.clone_into(key);
                }
                rename(tree, from, to);
            }
        }
    }
}

/// Runs a document in which a plan tells what its children prove: that follows what they do prove.
fn follow(mut document: Tree) -> Tree {
    for place in 0..3 {
        // What is known before is looked at before.
        let critical = document.at(&format!("decide/0/spawn/loops/{place}/critical")).clone();
        *document.at(&format!("decide/0/details/children/{place}/critical")) = critical;
    }
    let mut proved = Vec::new();
    // The parent leaves no bundle as long as its plan tells something else.
    let ran = run(&Scenario::read(&document.write()).unwrap(), &mut |sealed, _| {
        let receipt = &sealed.receipt;
        proved.push((receipt.loop_id, receipt.integrity.proof_digest, receipt.outcome.status));
        Ok(String::new())
    });
    drop(ran);
    for place in 0..3 {
        let promise = format!("decide/0/details/children/{place}");
        let id = document.at(&format!("{promise}/child_loop_id")).text().to_owned();
        let found = proved.iter().find(|(loop_id, ..)| loop_id.to_string() == id);
        let (_, digest, status) = found.expect("the child has left a bundle");
        *document.at(&format!("{promise}/child_proof_digest")) = plain(digest.to_string());
        *document.at(&format!("{promise}/outcome_status")) = plain(status.as_str().to_owned());
    }
    document
}

/// Tells whether a leaf is part of what a plan tells of its children before they are spawned.
fn is_promise(path: &str) -> bool {
    path.contains("/details/children/")
}

/// Changes one leaf of a scenario, and checks what comes of it.
fn check(name: &str, document: &Tree, original: &str, path: &str) {
    let mut changed = change(document, path);
    if name == "parallel_children" {
        // What was not declared is told by an event more.
        if let Tree::List(times) = changed.at("clock/times") {
            times.extend(times.last().cloned());
        }
        changed = follow(changed);
    }
    let scenario = Scenario::read(&changed.write())
        .unwrap_or_else(|errors| panic!("{name} {path}: {}", told(&errors)));
    let simulated = simulate(&scenario).unwrap_or_else(|error| panic!("{name} {path}: {error}"));
    verifies(&simulated, scenario.policy());
    let counts = !WITHOUT_CONSEQUENCE.iter().any(|(at, leaf, _)| (*at, *leaf) == (name, path));
    assert_eq!(digest(&simulated) != original, counts, "{name} {path}");
}

#[test]
fn every_answer_counts() {
    let mut walked = 0;
    for (name, text) in SCENARIOS {
        let document = Tree::read(text);
        let original = digest(&simulate(&Scenario::read(&document.write()).unwrap()).unwrap());
        let mut paths = document.leaves();
        paths.retain(|path| {
            let is_setting = path.split('/').any(|name| SETTINGS.contains(&name));
            !is_setting && !is_promise(path)
        });
        walked += paths.len();
        let (document, original) = (&document, original.as_str());
        // Four at once: one scenario has eight hundred leaves and is long.
        std::thread::scope(|threads| {
            for some in paths.chunks(paths.len().div_ceil(4)) {
                threads.spawn(move || {
                    for path in some {
                        check(name, document, original, path);
                    }
                });
            }
        });
    }
    assert_eq!(walked, 1335);
}

/// No bundle could verify whose log tells two things of one child: what did not come true is told as foretold.
#[test]
fn a_plan_that_promises_what_its_children_do_not_keep_never_succeeds() {
    let (name, text) = SCENARIOS[2];
    let document = Tree::read(text);
    let promises: Vec<String> =
        document.leaves().into_iter().filter(|path| is_promise(path)).collect();
    assert_eq!((name, promises.len()), ("parallel_children", 15));
    let (mut refused, mut failed) = (0, 0);
    for path in promises {
        let Ok(scenario) = Scenario::read(&change(&document, &path).write()) else {
            refused += 1;
            continue;
        };
        let simulated = simulate(&scenario).unwrap();
        verifies(&simulated, scenario.policy());
        let status = simulated.sealed.receipt.outcome.status;
        assert_eq!(status, OutcomeStatus::Failed, "{path}");
        failed += 1;
    }
    // Who the children are is known when the scenario is read, where they stand when the plan is chosen, and
    // what they come to when they are joined.
    assert_eq!((refused, failed), (6, 9));
}
