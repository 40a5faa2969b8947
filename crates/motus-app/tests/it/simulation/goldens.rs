//! The seven scenarios of the specification give its ten bundles.

use std::collections::BTreeMap;

use motus_app::simulation::{Simulated, run};
use motus_kernel::compiler::SealedLoop;
use motus_kernel::projection::project_receipt;
use motus_testkit::goldens;
use motus_testkit::harness::{fixtures, skip};

use super::tree::Tree;
use super::{SCENARIOS, bundle, digest, read, simulate, text, verifies};

/// Returns the bundles of a scenario by the names under which they are published.
fn by_published_name<'s>(name: &str, simulated: &'s Simulated) -> Vec<(String, &'s Simulated)> {
    if simulated.children.is_empty() {
        return vec![(name.to_owned(), simulated)];
    }
    let child = |(number, child)| (format!("{name}/child_{number}"), child);
    let children = (1..).zip(&simulated.children).map(child);
    children.chain([(format!("{name}/parent"), simulated)]).collect()
}

#[test]
fn the_ten_digests_of_the_specification_come_out_of_the_runner() {
    let mut seen = BTreeMap::new();
    for (name, text) in SCENARIOS {
        let scenario = read(text);
        let simulated = simulate(&scenario).unwrap();
        verifies(&simulated, scenario.policy());
        assert_eq!(simulated.unused, [], "{name}");
        for (published, simulated) in by_published_name(name, &simulated) {
            assert_eq!(simulated.sealed.halted, None, "{published}");
            seen.insert(published, digest(simulated));
        }
    }
    let published = goldens::PUBLISHED.map(|(name, digest)| (name.to_owned(), digest.to_owned()));
    assert_eq!(seen, BTreeMap::from(published));
}

#[test]
fn every_byte_of_the_published_bundles_comes_out_of_the_runner() {
    let fixtures = match fixtures() {
        Ok(fixtures) => fixtures,
        Err(why) => {
            let name = "simulation::every_byte_of_the_published_bundles_comes_out_of_the_runner";
            return skip(name, &why);
        }
    };
    let mut compared = 0;
    for (name, text) in SCENARIOS {
        let simulated = simulate(&read(text)).unwrap();
        for (published, simulated) in by_published_name(name, &simulated) {
            let (ours, theirs) = (bundle(simulated), goldens::read(&fixtures, &published).unwrap());
            for (path, bytes) in &theirs.files {
                let ours = ours.files.get(path).map(|bytes| String::from_utf8_lossy(bytes));
                assert_eq!(ours, Some(String::from_utf8_lossy(bytes)), "{published}/{path}");
            }
            assert_eq!(ours, theirs, "{published}");
            compared += ours.files.len();
        }
    }
    assert_eq!(compared, 57);
}

#[test]
fn the_same_scenario_gives_the_same_bytes() {
    for (name, text) in SCENARIOS {
        let (first, second) = (simulate(&read(text)).unwrap(), simulate(&read(text)).unwrap());
        let all = |simulated: &Simulated| -> Vec<_> {
            by_published_name(name, simulated).into_iter().map(|(_, one)| bundle(one)).collect()
        };
        assert_eq!(all(&first), all(&second), "{name}");
    }
}

#[test]
fn children_are_kept_before_their_parent_with_their_own_evidence() {
    let mut kept = Vec::new();
    let mut keep = |sealed: &SealedLoop, evidence: &BTreeMap<String, Vec<u8>>| {
        kept.push((sealed.receipt.intent.description.clone(), evidence.len()));
        Ok(format!("name {}", kept.len()))
    };
    let simulated = run(&read(text("parallel_children")), &mut keep).unwrap();
    let names: Vec<&str> = simulated.children.iter().map(|child| child.kept_as.as_str()).collect();
    assert_eq!((names, simulated.kept_as.as_str()), (vec!["name 1", "name 2", "name 3"], "name 4"));
    let parent = "Implement feature X via 3 parallel tasks";
    let child = |name: &str| (format!("Child {name}"), 2);
    let children = ["1: edit src/a.rs", "2: edit src/b.rs", "3: edit src/c.rs"].map(child);
    assert_eq!(kept[..3], children);
    assert_eq!(kept[3..], [(parent.to_owned(), 2)]);
}

/// Has everything told, by a clock that never ends.
fn recorded_whole(document: &mut Tree) {
    *document.at("recording") = Tree::read("{profile: default}");
    *document.at("clock") = Tree::read("{start: 2025-12-24T00:00:00Z, step_ms: 1}");
    let Tree::Mapping(members) = document else { unreachable!("a scenario is a mapping") };
    // What it tells of its children before they are spawned would be untrue of these.
    if let Tree::List(plans) = &mut members.iter_mut().find(|(key, _)| key == "decide").unwrap().1 {
        for plan in plans {
            let Tree::Mapping(members) = plan else { unreachable!("a plan is a mapping") };
            members.retain(|(key, _)| key != "details");
        }
    }
    if let Some((_, Tree::List(children))) = members.iter_mut().find(|(key, _)| key == "children") {
        children.iter_mut().for_each(recorded_whole);
    }
}

#[test]
fn the_log_of_the_default_profile_gives_the_receipt_again() {
    for (name, text) in SCENARIOS {
        let mut document = Tree::read(text);
        recorded_whole(&mut document);
        let scenario = read(&document.write());
        let simulated = simulate(&scenario).unwrap();
        verifies(&simulated, scenario.policy());
        for (published, simulated) in by_published_name(name, &simulated) {
            let lines = simulated.sealed.events_jsonl.lines().map(str::as_bytes);
            let projected = project_receipt(lines).unwrap();
            assert_eq!(projected, simulated.sealed.receipt.body, "{published}");
        }
    }
}
