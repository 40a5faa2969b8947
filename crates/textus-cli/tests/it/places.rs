//! Which store is meant, and which role acts.

use std::fs;

use motus_json::Value;
use motus_testkit::harness::{capture, capture_with_input};

use crate::support::{MANIFEST, Refusal, Scene, parse};

/// Makes another store beside the project, and returns its `.textus`.
fn other(scene: &Scene, name: &str) -> String {
    let root = scene.scratch.path().join(name).join(".textus");
    fs::create_dir_all(&root).unwrap();
    fs::write(root.join("manifest.yaml"), MANIFEST).unwrap();
    root.to_str().unwrap().to_owned()
}

fn opened(captured: motus_testkit::harness::Captured) -> String {
    let told = parse(captured.expect_success().stdout);
    told.get("store_root").and_then(Value::as_str).unwrap().to_owned()
}

#[test]
fn the_flag_wins_over_the_environment_and_that_over_the_search() {
    let scene = Scene::new();
    let here = scene.root().to_str().unwrap().to_owned();
    let (one, two) = (other(&scene, "one"), other(&scene, "two"));
    assert_eq!(opened(scene.run(&["boot"])), here);
    assert_eq!(opened(capture(scene.textus(&["boot"]).env("TEXTUS_ROOT", &one))), one);
    let both = capture(scene.textus(&["boot", "--root", &two]).env("TEXTUS_ROOT", &one));
    assert_eq!(opened(both), two);
    assert_eq!(
        opened(scene.run(&["boot", "--root=../one/.textus"])),
        scene.shown("../../one/.textus").replace("/project/.textus/../..", "/project/..")
    );
    assert_eq!(
        opened(capture(scene.textus(&["boot"]).env("TEXTUS_ROOT", ""))),
        here,
        "empty is none"
    );
}

#[test]
fn the_search_goes_up_and_passes_over_a_store_without_a_manifest() {
    let scene = Scene::new();
    let here = scene.root().to_str().unwrap().to_owned();
    let deep = scene.scratch.project().join("src/deep");
    fs::create_dir_all(deep.join(".textus/zones")).unwrap();
    let told = capture(scene.textus(&["boot"]).current_dir(&deep));
    assert_eq!(opened(told), here);
    let told = capture(scene.textus(&["list"]).current_dir(scene.root().join("zones/knowledge")));
    assert!(told.expect_success().stdout_text().contains("knowledge.network.org.jane"));
}

#[test]
fn a_place_without_a_store_is_an_io_error_that_names_it() {
    let scene = Scene::new();
    let elsewhere = scene.scratch.home();
    let told = capture(scene.textus(&["list"]).current_dir(&elsewhere));
    let refusal = Refusal::of(&told).expect("io_error", 64);
    let _ = refusal.naming(elsewhere.to_str().unwrap()).naming("textus init");
    for root in ["nowhere", "./nowhere", ".", ".textus/manifest.yaml"] {
        let refusal = Refusal::of(&scene.run(&["list", "--root", root]));
        let refusal = refusal.expect("io_error", 64);
        let _ = refusal.naming(scene.scratch.project().to_str().unwrap());
    }
    let named = scene.scratch.home().join(".textus");
    let told = capture(scene.textus(&["list"]).env("TEXTUS_ROOT", &named));
    let _ = Refusal::of(&told).expect("io_error", 64).naming(named.to_str().unwrap());
}

/// Puts as whatever role is found, and returns the role that the log tells.
#[track_caller]
fn acting(scene: &Scene, flag: &[&str], environment: Option<&str>) -> String {
    let mut command = scene.textus(&[&["put", "proposals.items.a", "--stdin"], flag].concat());
    if let Some(role) = environment {
        command.env("TEXTUS_ROLE", role);
    }
    drop(capture_with_input(&mut command, b"{}").expect_success());
    scene.rows().last().unwrap().get("role").and_then(Value::as_str).unwrap().to_owned()
}

#[test]
fn the_role_is_the_flag_or_the_environment_or_the_file_or_human() {
    let scene = Scene::new();
    assert_eq!(acting(&scene, &[], None), "human");
    scene.write("role", "\n");
    assert_eq!(acting(&scene, &[], None), "human", "an empty line is no role");
    scene.write("role", "  agent \nhuman\n");
    assert_eq!(acting(&scene, &[], None), "agent");
    assert_eq!(acting(&scene, &[], Some("human")), "human");
    assert_eq!(acting(&scene, &["--as=agent"], Some("human")), "agent");
    assert_eq!(acting(&scene, &[], Some("")), "agent", "empty is none");
    scene.write("role", "agent");
    assert_eq!(acting(&scene, &[], None), "agent");
}

#[test]
fn a_role_that_nobody_declared_is_invalid() {
    let scene = Scene::new();
    for role in ["nobody", "Human", "human ", "1", "a b", "a.b", "*"] {
        let refusal = scene.put_refused("proposals.items.a", role, "{}").expect("invalid_role", 1);
        assert_eq!(refusal.details.get("role"), Some(&role.into()), "{refusal:?}");
        drop(refusal.naming(role));
    }
    let mut command = scene.textus(&["accept", "proposals.items.a"]);
    Refusal::of(&capture(command.env("TEXTUS_ROLE", "nobody"))).expect("invalid_role", 1);
    scene.write("role", "nobody");
    let refusal = Refusal::of(&scene.feed(&["put", "proposals.items.a", "--stdin"], "{}"));
    drop(refusal.expect("invalid_role", 1).naming("nobody"));
    scene.write("role", vec![0xff; 10]);
    scene.refused(&["delete", "proposals.items.a"]).expect("invalid_role", 1);
    scene.write("role", vec![b'a'; 5000]);
    scene.refused(&["delete", "proposals.items.a"]).expect("io_error", 64);
    scene.ok(&["list"]);
}
